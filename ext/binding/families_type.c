#include "binding.h"

#include <stdatomic.h>

#include "families/family.h"
#include "base/utf8.h"

typedef struct FamiliesObject {
    PyObject_HEAD
    ql_families *families;
    atomic_flag is_busy; /* a thread works on them, perhaps without the GIL */
    bool is_grouped;     /* nothing was added since */
    bool is_broken;      /* memory was short: no more than freeing it is safe */
} FamiliesObject;

static PyObject *families_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {NULL};
    ql_families *families;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, ":Families", names)) return NULL;
    if (ql_families_new(&families) != QL_OK) return PyErr_NoMemory();
    FamiliesObject *self = (FamiliesObject *)type->tp_alloc(type, 0);
    if (self == NULL) return ql_families_free(families), NULL;
    self->families = families;
    atomic_flag_clear(&self->is_busy);
    return (PyObject *)self;
}

static int families_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void families_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ql_families_free(((FamiliesObject *)self)->families);
    type->tp_free(self);
    Py_DECREF(type);
}

static bool is_usable(const FamiliesObject *self, bool grouped) {
    if (self->is_broken)
        PyErr_SetString(PyExc_MemoryError, "memory was short before: these families are not whole");
    else if (grouped && !self->is_grouped)
        PyErr_SetString(PyExc_RuntimeError, "quotations were added since the last grouping: call group() first");
    else
        return true;
    return false;
}

typedef PyObject *work(FamiliesObject *self, void *arguments);

/* Do some work on families that are in a state for it, one thread at a time. */
static PyObject *guarded(PyObject *object, bool grouped, work *do_work, void *arguments) {
    FamiliesObject *self = (FamiliesObject *)object;
    if (atomic_flag_test_and_set(&self->is_busy)) {
        PyErr_SetString(PyExc_RuntimeError, "another thread works on these families");
        return NULL;
    }
    PyObject *result = is_usable(self, grouped) ? do_work(self, arguments) : NULL;
    atomic_flag_clear(&self->is_busy);
    return result;
}

/* ------------------------------------------------------------------------------------------------- adding */

static ql_status add_texts(FamiliesObject *self, const ql_borrowed *texts, Py_ssize_t n, ql_error *error) {
    ql_status status = QL_OK;
    for (Py_ssize_t i = 0; i < n && status == QL_OK; i++)
        status = ql_families_add(self->families, texts[i].bytes, texts[i].n_bytes, error);
    return status;
}

PyDoc_STRVAR(add_doc, "add($self, texts, /)\n--\n\nAdd quotations.");

static PyObject *add_all(FamiliesObject *self, void *given) {
    ql_error error = {0};
    PyObject *items = ql_tuple_of(given, "texts", "a list of texts");
    if (items == NULL) return NULL;
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_borrowed *texts = ql_borrow_all(items, "texts");
    ql_status status = QL_OK;
    if (texts != NULL) {
        self->is_grouped = false;
        Py_BEGIN_ALLOW_THREADS
        status = add_texts(self, texts, n, &error);
        Py_END_ALLOW_THREADS
        self->is_broken = status != QL_OK;
    }
    ql_free_borrowed(texts, n);
    Py_DECREF(items);
    if (texts == NULL) return NULL;
    return status == QL_OK ? Py_NewRef(Py_None) : ql_raise(&error, "");
}

static PyObject *families_add(PyObject *self, PyObject *given) {
    return guarded(self, false, add_all, given);
}

/* ----------------------------------------------------------------------------------------------- grouping */

PyDoc_STRVAR(group_doc, "group($self, /, *, least_shared=1000, against_percent=65, least_words=3, long_shared=4000, "
                        "long_percent=40, phrase_shared=2500, phrase_centres=3)\n--\n\n"
                        "Group what has been added, and give the number of families.");

static PyObject *group_all(FamiliesObject *self, void *options) {
    ql_error error = {0};
    PyThreadState *saved = PyEval_SaveThread();
    ql_families_watch(self->families, ql_signal_watch(&saved));
    ql_status status = ql_families_group(self->families, options, &error);
    ql_families_watch(self->families, (ql_watch){0});
    PyEval_RestoreThread(saved);
    self->is_grouped = status == QL_OK;
    self->is_broken = status != QL_OK;
    return status == QL_OK ? PyLong_FromSize_t(ql_families_count(self->families)) : ql_raise(&error, "");
}

static PyObject *families_group(PyObject *self, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"least_shared", "against_percent", "least_words",    "long_shared",
                            "long_percent", "phrase_shared",   "phrase_centres", NULL};
    ql_family_options o = ql_family_defaults;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$iiiiiii:group", names, &o.least_shared, &o.against_percent,
                                     &o.least_words, &o.long_shared, &o.long_percent, &o.phrase_shared,
                                     &o.phrase_centres))
        return NULL;
    return guarded(self, false, group_all, &o);
}

static PyObject *member_tuple(const ql_family_member *m) {
    return Py_BuildValue("(idOOi)", (int)m->family, (double)m->similarity, m->is_exact ? Py_True : Py_False,
                         m->is_fragment ? Py_True : Py_False, (int)m->told);
}

static PyObject *canonical_tuple(const ql_families *families, size_t family) {
    ql_family_canonical c = ql_families_canonical(families, family);
    PyObject *text = PyUnicode_DecodeUTF8(c.text, (Py_ssize_t)c.n_bytes, "surrogatepass");
    return text != NULL ? Py_BuildValue("(Ni)", text, (int)c.n_members) : NULL;
}

PyDoc_STRVAR(members_doc, "members($self, /)\n--\n\n"
                          "(family, similarity, is it exact, is it a fragment, what it tells) of each quotation.");

static PyObject *list_members(FamiliesObject *self, void *nothing) {
    (void)nothing;
    size_t n;
    const ql_family_member *members = ql_families_members(self->families, &n);
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; i < n && list != NULL; i++) {
        PyObject *item = member_tuple(&members[i]);
        if (item == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

static PyObject *families_members(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return guarded(self, true, list_members, NULL);
}

PyDoc_STRVAR(canonical_doc, "canonical($self, /)\n--\n\n(canonical form, number of members) of each family.");

static PyObject *list_canonical(FamiliesObject *self, void *nothing) {
    (void)nothing;
    size_t n = ql_families_count(self->families);
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; i < n && list != NULL; i++) {
        PyObject *item = canonical_tuple(self->families, i);
        if (item == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

static PyObject *families_canonical(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return guarded(self, true, list_canonical, NULL);
}

/* ------------------------------------------------------------------------------------------------- search */

enum { MOST_HITS = 200 };

static PyObject *hits_of(const ql_family_hit *hits, size_t n) {
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; i < n && list != NULL; i++) {
        PyObject *item = Py_BuildValue("(iid)", (int)hits[i].family, (int)hits[i].shared, (double)hits[i].similarity);
        if (item == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

PyDoc_STRVAR(search_doc, "search($self, text, most, /)\n--\n\n"
                         "(family, what is shared, share of the text) of the nearest families, the nearest first.");

typedef struct asked {
    PyObject *text;
    Py_ssize_t most;
} asked;

static PyObject *search_for(FamiliesObject *self, void *arguments) {
    const asked *a = arguments;
    ql_borrowed bytes;
    ql_family_hit hits[MOST_HITS];
    size_t n, room = a->most < 0 ? 0 : a->most > MOST_HITS ? MOST_HITS : (size_t)a->most;
    ql_error error = {0};
    ql_status status;
    if (!ql_borrow(a->text, &bytes)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    status = ql_families_search(self->families, bytes.bytes, bytes.n_bytes, hits, room, &n, &error);
    Py_END_ALLOW_THREADS
    Py_DECREF(bytes.owner);
    return status == QL_OK ? hits_of(hits, n) : ql_raise(&error, "");
}

static PyObject *families_search(PyObject *self, PyObject *args) {
    asked a;
    if (!PyArg_ParseTuple(args, "Un:search", &a.text, &a.most)) return NULL;
    return guarded(self, true, search_for, &a);
}

/* --------------------------------------------------------------------------------------------- differences */

static PyObject *edit_tuple(const ql_family_edit *edit, const ql_text *a, const ql_text *b) {
    return Py_BuildValue("(iiiii)", (int)edit->step, (int)ql_text_char(a, edit->a.start),
                         (int)ql_text_char(a, edit->a.end), (int)ql_text_char(b, edit->b.start),
                         (int)ql_text_char(b, edit->b.end));
}

static PyObject *edits_of(const ql_family_edit *edits, size_t n, const ql_text *a, const ql_text *b) {
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; i < n && list != NULL; i++) {
        PyObject *item = edit_tuple(&edits[i], a, b);
        if (item == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

static PyObject *diff_of(const ql_borrowed texts[2]) {
    ql_arena arena = {0};
    ql_text opened[2];
    ql_error error = {0};
    ql_family_edit *edits = NULL;
    size_t n = 0;
    float similarity = 0;
    ql_status status = QL_OK;
    for (int k = 0; k < 2 && status == QL_OK; k++)
        status = ql_text_open(&opened[k], texts[k].bytes, texts[k].n_bytes, &arena, &error);
    if (status == QL_OK)
        status = ql_family_diff(texts[0].bytes, texts[0].n_bytes, texts[1].bytes, texts[1].n_bytes, &edits, &n,
                                &similarity, &error);
    PyObject *list = status == QL_OK ? edits_of(edits, n, &opened[0], &opened[1]) : ql_raise(&error, "");
    ql_free(edits);
    ql_arena_free(&arena);
    return list != NULL ? Py_BuildValue("(dN)", (double)similarity, list) : NULL;
}

PyObject *ql_diff(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *a, *b, *found = NULL;
    ql_borrowed texts[2];
    if (!PyArg_ParseTuple(args, "UU:diff", &a, &b) || !ql_borrow(a, &texts[0])) return NULL;
    if (ql_borrow(b, &texts[1])) {
        found = diff_of(texts);
        Py_DECREF(texts[1].owner);
    }
    Py_DECREF(texts[0].owner);
    return found;
}

/* --------------------------------------------------------------------------------------------------- type */

static PyMethodDef families_methods[] = {
    {"add", families_add, METH_O, add_doc},
    {"group", (PyCFunction)(void (*)(void))families_group, METH_VARARGS | METH_KEYWORDS, group_doc},
    {"members", families_members, METH_NOARGS, members_doc},
    {"canonical", families_canonical, METH_NOARGS, canonical_doc},
    {"search", families_search, METH_VARARGS, search_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(families_doc, "Families()\n--\n\nQuotations, and which of them are one.");

static PyType_Slot families_slots[] = {
    {Py_tp_doc, (void *)families_doc},   {Py_tp_new, families_new},         {Py_tp_dealloc, families_dealloc},
    {Py_tp_traverse, families_traverse}, {Py_tp_methods, families_methods}, {0, NULL},
};

PyType_Spec ql_families_spec = {
    .name = "quotelens._core.Families",
    .basicsize = sizeof(FamiliesObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = families_slots,
};
