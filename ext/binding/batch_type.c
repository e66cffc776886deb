#include "binding.h"

PyObject *ql_batch_object(PyTypeObject *type, ql_batch *batch) {
    BatchObject *self = (BatchObject *)type->tp_alloc(type, 0);
    if (self == NULL)
        ql_batch_unref(batch);
    else
        self->batch = batch;
    return (PyObject *)self;
}

static ql_batch *batch_of(PyObject *self) {
    return ((BatchObject *)self)->batch;
}

static int batch_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void batch_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ql_batch_unref(batch_of(self));
    type->tp_free(self);
    Py_DECREF(type);
}

/* ------------------------------------------------------------------------------------- from Python values */

/* Where a value stands, for messages. */
typedef struct place {
    const char *column;
    Py_ssize_t row;
} place;

/* Each adds one value that is not None, and is false with an exception set where it cannot. */
typedef bool put_value(ql_builder *builder, PyObject *value, const place *at);

static bool wants(const place *at, PyObject *value, const char *what) {
    PyErr_Format(PyExc_TypeError, "column '%s', row %zd: a value of type %.100s, not %s", at->column, at->row,
                 Py_TYPE(value)->tp_name, what);
    return false;
}

static bool put_string(ql_builder *builder, PyObject *value, const place *at) {
    ql_borrowed text;
    if (!PyUnicode_Check(value)) return wants(at, value, "a str");
    if (!ql_borrow(value, &text)) return false;
    if (text.owner == value)
        ql_builder_put_string(builder, text.bytes, text.n_bytes);
    else
        ql_builder_put_utf8(builder, text.bytes, text.n_bytes);
    Py_DECREF(text.owner);
    return true;
}

static bool read_integer(PyObject *value, const place *at, long long least, long long most, long long *out) {
    int overflow = 0;
    if (!PyIndex_Check(value)) return wants(at, value, "an int");
    PyObject *index = PyNumber_Index(value);
    if (index == NULL) return false;
    *out = PyLong_AsLongLongAndOverflow(index, &overflow);
    if (overflow != 0 || *out < least || *out > most)
        PyErr_Format(PyExc_ValueError, "column '%s', row %zd: %R is not between %lld and %lld", at->column, at->row,
                     index, least, most);
    Py_DECREF(index);
    return overflow == 0 && *out >= least && *out <= most;
}

static bool put_int32(ql_builder *builder, PyObject *value, const place *at) {
    long long integer;
    if (!read_integer(value, at, INT32_MIN, INT32_MAX, &integer)) return false;
    ql_builder_put_int32(builder, (int32_t)integer);
    return true;
}

static bool put_int64(ql_builder *builder, PyObject *value, const place *at) {
    long long integer;
    if (!read_integer(value, at, INT64_MIN, INT64_MAX, &integer)) return false;
    ql_builder_put_int64(builder, integer);
    return true;
}

static bool put_float64(ql_builder *builder, PyObject *value, const place *at) {
    if (!PyNumber_Check(value)) return wants(at, value, "a float");
    double real = PyFloat_AsDouble(value);
    if (real == -1.0 && PyErr_Occurred()) return false;
    ql_builder_put_float64(builder, real);
    return true;
}

static bool put_bool(ql_builder *builder, PyObject *value, const place *at) {
    if (!PyBool_Check(value)) return wants(at, value, "a bool");
    ql_builder_put_bool(builder, value == Py_True);
    return true;
}

static put_value *const PUT[QL_TYPES] = {
    [QL_TYPE_STRING] = put_string,   [QL_TYPE_INT32] = put_int32, [QL_TYPE_INT64] = put_int64,
    [QL_TYPE_FLOAT64] = put_float64, [QL_TYPE_BOOL] = put_bool,   [QL_TYPE_TIMESTAMP] = put_int64,
};

static bool fill_builder(ql_builder *builder, const char *name, PyObject *values) {
    place at = {name, 0};
    (void)ql_builder_reserve(builder, (size_t)PyTuple_GET_SIZE(values), 0);
    for (; at.row < PyTuple_GET_SIZE(values); at.row++) {
        PyObject *value = PyTuple_GET_ITEM(values, at.row);
        if (value == Py_None)
            ql_builder_put_null(builder);
        else if (!PUT[builder->type](builder, value, &at))
            return false;
    }
    return true;
}

/* Columns on their way from Python. */
typedef struct columns_in {
    Py_ssize_t n, n_rows;
    PyObject *names, *types, *columns; /* tuples */
    ql_field *fields;
    ql_builder *builders;
} columns_in;

static void frame_free(columns_in *frame) {
    for (Py_ssize_t i = 0; i < frame->n && frame->builders != NULL; i++) ql_builder_free(&frame->builders[i]);
    PyMem_Free(frame->builders);
    PyMem_Free(frame->fields);
    Py_XDECREF(frame->names);
    Py_XDECREF(frame->types);
    Py_XDECREF(frame->columns);
}

/* A str without a NUL, as a C string that belongs to it. */
static const char *c_string(PyObject *item, const char *what) {
    Py_ssize_t n;
    if (!PyUnicode_Check(item)) return PyErr_Format(PyExc_TypeError, "%s is %R, not a str", what, item), NULL;
    const char *bytes = PyUnicode_AsUTF8AndSize(item, &n);
    if (bytes == NULL || strlen(bytes) == (size_t)n) return bytes;
    return PyErr_Format(PyExc_ValueError, "%s is %R: a NUL is in it", what, item), NULL;
}

static bool read_field(columns_in *frame, Py_ssize_t at) {
    ql_field *field = &frame->fields[at];
    field->name = c_string(PyTuple_GET_ITEM(frame->names, at), "the name of a column");
    const char *type = field->name ? c_string(PyTuple_GET_ITEM(frame->types, at), "the type of a column") : NULL;
    if (type == NULL) return false;
    for (Py_ssize_t i = 0; i < at; i++)
        if (strcmp(frame->fields[i].name, field->name) == 0)
            return PyErr_Format(PyExc_ValueError, "two columns have the name '%s'", field->name), false;
    field->type = ql_type_find(type);
    if (field->type != QL_TYPES) return true;
    PyErr_Format(PyExc_ValueError,
                 "column '%s' has the type '%s'; there are string, int32, int64, float64, bool, timestamp",
                 field->name, type);
    return false;
}

static bool read_column(columns_in *frame, Py_ssize_t at) {
    const ql_field *field = &frame->fields[at];
    PyObject *values = ql_tuple_of(PyTuple_GET_ITEM(frame->columns, at), "a column", "a list of values");
    if (values == NULL) return false;
    bool done = false;
    if (at == 0) frame->n_rows = PyTuple_GET_SIZE(values);
    frame->builders[at] = ql_builder_of(field->type);
    if (PyTuple_GET_SIZE(values) != frame->n_rows)
        PyErr_Format(PyExc_ValueError, "column '%s' has %zd values, column '%s' %zd", field->name,
                     PyTuple_GET_SIZE(values), frame->fields[0].name, frame->n_rows);
    else
        done = fill_builder(&frame->builders[at], field->name, values);
    Py_DECREF(values);
    return done;
}

static bool frame_fill(columns_in *frame) {
    Py_ssize_t n = PyTuple_GET_SIZE(frame->names);
    if (PyTuple_GET_SIZE(frame->types) != n || PyTuple_GET_SIZE(frame->columns) != n)
        return PyErr_Format(PyExc_ValueError,
                            "%zd names, %zd types and %zd columns: there have to be as many of each", n,
                            PyTuple_GET_SIZE(frame->types), PyTuple_GET_SIZE(frame->columns)),
               false;
    frame->fields = PyMem_Calloc((size_t)n + 1, sizeof *frame->fields);
    frame->builders = PyMem_Calloc((size_t)n + 1, sizeof *frame->builders);
    if (frame->fields == NULL || frame->builders == NULL) return PyErr_NoMemory(), false;
    frame->n = n;
    for (Py_ssize_t i = 0; i < n; i++)
        if (!read_field(frame, i)) return false;
    for (Py_ssize_t i = 0; i < n; i++)
        if (!read_column(frame, i)) return false;
    return true;
}

static PyObject *frame_batch(columns_in *frame, PyTypeObject *type) {
    ql_batch *batch;
    ql_error error = {0};
    ql_status status =
        ql_batch_build(frame->fields, frame->builders, (size_t)frame->n, (size_t)frame->n_rows, &batch, &error);
    return status == QL_OK ? ql_batch_object(type, batch) : ql_raise(&error, "");
}

PyDoc_STRVAR(from_columns_doc, "from_columns(names, types, columns)\n--\n\n"
                               "Build one from Python values; None is null.");

static PyObject *batch_from_columns(PyObject *type, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"names", "types", "columns", NULL};
    PyObject *names, *types, *columns, *batch = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOO:from_columns", keywords, &names, &types, &columns))
        return NULL;
    columns_in frame = {.names = ql_tuple_of(names, "names", "a list of names")};
    if (frame.names != NULL) frame.types = ql_tuple_of(types, "types", "a list of names of types");
    if (frame.types != NULL) frame.columns = ql_tuple_of(columns, "columns", "a list of columns");
    if (frame.columns != NULL && frame_fill(&frame)) batch = frame_batch(&frame, (PyTypeObject *)type);
    frame_free(&frame);
    return batch;
}

/* ------------------------------------------------------------------------------------------ to Python values */

static PyObject *value_of(const ql_batch *batch, size_t column, int64_t row) {
    ql_cell cell = ql_batch_cell(batch, column, row);
    if (cell.is_null) Py_RETURN_NONE;
    switch (ql_batch_column(batch, column)->type) {
    case QL_TYPE_STRING: return PyUnicode_DecodeUTF8(cell.bytes, (Py_ssize_t)cell.n_bytes, NULL);
    case QL_TYPE_FLOAT64: return PyFloat_FromDouble(cell.real);
    case QL_TYPE_BOOL: return PyBool_FromLong((long)cell.integer);
    default: return PyLong_FromLongLong(cell.integer);
    }
}

static PyObject *batch_names(PyObject *self, void *closure) {
    (void)closure;
    const ql_batch *batch = batch_of(self);
    PyObject *names = PyTuple_New((Py_ssize_t)ql_batch_n_columns(batch));
    for (size_t i = 0; names != NULL && i < ql_batch_n_columns(batch); i++) {
        PyObject *name = PyUnicode_FromString(ql_batch_name(batch, i));
        if (name == NULL)
            Py_CLEAR(names);
        else
            PyTuple_SET_ITEM(names, (Py_ssize_t)i, name);
    }
    return names;
}

static PyObject *batch_types(PyObject *self, void *closure) {
    (void)closure;
    const ql_batch *batch = batch_of(self);
    PyObject *types = PyTuple_New((Py_ssize_t)ql_batch_n_columns(batch));
    for (size_t i = 0; types != NULL && i < ql_batch_n_columns(batch); i++) {
        PyObject *type = PyUnicode_FromString(ql_type_name(ql_batch_column(batch, i)->type));
        if (type == NULL)
            Py_CLEAR(types);
        else
            PyTuple_SET_ITEM(types, (Py_ssize_t)i, type);
    }
    return types;
}

static PyObject *batch_nbytes(PyObject *self, void *closure) {
    (void)closure;
    return PyLong_FromSize_t(ql_batch_n_bytes(batch_of(self)));
}

static Py_ssize_t batch_length(PyObject *self) {
    return (Py_ssize_t)ql_batch_n_rows(batch_of(self));
}

/* The index of a column, or -1 with a KeyError that lists what there is. */
static int64_t find_column(PyObject *self, PyObject *name) {
    if (!PyUnicode_Check(name))
        return PyErr_Format(PyExc_TypeError, "the name of a column is a str, not %.100s", Py_TYPE(name)->tp_name), -1;
    ql_borrowed text;
    if (!ql_borrow(name, &text)) return -1;
    int64_t column = strlen(text.bytes) == text.n_bytes ? ql_batch_find(batch_of(self), text.bytes) : QL_NONE;
    Py_DECREF(text.owner);
    if (column != QL_NONE) return column;
    PyObject *names = batch_names(self, NULL);
    PyObject *message = names ? PyUnicode_FromFormat("there is no column %R; there are %R", name, names) : NULL;
    if (message != NULL) PyErr_SetObject(PyExc_KeyError, message);
    Py_XDECREF(message);
    Py_XDECREF(names);
    return -1;
}

static PyObject *batch_column(PyObject *self, PyObject *name) {
    int64_t column = find_column(self, name);
    if (column < 0) return NULL;
    Py_ssize_t n = batch_length(self);
    PyObject *values = PyList_New(n);
    for (Py_ssize_t i = 0; i < n && values != NULL; i++) {
        PyObject *value = value_of(batch_of(self), (size_t)column, i);
        if (value == NULL)
            Py_CLEAR(values);
        else
            PyList_SET_ITEM(values, i, value);
    }
    return values;
}

static PyObject *batch_row(PyObject *self, PyObject *index) {
    const ql_batch *batch = batch_of(self);
    Py_ssize_t n = batch_length(self), row = PyNumber_AsSsize_t(index, PyExc_IndexError);
    if (row == -1 && PyErr_Occurred()) return NULL;
    if (row < -n || row >= n) return PyErr_Format(PyExc_IndexError, "row %zd of a batch of %zd", row, n);
    row += row < 0 ? n : 0;
    PyObject *values = PyTuple_New((Py_ssize_t)ql_batch_n_columns(batch));
    for (size_t i = 0; values != NULL && i < ql_batch_n_columns(batch); i++) {
        PyObject *value = value_of(batch, i, row);
        if (value == NULL)
            Py_CLEAR(values);
        else
            PyTuple_SET_ITEM(values, (Py_ssize_t)i, value);
    }
    return values;
}

/* ---------------------------------------------------------------------------------------- rows and columns */

static int64_t *read_rows(PyObject *items) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    int64_t *rows = PyMem_New(int64_t, (size_t)n + 1);
    if (rows == NULL) PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && rows != NULL; i++) {
        rows[i] = PyNumber_AsSsize_t(PyTuple_GET_ITEM(items, i), PyExc_IndexError);
        if (rows[i] != -1 || !PyErr_Occurred()) continue;
        PyMem_Free(rows);
        rows = NULL;
    }
    return rows;
}

static PyObject *take_rows(PyObject *self, const int64_t *rows, Py_ssize_t n) {
    const ql_batch *batch = batch_of(self);
    ql_batch *taken;
    ql_error error = {0};
    ql_status status;
    Py_BEGIN_ALLOW_THREADS
    status = ql_batch_take(batch, rows, (size_t)n, &taken, &error);
    Py_END_ALLOW_THREADS
    if (status == QL_BAD_INPUT)
        return PyErr_Format(PyExc_IndexError, "rows[%lld]: %s", (long long)error.position, error.message);
    return status == QL_OK ? ql_batch_object(Py_TYPE(self), taken) : ql_raise(&error, "");
}

static PyObject *batch_take(PyObject *self, PyObject *given) {
    PyObject *taken = NULL, *items = ql_tuple_of(given, "rows", "a list of positions");
    int64_t *rows = items != NULL ? read_rows(items) : NULL;
    if (rows != NULL) taken = take_rows(self, rows, PyTuple_GET_SIZE(items));
    PyMem_Free(rows);
    Py_XDECREF(items);
    return taken;
}

static size_t *read_columns(PyObject *self, PyObject *items) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    size_t *columns = PyMem_New(size_t, (size_t)n + 1);
    if (columns == NULL) PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && columns != NULL; i++) {
        int64_t column = find_column(self, PyTuple_GET_ITEM(items, i));
        if (column >= 0) {
            columns[i] = (size_t)column;
            continue;
        }
        PyMem_Free(columns);
        columns = NULL;
    }
    return columns;
}

static PyObject *batch_select(PyObject *self, PyObject *names) {
    PyObject *selected = NULL, *items = ql_tuple_of(names, "names", "a list of names of columns");
    size_t *columns = items != NULL ? read_columns(self, items) : NULL;
    if (columns != NULL) {
        ql_batch *batch;
        ql_error error = {0};
        ql_status status = ql_batch_select(batch_of(self), columns, (size_t)PyTuple_GET_SIZE(items), &batch, &error);
        selected = status == QL_OK ? ql_batch_object(Py_TYPE(self), batch) : ql_raise(&error, "");
    }
    PyMem_Free(columns);
    Py_XDECREF(items);
    return selected;
}

/* ------------------------------------------------------------------------------------------------- Arrow */

static PyObject *batch_arrow_schema(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return ql_schema_capsule(batch_of(self));
}

/* The schema asked for is best effort by the protocol: the consumer casts what it wants otherwise. */
static PyObject *batch_arrow_array(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"requested_schema", NULL};
    PyObject *requested = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:__arrow_c_array__", keywords, &requested)) return NULL;
    PyObject *schema = ql_schema_capsule(batch_of(self));
    PyObject *array = schema != NULL ? ql_array_capsule(batch_of(self)) : NULL;
    PyObject *pair = array != NULL ? PyTuple_Pack(2, schema, array) : NULL;
    Py_XDECREF(schema);
    Py_XDECREF(array);
    return pair;
}

static PyObject *batch_repr(PyObject *self) {
    PyObject *names = batch_names(self, NULL);
    PyObject *text = names ? PyUnicode_FromFormat("<Batch of %zd rows: %R>", batch_length(self), names) : NULL;
    Py_XDECREF(names);
    return text;
}

static PyMethodDef batch_methods[] = {
    {"from_columns", (PyCFunction)(void (*)(void))batch_from_columns, METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     from_columns_doc},
    {"column", batch_column, METH_O, "column($self, name, /)\n--\n\nAll values of a column."},
    {"row", batch_row, METH_O, "row($self, index, /)\n--\n\nThe values of a row."},
    {"take", batch_take, METH_O, "take($self, rows, /)\n--\n\nThe rows at these positions, in this order."},
    {"select", batch_select, METH_O, "select($self, names, /)\n--\n\nThese columns, sharing memory."},
    {"__arrow_c_schema__", batch_arrow_schema, METH_NOARGS,
     "__arrow_c_schema__($self, /)\n--\n\nAn arrow_schema capsule."},
    {"__arrow_c_array__", (PyCFunction)(void (*)(void))batch_arrow_array, METH_VARARGS | METH_KEYWORDS,
     "__arrow_c_array__($self, requested_schema=None)\n--\n\nAn arrow_schema and an arrow_array capsule."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef batch_getset[] = {
    {"names", batch_names, NULL, "Names of the columns.", NULL},
    {"types", batch_types, NULL, "Types of the columns.", NULL},
    {"nbytes", batch_nbytes, NULL, "Bytes that the columns take.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot batch_slots[] = {
    {Py_tp_doc, "Some rows of a table: immutable, with the columns in Arrow's memory layout."},
    {Py_tp_dealloc, batch_dealloc},
    {Py_tp_traverse, batch_traverse},
    {Py_tp_repr, batch_repr},
    {Py_tp_methods, batch_methods},
    {Py_tp_getset, batch_getset},
    {Py_sq_length, batch_length},
    {0, NULL},
};

PyType_Spec ql_batch_spec = {
    .name = "quotelens._core.Batch",
    .basicsize = sizeof(BatchObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = batch_slots,
};
