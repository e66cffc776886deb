/* Columns of all types, filled cell by cell, taken apart, and exported. */
#include "rules.h"

enum { MOST_COLUMNS = 8, MOST_TAKEN = 32 };

static void put_cell(ql_builder *builder, input *in, uint8_t what) {
    if (what % 5 == 0) {
        ql_builder_put_null(builder);
        return;
    }
    switch (builder->type) {
    case QL_TYPE_STRING: {
        ql_word_slice bytes = take_until(in, '\n');
        if (what % 7 == 1)
            ql_builder_repeat_string(builder, "again ", 6, 1);
        else
            ql_builder_put_utf8(builder, bytes.bytes, bytes.n_bytes);
        if (what % 3 == 1) ql_builder_add_utf8(builder, bytes.bytes, bytes.n_bytes);
        break;
    }
    case QL_TYPE_INT32: ql_builder_put_int32(builder, what); break;
    case QL_TYPE_FLOAT64: ql_builder_put_float64(builder, what); break;
    case QL_TYPE_BOOL: ql_builder_put_bool(builder, what & 1); break;
    case QL_TYPE_INT64:
    case QL_TYPE_TIMESTAMP:
    case QL_TYPES: ql_builder_put_int64(builder, what); break;
    }
}

static void check_take(ql_batch *batch, input *in) {
    int64_t rows[MOST_TAKEN], n_rows = ql_batch_n_rows(batch);
    size_t n = take_byte(in) % MOST_TAKEN;
    bool fits = true;
    for (size_t i = 0; i < n; i++) {
        rows[i] = (int8_t)take_byte(in);
        fits = fits && rows[i] >= 0 && rows[i] < n_rows;
    }
    ql_batch *taken;
    DEMAND((ql_batch_take(batch, rows, n, &taken, NULL) == QL_OK) == fits);
    if (!fits) return;
    check_batch(taken);
    ql_batch_unref(taken);
}

static void check_select(ql_batch *batch, input *in) {
    size_t columns[MOST_COLUMNS], n = take_byte(in) % MOST_COLUMNS;
    for (size_t i = 0; i < n; i++) columns[i] = take_byte(in) % ql_batch_n_columns(batch);
    ql_batch *chosen;
    DEMAND(ql_batch_select(batch, columns, n, &chosen, NULL) == QL_OK);
    check_batch(chosen);
    ql_batch_unref(chosen);
}

/* How many columns and of what type, how many rows, the cells, and what to take and select. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes) {
    static const char *const names[MOST_COLUMNS] = {"a", "b", "a", "", "d", "e", "f", "a long name of a column"};
    input in = {bytes, n_bytes};
    ql_field fields[MOST_COLUMNS];
    ql_builder builders[MOST_COLUMNS];
    size_t n = 1 + take_byte(&in) % MOST_COLUMNS, n_rows = take_byte(&in);
    uint8_t empty = take_byte(&in); /* columns without a row: unknowns */
    for (size_t i = 0; i < n; i++) {
        fields[i] = (ql_field){names[i], (ql_type)(take_byte(&in) % QL_TYPES)};
        builders[i] = ql_builder_of(fields[i].type);
    }
    for (size_t row = 0; row < n_rows; row++)
        for (size_t i = 0; i < n; i++)
            if (!(empty >> i & 1)) put_cell(&builders[i], &in, take_byte(&in));
    ql_batch *batch;
    DEMAND(ql_batch_build(fields, builders, n, n_rows, &batch, NULL) == QL_OK);
    check_batch(batch);
    check_take(batch, &in);
    check_select(batch, &in);
    ql_batch_unref(batch);
    return 0;
}
