#include "binding.h"

#include "base/pattern.h"
#include "base/utf8.h"
#include "base/vec.h"

typedef struct PatternObject {
    PyObject_HEAD
    ql_pattern *pattern;
} PatternObject;

/* ------------------------------------------------------------------------------------------------ making */

static PyObject *pattern_from(PyTypeObject *type, PyObject *source, bool ignore_case) {
    ql_borrowed text;
    ql_error error = {0};
    ql_pattern *pattern;
    if (!ql_borrow(source, &text)) return NULL;
    ql_status status = ql_pattern_new(text.bytes, text.n_bytes, ignore_case, &pattern, &error);
    Py_DECREF(text.owner);
    if (status != QL_OK) return ql_raise(&error, "");
    PatternObject *self = (PatternObject *)type->tp_alloc(type, 0);
    if (self == NULL)
        ql_pattern_free(pattern);
    else
        self->pattern = pattern;
    return (PyObject *)self;
}

static PyObject *pattern_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"source", "ignore_case", NULL};
    PyObject *source;
    int ignore_case = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|$p:Pattern", names, &source, &ignore_case)) return NULL;
    return pattern_from(type, source, ignore_case);
}

static int pattern_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void pattern_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ql_pattern_free(((PatternObject *)self)->pattern);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---------------------------------------------------------------------------------------------- find_all */

VEC_DEFINE(matches, ql_span)

/* One call: all that is needed without the GIL. */
typedef struct search {
    const ql_pattern *pattern;
    Py_ssize_t n;
    ql_borrowed *texts;
    matches *found;       /* of each text, in code points */
    Py_ssize_t failed_at; /* the text that failed, or -1 */
    ql_error error;
} search;

static ql_status no_memory(search *job) {
    job->error = (ql_error){.status = QL_NO_MEMORY, .position = QL_NONE, .message = "no memory for matches"};
    return QL_NO_MEMORY;
}

/* Where to look next.  An empty match is passed by one code point, and \K, which may set the start of a match
   past its end or before `from`, turns nothing back. */
static int32_t after_match(const ql_text *text, ql_span match, int32_t from) {
    int32_t last = match.end > from ? match.end : from;
    if (match.end > from && match.end > match.start) return match.end;
    if (last >= text->n_bytes) return text->n_bytes + 1;
    int32_t next;
    ql_utf8_decode(text->bytes, text->n_bytes, last, &next);
    return next;
}

static ql_status search_opened(search *job, ql_match *match, const ql_text *text, matches *out) {
    int32_t from = 0;
    while (from <= text->n_bytes) {
        ql_span span;
        bool found;
        ql_status status = ql_pattern_find(job->pattern, match, text->bytes, text->n_bytes, from, false, &span, 1,
                                           &found, &job->error);
        if (status != QL_OK || !found) return status;
        from = after_match(text, span, from);
        if (span.start > span.end) span.start = span.end;
        ql_span chars = {ql_text_char(text, span.start), ql_text_char(text, span.end)};
        if (!matches_push(out, chars)) return no_memory(job);
    }
    return QL_OK;
}

static ql_status search_text(search *job, ql_match *match, const ql_borrowed *one, matches *found) {
    ql_arena arena = {0};
    ql_text text;
    ql_status status = ql_text_open(&text, one->bytes, one->n_bytes, &arena, &job->error);
    if (status == QL_OK) status = search_opened(job, match, &text, found);
    ql_arena_free(&arena);
    return status;
}

/* Runs without the GIL. */
static ql_status search_texts(search *job) {
    ql_match *match;
    job->failed_at = -1;
    ql_status status = ql_match_new(&match);
    if (status != QL_OK) return no_memory(job);
    for (Py_ssize_t i = 0; i < job->n && status == QL_OK; i++) {
        status = search_text(job, match, &job->texts[i], &job->found[i]);
        if (status != QL_OK) job->failed_at = i;
    }
    ql_match_free(match);
    return status;
}

static PyObject *raise_for(const search *job) {
    char prefix[40] = "";
    if (job->failed_at >= 0) PyOS_snprintf(prefix, sizeof prefix, "texts[%lld]: ", (long long)job->failed_at);
    return ql_raise(&job->error, prefix);
}

static PyObject *pairs_of(const matches *found) {
    PyObject *pairs = PyList_New((Py_ssize_t)found->n);
    for (size_t i = 0; i < found->n && pairs != NULL; i++) {
        PyObject *pair = Py_BuildValue("(ii)", (int)found->items[i].start, (int)found->items[i].end);
        if (pair == NULL)
            Py_CLEAR(pairs);
        else
            PyList_SET_ITEM(pairs, (Py_ssize_t)i, pair);
    }
    return pairs;
}

static PyObject *lists_of(const search *job) {
    PyObject *lists = PyList_New(job->n);
    for (Py_ssize_t i = 0; i < job->n && lists != NULL; i++) {
        PyObject *pairs = pairs_of(&job->found[i]);
        if (pairs == NULL)
            Py_CLEAR(lists);
        else
            PyList_SET_ITEM(lists, i, pairs);
    }
    return lists;
}

static PyObject *run_job(search *job) {
    ql_status status;
    Py_BEGIN_ALLOW_THREADS
    status = search_texts(job);
    Py_END_ALLOW_THREADS
    return status == QL_OK ? lists_of(job) : raise_for(job);
}

static PyObject *search_all(search *job) {
    job->found = PyMem_Calloc((size_t)job->n + 1, sizeof *job->found);
    PyObject *lists = job->found != NULL ? run_job(job) : PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < job->n && job->found != NULL; i++) matches_free(&job->found[i]);
    PyMem_Free(job->found);
    return lists;
}

PyDoc_STRVAR(find_all_doc, "find_all($self, texts, /)\n--\n\n"
                           "The matches in each text, as pairs of code points, found with the GIL released.");

static PyObject *pattern_find_all(PyObject *self, PyObject *given) {
    PyObject *items = ql_tuple_of(given, "texts", "a list of texts"), *lists = NULL;
    if (items == NULL) return NULL;
    search job = {.pattern = ((PatternObject *)self)->pattern, .n = PyTuple_GET_SIZE(items)};
    job.texts = ql_borrow_all(items, "texts");
    if (job.texts != NULL) lists = search_all(&job);
    ql_free_borrowed(job.texts, job.n);
    Py_DECREF(items);
    return lists;
}

static PyMethodDef pattern_methods[] = {
    {"find_all", pattern_find_all, METH_O, find_all_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(pattern_doc, "Pattern(source, *, ignore_case=False)\n--\n\n"
                          "A regular expression as PCRE2 reads it, immutable; threads share it.");

static PyType_Slot pattern_slots[] = {
    {Py_tp_doc, (void *)pattern_doc},   {Py_tp_new, pattern_new},         {Py_tp_dealloc, pattern_dealloc},
    {Py_tp_traverse, pattern_traverse}, {Py_tp_methods, pattern_methods}, {0, NULL},
};

PyType_Spec ql_pattern_spec = {
    .name = "quotelens._core.Pattern",
    .basicsize = sizeof(PatternObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = pattern_slots,
};
