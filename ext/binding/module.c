#include "binding.h"

#include "base/fold.h"
#include "names/name.h"

/* Missing from the headers of Python 3.11 and 3.12. */
static int add_type(PyObject *module, PyType_Spec *spec, PyTypeObject **out) {
    *out = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    return *out == NULL ? -1 : PyModule_AddType(module, *out);
}

static module_state *state_of(PyObject *module) {
    return PyModule_GetState(module);
}

/* ------------------------------------------------------------------------------------------------ tables */

static PyObject *module_empty(PyObject *module, PyObject *name) {
    ql_table table = ql_table_of(name);
    ql_batch *batch;
    ql_error error = {0};
    if (table == QL_TABLES) return NULL;
    if (ql_table_empty(table, &batch, &error) != QL_OK) return ql_raise(&error, "");
    return ql_batch_object(state_of(module)->batch_type, batch);
}

static ql_batch *batch_in(PyObject *module, PyObject *object, const char *what) {
    if (Py_IS_TYPE(object, state_of(module)->batch_type)) return ((BatchObject *)object)->batch;
    return PyErr_Format(PyExc_TypeError, "%s is of type %.100s, not Batch", what, Py_TYPE(object)->tp_name), NULL;
}

static PyObject *module_export_schema(PyObject *module, PyObject *object) {
    ql_batch *batch = batch_in(module, object, "batch");
    return batch != NULL ? ql_schema_capsule(batch) : NULL;
}

static ql_batch **batches_in(PyObject *module, PyObject *items) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_batch **batches = PyMem_New(ql_batch *, (size_t)n + 1);
    if (batches == NULL) PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < n && batches != NULL; i++) {
        batches[i] = batch_in(module, PyTuple_GET_ITEM(items, i), "an item of batches");
        if (batches[i] != NULL) continue;
        PyMem_Free(batches);
        batches = NULL;
    }
    return batches;
}

static PyObject *module_export_stream(PyObject *module, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"batches", "empty", NULL};
    PyObject *given, *empty, *stream = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:export_stream", keywords, &given, &empty)) return NULL;
    ql_batch *schema = batch_in(module, empty, "empty");
    PyObject *items = schema != NULL ? ql_tuple_of(given, "batches", "a list of batches") : NULL;
    ql_batch **batches = items != NULL ? batches_in(module, items) : NULL;
    if (batches != NULL) stream = ql_stream_capsule(batches, (size_t)PyTuple_GET_SIZE(items), schema);
    PyMem_Free(batches);
    Py_XDECREF(items);
    return stream;
}

/* ------------------------------------------------------------------------------------------------- text */

static bool borrow_argument(PyObject *text, ql_borrowed *out) {
    if (PyUnicode_Check(text)) return ql_borrow(text, out);
    PyErr_Format(PyExc_TypeError, "text is of type %.100s, not str%s", Py_TYPE(text)->tp_name,
                 PyBytes_Check(text) ? "; decode it first" : "");
    return false;
}

/* Takes `positions` over. */
static PyObject *list_of(int32_t *positions, size_t n) {
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; i < n && list != NULL; i++) {
        PyObject *position = PyLong_FromLong(positions[i]);
        if (position == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, position);
    }
    ql_free(positions);
    return list;
}

static PyObject *module_word_boundaries(PyObject *module, PyObject *text) {
    (void)module;
    ql_borrowed bytes;
    ql_error error = {0};
    ql_status status;
    int32_t *positions = NULL;
    size_t n = 0;
    if (!borrow_argument(text, &bytes)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = ql_word_boundaries(bytes.bytes, bytes.n_bytes, &positions, &n, &error);
    Py_END_ALLOW_THREADS
    Py_DECREF(bytes.owner);
    return status == QL_OK ? list_of(positions, n) : ql_raise(&error, "");
}

static PyObject *module_sentence_boundaries(PyObject *module, PyObject *args, PyObject *kwargs) {
    (void)module;
    static char *keywords[] = {"text", "tailored", NULL};
    PyObject *text;
    int tailored;
    ql_borrowed bytes;
    ql_error error = {0};
    ql_status status;
    int32_t *positions = NULL;
    size_t n = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O$p:sentence_boundaries", keywords, &text, &tailored))
        return NULL;
    if (!borrow_argument(text, &bytes)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = ql_sentence_boundaries(bytes.bytes, bytes.n_bytes, tailored, &positions, &n, &error);
    Py_END_ALLOW_THREADS
    Py_DECREF(bytes.owner);
    return status == QL_OK ? list_of(positions, n) : ql_raise(&error, "");
}

static PyObject *fold_bytes(const ql_borrowed *text) {
    PyObject *folded = NULL;
    size_t capacity = text->n_bytes + 16, n = 0;
    for (bool fits = false; !fits; capacity = n) {
        char *out = PyMem_Malloc(capacity);
        if (out == NULL) return PyErr_NoMemory();
        fits = ql_fold(text->bytes, text->n_bytes, out, capacity, &n);
        if (fits) folded = PyUnicode_DecodeUTF8(out, (Py_ssize_t)n, NULL);
        PyMem_Free(out);
    }
    return folded;
}

static PyObject *module_fold(PyObject *module, PyObject *text) {
    (void)module;
    ql_borrowed bytes;
    if (!borrow_argument(text, &bytes)) return NULL;
    PyObject *folded = fold_bytes(&bytes);
    Py_DECREF(bytes.owner);
    return folded;
}

static PyObject *module_page_hash(PyObject *module, PyObject *text) {
    (void)module;
    ql_borrowed bytes;
    if (!borrow_argument(text, &bytes)) return NULL;
    uint64_t hash = ql_page_hash(bytes.bytes, bytes.n_bytes);
    Py_DECREF(bytes.owner);
    return PyLong_FromUnsignedLongLong(hash);
}

static PyObject *names_of_classes(ql_class_set classes) {
    PyObject *names = PyList_New(0);
    for (size_t i = 0; names != NULL && ql_class_name(i) != NULL; i++) {
        if (!ql_in(classes, (uint16_t)i)) continue;
        PyObject *name = PyUnicode_FromString(ql_class_name(i));
        if (name == NULL || PyList_Append(names, name) < 0) Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static PyObject *module_word_classes(PyObject *Py_UNUSED(module), PyObject *word) {
    Py_ssize_t n;
    const char *bytes = PyUnicode_AsUTF8AndSize(word, &n);
    return bytes == NULL ? NULL : names_of_classes(ql_lexicon_classes(NULL, bytes, (size_t)n));
}

static PyObject *link_borrowed(const ql_borrowed *borrowed, size_t n) {
    ql_word_slice *slices = PyMem_New(ql_word_slice, n + 1);
    ql_name_link *links = PyMem_New(ql_name_link, n + 1);
    int32_t *clusters = malloc((n + 1) * sizeof *clusters); /* list_of frees it */
    ql_error error = {0};
    ql_status status = QL_NO_MEMORY;
    if (slices == NULL || links == NULL || clusters == NULL) {
        PyErr_NoMemory();
    } else {
        for (size_t i = 0; i < n; i++) slices[i] = (ql_word_slice){borrowed[i].bytes, borrowed[i].n_bytes};
        Py_BEGIN_ALLOW_THREADS
        status = ql_link_names(NULL, slices, NULL, n, links, &error);
        Py_END_ALLOW_THREADS
        if (status != QL_OK) ql_raise(&error, "");
        for (size_t i = 0; status == QL_OK && i < n; i++) clusters[i] = links[i].cluster;
    }
    PyMem_Free(slices);
    PyMem_Free(links);
    if (status == QL_OK) return list_of(clusters, n);
    ql_free(clusters);
    return NULL;
}

static PyObject *module_link_names(PyObject *module, PyObject *mentions) {
    (void)module;
    if (!PyList_Check(mentions) && !PyTuple_Check(mentions))
        return PyErr_Format(PyExc_TypeError, "mentions is of type %.100s, not a list of str%s",
                            Py_TYPE(mentions)->tp_name, PyUnicode_Check(mentions) ? "; put it in a list" : "");
    PyObject *items = PySequence_Tuple(mentions), *list = NULL;
    if (items == NULL) return NULL;
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_borrowed *borrowed = ql_borrow_all(items, "mentions");
    if (borrowed != NULL) list = link_borrowed(borrowed, (size_t)n);
    ql_free_borrowed(borrowed, n);
    Py_DECREF(items);
    return list;
}

static PyObject *module_info(PyObject *module, PyObject *nothing) {
    (void)module;
    (void)nothing;
    char model[17];
    ql_model_hash(model);
    return Py_BuildValue("{s:s,s:s,s:s,s:s,s:s,s:s}", "version", QL_VERSION, "unicode", ql_unicode_version(),
                         "utf8proc", ql_utf8proc_version(), "pcre2", ql_pcre2_version(), "lexicon", ql_lexicon_hash(),
                         "model", model);
}

static PyObject *module_cues(PyObject *module, PyObject *nothing) {
    (void)module;
    (void)nothing;
    return ql_cue_rows();
}

/* ------------------------------------------------------------------------------------------------ module */

/* Takes `names` over, which may be NULL with an exception set. */
static int add_names(PyObject *module, const char *as, PyObject *names) {
    int status = names != NULL ? PyModule_AddObjectRef(module, as, names) : -1;
    Py_XDECREF(names);
    return status;
}

/* The names of the tables [first, end). */
static PyObject *table_names(int first, int end) {
    PyObject *names = PyTuple_New(end - first);
    for (int i = first; i < end && names != NULL; i++) {
        PyObject *name = PyUnicode_FromString(ql_table_name((ql_table)i));
        if (name == NULL)
            Py_CLEAR(names);
        else
            PyTuple_SET_ITEM(names, i - first, name);
    }
    return names;
}

static int module_exec(PyObject *module) {
    module_state *state = state_of(module);
    if (add_type(module, &ql_engine_spec, &state->engine_type) < 0) return -1;
    if (add_type(module, &ql_batch_spec, &state->batch_type) < 0) return -1;
    if (add_type(module, &ql_pattern_spec, &state->pattern_type) < 0) return -1;
    if (add_type(module, &ql_counts_spec, &state->counts_type) < 0) return -1;
    if (add_type(module, &ql_families_spec, &state->families_type) < 0) return -1;
    if (add_type(module, &ql_passages_spec, &state->passages_type) < 0) return -1;
    if (PyModule_AddStringConstant(module, "__version__", QL_VERSION) < 0) return -1;
    if (add_names(module, "TABLES", table_names(0, QL_TABLE_CANDIDATES)) < 0) return -1;
    if (add_names(module, "EXPLAIN_TABLES", table_names(QL_TABLE_CANDIDATES, QL_TABLES)) < 0) return -1;
    if (add_names(module, "ACTS", ql_act_names()) < 0) return -1;
    return add_names(module, "FRAMES", ql_frame_names());
}

static int module_traverse(PyObject *module, visitproc visit, void *arg) {
    module_state *state = state_of(module);
    Py_VISIT(state->engine_type);
    Py_VISIT(state->batch_type);
    Py_VISIT(state->pattern_type);
    Py_VISIT(state->counts_type);
    Py_VISIT(state->families_type);
    Py_VISIT(state->passages_type);
    return 0;
}

static int module_clear(PyObject *module) {
    module_state *state = state_of(module);
    Py_CLEAR(state->engine_type);
    Py_CLEAR(state->batch_type);
    Py_CLEAR(state->pattern_type);
    Py_CLEAR(state->counts_type);
    Py_CLEAR(state->families_type);
    Py_CLEAR(state->passages_type);
    return 0;
}

static void module_free(void *module) {
    module_clear(module);
}

static PyMethodDef module_methods[] = {
    {"export_stream", (PyCFunction)(void (*)(void))module_export_stream, METH_VARARGS | METH_KEYWORDS,
     "export_stream(batches, empty)\n--\n\nA fresh arrow_array_stream capsule; `empty` gives the schema."},
    {"export_schema", module_export_schema, METH_O, "export_schema(batch, /)\n--\n\nAn arrow_schema capsule."},
    {"empty", module_empty, METH_O, "empty(table, /)\n--\n\nNo rows of the table of this name."},
    {"word_boundaries", module_word_boundaries, METH_O,
     "word_boundaries(text, /)\n--\n\nPositions of UAX #29 word boundaries in code points."},
    {"sentence_boundaries", (PyCFunction)(void (*)(void))module_sentence_boundaries, METH_VARARGS | METH_KEYWORDS,
     "sentence_boundaries(text, *, tailored)\n--\n\nPositions of sentence boundaries in code points."},
    {"page_hash", module_page_hash, METH_O,
     "page_hash(text, /)\n--\n\nHash by which pages are drawn to count lines."},
    {"fold", module_fold, METH_O, "fold(text, /)\n--\n\nNormal form of a word."},
    {"word_classes", module_word_classes, METH_O,
     "word_classes(word, /)\n--\n\nClasses of a word in lower case, as ext/data/lexicon names them."},
    {"diff", ql_diff, METH_VARARGS, "diff(a, b, /)\n--\n\nHow much of b's words a has, and how b differs from a."},
    {"link_names", module_link_names, METH_O,
     "link_names(mentions, /)\n--\n\nThe cluster of each mention of one document, counted from 0."},
    {"cues", module_cues, METH_NOARGS, "cues()\n--\n\nThe reporting cues that are built in, one tuple each."},
    {"info", module_info, METH_NOARGS, "info()\n--\n\nVersions and hashes."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
#ifdef Py_mod_multiple_interpreters /* 3.12+ */
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil /* 3.13+ */
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "quotelens._core",
    .m_doc = "The C extension.  Private: use the functions of quotelens.",
    .m_size = sizeof(module_state),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void) {
    return PyModuleDef_Init(&module_def);
}
