#include <stdarg.h>
#include <stdio.h>

#include "base/status.h"

const char *ql_status_name(ql_status status) {
    switch (status) {
    case QL_OK: return "ok";
    case QL_NO_MEMORY: return "no_memory";
    case QL_TOO_LONG: return "too_long";
    case QL_BAD_OPTION: return "bad_option";
    case QL_BAD_PATTERN: return "bad_pattern";
    case QL_MATCH_LIMIT: return "match_limit";
    case QL_BAD_INPUT: return "bad_input";
    case QL_STOPPED: return "stopped";
    }
    return "unknown";
}

ql_status ql_fail(ql_error *error, ql_status status, int64_t position, const char *format, ...) {
    if (error == NULL) return status;
    error->status = status;
    error->position = position;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}
