/* Batches through the Arrow C data and stream interfaces.

   The rule of every release callback: a struct owns its children's memory, and each child owns what it points
   to by a reference of its own.  So a consumer may move a child out, release the parent, and keep the child. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/columns.h"
#include "base/status.h"

/* -------------------------------------------------------------------------------------------- schema */

static const char *const FORMATS[QL_TYPES] = {
    [QL_TYPE_STRING] = "u",  [QL_TYPE_INT32] = "i", [QL_TYPE_INT64] = "l",
    [QL_TYPE_FLOAT64] = "g", [QL_TYPE_BOOL] = "b",  [QL_TYPE_TIMESTAMP] = "tsu:UTC",
};

/* The children of an exported struct: pointers to them, and the structs. */
typedef struct schema_family {
    struct ArrowSchema **pointers, *children;
} schema_family;

static void release_field(struct ArrowSchema *field) {
    free(field->private_data); /* its name */
    field->release = NULL;
}

static void release_schema(struct ArrowSchema *schema) {
    schema_family *family = schema->private_data;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i]->release != NULL) schema->children[i]->release(schema->children[i]);
    free(family->pointers);
    free(family->children);
    free(family);
    schema->release = NULL;
}

static bool export_field(const ql_batch *batch, size_t column, struct ArrowSchema *out) {
    const char *name = ql_batch_name(batch, column);
    size_t size = strlen(name) + 1;
    char *copy = malloc(size);
    if (copy == NULL) return false;
    *out = (struct ArrowSchema){
        .format = FORMATS[ql_batch_column(batch, column)->type],
        .name = memcpy(copy, name, size),
        .flags = ARROW_FLAG_NULLABLE,
        .release = release_field,
        .private_data = copy,
    };
    return true;
}

static schema_family *schema_family_new(size_t n) {
    schema_family *family = malloc(sizeof *family);
    if (family == NULL) return NULL;
    family->pointers = calloc(n + 1, sizeof *family->pointers);
    family->children = calloc(n + 1, sizeof *family->children);
    if (family->pointers != NULL && family->children != NULL) return family;
    free(family->pointers);
    free(family->children);
    free(family);
    return NULL;
}

ql_status ql_batch_export_schema(const ql_batch *batch, struct ArrowSchema *out, ql_error *error) {
    size_t n = ql_batch_n_columns(batch);
    out->release = NULL;
    schema_family *family = schema_family_new(n);
    if (family == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an Arrow schema");
    *out = (struct ArrowSchema){
        .format = "+s",
        .name = "",
        .children = family->pointers,
        .release = release_schema,
        .private_data = family,
    };
    for (size_t i = 0; i < n; i++) {
        family->pointers[i] = &family->children[i];
        if (!export_field(batch, i, &family->children[i])) {
            release_schema(out);
            return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an Arrow schema");
        }
        out->n_children++;
    }
    return QL_OK;
}

/* --------------------------------------------------------------------------------------------- array */

/* What keeps one column alive: the batch that owns its buffers. */
typedef struct array_leaf {
    ql_batch *batch;
    const void *buffers[3];
} array_leaf;

typedef struct array_family {
    ql_batch *batch;
    struct ArrowArray **pointers, *children;
    const void *buffers[1]; /* a struct has a validity bitmap alone, and ours have none */
} array_family;

static void release_leaf(struct ArrowArray *array) {
    array_leaf *leaf = array->private_data;
    ql_batch_unref(leaf->batch);
    free(leaf);
    array->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    array_family *family = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
    ql_batch_unref(family->batch);
    free(family->pointers);
    free(family->children);
    free(family);
    array->release = NULL;
}

static bool export_leaf(ql_batch *batch, size_t index, struct ArrowArray *out) {
    const ql_column *column = ql_batch_column(batch, index);
    bool is_string = column->type == QL_TYPE_STRING;
    array_leaf *leaf = calloc(1, sizeof *leaf);
    if (leaf == NULL) return false;
    leaf->batch = ql_batch_ref(batch);
    leaf->buffers[0] = column->validity != NULL ? column->validity->bytes : NULL;
    leaf->buffers[1] = is_string ? column->offsets->bytes : column->data->bytes;
    leaf->buffers[2] = is_string ? column->data->bytes : NULL;
    *out = (struct ArrowArray){
        .length = ql_batch_n_rows(batch),
        .null_count = column->n_nulls,
        .n_buffers = is_string ? 3 : 2,
        .buffers = leaf->buffers,
        .release = release_leaf,
        .private_data = leaf,
    };
    return true;
}

static array_family *array_family_new(ql_batch *batch, size_t n) {
    array_family *family = calloc(1, sizeof *family);
    if (family == NULL) return NULL;
    family->pointers = calloc(n + 1, sizeof *family->pointers);
    family->children = calloc(n + 1, sizeof *family->children);
    if (family->pointers != NULL && family->children != NULL) {
        family->batch = ql_batch_ref(batch);
        return family;
    }
    free(family->pointers);
    free(family->children);
    free(family);
    return NULL;
}

ql_status ql_batch_export_array(ql_batch *batch, struct ArrowArray *out, ql_error *error) {
    size_t n = ql_batch_n_columns(batch);
    out->release = NULL;
    array_family *family = array_family_new(batch, n);
    if (family == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an Arrow array");
    *out = (struct ArrowArray){
        .length = ql_batch_n_rows(batch),
        .n_buffers = 1,
        .buffers = family->buffers,
        .children = family->pointers,
        .release = release_array,
        .private_data = family,
    };
    for (size_t i = 0; i < n; i++) {
        family->pointers[i] = &family->children[i];
        if (!export_leaf(batch, i, &family->children[i])) {
            release_array(out);
            return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an Arrow array");
        }
        out->n_children++;
    }
    return QL_OK;
}

/* -------------------------------------------------------------------------------------------- stream */

typedef struct stream {
    ql_batch *empty;
    size_t n, next;
    ql_error error;
    ql_batch *batches[];
} stream;

static int errno_of(ql_status status) {
    return status == QL_OK ? 0 : ENOMEM;
}

static int stream_schema(struct ArrowArrayStream *self, struct ArrowSchema *out) {
    stream *state = self->private_data;
    return errno_of(ql_batch_export_schema(state->empty, out, &state->error));
}

/* The end is an array that is released already. */
static int stream_next(struct ArrowArrayStream *self, struct ArrowArray *out) {
    stream *state = self->private_data;
    out->release = NULL;
    if (state->next == state->n) return 0;
    ql_status status = ql_batch_export_array(state->batches[state->next], out, &state->error);
    if (status == QL_OK) state->next++;
    return errno_of(status);
}

static const char *stream_last_error(struct ArrowArrayStream *self) {
    stream *state = self->private_data;
    return state->error.status != QL_OK ? state->error.message : NULL;
}

static void stream_release(struct ArrowArrayStream *self) {
    stream *state = self->private_data;
    for (size_t i = 0; i < state->n; i++) ql_batch_unref(state->batches[i]);
    ql_batch_unref(state->empty);
    free(state);
    self->release = NULL;
}

static ql_status check_schemas(ql_batch *const *batches, size_t n, const ql_batch *empty, ql_error *error) {
    for (size_t i = 0; i < n; i++)
        if (!ql_batch_same_schema(batches[i], empty))
            return ql_fail(error, QL_BAD_INPUT, (int64_t)i,
                           "batch %zu has other columns than the batch that gives the schema", i);
    return QL_OK;
}

ql_status ql_batches_export_stream(ql_batch *const *batches, size_t n, ql_batch *empty, struct ArrowArrayStream *out,
                                   ql_error *error) {
    out->release = NULL;
    QL_TRY(check_schemas(batches, n, empty, error));
    stream *state = NULL;
    if (n <= (PTRDIFF_MAX - sizeof *state) / sizeof *batches) state = malloc(sizeof *state + n * sizeof *batches);
    if (state == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for an Arrow stream");
    *state = (stream){.empty = ql_batch_ref(empty), .n = n};
    for (size_t i = 0; i < n; i++) state->batches[i] = ql_batch_ref(batches[i]);
    *out = (struct ArrowArrayStream){stream_schema, stream_next, stream_last_error, stream_release, state};
    return QL_OK;
}
