"""The order of the core's folders: none includes a file of a folder below it in the list, or calls one."""

import re
import shutil
import subprocess

import pytest

# As in ext/README.md.  engine.c and document.h stand above all: the one calls every stage, the other says what the
# stages share.
FOLDERS = (
    "base",
    "lexicon",
    "text",
    "choice",
    "page",
    "marks",
    "thorough",
    "syntax",
    "names",
    "statements",
    "people",
    "families",
    "output",
)
# These know nothing of documents.
WITHOUT_DOCUMENTS = {"base", "lexicon", "names", "families"}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def below(user, used):
    return FOLDERS.index(used) > FOLDERS.index(user)


def test_every_folder_has_its_place(root):
    core = root / "ext" / "core"
    assert {path.name for path in core.iterdir() if path.is_dir()} == set(FOLDERS)
    assert {path.name for path in core.glob("*.c")} == {"engine.c"}


def test_no_folder_includes_one_below_it(root):
    core, wrong = root / "ext" / "core", []
    for path in sorted(core.glob("*/*.[ch]")):
        user = path.parent.name
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            used = name.split("/")[0]
            if (used in FOLDERS and below(user, used)) or (name == "document.h" and user in WITHOUT_DOCUMENTS):
                wrong.append(f"{user}/{path.name} includes {name}")
    assert not wrong


def symbols(nm, path):
    """(defined names, undefined names) of an object."""
    listing = subprocess.run([nm, "--format=posix", path], capture_output=True, text=True, check=True).stdout
    rows = [line.split()[:2] for line in listing.splitlines()]
    return {name for name, kind in rows if kind.isupper() and kind != "U"}, {
        name for name, kind in rows if kind == "U"
    }


def test_no_folder_calls_one_below_it(root):
    nm = shutil.which("nm")
    objects = sorted((root / "build" / "core").glob("*/*.o"))
    if not nm or not objects:
        pytest.skip("nm is not there" if not nm else "the core's objects are not there: make test-c")
    found = {
        path: symbols(nm, path)
        for path in objects
        if (root / "ext/core" / path.parent.name / path.stem).with_suffix(".c").exists()
    }
    owner = {name: path.parent.name for path, (defined, _) in found.items() for name in defined}
    wrong = [
        f"{path.parent.name}/{path.name} calls {name} of {owner[name]}"
        for path, (_, undefined) in found.items()
        for name in sorted(undefined)
        if name in owner and below(path.parent.name, owner[name])
    ]
    assert not wrong


def stages_of_header(header):
    return re.findall(r"^ql_status ql_stage_(\w+)\(ql_document \*doc\);", header, re.M)


def test_the_header_lists_the_stages_as_they_run(root):
    core = root / "ext" / "core"
    engine = (core / "engine.c").read_text(encoding="utf-8")
    table = re.search(r"\} stages\[\] = \{\n(.*?)\n\};", engine, re.S)[1]
    run = re.findall(r"\{ql_stage_(\w+), ", table)
    assert run and stages_of_header((core / "document.h").read_text(encoding="utf-8")) == run


def test_each_array_of_a_document_names_the_stage_that_fills_it(root):
    header = (root / "ext" / "core" / "document.h").read_text(encoding="utf-8")
    found = re.search(r"^typedef struct ql_document \{\n(.*?)/\* Working memory", header, re.S | re.M)[1]
    types = {*re.findall(r"^VEC_DEFINE\((\w+),", header, re.M), "ql_ints", "ql_spans"}
    arrays = [line for line in found.splitlines() if line.split()[:1] and line.split()[0] in types]
    stages = "|".join(stages_of_header(header))
    assert arrays and not [line for line in arrays if not re.search(rf"; +/\* ({stages})\b", line)]
