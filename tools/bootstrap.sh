#!/bin/sh
# Make sure that what building needs is there: a C compiler, Python's headers and venv, pkg-config, pcre2, utf8proc.
# On Debian and Ubuntu it installs what is missing, and only that; elsewhere it says what to install and stops.
#
#     tools/bootstrap.sh [PYTHON [java]]        with java: also what Spark needs
#     tools/bootstrap.sh --tool NAME            a program that a verb needs, of the Debian package of the same name
set -eu

python=${1:-python3}
java=${2:-}

has_compiler() { command -v cc >/dev/null 2>&1 && printf '#include <stdlib.h>\n' | cc -E -x c - >/dev/null 2>&1; }
has_python() { command -v "$python" >/dev/null 2>&1; }
has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }
has_headers() {
    "$python" -c '
import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")))' 2>/dev/null
}
has_java() { [ -x "${JAVA_HOME:+$JAVA_HOME/bin/java}" ] || command -v java >/dev/null 2>&1; }
has_library() { command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$1"; }

# Names of Debian packages, of what is missing.
missing() {
    has_compiler || echo build-essential
    has_python || echo python3
    has_headers || echo python3-dev
    has_venv || echo python3-venv
    command -v pkg-config >/dev/null 2>&1 || echo pkg-config
    has_library libpcre2-8 || echo libpcre2-dev
    has_library libutf8proc || echo libutf8proc-dev
    [ -z "$java" ] || has_java || echo default-jre-headless
}

say_what_to_do() {
    cat >&2 <<END
Building quotelens needs a C compiler, the headers of Python 3.11 or later, its venv module, pkg-config, pcre2 and
utf8proc; make integrations also needs Java.  Missing here (by the names that Debian gives them): $*
Install them, then run make again:
    Debian, Ubuntu   apt-get install build-essential python3-dev python3-venv pkg-config libpcre2-dev libutf8proc-dev
    Fedora           dnf install gcc make python3-devel pkgconf pcre2-devel utf8proc-devel
    macOS            brew install python pkgconf pcre2 utf8proc      (and: xcode-select --install)
END
    exit 1
}

install_with_apt() {
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || say_what_to_do "$@"
        as_root=sudo
        echo "Not root: sudo will be used, and may ask for your password."
    fi
    echo "Installing with apt-get: $*"
    $as_root apt-get update -q
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# clang can be there without what its sanitizers and its fuzzer link.
links_fuzzers() {
    made=$(mktemp)
    printf 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d == 0 && n; }\n' |
        clang -x c -fsanitize=fuzzer,address - -o "$made" 2>/dev/null && status=0 || status=1
    rm -f "$made"
    return $status
}

if [ "${1:-}" = --tool ]; then
    if ! command -v "$2" >/dev/null 2>&1; then
        command -v apt-get >/dev/null 2>&1 || { echo "This verb needs $2, which is not here: install it." >&2; exit 1; }
        install_with_apt "$2"
    fi
    [ "$2" != clang ] || links_fuzzers && exit
    command -v apt-get >/dev/null 2>&1 || { echo "clang lacks its sanitizers and fuzzer: install them." >&2; exit 1; }
    install_with_apt "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
    exit
fi

# shellcheck disable=SC2046 # the names are words
set -- $(missing)
if [ $# -gt 0 ]; then
    command -v apt-get >/dev/null 2>&1 || say_what_to_do "$@"
    install_with_apt "$@"
    # shellcheck disable=SC2046
    set -- $(missing)
    # apt looks after the system's Python alone: another one lacks what it lacks.
    [ $# -eq 0 ] || say_what_to_do "$@"
fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "quotelens needs Python 3.11 or later; $python is $("$python" -V 2>&1). Choose another: make PYTHON=..." >&2
    exit 1
}
