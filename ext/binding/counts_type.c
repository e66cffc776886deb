#include "binding.h"

#include <string.h>

static PyObject *counts_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {NULL};
    ql_line_counts *counts;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, ":LineCounts", names)) return NULL;
    if (ql_line_counts_new(&counts) != QL_OK) return PyErr_NoMemory();
    CountsObject *self = (CountsObject *)type->tp_alloc(type, 0);
    if (self == NULL)
        ql_line_counts_free(counts);
    else
        self->counts = counts;
    return (PyObject *)self;
}

static int counts_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void counts_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ql_line_counts_free(((CountsObject *)self)->counts);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *add_all(ql_line_counts *counts, const ql_borrowed *outlet, const ql_borrowed *texts, Py_ssize_t n) {
    ql_error error = {0};
    for (Py_ssize_t i = 0; i < n; i++)
        if (ql_line_counts_add(counts, outlet->bytes, outlet->n_bytes, texts[i].bytes, texts[i].n_bytes, &error) !=
            QL_OK)
            return ql_raise(&error, "");
    Py_RETURN_NONE;
}

PyDoc_STRVAR(add_doc, "add($self, outlet, texts, /)\n--\n\n"
                      "Count the lines of pages of one outlet.  Not any more once an analysis has used the counts.");

static bool is_open(const CountsObject *counts) {
    if (counts->sealed)
        PyErr_SetString(PyExc_RuntimeError,
                        "these counts are in use by an analysis; count all pages first, or make new ones");
    return !counts->sealed;
}

static PyObject *counts_add(PyObject *self, PyObject *args) {
    CountsObject *counts = (CountsObject *)self;
    PyObject *name, *given, *done = NULL;
    ql_borrowed outlet;
    if (!PyArg_ParseTuple(args, "UO:add", &name, &given) || !is_open(counts)) return NULL;
    PyObject *items = ql_tuple_of(given, "texts", "a list of texts");
    if (items == NULL) return NULL;
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_borrowed *texts = ql_borrow_all(items, "texts");
    if (texts != NULL && ql_borrow(name, &outlet)) {
        done = add_all(counts->counts, &outlet, texts, n);
        Py_DECREF(outlet.owner);
    }
    ql_free_borrowed(texts, n);
    Py_DECREF(items);
    return done;
}

PyDoc_STRVAR(recurring_doc, "recurring($self, /)\n--\n\nThe lines that recur, for `take`.");

static PyObject *counts_recurring(PyObject *self, PyObject *nothing) {
    (void)nothing;
    ql_error error = {0};
    ql_line_key *lines;
    size_t n;
    if (ql_line_counts_recurring(((CountsObject *)self)->counts, &lines, &n, &error) != QL_OK)
        return ql_raise(&error, "");
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)lines, (Py_ssize_t)(n * sizeof *lines));
    ql_free(lines);
    return bytes;
}

PyDoc_STRVAR(take_doc, "take($self, recurring, /)\n--\n\nKnow the lines that recur from elsewhere.");

static PyObject *counts_take(PyObject *self, PyObject *given) {
    CountsObject *counts = (CountsObject *)self;
    ql_error error = {0};
    Py_ssize_t n;
    char *bytes;
    if (!is_open(counts) || PyBytes_AsStringAndSize(given, &bytes, &n) < 0) return NULL;
    if ((size_t)n % sizeof(ql_line_key) != 0) {
        PyErr_SetString(PyExc_ValueError, "these are not lines that recur");
        return NULL;
    }
    ql_line_key *lines = PyMem_Malloc((size_t)n + 1); /* bytes may lie anywhere */
    if (lines == NULL) return PyErr_NoMemory();
    memcpy(lines, bytes, (size_t)n);
    ql_status status = ql_line_counts_take(counts->counts, lines, (size_t)n / sizeof *lines, &error);
    PyMem_Free(lines);
    return status == QL_OK ? Py_NewRef(Py_None) : ql_raise(&error, "");
}

static PyMethodDef counts_methods[] = {
    {"add", counts_add, METH_VARARGS, add_doc},
    {"recurring", counts_recurring, METH_NOARGS, recurring_doc},
    {"take", counts_take, METH_O, take_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(counts_doc,
             "LineCounts()\n--\n\n"
             "How often lines stand on the pages of each outlet: filled first, then given to Engine.analyse.");

static PyType_Slot counts_slots[] = {
    {Py_tp_doc, (void *)counts_doc},   {Py_tp_new, counts_new},         {Py_tp_dealloc, counts_dealloc},
    {Py_tp_traverse, counts_traverse}, {Py_tp_methods, counts_methods}, {0, NULL},
};

PyType_Spec ql_counts_spec = {
    .name = "quotelens._core.LineCounts",
    .basicsize = sizeof(CountsObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = counts_slots,
};
