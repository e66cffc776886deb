#include "binding.h"

/* The strings belong to `item`. */
static bool read_cue(PyObject *item, Py_ssize_t at, ql_user_cue *out) {
    int is_noun, is_hedge;
    if (!PyTuple_Check(item)) {
        PyErr_Format(PyExc_TypeError, "cues[%zd] is of type %.100s, not a tuple", at, Py_TYPE(item)->tp_name);
        return false;
    }
    if (!PyArg_ParseTuple(item, "sssszpp;a cue is (lemma, tone, act, frames, forms or None, is_noun, is_hedge)",
                          &out->lemma, &out->tone, &out->act, &out->frames, &out->forms, &is_noun, &is_hedge))
        return false;
    out->is_noun = is_noun;
    out->is_hedge = is_hedge;
    return true;
}

static ql_user_cue *read_cues(PyObject *items) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_user_cue *cues = PyMem_New(ql_user_cue, (size_t)n + 1);
    if (cues == NULL) PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && cues != NULL; i++) {
        if (read_cue(PyTuple_GET_ITEM(items, i), i, &cues[i])) continue;
        PyMem_Free(cues);
        cues = NULL;
    }
    return cues;
}

static const char **read_dropped(PyObject *items) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    const char **lemmas = PyMem_New(const char *, (size_t)n + 1);
    if (lemmas == NULL) PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && lemmas != NULL; i++) {
        if (PyArg_Parse(PyTuple_GET_ITEM(items, i), "s;an item of drop is a str", &lemmas[i])) continue;
        PyMem_Free(lemmas);
        lemmas = NULL;
    }
    return lemmas;
}

/* The name belongs to `item`. */
static bool read_weight(PyObject *item, Py_ssize_t at, ql_weight *out) {
    if (!PyTuple_Check(item)) {
        PyErr_Format(PyExc_TypeError, "weights[%zd] is of type %.100s, not a tuple", at, Py_TYPE(item)->tp_name);
        return false;
    }
    return PyArg_ParseTuple(item, "sd;a weight is (feature, weight), such as (\"quote:bias\", 0.5)", &out->name,
                            &out->value);
}

static ql_weight *read_weights(PyObject *items) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_weight *weights = PyMem_New(ql_weight, (size_t)n + 1);
    if (weights == NULL) PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && weights != NULL; i++) {
        if (read_weight(PyTuple_GET_ITEM(items, i), i, &weights[i])) continue;
        PyMem_Free(weights);
        weights = NULL;
    }
    return weights;
}

/* Bytes of whole weights of two bytes each, which belong to `given`; NULL for none. */
bool ql_read_choices(PyObject *given, ql_options *out) {
    if (given == NULL || given == Py_None) return true;
    if (!PyBytes_Check(given)) {
        PyErr_Format(PyExc_TypeError, "choices is of type %.100s, not bytes", Py_TYPE(given)->tp_name);
        return false;
    }
    out->choice_weights = (const int16_t *)(const void *)PyBytes_AS_STRING(given);
    out->n_choice_weights = (size_t)PyBytes_GET_SIZE(given) / sizeof(int16_t);
    return true;
}

bool ql_read_options(PyObject *cues, PyObject *dropped, PyObject *weights, ql_options *out) {
    *out = (ql_options){.n_cues = (size_t)PyTuple_GET_SIZE(cues),
                        .n_dropped = (size_t)PyTuple_GET_SIZE(dropped),
                        .n_weights = (size_t)PyTuple_GET_SIZE(weights)};
    out->cues = read_cues(cues);
    if (out->cues != NULL) out->dropped = read_dropped(dropped);
    if (out->dropped != NULL) out->weights = read_weights(weights);
    return out->weights != NULL;
}

void ql_free_options(ql_options *options) {
    PyMem_Free((void *)options->cues);
    PyMem_Free((void *)options->dropped);
    PyMem_Free((void *)options->weights);
}
