/* Arrow structs in capsules, by the Arrow PyCapsule interface.  A consumer moves the struct out and sets its release
   to NULL; the destructor releases what nobody has moved. */
#include "binding.h"

/* Each destructor differs from the others in the struct's type alone. */
#define CAPSULE(type, label, destroy)                                 \
    static void destroy(PyObject *capsule) {                          \
        struct type *exported = PyCapsule_GetPointer(capsule, label); \
        if (exported == NULL) {                                       \
            PyErr_WriteUnraisable(capsule);                           \
            return;                                                   \
        }                                                             \
        if (exported->release != NULL) exported->release(exported);   \
        PyMem_Free(exported);                                         \
    }
CAPSULE(ArrowSchema, "arrow_schema", destroy_schema)
CAPSULE(ArrowArray, "arrow_array", destroy_array)
CAPSULE(ArrowArrayStream, "arrow_array_stream", destroy_stream)

/* The capsule comes first and the export last: until then there is nothing in it to release. */
static PyObject *new_capsule(size_t size, const char *label, PyCapsule_Destructor destroy) {
    void *memory = PyMem_Calloc(1, size);
    if (memory == NULL) return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(memory, label, destroy);
    if (capsule == NULL) PyMem_Free(memory);
    return capsule;
}

static PyObject *finish_capsule(PyObject *capsule, ql_status status, const ql_error *error) {
    if (status == QL_OK) return capsule;
    Py_DECREF(capsule);
    return ql_raise(error, "");
}

PyObject *ql_schema_capsule(const ql_batch *batch) {
    ql_error error = {0};
    PyObject *capsule = new_capsule(sizeof(struct ArrowSchema), "arrow_schema", destroy_schema);
    if (capsule == NULL) return NULL;
    ql_status status = ql_batch_export_schema(batch, PyCapsule_GetPointer(capsule, "arrow_schema"), &error);
    return finish_capsule(capsule, status, &error);
}

PyObject *ql_array_capsule(ql_batch *batch) {
    ql_error error = {0};
    PyObject *capsule = new_capsule(sizeof(struct ArrowArray), "arrow_array", destroy_array);
    if (capsule == NULL) return NULL;
    ql_status status = ql_batch_export_array(batch, PyCapsule_GetPointer(capsule, "arrow_array"), &error);
    return finish_capsule(capsule, status, &error);
}

PyObject *ql_stream_capsule(ql_batch *const *batches, size_t n, ql_batch *empty) {
    ql_error error = {0};
    PyObject *capsule = new_capsule(sizeof(struct ArrowArrayStream), "arrow_array_stream", destroy_stream);
    if (capsule == NULL) return NULL;
    struct ArrowArrayStream *out = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    return finish_capsule(capsule, ql_batches_export_stream(batches, n, empty, out, &error), &error);
}
