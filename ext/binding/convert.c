#include "binding.h"

static PyObject *exception_of(ql_status status) {
    switch (status) {
    case QL_NO_MEMORY: return PyExc_MemoryError;
    case QL_OK: return PyExc_SystemError;
    default: return PyExc_ValueError;
    }
}

/* Python runs handlers of signals on its main thread only: elsewhere nothing happens here. */
static bool has_signal(void *context) {
    PyThreadState **saved = context;
    PyEval_RestoreThread(*saved);
    bool is_raised = PyErr_CheckSignals() < 0;
    *saved = PyEval_SaveThread();
    return is_raised;
}

ql_watch ql_signal_watch(PyThreadState **saved) {
    return (ql_watch){has_signal, saved};
}

PyObject *ql_raise(const ql_error *error, const char *prefix) {
    if (error->status == QL_STOPPED) return NULL;
    PyObject *type = exception_of(error->status);
    if (error->status == QL_MATCH_LIMIT)
        return PyErr_Format(type,
                            "%s%s (at byte %lld of the text); make the pattern simpler: nested repeats such as (a+)+ "
                            "are what takes so long",
                            prefix, error->message, (long long)error->position);
    if (error->status == QL_BAD_PATTERN)
        return PyErr_Format(type, "%s%s (at byte %lld of the pattern)", prefix, error->message,
                            (long long)error->position);
    return PyErr_Format(type, "%s%s", prefix, error->message);
}

bool ql_borrow(PyObject *text, ql_borrowed *out) {
    Py_ssize_t n;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &n);
    if (bytes != NULL) {
        *out = (ql_borrowed){Py_NewRef(text), bytes, (size_t)n};
        return true;
    }
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return false;
    PyErr_Clear();
    PyObject *encoded = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
    if (encoded == NULL) return false;
    *out = (ql_borrowed){encoded, PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded)};
    return true;
}

void ql_free_borrowed(ql_borrowed *borrowed, Py_ssize_t n) {
    for (Py_ssize_t i = 0; i < n && borrowed != NULL; i++) Py_DECREF(borrowed[i].owner);
    PyMem_Free(borrowed);
}

ql_borrowed *ql_borrow_all(PyObject *items, const char *name) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_borrowed *borrowed = PyMem_New(ql_borrowed, (size_t)n + 1);
    if (borrowed == NULL) PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && borrowed != NULL; i++) {
        PyObject *item = PyTuple_GET_ITEM(items, i);
        if (!PyUnicode_Check(item))
            PyErr_Format(PyExc_TypeError, "%s[%zd] is of type %.100s, not str%s", name, i, Py_TYPE(item)->tp_name,
                         PyBytes_Check(item) ? "; decode it first" : "");
        else if (ql_borrow(item, &borrowed[i]))
            continue;
        ql_free_borrowed(borrowed, i);
        borrowed = NULL;
    }
    return borrowed;
}

PyObject *ql_tuple_of(PyObject *sequence, const char *name, const char *wanted) {
    if (PyUnicode_Check(sequence))
        return PyErr_Format(PyExc_TypeError, "%s is a str, not %s; put it in a list", name, wanted);
    if (PyBytes_Check(sequence) || !(PySequence_Check(sequence) || PyObject_HasAttrString(sequence, "__iter__")))
        return PyErr_Format(PyExc_TypeError, "%s is of type %.100s, not %s", name, Py_TYPE(sequence)->tp_name,
                            wanted);
    return PySequence_Tuple(sequence);
}

static PyObject *table_names(void) {
    PyObject *names = PyUnicode_FromString(ql_table_name((ql_table)0));
    for (int i = 1; i < QL_TABLES && names != NULL; i++) {
        PyObject *longer = PyUnicode_FromFormat("%U, %s", names, ql_table_name((ql_table)i));
        Py_SETREF(names, longer);
    }
    return names;
}

ql_table ql_table_of(PyObject *name) {
    if (!PyUnicode_Check(name)) {
        PyErr_Format(PyExc_TypeError, "the name of a table is a str, not %.100s", Py_TYPE(name)->tp_name);
        return QL_TABLES;
    }
    ql_borrowed text;
    if (!ql_borrow(name, &text)) return QL_TABLES;
    ql_table table = strlen(text.bytes) == text.n_bytes ? ql_table_find(text.bytes) : QL_TABLES;
    Py_DECREF(text.owner);
    if (table != QL_TABLES) return table;
    PyObject *names = table_names();
    if (names != NULL) PyErr_Format(PyExc_ValueError, "there is no table %R; there are: %U", name, names);
    Py_XDECREF(names);
    return QL_TABLES;
}
