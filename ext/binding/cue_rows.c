#include "binding.h"

#include "lexicon/lexicon.h"

/* A tuple of strings, from `first` on, until there are no more. */
static PyObject *names_of(const char *(*name_of)(size_t), size_t first) {
    size_t n = 0;
    while (name_of(first + n) != NULL) n++;
    PyObject *names = PyTuple_New((Py_ssize_t)n);
    for (size_t i = 0; i < n && names != NULL; i++) {
        PyObject *name = PyUnicode_FromString(name_of(first + i));
        if (name == NULL)
            Py_CLEAR(names);
        else
            PyTuple_SET_ITEM(names, (Py_ssize_t)i, name);
    }
    return names;
}

static const char *act_name(size_t act) {
    return act < QL_ACTS ? ql_act_name((uint8_t)act) : NULL;
}

PyObject *ql_act_names(void) {
    return names_of(act_name, QL_ACT_SPEECH);
}

PyObject *ql_frame_names(void) {
    return names_of(ql_frame_name, 0);
}

/* Names of the frames that are set, blanks between. */
static PyObject *frames_text(unsigned frames) {
    PyObject *text = PyUnicode_FromString("");
    for (size_t i = 0; frames >> i != 0 && text != NULL; i++) {
        if (!(frames >> i & 1)) continue;
        PyObject *longer =
            PyUnicode_FromFormat("%U%s%s", text, (frames & ((1u << i) - 1)) != 0 ? " " : "", ql_frame_name(i));
        Py_SETREF(text, longer);
    }
    return text;
}

static PyObject *row_of(const ql_cue *cue) {
    PyObject *frames = frames_text(cue->frames);
    if (frames == NULL) return NULL;
    return Py_BuildValue("(sssNzNNz)", cue->lemma, cue->tone, ql_act_name(cue->act), frames, cue->forms,
                         PyBool_FromLong(cue->is_noun), PyBool_FromLong(cue->is_hedge), cue->why);
}

PyObject *ql_cue_rows(void) {
    PyObject *rows = PyList_New(0);
    for (size_t i = 0; ql_builtin_cue(i) != NULL && rows != NULL; i++) {
        PyObject *row = row_of(ql_builtin_cue(i));
        if (row == NULL || PyList_Append(rows, row) < 0) Py_CLEAR(rows);
        Py_XDECREF(row);
    }
    return rows;
}
