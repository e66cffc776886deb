#include "binding.h"

/* ------------------------------------------------------------------------------------------------ making */

/* What else an engine may be given. */
typedef struct more_options {
    PyObject *choices; /* bytes, or NULL */
    PyObject *reader;  /* what has the weights of the thorough reader in its buffer, or NULL or None */
    int all_languages, rules_alone;
    double speaker_confidence;
} more_options;

/* The engine keeps the buffer for as long as it lives. */
static bool take_reader(PyObject *reader, EngineObject *self, ql_options *options) {
    if (reader == NULL || reader == Py_None) return true;
    if (PyObject_GetBuffer(reader, &self->reader, PyBUF_SIMPLE) != 0) return false;
    options->reader = self->reader.buf;
    options->n_reader = (size_t)self->reader.len;
    return true;
}

static PyObject *engine_from(PyTypeObject *type, ql_options *options, PyObject *reader) {
    ql_error error = {0};
    EngineObject *self = (EngineObject *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    bool fine = take_reader(reader, self, options);
    if (fine && ql_engine_new(options, &self->engine, &error) != QL_OK) {
        ql_raise(&error, "");
        fine = false;
    }
    if (!fine) Py_CLEAR(self);
    return (PyObject *)self;
}

/* Three tuples, whose items own the strings. */
static PyObject *engine_with(PyTypeObject *type, PyObject *cues, PyObject *dropped, PyObject *weights,
                             const more_options *more) {
    ql_options options;
    bool fine = ql_read_options(cues, dropped, weights, &options) && ql_read_choices(more->choices, &options);
    options.all_languages = more->all_languages;
    options.rules_alone = more->rules_alone;
    options.speaker_confidence = (float)more->speaker_confidence;
    PyObject *self = fine ? engine_from(type, &options, more->reader) : NULL;
    ql_free_options(&options);
    return self;
}

/* An argument that may be missing (NULL), as a tuple; NULL with an exception set. */
static PyObject *tuple_or_empty(PyObject *argument, const char *name, const char *wanted) {
    return argument != NULL ? ql_tuple_of(argument, name, wanted) : PyTuple_New(0);
}

static PyObject *engine_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"cues",   "drop",        "weights", "all_languages", "speaker_confidence", "choices",
                            "reader", "rules_alone", NULL};
    more_options more = {.choices = NULL};
    PyObject *cues = NULL, *dropped = NULL, *weights = NULL, *self = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$OOOpdOOp:Engine", names, &cues, &dropped, &weights,
                                     &more.all_languages, &more.speaker_confidence, &more.choices, &more.reader,
                                     &more.rules_alone))
        return NULL;
    cues = tuple_or_empty(cues, "cues", "a list of cues");
    dropped = cues != NULL ? tuple_or_empty(dropped, "drop", "a list of lemmas") : NULL;
    weights = dropped != NULL ? tuple_or_empty(weights, "weights", "a list of (feature, weight)") : NULL;
    if (weights != NULL) self = engine_with(type, cues, dropped, weights, &more);
    Py_XDECREF(cues);
    Py_XDECREF(dropped);
    Py_XDECREF(weights);
    return self;
}

static int engine_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void engine_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ql_engine_free(((EngineObject *)self)->engine);
    if (((EngineObject *)self)->reader.obj != NULL) PyBuffer_Release(&((EngineObject *)self)->reader);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ----------------------------------------------------------------------------------------------- analyse */

/* One call: all that the core needs without the GIL. */
typedef struct analysis {
    const ql_engine *engine;
    Py_ssize_t n;
    ql_borrowed *texts, *ids, *outlets; /* outlets: NULL where no lines were counted */
    const ql_line_counts *counts;
    unsigned mask;
    bool quotes, parse;
    PyThreadState *saved;
    Py_ssize_t failed_at; /* the document that failed, or -1 */
    ql_error error;
} analysis;

static ql_status analyse_document(analysis *job, ql_scratch *scratch, ql_tables *tables, Py_ssize_t i) {
    ql_result *result;
    const ql_borrowed *text = &job->texts[i], *id = &job->ids[i];
    unsigned want = ql_tables_want(job->mask, job->quotes, job->parse);
    const ql_borrowed *outlet = job->outlets != NULL && job->outlets[i].n_bytes != 0 ? &job->outlets[i] : NULL;
    ql_status status = ql_analyse_page(job->engine, scratch, text->bytes, text->n_bytes, want,
                                       outlet != NULL ? job->counts : NULL, outlet != NULL ? outlet->bytes : NULL,
                                       outlet != NULL ? outlet->n_bytes : 0, &result, &job->error);
    if (status == QL_OK) status = ql_tables_append(tables, result, id->bytes, id->n_bytes, &job->error);
    ql_result_free(result);
    return status;
}

static size_t text_bytes(const analysis *job) {
    size_t total = 0;
    for (Py_ssize_t i = 0; i < job->n; i++) total += job->texts[i].n_bytes;
    return total;
}

static ql_status analyse_documents(analysis *job, ql_scratch *scratch, ql_tables *tables, ql_batch *out[QL_TABLES]) {
    ql_tables_expect(tables, text_bytes(job));
    for (Py_ssize_t i = 0; i < job->n; i++) {
        ql_status status = analyse_document(job, scratch, tables, i);
        if (status == QL_OK) continue;
        job->failed_at = i;
        return status;
    }
    return ql_tables_finish(tables, out, &job->error);
}

/* Runs without the GIL. */
static ql_status run(analysis *job, ql_batch *out[QL_TABLES]) {
    ql_scratch *scratch = NULL;
    ql_tables *tables = NULL;
    job->failed_at = -1;
    job->error = (ql_error){.status = QL_NO_MEMORY, .message = "no memory for an analysis"};
    ql_status status = ql_scratch_new(&scratch);
    if (status == QL_OK) ql_scratch_watch(scratch, ql_signal_watch(&job->saved));
    if (status == QL_OK) status = ql_tables_new(job->engine, job->mask, job->quotes, job->parse, &tables);
    if (status == QL_OK) status = analyse_documents(job, scratch, tables, out);
    ql_tables_free(tables);
    ql_scratch_free(scratch);
    return status;
}

static PyObject *raise_for(const analysis *job) {
    char prefix[40] = "";
    if (job->failed_at >= 0) PyOS_snprintf(prefix, sizeof prefix, "texts[%lld]: ", (long long)job->failed_at);
    return ql_raise(&job->error, prefix);
}

/* Takes all batches over. */
static PyObject *dict_of(PyTypeObject *batch_type, ql_batch *batches[QL_TABLES]) {
    PyObject *tables = PyDict_New();
    for (int i = 0; i < QL_TABLES; i++) {
        if (batches[i] == NULL) continue;
        PyObject *batch = ql_batch_object(batch_type, batches[i]);
        if (batch == NULL || tables == NULL || PyDict_SetItemString(tables, ql_table_name((ql_table)i), batch) < 0)
            Py_CLEAR(tables);
        Py_XDECREF(batch);
    }
    return tables;
}

static PyObject *run_job(analysis *job, PyTypeObject *batch_type) {
    ql_batch *batches[QL_TABLES] = {NULL};
    job->saved = PyEval_SaveThread();
    ql_status status = run(job, batches);
    PyEval_RestoreThread(job->saved);
    return status == QL_OK ? dict_of(batch_type, batches) : raise_for(job);
}

static bool read_mask(PyObject *names, unsigned *mask) {
    *mask = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        ql_table table = ql_table_of(PyTuple_GET_ITEM(names, i));
        if (table == QL_TABLES) return false;
        *mask |= 1u << table;
    }
    return true;
}

/* Tuples of str, one item a document; `outlets` may be NULL. */
typedef struct documents {
    PyObject *texts, *ids, *outlets;
} documents;

static bool are_as_many(PyObject *texts, PyObject *others, const char *name) {
    if (others == NULL || PyTuple_GET_SIZE(others) == PyTuple_GET_SIZE(texts)) return true;
    PyErr_Format(PyExc_ValueError, "%zd texts and %zd %s: there has to be one for each text", PyTuple_GET_SIZE(texts),
                 PyTuple_GET_SIZE(others), name);
    return false;
}

static PyObject *analyse_tuples(analysis *job, PyTypeObject *batch_type, const documents *input) {
    PyObject *tables = NULL;
    if (!are_as_many(input->texts, input->ids, "ids") || !are_as_many(input->texts, input->outlets, "outlets"))
        return NULL;
    job->n = PyTuple_GET_SIZE(input->texts);
    job->texts = ql_borrow_all(input->texts, "texts");
    if (job->texts != NULL) job->ids = ql_borrow_all(input->ids, "ids");
    if (job->ids != NULL && input->outlets != NULL) job->outlets = ql_borrow_all(input->outlets, "outlets");
    if (job->ids != NULL && (job->outlets != NULL || input->outlets == NULL)) tables = run_job(job, batch_type);
    ql_free_borrowed(job->texts, job->n);
    ql_free_borrowed(job->ids, job->n);
    ql_free_borrowed(job->outlets, job->n);
    return tables;
}

PyDoc_STRVAR(analyse_doc,
             "analyse($self, texts, ids, tables, *, quotes=False, parse=False, outlets=None, lines=None)\n--\n\n"
             "Analyse documents with the GIL released, and give a batch for each table asked for.");

/* Take over `lines`: None, or counts that nobody may add to from now on. */
static bool read_counts(PyObject *lines, PyTypeObject *counts_type, const ql_line_counts **out) {
    *out = NULL;
    if (lines == Py_None) return true;
    if (!Py_IS_TYPE(lines, counts_type)) {
        PyErr_Format(PyExc_TypeError, "lines is of type %.100s, not LineCounts", Py_TYPE(lines)->tp_name);
        return false;
    }
    CountsObject *object = (CountsObject *)lines;
    ql_error error = {0};
    if (!object->sealed && ql_line_counts_finish(object->counts, &error) != QL_OK) {
        ql_raise(&error, "");
        return false;
    }
    object->sealed = true;
    *out = object->counts;
    return true;
}

static PyObject *engine_analyse(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"texts", "ids", "tables", "quotes", "parse", "outlets", "lines", NULL};
    PyObject *texts, *ids, *names, *outlets = Py_None, *lines = Py_None, *tables = NULL;
    int quotes = 0, parse = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOO|$ppOO:analyse", keywords, &texts, &ids, &names, &quotes,
                                     &parse, &outlets, &lines))
        return NULL;
    module_state *state = PyType_GetModuleState(Py_TYPE(self));
    analysis job = {.engine = ((EngineObject *)self)->engine, .quotes = quotes, .parse = parse};
    documents input = {.texts = ql_tuple_of(texts, "texts", "a list of texts")};
    if (input.texts != NULL) input.ids = ql_tuple_of(ids, "ids", "a list of doc_ids");
    names = input.ids != NULL ? ql_tuple_of(names, "tables", "a list of names of tables") : NULL;
    if (names != NULL && outlets != Py_None) input.outlets = ql_tuple_of(outlets, "outlets", "a list of outlets");
    bool fine = names != NULL && (input.outlets != NULL || outlets == Py_None);
    if (fine && read_mask(names, &job.mask) && read_counts(lines, state->counts_type, &job.counts))
        tables = analyse_tuples(&job, state->batch_type, &input);
    Py_XDECREF(input.texts);
    Py_XDECREF(input.ids);
    Py_XDECREF(input.outlets);
    Py_XDECREF(names);
    return tables;
}

/* -------------------------------------------------------------------------------------------- parse_words */

/* Names of tags and relations are few: each is one object. */
static PyObject *parsed_object(const ql_parsed_word *word) {
    PyObject *tag = PyUnicode_InternFromString(ql_tag_name(word->tag));
    PyObject *relation = PyUnicode_InternFromString(ql_relation_name(word->relation));
    PyObject *parsed = tag != NULL && relation != NULL ? Py_BuildValue("(OiO)", tag, word->head + 1, relation) : NULL;
    Py_XDECREF(tag);
    Py_XDECREF(relation);
    return parsed;
}

static PyObject *parsed_list(const ql_parsed_word *words, Py_ssize_t n) {
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; i < n && list != NULL; i++) {
        PyObject *parsed = parsed_object(&words[i]);
        if (parsed == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, parsed);
    }
    return list;
}

static PyObject *parse_borrowed(const ql_engine *engine, const ql_borrowed *borrowed, Py_ssize_t n) {
    ql_word_slice *slices = PyMem_New(ql_word_slice, (size_t)n + 1);
    ql_parsed_word *parsed = PyMem_New(ql_parsed_word, (size_t)n + 1);
    PyObject *list = NULL;
    ql_error error = {0};
    ql_status status;
    if (slices == NULL || parsed == NULL) {
        PyErr_NoMemory();
    } else {
        for (Py_ssize_t i = 0; i < n; i++) slices[i] = (ql_word_slice){borrowed[i].bytes, borrowed[i].n_bytes};
        Py_BEGIN_ALLOW_THREADS
        status = ql_parse_words(engine, slices, (size_t)n, parsed, &error);
        Py_END_ALLOW_THREADS
        list = status == QL_OK ? parsed_list(parsed, n) : ql_raise(&error, "");
    }
    PyMem_Free(slices);
    PyMem_Free(parsed);
    return list;
}

PyDoc_STRVAR(parse_words_doc, "parse_words($self, words, /)\n--\n\n"
                              "(tag, head, relation) of each word of one sentence, with the GIL released.");

static PyObject *engine_parse_words(PyObject *self, PyObject *words) {
    if (!PyList_Check(words) && !PyTuple_Check(words))
        return PyErr_Format(PyExc_TypeError, "words is of type %.100s, not a list of str%s", Py_TYPE(words)->tp_name,
                            PyUnicode_Check(words) ? "; split it first" : "");
    PyObject *items = PySequence_Tuple(words), *list = NULL;
    if (items == NULL) return NULL;
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_borrowed *borrowed = ql_borrow_all(items, "words");
    if (borrowed != NULL) list = parse_borrowed(((EngineObject *)self)->engine, borrowed, n);
    ql_free_borrowed(borrowed, n);
    Py_DECREF(items);
    return list;
}

static PyObject *engine_weights(PyObject *self, PyObject *nothing) {
    (void)nothing;
    PyObject *weights = PyDict_New();
    for (int32_t i = 0; i < ql_n_features() && weights != NULL; i++) {
        PyObject *weight = PyFloat_FromDouble(ql_engine_weight(((EngineObject *)self)->engine, i));
        if (weight == NULL || PyDict_SetItemString(weights, ql_feature_name(i), weight) < 0) Py_CLEAR(weights);
        Py_XDECREF(weight);
    }
    return weights;
}

static PyMethodDef engine_methods[] = {
    {"analyse", (PyCFunction)(void (*)(void))engine_analyse, METH_VARARGS | METH_KEYWORDS, analyse_doc},
    {"parse_words", engine_parse_words, METH_O, parse_words_doc},
    {"weights", engine_weights, METH_NOARGS,
     "weights($self, /)\n--\n\nThe weight of each feature of the scores, by name."},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(engine_doc, "Engine(*, cues=(), drop=(), weights=(), all_languages=False, speaker_confidence=0.0, "
                         "choices=None, reader=None, rules_alone=False)\n--\n\n"
                         "Options and lexicons, immutable; threads share it.");

static PyType_Slot engine_slots[] = {
    {Py_tp_doc, (void *)engine_doc},   {Py_tp_new, engine_new},         {Py_tp_dealloc, engine_dealloc},
    {Py_tp_traverse, engine_traverse}, {Py_tp_methods, engine_methods}, {0, NULL},
};

PyType_Spec ql_engine_spec = {
    .name = "quotelens._core.Engine",
    .basicsize = sizeof(EngineObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = engine_slots,
};
