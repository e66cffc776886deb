/* What the files of the binding share.  No algorithm lives here: methods read arguments, call the core with the GIL
   released, and turn a status into an exception. */
#ifndef QL_BINDING_H
#define QL_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "output/columns.h"
#include "quotelens.h"
#include "output/tables.h"

/* One per interpreter. */
typedef struct module_state {
    PyTypeObject *engine_type, *batch_type, *pattern_type, *counts_type, *families_type, *passages_type;
} module_state;

typedef struct EngineObject {
    PyObject_HEAD
    ql_engine *engine;
    Py_buffer reader; /* the weights of the thorough reader; obj is NULL without */
} EngineObject;

typedef struct BatchObject {
    PyObject_HEAD
    ql_batch *batch;
} BatchObject;

typedef struct CountsObject {
    PyObject_HEAD
    ql_line_counts *counts;
    bool sealed; /* an analysis reads them: nobody may add */
} CountsObject;

extern PyType_Spec ql_engine_spec, ql_batch_spec, ql_pattern_spec, ql_counts_spec, ql_families_spec, ql_passages_spec;

/* convert.c */

/* Set the exception that stands for an error of the core, with `prefix` (which may be empty) before its message.
   Returns NULL, so that a failure is one line. */
PyObject *ql_raise(const ql_error *error, const char *prefix);

/* Lets Ctrl-C end work that is done without the GIL: a watch whose context is the thread's saved state.  Where it
   ends the work, the exception (mostly KeyboardInterrupt) is set, and ql_raise leaves it so. */
ql_watch ql_signal_watch(PyThreadState **saved);

/* UTF-8 of a str.  `owner` is what has to be kept for the bytes to stay; a lone surrogate is three bytes. */
typedef struct ql_borrowed {
    PyObject *owner;
    const char *bytes;
    size_t n_bytes;
} ql_borrowed;

/* False with an exception set.  `text` must be a str. */
bool ql_borrow(PyObject *text, ql_borrowed *out);

/* UTF-8 of each item of a tuple, with references, so that nobody can take the bytes away while the GIL is released;
   NULL with an exception set.  Freed with ql_free_borrowed, which takes NULL. */
ql_borrowed *ql_borrow_all(PyObject *items, const char *name);
void ql_free_borrowed(ql_borrowed *borrowed, Py_ssize_t n);

/* A tuple of the items of a sequence other than a str; else NULL and a TypeError that says what `name` has to be. */
PyObject *ql_tuple_of(PyObject *sequence, const char *name, const char *wanted);

/* The name of a table, or QL_TABLES with a ValueError that lists them. */
ql_table ql_table_of(PyObject *name);

/* batch_type.c: a Batch that takes `batch` over, also on failure. */
PyObject *ql_batch_object(PyTypeObject *type, ql_batch *batch);

/* families_type.c: diff(a, b), a function of the module. */
PyObject *ql_diff(PyObject *module, PyObject *args);

/* cue_rows.c: names of the acts that a cue can have and of its frames, as tuples; the built-in cues as a list of
   tuples: lemma, tone, act, frames, irregular forms or None, is it a noun, is it a hedge, why it is there. */
PyObject *ql_act_names(void);
PyObject *ql_frame_names(void);
PyObject *ql_cue_rows(void);

/* options.c: options out of a tuple of such rows, less the reason, one of lemmas, and one of pairs (feature, weight);
   they keep the strings.  False with an exception set.  To be freed in either case. */
bool ql_read_options(PyObject *cues, PyObject *dropped, PyObject *weights, ql_options *out);
bool ql_read_choices(PyObject *given, ql_options *out);
void ql_free_options(ql_options *options);

/* capsule.c: fresh capsules; what nobody takes out is released with them. */
PyObject *ql_schema_capsule(const ql_batch *batch);
PyObject *ql_array_capsule(ql_batch *batch);
PyObject *ql_stream_capsule(ql_batch *const *batches, size_t n, ql_batch *empty);

#endif
