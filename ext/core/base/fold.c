/* Folding and categories: the door to utf8proc. */
#include "base/fold.h"

#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"

const char *ql_utf8proc_version(void) {
    return utf8proc_version();
}

/* --------------------------------------------------------------------------------------------------- folding */

/* Text is folded a segment at a time: some characters and the combining marks after them, as normal forms change
   nothing across such an edge.  So no memory is asked for, and the sorting of marks, quadratic in a segment, is
   linear in the text.  Only a run of more than SEGMENT marks is cut where no edge is; Unicode's own limit for text
   to be processed in streams is 30 (UAX #15, section 13). */
enum { SEGMENT = 128, FLUSH = SEGMENT / 2, LONGEST = QL_MOST_BARE /* U+FDFA becomes so many */ };

typedef struct folder {
    char *out;
    size_t n, capacity; /* n counts on where the capacity ends */
    int32_t codes[SEGMENT];
    int n_codes;
} folder;

static void lower_all(const char *bytes, size_t n, char *out) {
    for (size_t i = 0; i < n; i++) out[i] = (char)(bytes[i] | (bytes[i] >= 'A' && bytes[i] <= 'Z' ? 0x20 : 0));
}

static void put(folder *f, const char *bytes, size_t n) {
    if (f->n <= f->capacity && n <= f->capacity - f->n) memcpy(f->out + f->n, bytes, n);
    f->n += n;
}

/* Typographic forms that stand for an ASCII one; others stay. */
static int32_t plain_form(int32_t code) {
    switch (code) {
    case 0x00B4: /* acute accent: "don´t" */
    case 0x02BC: /* modifier letter apostrophe */
    case 0x2018:
    case 0x2019:
    case 0x201B: return '\'';
    case 0x2010: /* hyphen */
    case 0x2011: return '-';
    default: return code;
    }
}

static int combining_class(int32_t code) {
    return utf8proc_get_property(code)->combining_class;
}

/* Canonical ordering: marks by class, those of one class as they were. */
static void sort_marks(int32_t *codes, int n) {
    for (int i = 1; i < n; i++) {
        int32_t code = codes[i];
        int class = combining_class(code), to = i;
        if (class == 0) continue;
        for (; to > 0 && combining_class(codes[to - 1]) > class; to--) codes[to] = codes[to - 1];
        codes[to] = code;
    }
}

static void flush(folder *f) {
    if (f->n_codes == 0) return;
    sort_marks(f->codes, f->n_codes);
    utf8proc_ssize_t n = utf8proc_normalize_utf32(f->codes, f->n_codes, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t n_bytes = utf8proc_encode_char(f->codes[i], bytes);
        put(f, (const char *)bytes, (size_t)n_bytes);
    }
    f->n_codes = 0;
}

/* Can nothing before `code` be composed with it?  Vowels and finals of Hangul are letters, yet compose. */
static bool is_edge(int32_t code) {
    if (code < 0x300) return true;
    if (code >= 0x1160 && code <= 0x11FF) return false;
    utf8proc_category_t category = utf8proc_category(code);
    return category != UTF8PROC_CATEGORY_MN && category != UTF8PROC_CATEGORY_MC && category != UTF8PROC_CATEGORY_ME;
}

/* One character decomposed and case-folded; how many it becomes. */
static int decompose(int32_t code, int32_t codes[LONGEST]) {
    const int options = UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    int unused = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char(plain_form(code), codes, LONGEST, (utf8proc_option_t)options, &unused);
    if (n < 0 || n > LONGEST) { /* no version of Unicode so far has such a character */
        codes[0] = QL_REPLACEMENT;
        n = 1;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++) codes[i] = plain_form(codes[i]);
    return (int)n;
}

static void add(folder *f, int32_t code) {
    int32_t codes[LONGEST];
    int n = decompose(code, codes);
    if (n == 0) return;
    if (f->n_codes + n > SEGMENT || (f->n_codes >= FLUSH && is_edge(codes[0]))) flush(f);
    memcpy(f->codes + f->n_codes, codes, (size_t)n * sizeof *codes);
    f->n_codes += n;
}

/* How many bytes at `at` are ASCII and followed by ASCII, so that nothing can be composed with them. */
static size_t plain_run(const char *bytes, size_t n_bytes, size_t at) {
    size_t end = at;
    while (end < n_bytes && ql_is_ascii(bytes[end])) end++;
    return end - at - (end < n_bytes && end > at);
}

static void fold_run(folder *f, const char *bytes, size_t n) {
    flush(f);
    if (f->n <= f->capacity && n <= f->capacity - f->n) lower_all(bytes, n, f->out + f->n);
    f->n += n;
}

static void fold_any(folder *f, const char *bytes, size_t n_bytes) {
    for (size_t at = 0; at < n_bytes;) {
        size_t run = plain_run(bytes, n_bytes, at);
        if (run > 0) {
            fold_run(f, bytes + at, run);
            at += run;
            continue;
        }
        int32_t left = n_bytes - at < 4 ? (int32_t)(n_bytes - at) : 4, next;
        add(f, (int32_t)ql_utf8_decode(bytes + at, left, 0, &next));
        at += (size_t)next;
    }
    flush(f);
}

bool ql_fold(const char *bytes, size_t n_bytes, char *out, size_t capacity, size_t *n_out) {
    folder f; /* field by field, because most words need no segment to be cleared */
    f.out = out;
    f.n = 0;
    f.capacity = capacity;
    f.n_codes = 0;
    fold_any(&f, bytes, n_bytes);
    *n_out = f.n;
    return f.n <= capacity;
}

/* Letters with a stroke or a hook, and others that Unicode does not take apart. */
static uint32_t stroked(uint32_t code) {
    switch (code) {
    case 0x00F8: return 'o';
    case 0x00D8: return 'O';
    case 0x0142: return 'l';
    case 0x0141: return 'L';
    case 0x0111:
    case 0x00F0: return 'd';
    case 0x0131: return 'i';
    default: return code;
    }
}

uint32_t ql_base_letter(uint32_t code) {
    int32_t codes[LONGEST];
    int unused = 0;
    if (code < 0x80) return code;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((int32_t)code, codes, LONGEST, UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK, &unused);
    if (n < 0 || n > LONGEST) return code;
    return n == 0 ? 0 : stroked((uint32_t)codes[0]);
}

int ql_bare_letters(uint32_t code, int32_t out[QL_MOST_BARE]) {
    int32_t codes[LONGEST] = {(int32_t)code};
    int unused = 0, n_out = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((int32_t)code, codes, LONGEST, UTF8PROC_DECOMPOSE, &unused);
    if (n < 0 || n > LONGEST) n = 1; /* no version of Unicode so far has such a character */
    for (utf8proc_ssize_t i = 0; i < n; i++)
        if (utf8proc_category(codes[i]) != UTF8PROC_CATEGORY_MN) out[n_out++] = utf8proc_tolower(codes[i]);
    return n_out;
}

int32_t ql_utf8_encode(uint32_t code, char *out) {
    return (int32_t)utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)out);
}

/* ------------------------------------------------------------------------------------------------ categories */

uint16_t ql_category(uint32_t code) {
    const char *name = utf8proc_category_string((utf8proc_int32_t)code);
    return (uint16_t)(name[0] << 8 | name[1]);
}

static bool is_ascii_letter(uint32_t code) {
    return (code | 0x20) - 'a' < 26;
}
static bool is_ascii_digit(uint32_t code) {
    return code - '0' < 10;
}
static utf8proc_category_t category(uint32_t code) {
    return utf8proc_category((utf8proc_int32_t)code);
}

bool ql_is_letter(uint32_t code) {
    if (code < 0x80) return is_ascii_letter(code);
    utf8proc_category_t c = category(code);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool ql_is_upper(uint32_t code) {
    if (code < 0x80) return code - 'A' < 26;
    utf8proc_category_t c = category(code);
    return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LT;
}

bool ql_is_lower(uint32_t code) {
    if (code < 0x80) return code - 'a' < 26;
    return category(code) == UTF8PROC_CATEGORY_LL;
}

bool ql_is_digit(uint32_t code) {
    if (code < 0x80) return is_ascii_digit(code);
    return category(code) == UTF8PROC_CATEGORY_ND;
}

bool ql_is_space(uint32_t code) {
    if (code < 0x80) return code == ' ' || code - '\t' < 5;
    utf8proc_category_t c = category(code);
    return code == 0x85 || c == UTF8PROC_CATEGORY_ZS || c == UTF8PROC_CATEGORY_ZL || c == UTF8PROC_CATEGORY_ZP;
}

bool ql_is_alnum(uint32_t code) {
    if (code < 0x80) return is_ascii_letter(code) || is_ascii_digit(code);
    utf8proc_category_t c = category(code);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}
