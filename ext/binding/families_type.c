#include "binding.h"

#include <stdatomic.h>
#include <string.h>

#include "families/family.h"
#include "base/utf8.h"
#include "base/vec.h"

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

/* -------------------------------------------------------------------------------- a part of a collection */

static PyObject *new_bytes(size_t n, size_t size) {
    return PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(n * size));
}

PyDoc_STRVAR(know_doc, "know($self, forms, counts, n_types, /)\n--\n\n"
                       "Weigh words by n_types different quotations, of which each count has the word of its form.");

static bool know_words(ql_families *families, const ql_borrowed *forms, PyObject *counts, Py_ssize_t n) {
    ql_error error = {0};
    for (Py_ssize_t i = 0; i < n; i++) {
        long count = PyLong_AsLong(PyTuple_GET_ITEM(counts, i));
        if (count == -1 && PyErr_Occurred()) return false;
        int32_t n_types = count > INT32_MAX ? INT32_MAX : (int32_t)count;
        if (ql_families_know_word(families, forms[i].bytes, forms[i].n_bytes, n_types, &error) != QL_OK)
            return ql_raise(&error, ""), false;
    }
    return true;
}

static PyObject *know_all(FamiliesObject *self, void *arguments) {
    PyObject *given, *given_counts, *forms = NULL, *counts = NULL, *done = NULL;
    Py_ssize_t n_types;
    if (!PyArg_ParseTuple(arguments, "OOn:know", &given, &given_counts, &n_types)) return NULL;
    forms = ql_tuple_of(given, "forms", "a list of words");
    counts = forms != NULL ? ql_tuple_of(given_counts, "counts", "a list of numbers") : NULL;
    if (counts != NULL && PyTuple_GET_SIZE(forms) != PyTuple_GET_SIZE(counts)) {
        PyErr_SetString(PyExc_ValueError, "forms and counts are not of one length");
    } else if (counts != NULL) {
        Py_ssize_t n = PyTuple_GET_SIZE(forms);
        ql_borrowed *words = ql_borrow_all(forms, "forms");
        ql_families_know(self->families, n_types > 0 ? (size_t)n_types : 1);
        if (words != NULL && know_words(self->families, words, counts, n)) done = Py_NewRef(Py_None);
        ql_free_borrowed(words, n);
    }
    Py_XDECREF(forms);
    Py_XDECREF(counts);
    return done;
}

static PyObject *families_know(PyObject *self, PyObject *args) {
    return guarded(self, false, know_all, args);
}

PyDoc_STRVAR(types_doc,
             "types($self, /)\n--\n\n"
             "Weigh the words, and give of each quotation the key of its normal form (int64), what it tells "
             "and its length in words (int32), as bytes.");

static PyObject *list_types(FamiliesObject *self, void *nothing) {
    (void)nothing;
    size_t n = ql_families_n_quotes(self->families);
    PyObject *keys = new_bytes(n, sizeof(uint64_t)), *masses = new_bytes(n, sizeof(int32_t));
    PyObject *lengths = new_bytes(n, sizeof(int32_t));
    if (keys == NULL || masses == NULL || lengths == NULL) {
        Py_XDECREF(keys);
        Py_XDECREF(masses);
        Py_XDECREF(lengths);
        return NULL;
    }
    ql_families_weigh(self->families);
    for (size_t i = 0; i < n; i++) {
        ql_family_type type = ql_families_type(self->families, i);
        memcpy(PyBytes_AS_STRING(keys) + i * sizeof type.key, &type.key, sizeof type.key);
        memcpy(PyBytes_AS_STRING(masses) + i * sizeof type.mass, &type.mass, sizeof type.mass);
        memcpy(PyBytes_AS_STRING(lengths) + i * sizeof type.n_tokens, &type.n_tokens, sizeof type.n_tokens);
    }
    return Py_BuildValue("(NNN)", keys, masses, lengths);
}

static PyObject *families_types(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return guarded(self, false, list_types, NULL);
}

PyDoc_STRVAR(words_doc, "words($self, /)\n--\n\n"
                        "(form, in how many different quotations, what it tells) of each word, after `types`.");

static PyObject *list_words(FamiliesObject *self, void *nothing) {
    (void)nothing;
    size_t n = ql_families_n_words(self->families);
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; i < n && list != NULL; i++) {
        ql_family_counted word = ql_families_word(self->families, i);
        PyObject *form = PyUnicode_DecodeUTF8(word.form, (Py_ssize_t)word.n_bytes, "replace");
        PyObject *item = form != NULL ? Py_BuildValue("(Nii)", form, (int)word.n_types, (int)word.weight) : NULL;
        if (item == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

static PyObject *families_words(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return guarded(self, false, list_words, NULL);
}

PyDoc_STRVAR(seeds_doc,
             "seeds($self, /)\n--\n\n"
             "The seeds by which each quotation is found, after `types`: how many (int32), and of each its "
             "key (int64) and what it tells (int32), as bytes.");

VEC_DEFINE(seed_keys, uint64_t)

typedef struct gathered {
    seed_keys keys;
    ql_ints weights;
} gathered;

static bool gather_seed(void *arg, uint64_t key, int32_t weight) {
    gathered *seeds = arg;
    return seed_keys_push(&seeds->keys, key) && ql_ints_push(&seeds->weights, weight);
}

static ql_status gather_seeds(ql_families *families, gathered *seeds, char *counts, size_t n, ql_error *error) {
    ql_status status = QL_OK;
    for (size_t i = 0; i < n && status == QL_OK; i++) {
        size_t before = seeds->keys.n;
        status = ql_families_seeds(families, i, gather_seed, seeds, error);
        int32_t own = (int32_t)(seeds->keys.n - before);
        memcpy(counts + i * sizeof own, &own, sizeof own);
    }
    return status;
}

static PyObject *list_seeds(FamiliesObject *self, void *nothing) {
    (void)nothing;
    gathered seeds = {0};
    ql_error error = {0};
    size_t n = ql_families_n_quotes(self->families);
    PyObject *counts = new_bytes(n, sizeof(int32_t)), *made = NULL;
    if (counts == NULL) return NULL;
    if (gather_seeds(self->families, &seeds, PyBytes_AS_STRING(counts), n, &error) == QL_OK)
        made = Py_BuildValue("(Oy#y#)", counts, (const char *)seeds.keys.items,
                             (Py_ssize_t)(seeds.keys.n * sizeof(uint64_t)), (const char *)seeds.weights.items,
                             (Py_ssize_t)(seeds.weights.n * sizeof(int32_t)));
    else
        ql_raise(&error, "");
    Py_DECREF(counts);
    seed_keys_free(&seeds.keys);
    ql_ints_free(&seeds.weights);
    return made;
}

static PyObject *families_seeds(PyObject *self, PyObject *nothing) {
    (void)nothing;
    return guarded(self, false, list_seeds, NULL);
}

PyDoc_STRVAR(shared_doc, "shared($self, pairs, /)\n--\n\n"
                         "What the quotations of each pair (two int32 after the other) share, after `types`: 0 where "
                         "they are not one, or the second does not come before the first.  As bytes (int32).");

static ql_status compare_pairs(ql_families *families, const char *pairs, size_t n, char *out, ql_error *error) {
    ql_status status = QL_OK;
    size_t n_quotes = ql_families_n_quotes(families);
    for (size_t i = 0; i < n && status == QL_OK; i++) {
        int32_t pair[2], shared = 0;
        memcpy(pair, pairs + i * sizeof pair, sizeof pair);
        if (pair[0] >= 0 && pair[1] >= 0 && (size_t)pair[0] < n_quotes && (size_t)pair[1] < n_quotes)
            status = ql_families_compare(families, (size_t)pair[0], (size_t)pair[1], &shared, error);
        memcpy(out + i * sizeof shared, &shared, sizeof shared);
    }
    return status;
}

static PyObject *list_shared(FamiliesObject *self, void *given) {
    Py_buffer pairs;
    ql_error error = {0};
    ql_status status;
    if (PyObject_GetBuffer(given, &pairs, PyBUF_SIMPLE) < 0) return NULL;
    size_t n = (size_t)pairs.len / (2 * sizeof(int32_t));
    PyObject *out = new_bytes(n, sizeof(int32_t));
    if (out != NULL) {
        Py_BEGIN_ALLOW_THREADS
        status = compare_pairs(self->families, pairs.buf, n, PyBytes_AS_STRING(out), &error);
        Py_END_ALLOW_THREADS
        if (status != QL_OK) {
            Py_CLEAR(out);
            ql_raise(&error, "");
        }
    }
    PyBuffer_Release(&pairs);
    return out;
}

static PyObject *families_shared(PyObject *self, PyObject *given) {
    return guarded(self, false, list_shared, given);
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
    {"know", families_know, METH_VARARGS, know_doc},
    {"types", families_types, METH_NOARGS, types_doc},
    {"words", families_words, METH_NOARGS, words_doc},
    {"seeds", families_seeds, METH_NOARGS, seeds_doc},
    {"shared", families_shared, METH_O, shared_doc},
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
