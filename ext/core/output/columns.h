/* Columns in Arrow's memory layout: buffers, builders, and the batches made of them.

   A builder is filled row by row by one thread.  A batch is what comes of it: immutable, counted by references,
   shared by any number of threads.  Buffers start at a multiple of 64 bytes and are padded with zeros to one, and
   have references of their own, so that a selection of columns and a column of one value copy nothing. */
#ifndef QL_COLUMNS_H
#define QL_COLUMNS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/arrow_abi.h"
#include "quotelens.h"

typedef enum ql_type {
    QL_TYPE_STRING = 0, /* UTF-8, int32 offsets */
    QL_TYPE_INT32,
    QL_TYPE_INT64,
    QL_TYPE_FLOAT64,
    QL_TYPE_BOOL,
    QL_TYPE_TIMESTAMP, /* int64, microseconds since 1970 in UTC */
    QL_TYPES
} ql_type;

/* The name of a type, such as "int32", and the type of a name, or QL_TYPES if there is none. */
const char *ql_type_name(ql_type type);
ql_type ql_type_find(const char *name);

typedef struct ql_field {
    const char *name;
    ql_type type;
} ql_field;

/* --------------------------------------------------------------------------------------------- buffers */

typedef struct ql_buffer {
    uint8_t *bytes;  /* aligned; within `block` */
    size_t capacity; /* a multiple of 64 */
    void *block;
    _Atomic size_t refs;
} ql_buffer;

/* --------------------------------------------------------------------------------------------- columns */

/* One column of a batch.  Owns a reference to each of its buffers. */
typedef struct ql_column {
    ql_type type;
    int64_t n_nulls;
    ql_buffer *validity; /* NULL where nothing is null */
    ql_buffer *offsets;  /* strings only */
    ql_buffer *data;
} ql_column;

/* -------------------------------------------------------------------------------------------- builders */

/* Rows of one column on their way into a batch.  A failure sticks: what is put after it does nothing, and
   ql_builder_finish reports it, so that a row can be written without a check at each cell.
   QL_TOO_LONG: a string column would pass 2^31 - 1 bytes. */
typedef struct ql_builder {
    ql_type type;
    ql_status status;
    size_t n, n_nulls;
    size_t n_bytes; /* of string data */
    ql_buffer *validity, *offsets, *data;
} ql_builder;

static inline ql_builder ql_builder_of(ql_type type) {
    return (ql_builder){.type = type};
}
void ql_builder_free(ql_builder *builder);
void ql_builder_clear(ql_builder *builder); /* no rows, the same memory; needs a builder without nulls */

/* Room for `rows` more, and `bytes` of string data with at least 16 to spare, so that short copies may be done in
   whole words.  False where it failed, now or before. */
bool ql_builder_reserve(ql_builder *builder, size_t rows, size_t bytes);

/* Add `n` rows at once: the slots to fill, or NULL on failure. */
int32_t *ql_builder_extend_int32(ql_builder *builder, size_t n);

/* Add `n` strings that the caller has written after n_bytes, with their ends in offsets[n + 1] and on; `n_bytes`
   is the new end of all data. */
void ql_builder_commit_strings(ql_builder *builder, size_t n, size_t n_bytes);

void ql_builder_put_null(ql_builder *builder);
void ql_builder_put_int32(ql_builder *builder, int32_t value);
void ql_builder_put_int64(ql_builder *builder, int64_t value); /* int64 and timestamp */
void ql_builder_put_float64(ql_builder *builder, double value);
void ql_builder_put_bool(ql_builder *builder, bool value);
void ql_builder_put_string(ql_builder *builder, const char *bytes, size_t n_bytes); /* valid UTF-8 */
void ql_builder_put_utf8(ql_builder *builder, const char *bytes, size_t n_bytes);   /* U+FFFD for what is not */
void ql_builder_repeat_string(ql_builder *builder, const char *bytes, size_t n_bytes, size_t times);

/* Add to the string put last. */
void ql_builder_add_utf8(ql_builder *builder, const char *bytes, size_t n_bytes);

static inline const char *ql_builder_bytes(const ql_builder *builder) {
    return (const char *)builder->data->bytes;
}
static inline int32_t *ql_builder_offsets(const ql_builder *builder) {
    return (int32_t *)(void *)builder->offsets->bytes;
}

/* Turn the rows into a column, which takes the memory over; the builder is empty afterwards, also on failure. */
ql_status ql_builder_finish(ql_builder *builder, ql_column *out, ql_error *error);

/* --------------------------------------------------------------------------------------------- batches */

typedef struct ql_batch ql_batch;

ql_batch *ql_batch_ref(ql_batch *batch);
void ql_batch_unref(ql_batch *batch); /* NULL is fine */

/* A batch of `n` columns from builders, which are emptied, also on failure; names are copied.  A builder with no rows
   where the others have some stands for a column of unknowns: nulls, or −1 for int32. */
ql_status ql_batch_build(const ql_field *fields, ql_builder *builders, size_t n, size_t n_rows, ql_batch **out,
                         ql_error *error);

int64_t ql_batch_n_rows(const ql_batch *batch);
size_t ql_batch_n_columns(const ql_batch *batch);
size_t ql_batch_n_bytes(const ql_batch *batch); /* of all columns; a buffer that is shared counts for each */
const char *ql_batch_name(const ql_batch *batch, size_t column);
const ql_column *ql_batch_column(const ql_batch *batch, size_t column);
int64_t ql_batch_find(const ql_batch *batch, const char *name); /* QL_NONE if there is no such column */
bool ql_batch_same_schema(const ql_batch *one, const ql_batch *other);

/* One cell.  `integer` holds bool, int32, int64 and timestamp; `bytes` belongs to the batch. */
typedef struct ql_cell {
    bool is_null;
    int64_t integer;
    double real;
    const char *bytes;
    size_t n_bytes;
} ql_cell;

/* Needs 0 <= row < n_rows. */
ql_cell ql_batch_cell(const ql_batch *batch, size_t column, int64_t row);

/* The rows at these positions, in this order; a position may come twice.  QL_BAD_INPUT for one that is not there,
   with its place in `rows` as error position. */
ql_status ql_batch_take(const ql_batch *batch, const int64_t *rows, size_t n, ql_batch **out, ql_error *error);

/* These columns, sharing memory. */
ql_status ql_batch_select(const ql_batch *batch, const size_t *columns, size_t n, ql_batch **out, ql_error *error);

/* ---------------------------------------------------------------------------------------------- export */
/* What is exported keeps the memory alive that it needs; the caller owns `out` and releases it once. */

ql_status ql_batch_export_schema(const ql_batch *batch, struct ArrowSchema *out, ql_error *error);
ql_status ql_batch_export_array(ql_batch *batch, struct ArrowArray *out, ql_error *error);

/* A stream over `batches`, which all have the schema of `empty`; QL_BAD_INPUT if one has not. */
ql_status ql_batches_export_stream(ql_batch *const *batches, size_t n, ql_batch *empty, struct ArrowArrayStream *out,
                                   ql_error *error);

#endif
