"""Build quotelens._core.  All else is in pyproject.toml.

Files are compiled in parallel, and again only if they, or a header that they include, changed.  The objects of each
variant stay in a folder of their own under build/extension.

Environment: QL_DEBUG=1 turns warnings into errors, keeps assertions, and leaves whole-program optimisation out, so
that it builds quickly; QL_SANITIZE=1 adds the address and undefined-behaviour sanitizers; QL_COVERAGE=1 counts the
lines that run (gcov); CC chooses the compiler.
"""

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

# pkg-config name, header, macros with the version, the least version.  The version comes from the header that the
# compiler finds: pkg-config on Debian gives an older one for utf8proc than the library has.
LIBRARIES = [
    ("libpcre2-8", "pcre2.h", ("PCRE2_MAJOR", "PCRE2_MINOR"), (10, 34)),
    ("libutf8proc", "utf8proc.h", ("UTF8PROC_VERSION_MAJOR", "UTF8PROC_VERSION_MINOR"), (2, 4)),
]
LINK_NAMES = {"libpcre2-8": "pcre2-8", "libutf8proc": "utf8proc"}
FLAGS = ["-std=c11", "-O3", "-fvisibility=hidden", "-Wall", "-Wextra"]
# Small functions are inlined across files; the first of these that compiler and linker know.  Tried on Linux alone.
WHOLE_FLAGS = ["-flto=auto", "-flto"] if sys.platform == "linux" else []
DEBUG_FLAGS = [
    "-O1",
    "-g",
    "-UNDEBUG",
    "-Wconversion",
    "-Wshadow",
    "-Wmissing-prototypes",
    "-Wstrict-prototypes",
    "-Werror",
    "-Wno-maybe-uninitialized",  # which is often wrong at -O1
]
SANITIZE_FLAGS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g"]
COVERAGE_FLAGS = ["--coverage", "-O0", "-g"]
# What the compiler does not list among the headers of a file: the assembler's .incbin reads it.
ALSO_READS = {
    "ext/core/syntax/model_data.c": ["ext/model/english.bin"],
    "ext/core/statements/network_data.c": ["ext/model/reader.bin"],
}

MISSING = """
quotelens is built against two libraries of the system; of these is missing or too old:
    {problems}
Install them, and a C compiler, with
    Debian, Ubuntu   apt-get install build-essential libpcre2-dev libutf8proc-dev pkg-config python3-dev
    Fedora           dnf install gcc pcre2-devel utf8proc-devel pkgconf python3-devel
    macOS            brew install pcre2 utf8proc pkgconf
"""


def switched_on(name):
    return os.environ.get(name, "0") not in ("", "0")


def pkg_config(*arguments):
    """Its answer as a list; empty where pkg-config or the package is missing, for the usual places may do."""
    program = os.environ.get("PKG_CONFIG") or shutil.which("pkg-config") or shutil.which("pkgconf")
    if not program:
        return []
    answer = subprocess.run([program, *arguments], capture_output=True, text=True)
    return shlex.split(answer.stdout) if answer.returncode == 0 else []


def compiler():
    return shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")


def can_link(flag):
    """Whether compiler and linker together understand `flag`."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = os.path.join(folder, "empty.c"), os.path.join(folder, "empty.so")
        with open(source, "w") as file:
            file.write("int nothing(void) { return 0; }\n")
        command = [*compiler(), *FLAGS, flag, "-fPIC", "-shared", source, "-o", library]
        return subprocess.run(command, capture_output=True).returncode == 0


def macros_of(header, include_dirs):
    """{macro: value} after including `header`, {} if the compiler does not find it."""
    flags = ["-E", "-dM", "-x", "c", "-DPCRE2_CODE_UNIT_WIDTH=8", *(f"-I{d}" for d in include_dirs), "-"]
    try:
        answer = subprocess.run([*compiler(), *flags], input=f"#include <{header}>\n", capture_output=True, text=True)
    except OSError:
        sys.exit(MISSING.format(problems=f"a C compiler: {compiler()[0]!r} cannot be run"))
    return dict(re.findall(r"^#define (\w+) +(\S+)$", answer.stdout, re.M)) if answer.returncode == 0 else {}


def find_libraries():
    """(include directories, library directories, names to link), or a message and the end."""
    includes, directories, names, problems = [], [], [], []
    for package, header, macros, least in LIBRARIES:
        includes += [flag[2:] for flag in pkg_config("--cflags-only-I", package)]
        directories += [flag[2:] for flag in pkg_config("--libs-only-L", package)]
        names.append(LINK_NAMES[package])
        found = macros_of(header, includes)
        wanted = ".".join(map(str, least))
        if not all(found.get(macro, "").isdigit() for macro in macros):
            problems.append(f"{package} {wanted} or later: {header} is not found")
        elif (version := tuple(int(found[macro]) for macro in macros)) < least:
            problems.append(f"{package} {wanted} or later: {header} is of {'.'.join(map(str, version))}")
    if problems:
        sys.exit(MISSING.format(problems="\n    ".join(problems)))
    return includes, directories, names


def extension():
    includes, directories, names = find_libraries()
    compile_flags, link_flags = list(FLAGS), []
    if switched_on("QL_DEBUG"):
        # -isystem: Python's own headers need not live up to our warnings.
        compile_flags += [*DEBUG_FLAGS, "-isystem", sysconfig.get_paths()["include"]]
    if switched_on("QL_SANITIZE"):
        compile_flags += SANITIZE_FLAGS
        link_flags += SANITIZE_FLAGS
    if switched_on("QL_COVERAGE"):
        compile_flags += COVERAGE_FLAGS
        link_flags += ["--coverage"]
    whole = next(filter(can_link, WHOLE_FLAGS), None)
    if compile_flags == FLAGS and whole is not None:
        compile_flags.append(whole)
        link_flags += ["-O3", whole]
    return Extension(
        "quotelens._core",
        sources=sorted(glob.glob("ext/core/**/*.c", recursive=True)) + sorted(glob.glob("ext/binding/*.c")),
        include_dirs=["ext/core", "ext", *dict.fromkeys(includes)],
        library_dirs=list(dict.fromkeys(directories)),
        libraries=[*names, "m"],
        extra_compile_args=compile_flags,
        extra_link_args=link_flags,
    )


def is_fresh(made, sources):
    """Whether the file `made` is newer than all of its sources."""
    try:
        time = os.stat(made).st_mtime_ns
        return all(os.stat(source).st_mtime_ns < time for source in sources)
    except FileNotFoundError:
        return False


def prerequisites(source, made):
    """The files that the object `made` depends on, as the compiler listed them for Make beside it."""
    listing = made.with_suffix(".d")
    if not listing.exists():
        return [listing]
    _, _, files = listing.read_text(encoding="utf-8").replace("\\\n", " ").partition(": ")
    names = [name.replace("\\ ", " ") for name in re.split(r"(?<!\\)\s+", files.strip())]
    return [*names, *ALSO_READS.get(source, [])]


class Build(build_ext):
    """Compiles what changed, in parallel.  `build_temp` keeps no objects: pip makes a new one."""

    def build_extension(self, ext):
        variant = "-".join(name for name in ("debug", "sanitize", "coverage") if switched_on(f"QL_{name.upper()}"))
        folder = Path("build", "extension", f"{sys.implementation.cache_tag}-{variant or 'release'}")
        folder.mkdir(parents=True, exist_ok=True)
        command = folder / "command"  # with another compiler or other flags nothing is fresh
        words = repr((self.compiler.compiler_so, self.compiler.linker_so, self.include_dirs, vars(ext)))
        if self.force or not command.exists() or command.read_text(encoding="utf-8") != words:
            command.write_text(words, encoding="utf-8")

        def compiled(source):
            made = folder / Path(source).with_suffix(".o")
            if not is_fresh(made, [command, *prerequisites(source, made)]):
                self.compiler.compile(
                    [source],
                    output_dir=str(folder),
                    include_dirs=ext.include_dirs,
                    extra_postargs=[*ext.extra_compile_args, "-MMD"],
                )
            return str(made)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            objects = list(pool.map(compiled, ext.sources))
        library = folder / self.get_ext_filename("_core")
        if not is_fresh(library, [command, *objects]):
            self.compiler.link_shared_object(
                objects,
                str(library),
                libraries=self.get_libraries(ext),
                library_dirs=ext.library_dirs,
                extra_postargs=ext.extra_link_args,
                export_symbols=self.get_export_symbols(ext),
                target_lang="c",
            )
        target = self.get_ext_fullpath(ext.name)
        self.mkpath(os.path.dirname(target))
        self.copy_file(str(library), target)


# An sdist needs neither compiler nor libraries.
setup(
    ext_modules=[] if sys.argv[1:2] in (["sdist"], ["egg_info"]) else [extension()],
    cmdclass={"build_ext": Build},
)
