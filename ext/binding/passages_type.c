#include "binding.h"

#include <stdatomic.h>

#include "base/status.h"
#include "base/vec.h"
#include "families/passage.h"

VEC_DEFINE(passage_list, ql_passage)
VEC_DEFINE(stretch_list, ql_stretch)

typedef struct PassagesObject {
    PyObject_HEAD
    ql_passages *passages;
    atomic_flag is_busy; /* a thread works on them, perhaps without the GIL */
    bool is_broken;      /* no more than freeing them is safe */
} PassagesObject;

static PyObject *passages_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {NULL};
    ql_passages *passages;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, ":Passages", names)) return NULL;
    if (ql_passages_new(&passages) != QL_OK) return PyErr_NoMemory();
    PassagesObject *self = (PassagesObject *)type->tp_alloc(type, 0);
    if (self == NULL) return ql_passages_free(passages), NULL;
    self->passages = passages;
    atomic_flag_clear(&self->is_busy);
    return (PyObject *)self;
}

static int passages_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void passages_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ql_passages_free(((PassagesObject *)self)->passages);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Take the passages for this thread alone; false with an exception set where another has them, or they are broken. */
static bool take(PassagesObject *self) {
    if (atomic_flag_test_and_set(&self->is_busy)) {
        PyErr_SetString(PyExc_RuntimeError, "another thread works on these passages");
        return false;
    }
    if (!self->is_broken) return true;
    atomic_flag_clear(&self->is_busy);
    PyErr_SetString(PyExc_MemoryError, "a text could not be added before: these passages are not whole");
    return false;
}

/* ------------------------------------------------------------------------------------------------- adding */

static PyObject *add_items(PassagesObject *self, PyObject *items) {
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    ql_error error = {0};
    ql_status status = QL_OK;
    ql_borrowed *texts = ql_borrow_all(items, "texts");
    if (texts == NULL) return NULL;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < n && status == QL_OK; i++)
        status = ql_passages_add(self->passages, texts[i].bytes, texts[i].n_bytes, &error);
    Py_END_ALLOW_THREADS
    ql_free_borrowed(texts, n);
    self->is_broken = status != QL_OK;
    return status == QL_OK ? Py_NewRef(Py_None) : ql_raise(&error, "");
}

PyDoc_STRVAR(add_doc, "add($self, texts, /)\n--\n\nAdd texts to look in.");

static PyObject *passages_add(PyObject *object, PyObject *given) {
    PassagesObject *self = (PassagesObject *)object;
    PyObject *items = ql_tuple_of(given, "texts", "a list of texts"), *result = NULL;
    if (items != NULL && take(self)) {
        result = add_items(self, items);
        atomic_flag_clear(&self->is_busy);
    }
    Py_XDECREF(items);
    return result;
}

/* ---------------------------------------------------------------------------------------------- looking up */

/* Quotations, the text that each is looked for in, and what was found: `ends` says where that of each ends. */
typedef struct looked_up {
    ql_borrowed *quotes;
    int32_t *within;
    Py_ssize_t n;
    size_t most;
    passage_list places;
    stretch_list stretches;
    size_t *ends;
} looked_up;

typedef ql_status look(ql_passages *passages, looked_up *l, Py_ssize_t i, ql_error *error);

static ql_status no_memory(ql_error *error) {
    return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for what was found");
}

static ql_status look_for(ql_passages *passages, looked_up *l, Py_ssize_t i, ql_error *error) {
    const ql_borrowed *quote = &l->quotes[i];
    const ql_passage *found = NULL;
    size_t n;
    QL_TRY(ql_passages_find(passages, quote->bytes, quote->n_bytes, l->within[i], l->most, &found, &n, error));
    if (!passage_list_reserve(&l->places, n)) return no_memory(error);
    for (size_t k = 0; k < n; k++) l->places.items[l->places.n++] = found[k];
    l->ends[i] = l->places.n;
    return QL_OK;
}

static ql_status look_around(ql_passages *passages, looked_up *l, Py_ssize_t i, ql_error *error) {
    const ql_borrowed *quote = &l->quotes[i];
    size_t n;
    if (!stretch_list_reserve(&l->stretches, QL_MOST_STRETCHES)) return no_memory(error);
    ql_stretch *out = l->stretches.items + l->stretches.n;
    QL_TRY(ql_passages_near(passages, quote->bytes, quote->n_bytes, l->within[i], out, &n, error));
    l->ends[i] = l->stretches.n += n;
    return QL_OK;
}

static ql_status look_up(PassagesObject *self, look *one, looked_up *l, ql_error *error) {
    enum { ASKED_EVERY = 256 };
    ql_status status = QL_OK;
    PyThreadState *saved = PyEval_SaveThread();
    ql_watch watch = ql_signal_watch(&saved);
    for (Py_ssize_t i = 0; i < l->n && status == QL_OK; i++) {
        status = one(self->passages, l, i, error);
        if (status == QL_OK && i % ASKED_EVERY == 0 && ql_stops(&watch))
            status = ql_fail(error, QL_STOPPED, QL_NONE, "stopped");
    }
    PyEval_RestoreThread(saved);
    return status;
}

static PyObject *place_tuple(const looked_up *l, size_t k) {
    const ql_passage *p = &l->places.items[k];
    return Py_BuildValue("(iii)", (int)p->text, (int)p->start, (int)p->end);
}

static PyObject *stretch_tuple(const looked_up *l, size_t k) {
    const ql_stretch *s = &l->stretches.items[k];
    return Py_BuildValue("(iiiiid)", (int)s->around.text, (int)s->around.start, (int)s->around.end, (int)s->shared,
                         (int)s->n_shared, (double)s->similarity);
}

typedef PyObject *make_tuple(const looked_up *l, size_t k);

static PyObject *list_between(const looked_up *l, make_tuple *make, size_t from, size_t to) {
    PyObject *list = PyList_New((Py_ssize_t)(to - from));
    for (size_t k = from; k < to && list != NULL; k++) {
        PyObject *item = make(l, k);
        if (item == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)(k - from), item);
    }
    return list;
}

static PyObject *lists_of(const looked_up *l, make_tuple *make) {
    PyObject *lists = PyList_New(l->n);
    for (Py_ssize_t i = 0; i < l->n && lists != NULL; i++) {
        PyObject *list = list_between(l, make, i > 0 ? l->ends[i - 1] : 0, l->ends[i]);
        if (list == NULL)
            Py_CLEAR(lists);
        else
            PyList_SET_ITEM(lists, i, list);
    }
    return lists;
}

/* Numbers of texts, one for each quotation.  False with an exception set. */
static bool read_within(PyObject *items, looked_up *l) {
    if (PyTuple_GET_SIZE(items) != l->n) {
        PyErr_SetString(PyExc_ValueError, "quotes and within are not of the same length");
        return false;
    }
    for (Py_ssize_t i = 0; i < l->n; i++) {
        long number = PyLong_AsLong(PyTuple_GET_ITEM(items, i));
        if (number == -1 && PyErr_Occurred()) return false;
        if (number < QL_ANY_TEXT || number > INT32_MAX) {
            PyErr_Format(PyExc_ValueError, "within[%zd] is %ld, not the number of a text or -1", i, number);
            return false;
        }
        l->within[i] = (int32_t)number;
    }
    return true;
}

static PyObject *looked_up_lists(PassagesObject *self, look *one, make_tuple *make, PyObject *quotes,
                                 PyObject *within, Py_ssize_t most) {
    looked_up l = {.n = PyTuple_GET_SIZE(quotes), .most = most > 0 ? (size_t)most : 0};
    PyObject *lists = NULL;
    l.quotes = ql_borrow_all(quotes, "quotes");
    l.within = PyMem_New(int32_t, (size_t)l.n + 1);
    l.ends = PyMem_New(size_t, (size_t)l.n + 1);
    if (l.quotes != NULL && (l.within == NULL || l.ends == NULL)) PyErr_NoMemory();
    bool is_ready = l.quotes != NULL && l.within != NULL && l.ends != NULL && read_within(within, &l);
    if (is_ready && take(self)) {
        ql_error error = {0};
        ql_status status = look_up(self, one, &l, &error);
        atomic_flag_clear(&self->is_busy);
        lists = status == QL_OK ? lists_of(&l, make) : ql_raise(&error, "");
    }
    ql_free_borrowed(l.quotes, l.n);
    PyMem_Free(l.within);
    PyMem_Free(l.ends);
    passage_list_free(&l.places);
    stretch_list_free(&l.stretches);
    return lists;
}

static PyObject *look_up_all(PyObject *self, PyObject *quotes, PyObject *within, Py_ssize_t most, look *one,
                             make_tuple *make) {
    PyObject *lists = NULL;
    quotes = ql_tuple_of(quotes, "quotes", "a list of texts");
    within = quotes != NULL ? ql_tuple_of(within, "within", "a list of numbers") : NULL;
    if (within != NULL) lists = looked_up_lists((PassagesObject *)self, one, make, quotes, within, most);
    Py_XDECREF(quotes);
    Py_XDECREF(within);
    return lists;
}

PyDoc_STRVAR(find_doc, "find($self, quotes, within, most, /)\n--\n\n"
                       "For each quotation the places (text, start, end) where it stands word for word.");

static PyObject *passages_find(PyObject *self, PyObject *args) {
    PyObject *quotes, *within;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "OOn:find", &quotes, &within, &most)) return NULL;
    return look_up_all(self, quotes, within, most, look_for, place_tuple);
}

PyDoc_STRVAR(near_doc,
             "near($self, quotes, within, /)\n--\n\n"
             "For each quotation the stretches (text, start, end, what is shared, by how many words, share of "
             "the quotation) that are most like it.");

static PyObject *passages_near(PyObject *self, PyObject *args) {
    PyObject *quotes, *within;
    if (!PyArg_ParseTuple(args, "OO:near", &quotes, &within)) return NULL;
    return look_up_all(self, quotes, within, 0, look_around, stretch_tuple);
}

/* --------------------------------------------------------------------------------------------------- type */

static PyMethodDef passages_methods[] = {
    {"add", passages_add, METH_O, add_doc},
    {"find", passages_find, METH_VARARGS, find_doc},
    {"near", passages_near, METH_VARARGS, near_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(passages_doc, "Passages()\n--\n\nTexts, and where the words of quotations stand in them.");

static PyType_Slot passages_slots[] = {
    {Py_tp_doc, (void *)passages_doc},   {Py_tp_new, passages_new},         {Py_tp_dealloc, passages_dealloc},
    {Py_tp_traverse, passages_traverse}, {Py_tp_methods, passages_methods}, {0, NULL},
};

PyType_Spec ql_passages_spec = {
    .name = "quotelens._core.Passages",
    .basicsize = sizeof(PassagesObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = passages_slots,
};
