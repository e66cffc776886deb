#include "output/columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { ALIGN = 64, SPARE = 16 };

/* No table of a machine's memory has more; keeps the arithmetic below from overflowing. */
#define MOST_ROWS ((size_t)PTRDIFF_MAX / 64)
#define MOST_STRING_BYTES ((size_t)INT32_MAX)

static const char *const TYPE_NAMES[QL_TYPES] = {
    [QL_TYPE_STRING] = "string",   [QL_TYPE_INT32] = "int32", [QL_TYPE_INT64] = "int64",
    [QL_TYPE_FLOAT64] = "float64", [QL_TYPE_BOOL] = "bool",   [QL_TYPE_TIMESTAMP] = "timestamp",
};

const char *ql_type_name(ql_type type) {
    return TYPE_NAMES[type];
}

ql_type ql_type_find(const char *name) {
    int type = 0;
    while (type < QL_TYPES && strcmp(TYPE_NAMES[type], name) != 0) type++;
    return (ql_type)type;
}

/* --------------------------------------------------------------------------------------------- buffers */

static size_t padded(size_t n_bytes) {
    return n_bytes <= ALIGN ? ALIGN : (n_bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static uint8_t *aligned(void *block) {
    return (uint8_t *)block + (ALIGN - (uintptr_t)block % ALIGN) % ALIGN;
}

/* calloc costs nothing for large buffers until they are touched, so a column of zeros is nearly free. */
static ql_buffer *buffer_new(size_t n_bytes, bool zero) {
    if (n_bytes > PTRDIFF_MAX - 2 * ALIGN) return NULL;
    size_t capacity = padded(n_bytes);
    ql_buffer *buffer = malloc(sizeof *buffer);
    void *block = zero ? calloc(1, capacity + ALIGN) : malloc(capacity + ALIGN);
    if (buffer == NULL || block == NULL) {
        free(buffer);
        free(block);
        return NULL;
    }
    buffer->bytes = aligned(block);
    buffer->capacity = capacity;
    buffer->block = block;
    atomic_init(&buffer->refs, 1);
    return buffer;
}

/* A buffer in which every byte is `fill`, which is 0 or 0xFF.  NULL where memory is short. */
static ql_buffer *buffer_filled(size_t n_bytes, uint8_t fill) {
    ql_buffer *buffer = buffer_new(n_bytes, fill == 0);
    if (buffer != NULL && fill != 0) memset(buffer->bytes, fill, buffer->capacity);
    return buffer;
}

static ql_buffer *buffer_ref(ql_buffer *buffer) {
    atomic_fetch_add_explicit(&buffer->refs, 1, memory_order_relaxed);
    return buffer;
}

/* NULL is fine. */
static void buffer_unref(ql_buffer *buffer) {
    if (buffer == NULL || atomic_fetch_sub_explicit(&buffer->refs, 1, memory_order_acq_rel) != 1) return;
    free(buffer->block);
    free(buffer);
}

/* realloc may move the block to another remainder of 64, in which case the bytes move within it.  It is used all
   the same because it moves large blocks by mapping pages and not by copying. */
static bool buffer_resize(ql_buffer *buffer, size_t n_bytes) {
    if (n_bytes > PTRDIFF_MAX - 2 * ALIGN) return false;
    size_t capacity = padded(n_bytes), offset = (size_t)(buffer->bytes - (uint8_t *)buffer->block);
    size_t kept = capacity < buffer->capacity ? capacity : buffer->capacity;
    uint8_t *block = realloc(buffer->block, capacity + ALIGN);
    if (block == NULL) return false;
    buffer->block = block;
    buffer->bytes = aligned(block);
    if (buffer->bytes != block + offset) memmove(buffer->bytes, block + offset, kept);
    buffer->capacity = capacity;
    return true;
}

static bool get_bit(const ql_buffer *bits, size_t i) {
    return (bits->bytes[i / 8] >> (i % 8) & 1) != 0;
}

static void set_bit(ql_buffer *bits, size_t i) {
    bits->bytes[i / 8] = (uint8_t)(bits->bytes[i / 8] | 1u << (i % 8));
}

static void clear_bit(ql_buffer *bits, size_t i) {
    bits->bytes[i / 8] = (uint8_t)(bits->bytes[i / 8] & ~(1u << (i % 8)));
}

static size_t bitmap_size(size_t n) {
    return (n + 7) / 8;
}

/* Bytes that `n` values take, strings aside. */
static size_t data_size(ql_type type, size_t n) {
    switch (type) {
    case QL_TYPE_INT32: return n * 4;
    case QL_TYPE_BOOL: return bitmap_size(n);
    case QL_TYPE_STRING: return 0;
    default: return n * 8;
    }
}

/* --------------------------------------------------------------------------------------------- columns */

static void column_clear(ql_column *column) {
    buffer_unref(column->validity);
    buffer_unref(column->offsets);
    buffer_unref(column->data);
    *column = (ql_column){0};
}

/* Nothing but nulls over `zeros`, which has 4 bytes a row and 4 more (8 a row for 64-bit types).  Any number of
   columns may share such a buffer. */
static ql_column column_nulls(ql_type type, int64_t n_rows, ql_buffer *zeros) {
    ql_column column = {.type = type, .n_nulls = n_rows, .data = buffer_ref(zeros)};
    if (n_rows != 0) column.validity = buffer_ref(zeros);
    if (type == QL_TYPE_STRING) column.offsets = buffer_ref(zeros);
    return column;
}

/* An int32 column of −1 over `ones`, which has 4 bytes a row and is shared likewise. */
static ql_column column_minus_ones(ql_buffer *ones) {
    return (ql_column){.type = QL_TYPE_INT32, .data = buffer_ref(ones)};
}

static bool is_null(const ql_column *column, size_t row) {
    return column->validity != NULL && !get_bit(column->validity, row);
}

static const int32_t *column_offsets(const ql_column *column) {
    return (const int32_t *)(const void *)column->offsets->bytes;
}

/* -------------------------------------------------------------------------------------------- builders */

void ql_builder_free(ql_builder *builder) {
    buffer_unref(builder->validity);
    buffer_unref(builder->offsets);
    buffer_unref(builder->data);
    *builder = ql_builder_of(builder->type);
}

void ql_builder_clear(ql_builder *builder) {
    assert(builder->n_nulls == 0);
    builder->n = builder->n_bytes = 0;
    if (builder->type == QL_TYPE_BOOL && builder->data != NULL)
        memset(builder->data->bytes, 0, builder->data->capacity);
}

static bool fail(ql_builder *builder, ql_status status) {
    builder->status = status;
    return false;
}

/* Grow to `n_bytes` or more; what is new holds `fill`. */
static bool grow(ql_buffer **buffer, size_t n_bytes, uint8_t fill) {
    if (*buffer == NULL) {
        *buffer = buffer_filled(n_bytes, fill);
        return *buffer != NULL;
    }
    size_t old = (*buffer)->capacity;
    if (n_bytes <= old) return true;
    size_t capacity = vec_grown(old, n_bytes, 1);
    if (capacity == 0 || !buffer_resize(*buffer, capacity)) return false;
    memset((*buffer)->bytes + old, fill, (*buffer)->capacity - old);
    return true;
}

/* The same for contents that will all be written: what is new is not cleared. */
static bool grow_raw(ql_buffer **buffer, size_t n_bytes) {
    if (*buffer == NULL) {
        *buffer = buffer_new(n_bytes, false);
        return *buffer != NULL;
    }
    if (n_bytes <= (*buffer)->capacity) return true;
    size_t capacity = vec_grown((*buffer)->capacity, n_bytes, 1);
    return capacity != 0 && buffer_resize(*buffer, capacity);
}

static bool reserve_strings(ql_builder *builder, size_t n, size_t bytes) {
    bool is_first = builder->offsets == NULL;
    if (bytes > PTRDIFF_MAX / 2 - builder->n_bytes) return false;
    if (!grow_raw(&builder->offsets, (n + 1) * sizeof(int32_t))) return false;
    if (is_first) ql_builder_offsets(builder)[0] = 0;
    return grow_raw(&builder->data, builder->n_bytes + bytes + SPARE);
}

/* A validity bitmap says "valid" from the start, so only nulls have to touch it. */
bool ql_builder_reserve(ql_builder *builder, size_t rows, size_t bytes) {
    if (builder->status != QL_OK) return false;
    if (rows > MOST_ROWS - builder->n) return fail(builder, QL_NO_MEMORY);
    size_t n = builder->n + rows;
    bool fits = builder->type == QL_TYPE_STRING ? reserve_strings(builder, n, bytes)
                : builder->type == QL_TYPE_BOOL ? grow(&builder->data, bitmap_size(n), 0)
                                                : grow_raw(&builder->data, data_size(builder->type, n));
    if (fits && builder->validity != NULL) fits = grow(&builder->validity, bitmap_size(n), 0xFF);
    return fits || fail(builder, QL_NO_MEMORY);
}

int32_t *ql_builder_extend_int32(ql_builder *builder, size_t n) {
    assert(builder->type == QL_TYPE_INT32);
    if (!ql_builder_reserve(builder, n, 0)) return NULL;
    int32_t *slots = (int32_t *)(void *)builder->data->bytes + builder->n;
    builder->n += n;
    return slots;
}

void ql_builder_commit_strings(ql_builder *builder, size_t n, size_t n_bytes) {
    assert(builder->type == QL_TYPE_STRING);
    if (n_bytes > MOST_STRING_BYTES) {
        fail(builder, QL_TOO_LONG);
        return;
    }
    builder->n += n;
    builder->n_bytes = n_bytes;
}

/* Memory for a bitmap where there was none, with room for all rows so far and one more. */
static bool has_validity(ql_builder *builder) {
    return builder->validity != NULL || grow(&builder->validity, bitmap_size(builder->n + 1), 0xFF) ||
           fail(builder, QL_NO_MEMORY);
}

void ql_builder_put_null(ql_builder *builder) {
    if (!ql_builder_reserve(builder, 1, 0) || !has_validity(builder)) return;
    size_t row = builder->n++;
    clear_bit(builder->validity, row);
    builder->n_nulls++;
    if (builder->type == QL_TYPE_STRING)
        ql_builder_offsets(builder)[row + 1] = (int32_t)builder->n_bytes;
    else if (builder->type != QL_TYPE_BOOL) {
        size_t width = data_size(builder->type, 1);
        memset(builder->data->bytes + row * width, 0, width);
    }
}

void ql_builder_put_int32(ql_builder *builder, int32_t value) {
    int32_t *slot = ql_builder_extend_int32(builder, 1);
    if (slot != NULL) *slot = value;
}

void ql_builder_put_int64(ql_builder *builder, int64_t value) {
    assert(builder->type == QL_TYPE_INT64 || builder->type == QL_TYPE_TIMESTAMP);
    if (!ql_builder_reserve(builder, 1, 0)) return;
    ((int64_t *)(void *)builder->data->bytes)[builder->n++] = value;
}

void ql_builder_put_float64(ql_builder *builder, double value) {
    assert(builder->type == QL_TYPE_FLOAT64);
    if (!ql_builder_reserve(builder, 1, 0)) return;
    ((double *)(void *)builder->data->bytes)[builder->n++] = value;
}

void ql_builder_put_bool(ql_builder *builder, bool value) {
    assert(builder->type == QL_TYPE_BOOL);
    if (!ql_builder_reserve(builder, 1, 0)) return;
    size_t row = builder->n++;
    if (value) set_bit(builder->data, row);
}

void ql_builder_put_string(ql_builder *builder, const char *bytes, size_t n_bytes) {
    ql_builder_repeat_string(builder, bytes, n_bytes, 1);
}

/* The bytes are written once and then doubled, so that a long run costs a few large copies. */
static void fill_repeated(uint8_t *to, const char *bytes, size_t n_bytes, size_t times) {
    size_t total = n_bytes * times, done = n_bytes;
    if (total == 0) return;
    memcpy(to, bytes, n_bytes);
    while (done < total) {
        size_t more = done <= total - done ? done : total - done;
        memcpy(to + done, to, more);
        done += more;
    }
}

void ql_builder_repeat_string(ql_builder *builder, const char *bytes, size_t n_bytes, size_t times) {
    assert(builder->type == QL_TYPE_STRING);
    if (n_bytes != 0 && times > (MOST_STRING_BYTES - builder->n_bytes) / n_bytes) {
        if (builder->status == QL_OK) fail(builder, QL_TOO_LONG);
        return;
    }
    if (!ql_builder_reserve(builder, times, n_bytes * times)) return;
    fill_repeated(builder->data->bytes + builder->n_bytes, bytes, n_bytes, times);
    int32_t *ends = ql_builder_offsets(builder) + builder->n + 1;
    for (size_t i = 0; i < times; i++) ends[i] = (int32_t)(builder->n_bytes + n_bytes * (i + 1));
    ql_builder_commit_strings(builder, times, builder->n_bytes + n_bytes * times);
}

void ql_builder_put_utf8(ql_builder *builder, const char *bytes, size_t n_bytes) {
    ql_builder_put_string(builder, "", 0);
    ql_builder_add_utf8(builder, bytes, n_bytes);
}

/* A malformed sequence of one byte becomes the three of U+FFFD, which is the most that this can grow. */
static size_t copy_repaired(char *to, const char *bytes, int32_t n_bytes) {
    char *start = to;
    for (int32_t at = 0, next; at < n_bytes; at = next) {
        bool is_bad = ql_utf8_decode(bytes, n_bytes, at, &next) == QL_REPLACEMENT;
        size_t n = is_bad ? 3 : (size_t)(next - at);
        memcpy(to, is_bad ? "\xEF\xBF\xBD" : bytes + at, n);
        to += n;
    }
    return (size_t)(to - start);
}

void ql_builder_add_utf8(ql_builder *builder, const char *bytes, size_t n_bytes) {
    if (builder->status != QL_OK) return;
    assert(builder->type == QL_TYPE_STRING && builder->n > 0);
    if (n_bytes > QL_MAX_BYTES) {
        fail(builder, QL_TOO_LONG);
        return;
    }
    if (!ql_builder_reserve(builder, 0, n_bytes * 3)) return;
    char *to = (char *)builder->data->bytes + builder->n_bytes;
    ql_builder_commit_strings(builder, 0, builder->n_bytes + copy_repaired(to, bytes, (int32_t)n_bytes));
    if (builder->status == QL_OK) ql_builder_offsets(builder)[builder->n] = (int32_t)builder->n_bytes;
}

/* Give memory back where much of it was not used, and set the padding to zero.  Shrinking may fail for all that
   the standard says; the larger buffer does as well then. */
static void close_buffer(ql_buffer *buffer, size_t used) {
    if (buffer->capacity - used > used / 8 + ALIGN) (void)buffer_resize(buffer, used);
    memset(buffer->bytes + used, 0, padded(used) - used);
}

static void close_bitmap(ql_buffer *bits, size_t n) {
    close_buffer(bits, bitmap_size(n));
    if (n % 8 != 0) bits->bytes[n / 8] = (uint8_t)(bits->bytes[n / 8] & ((1u << (n % 8)) - 1));
}

static void close_builder(ql_builder *builder) {
    if (builder->type == QL_TYPE_STRING) {
        close_buffer(builder->offsets, (builder->n + 1) * sizeof(int32_t));
        close_buffer(builder->data, builder->n_bytes);
    } else if (builder->type == QL_TYPE_BOOL) {
        close_bitmap(builder->data, builder->n);
    } else {
        close_buffer(builder->data, data_size(builder->type, builder->n));
    }
    if (builder->validity != NULL) close_bitmap(builder->validity, builder->n);
}

ql_status ql_builder_finish(ql_builder *builder, ql_column *out, ql_error *error) {
    (void)ql_builder_reserve(builder, 0, 0); /* a column of no rows has buffers, too */
    ql_status status = builder->status;
    if (status != QL_OK) {
        ql_builder_free(builder);
        if (status == QL_NO_MEMORY) return ql_fail(error, status, QL_NONE, "no memory for a column");
        return ql_fail(error, status, QL_NONE,
                       "the strings of a column pass 2^31 - 1 bytes; use fewer documents in a batch");
    }
    close_builder(builder);
    *out = (ql_column){.type = builder->type,
                       .n_nulls = (int64_t)builder->n_nulls,
                       .validity = builder->validity,
                       .offsets = builder->offsets,
                       .data = builder->data};
    *builder = ql_builder_of(builder->type);
    return QL_OK;
}

/* --------------------------------------------------------------------------------------------- batches */

struct ql_batch {
    _Atomic size_t refs;
    int64_t n_rows;
    size_t n_columns;
    ql_column *columns; /* both follow the struct, in the same block */
    const char **names;
};

static void clear_columns(ql_column *columns, size_t n) {
    for (size_t i = 0; i < n; i++) column_clear(&columns[i]);
}

/* One block: the batch, its columns, the pointers to their names, the names. */
static ql_batch *batch_alloc(const ql_field *fields, size_t n) {
    const size_t each = sizeof(ql_column) + sizeof(char *);
    size_t name_bytes = 0;
    for (size_t i = 0; i < n; i++) name_bytes += strlen(fields[i].name) + 1;
    if (n > (PTRDIFF_MAX - sizeof(ql_batch) - name_bytes) / each) return NULL;
    ql_batch *batch = malloc(sizeof *batch + n * each + name_bytes);
    if (batch == NULL) return NULL;
    batch->columns = (ql_column *)(void *)(batch + 1);
    batch->names = (const char **)(void *)(batch->columns + n);
    char *name = (char *)(batch->names + n);
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(fields[i].name) + 1;
        batch->names[i] = memcpy(name, fields[i].name, size);
        name += size;
    }
    return batch;
}

/* A batch of `n` columns of `n_rows` rows.  Takes the columns over, also on failure; names are copied.
   The types in `fields` are those of the columns. */
static ql_status batch_new(const ql_field *fields, ql_column *columns, size_t n, int64_t n_rows, ql_batch **out,
                           ql_error *error) {
    *out = NULL;
    ql_batch *batch = batch_alloc(fields, n);
    if (batch == NULL) {
        clear_columns(columns, n);
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a batch of %zu columns", n);
    }
    atomic_init(&batch->refs, 1);
    batch->n_rows = n_rows;
    batch->n_columns = n;
    if (n != 0) memcpy(batch->columns, columns, n * sizeof *columns);
    *out = batch;
    return QL_OK;
}

ql_batch *ql_batch_ref(ql_batch *batch) {
    atomic_fetch_add_explicit(&batch->refs, 1, memory_order_relaxed);
    return batch;
}

void ql_batch_unref(ql_batch *batch) {
    if (batch == NULL || atomic_fetch_sub_explicit(&batch->refs, 1, memory_order_acq_rel) != 1) return;
    clear_columns(batch->columns, batch->n_columns);
    free(batch);
}

/* Buffers for columns of one value, made when the first such column of a batch needs them. */
typedef struct constants {
    ql_buffer *zeros, *ones;
} constants;

static ql_status fill_column(ql_type type, size_t n_rows, constants *fills, ql_column *out, ql_error *error) {
    bool is_id = type == QL_TYPE_INT32;
    ql_buffer **shared = is_id ? &fills->ones : &fills->zeros;
    if (*shared == NULL) *shared = buffer_filled(n_rows * (is_id ? 4 : 8) + 4, is_id ? 0xFF : 0);
    if (*shared == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for a column");
    *out = is_id ? column_minus_ones(*shared) : column_nulls(type, (int64_t)n_rows, *shared);
    return QL_OK;
}

static ql_status finish_column(ql_builder *builder, size_t n_rows, constants *fills, ql_column *out,
                               ql_error *error) {
    bool is_unknown = builder->n == 0 && n_rows != 0 && builder->status == QL_OK;
    if (is_unknown) return fill_column(builder->type, n_rows, fills, out, error);
    assert(builder->n == n_rows || builder->status != QL_OK);
    return ql_builder_finish(builder, out, error);
}

ql_status ql_batch_build(const ql_field *fields, ql_builder *builders, size_t n, size_t n_rows, ql_batch **out,
                         ql_error *error) {
    *out = NULL;
    constants fills = {0};
    ql_status status = QL_OK;
    ql_column *columns = calloc(n == 0 ? 1 : n, sizeof *columns);
    if (columns == NULL) status = ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for %zu columns", n);
    for (size_t i = 0; i < n && status == QL_OK; i++)
        status = finish_column(&builders[i], n_rows, &fills, &columns[i], error);
    if (status == QL_OK)
        status = batch_new(fields, columns, n, (int64_t)n_rows, out, error);
    else if (columns != NULL)
        clear_columns(columns, n);
    for (size_t i = 0; i < n; i++) ql_builder_free(&builders[i]);
    buffer_unref(fills.zeros);
    buffer_unref(fills.ones);
    free(columns);
    return status;
}

int64_t ql_batch_n_rows(const ql_batch *batch) {
    return batch->n_rows;
}
size_t ql_batch_n_columns(const ql_batch *batch) {
    return batch->n_columns;
}
const char *ql_batch_name(const ql_batch *batch, size_t column) {
    return batch->names[column];
}
const ql_column *ql_batch_column(const ql_batch *batch, size_t column) {
    return &batch->columns[column];
}

static size_t column_bytes(const ql_column *column, size_t n) {
    size_t total = column->validity != NULL ? bitmap_size(n) : 0;
    if (column->type != QL_TYPE_STRING) return total + data_size(column->type, n);
    return total + (n + 1) * sizeof(int32_t) + (size_t)column_offsets(column)[n];
}

size_t ql_batch_n_bytes(const ql_batch *batch) {
    size_t total = 0;
    for (size_t i = 0; i < batch->n_columns; i++) total += column_bytes(&batch->columns[i], (size_t)batch->n_rows);
    return total;
}

int64_t ql_batch_find(const ql_batch *batch, const char *name) {
    for (size_t i = 0; i < batch->n_columns; i++)
        if (strcmp(batch->names[i], name) == 0) return (int64_t)i;
    return QL_NONE;
}

bool ql_batch_same_schema(const ql_batch *one, const ql_batch *other) {
    if (one->n_columns != other->n_columns) return false;
    for (size_t i = 0; i < one->n_columns; i++)
        if (one->columns[i].type != other->columns[i].type || strcmp(one->names[i], other->names[i]) != 0)
            return false;
    return true;
}

static ql_cell string_cell(const ql_column *column, size_t row) {
    const int32_t *offsets = column_offsets(column);
    return (ql_cell){.bytes = (const char *)column->data->bytes + offsets[row],
                     .n_bytes = (size_t)(offsets[row + 1] - offsets[row])};
}

ql_cell ql_batch_cell(const ql_batch *batch, size_t index, int64_t at) {
    const ql_column *column = &batch->columns[index];
    const void *data = column->data->bytes;
    size_t row = (size_t)at;
    if (is_null(column, row)) return (ql_cell){.is_null = true};
    switch (column->type) {
    case QL_TYPE_STRING: return string_cell(column, row);
    case QL_TYPE_INT32: return (ql_cell){.integer = ((const int32_t *)data)[row]};
    case QL_TYPE_FLOAT64: return (ql_cell){.real = ((const double *)data)[row]};
    case QL_TYPE_BOOL: return (ql_cell){.integer = get_bit(column->data, row)};
    default: return (ql_cell){.integer = ((const int64_t *)data)[row]};
    }
}

/* ---------------------------------------------------------------------------------- rows and columns of it */

static ql_buffer *take_bits(const ql_buffer *from, const int64_t *rows, size_t n, size_t *n_set) {
    ql_buffer *to = buffer_filled(bitmap_size(n), 0);
    *n_set = 0;
    for (size_t i = 0; i < n && to != NULL; i++) {
        if (!get_bit(from, (size_t)rows[i])) continue;
        set_bit(to, i);
        ++*n_set;
    }
    return to;
}

static ql_buffer *take_words(const ql_buffer *from, const int64_t *rows, size_t n, size_t width) {
    ql_buffer *to = buffer_new(n * width, false);
    if (to == NULL) return NULL;
    const void *in = from->bytes;
    void *out = to->bytes;
    if (width == 4)
        for (size_t i = 0; i < n; i++) ((uint32_t *)out)[i] = ((const uint32_t *)in)[rows[i]];
    else
        for (size_t i = 0; i < n; i++) ((uint64_t *)out)[i] = ((const uint64_t *)in)[rows[i]];
    memset(to->bytes + n * width, 0, padded(n * width) - n * width);
    return to;
}

static ql_status take_strings(const ql_column *from, const int64_t *rows, size_t n, ql_column *out, ql_error *error) {
    const int32_t *offsets = column_offsets(from);
    size_t total = 0;
    for (size_t i = 0; i < n; i++) total += (size_t)(offsets[rows[i] + 1] - offsets[rows[i]]);
    if (total > MOST_STRING_BYTES)
        return ql_fail(error, QL_TOO_LONG, QL_NONE, "the strings of a column pass 2^31 - 1 bytes; take fewer rows");
    out->offsets = buffer_new((n + 1) * sizeof *offsets, true);
    out->data = buffer_new(total, false);
    if (out->offsets == NULL || out->data == NULL)
        return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to take %zu rows", n);
    int32_t *ends = (int32_t *)(void *)out->offsets->bytes, at = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t size = offsets[rows[i] + 1] - offsets[rows[i]];
        memcpy(out->data->bytes + at, from->data->bytes + offsets[rows[i]], (size_t)size);
        at += size;
        ends[i + 1] = at;
    }
    memset(out->data->bytes + total, 0, padded(total) - total);
    return QL_OK;
}

static ql_status take_validity(const ql_column *from, const int64_t *rows, size_t n, ql_column *out,
                               ql_error *error) {
    size_t n_valid;
    if (from->validity == NULL) return QL_OK;
    out->validity = take_bits(from->validity, rows, n, &n_valid);
    if (out->validity == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to take %zu rows", n);
    out->n_nulls = (int64_t)(n - n_valid);
    if (out->n_nulls != 0) return QL_OK;
    buffer_unref(out->validity);
    out->validity = NULL;
    return QL_OK;
}

static ql_status take_column(const ql_column *from, const int64_t *rows, size_t n, ql_column *out, ql_error *error) {
    size_t n_set;
    out->type = from->type;
    QL_TRY(take_validity(from, rows, n, out, error));
    if (from->type == QL_TYPE_STRING) return take_strings(from, rows, n, out, error);
    out->data = from->type == QL_TYPE_BOOL ? take_bits(from->data, rows, n, &n_set)
                                           : take_words(from->data, rows, n, data_size(from->type, 1));
    return out->data != NULL ? QL_OK : ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to take %zu rows", n);
}

/* The fields of a batch, to be freed with free. */
static ql_field *batch_fields(const ql_batch *batch, const size_t *columns, size_t n) {
    ql_field *fields = calloc(n == 0 ? 1 : n, sizeof *fields);
    for (size_t i = 0; i < n && fields != NULL; i++) {
        size_t column = columns != NULL ? columns[i] : i;
        fields[i] = (ql_field){batch->names[column], batch->columns[column].type};
    }
    return fields;
}

static ql_status check_rows(const ql_batch *batch, const int64_t *rows, size_t n, ql_error *error) {
    if (n > MOST_ROWS) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory to take %zu rows", n);
    for (size_t i = 0; i < n; i++)
        if (rows[i] < 0 || rows[i] >= batch->n_rows)
            return ql_fail(error, QL_BAD_INPUT, (int64_t)i,
                           "row %lld is not there: the batch has %lld, counted from 0", (long long)rows[i],
                           (long long)batch->n_rows);
    return QL_OK;
}

ql_status ql_batch_take(const ql_batch *batch, const int64_t *rows, size_t n, ql_batch **out, ql_error *error) {
    *out = NULL;
    QL_TRY(check_rows(batch, rows, n, error));
    ql_status status = QL_OK;
    size_t n_columns = batch->n_columns;
    ql_field *fields = batch_fields(batch, NULL, n_columns);
    ql_column *columns = calloc(n_columns == 0 ? 1 : n_columns, sizeof *columns);
    if (fields == NULL || columns == NULL) status = ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for columns");
    for (size_t i = 0; i < n_columns && status == QL_OK; i++)
        status = take_column(&batch->columns[i], rows, n, &columns[i], error);
    if (status == QL_OK)
        status = batch_new(fields, columns, n_columns, (int64_t)n, out, error);
    else if (columns != NULL)
        clear_columns(columns, n_columns);
    free(fields);
    free(columns);
    return status;
}

static ql_column share_column(const ql_column *from) {
    ql_column column = *from;
    buffer_ref(column.data);
    if (column.validity != NULL) buffer_ref(column.validity);
    if (column.offsets != NULL) buffer_ref(column.offsets);
    return column;
}

ql_status ql_batch_select(const ql_batch *batch, const size_t *indexes, size_t n, ql_batch **out, ql_error *error) {
    *out = NULL;
    ql_status status;
    ql_field *fields = batch_fields(batch, indexes, n);
    ql_column *columns = calloc(n == 0 ? 1 : n, sizeof *columns);
    if (fields == NULL || columns == NULL) {
        status = ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for %zu columns", n);
    } else {
        for (size_t i = 0; i < n; i++) columns[i] = share_column(&batch->columns[indexes[i]]);
        status = batch_new(fields, columns, n, batch->n_rows, out, error);
    }
    free(fields);
    free(columns);
    return status;
}
