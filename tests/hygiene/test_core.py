"""Rules that the C core keeps, checked on its text and on its objects."""

import re
import shutil
import subprocess

import pytest

# Sections of constants: .data.rel.ro holds those that contain pointers.
CONSTANT = re.compile(r"^\.(rodata|data\.rel\.ro|const|text|eh_frame|debug|comment)")


def includes(path):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"), re.M)


def core_files(root):
    return sorted((root / "ext" / "core").rglob("*.[ch]"))


def test_core_does_not_know_python(root):
    assert not [f"{path.name}: {name}" for path in core_files(root) for name in includes(path) if "Python" in name]


@pytest.mark.parametrize(("library", "door"), [("utf8proc.h", "fold.c"), ("pcre2.h", "pattern.c")])
def test_foreign_libraries_enter_by_one_door(root, library, door):
    files = sorted((root / "ext").rglob("*.[ch]"))
    assert [path.name for path in files if library in includes(path)] == [door]


def test_core_neither_prints_nor_exits(root):
    banned = re.compile(r"\b(printf|puts|putchar|perror|abort|exit|fprintf)\s*\(")
    found = []
    for path in core_files(root):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        found += [f"{path.name}: {match[0]}" for match in banned.finditer(code)]
    assert not found


def test_rows_are_written_by_column(root):
    """Cells are found by enumerators alone: a function writes one table, and each column is written somewhere."""
    schema = (root / "ext" / "tables" / "schema.h").read_text(encoding="utf-8")
    tables = [set(re.findall(r"\b(QL_\w+)[ ,]", body)) for body in re.findall(r"enum \{(.*?)\}", schema, re.S)]
    found = []
    for path in sorted((root / "ext" / "core" / "output").glob("t*.c")):
        code = path.read_text(encoding="utf-8")
        assert not re.findall(r"(?:\bto|row|columns)(?:\+\+|\[\d)|(?:row|columns) \+", code), path.name
        for function in re.findall(r"^\w[^;\n]*\{\n.*?^\}", code, re.M | re.S):
            cells = set(re.findall(r"\brow\[(\w+)\]", function))
            assert any(cells <= table for table in tables), function
            found += cells
    assert set(found) == set().union(*tables)


def test_word_lists_are_data(root):
    """Lists of words are rows of ext/data/lexicon; names of an enumerator's members are not such a list."""
    arrays = re.compile(r"const char \*const (\w+)((?:\[[^\]]*\])+) = \{(.*?)\};", re.S)
    found = []
    for path in core_files(root):
        for name, size, body in arrays.findall(path.read_text(encoding="utf-8")):
            strings = re.findall(r'"((?:[^"\\]|\\.)*)"', body)
            words = [string for string in strings if re.fullmatch(r"[A-Za-z][A-Za-z' -]+", string)]
            if 2 * len(words) > len(strings) and "[QL_" not in size and not name.endswith("_NAMES"):
                found.append(f"{path.name}: {name}")
    assert not found


def test_comments_end_behind_their_last_word(root):
    folders = (root / "ext" / folder for folder in ("core", "binding", "train"))
    files = [path for folder in (*folders, root / "tests") for path in sorted(folder.rglob("*.[ch]"))]
    lonely = re.compile(r"^\s*\*/", re.M)
    assert files and not [path.name for path in files if lonely.search(path.read_text(encoding="utf-8"))]


def symbols(nm, path):
    """(name, type, size, section) of everything that an object defines."""
    listing = subprocess.run([nm, "--format=sysv", path], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7:
            yield fields[0], fields[2], fields[6]


def test_core_has_no_mutable_state(root):
    nm = shutil.which("nm")
    objects = sorted((root / "build" / "core").rglob("*.o"))
    if not nm or not objects:
        pytest.skip("nm is not there" if not nm else "the core's objects are not there: make test-c")
    mutable = [
        f"{path.name}: {name} in {section}"
        for path in objects
        for name, kind, section in symbols(nm, path)
        if kind.upper() in {"B", "C", "D", "G", "S"} and not CONSTANT.match(section)
    ]
    assert not mutable


def test_external_symbols_have_the_prefix(root):
    nm = shutil.which("nm")
    objects = sorted((root / "build" / "core").rglob("*.o"))
    if not nm or not objects:
        pytest.skip("nm is not there" if not nm else "the core's objects are not there: make test-c")
    strange = [
        f"{path.name}: {name}"
        for path in objects
        for name, kind, _ in symbols(nm, path)
        if kind.isupper() and kind not in {"U", "W", "N"} and not name.startswith("ql_")
    ]
    assert not strange
