/* Failing in one line, and asking whether to stop. */
#ifndef QL_STATUS_H
#define QL_STATUS_H

#include "quotelens.h"

/* Fill `error` (which may be NULL) and return `status`, so that a failure is one line. */
ql_status ql_fail(ql_error *error, ql_status status, int64_t position, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define QL_TRY(expression)                    \
    do {                                      \
        ql_status status_ = (expression);     \
        if (status_ != QL_OK) return status_; \
    } while (0)

/* Does the caller who watches want the work to end? */
static inline bool ql_stops(const ql_watch *watch) {
    return watch->stops != NULL && watch->stops(watch->context);
}

#endif
