"""Word lists are in order and say why; generated tables are what their generators make."""

import csv
import filecmp
import os
import re
import shutil
import subprocess
import sys

import pytest


def run(*command):
    return subprocess.run([sys.executable, *command], capture_output=True, text=True)


def test_lexicon_tables_are_fresh(root, tmp_path):
    made = run(root / "ext" / "gen" / "lexicon.py", root / "ext" / "data" / "lexicon", tmp_path)
    assert made.returncode == 0, made.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["lexicon.h", "lexicon_classes.h"]
    stale = [
        name for name in names if not filecmp.cmp(tmp_path / name, root / "ext" / "tables" / name, shallow=False)
    ]
    assert not stale, f"{', '.join(stale)} no longer match ext/data/lexicon: make tables"


@pytest.fixture
def lexicon(root, tmp_path):
    """Make the tables of a copy of the lexicon with more rows: {file: [row]}."""

    def make(**files):
        data = tmp_path / "lexicon"
        shutil.copytree(root / "ext" / "data" / "lexicon", data)
        shutil.copy(root / "ext" / "data" / "page.tsv", tmp_path)
        (tmp_path / "tables").mkdir()
        for name, rows in files.items():
            path = data / f"{name.replace('__', '/')}.tsv"
            header = "phrase\tkind\twhy" if name == "phrases" else "word\tclasses\twhy"
            path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return run(root / "ext" / "gen" / "lexicon.py", data, tmp_path / "tables"), tmp_path / "tables"

    return make


def test_lexicon_has_room_for_many_classes(lexicon):
    made, tables = lexicon(rules__wide=[f"glorp{i:03}\tWIDE_{i:03}\ta test" for i in range(300)])
    assert made.returncode == 0, made.stderr
    names = re.findall(r"^    QL_WORD_(\w+),$", (tables / "lexicon_classes.h").read_text(), re.M)
    assert names.index("WIDE_299") == names.index("WIDE_000") + 299 and names[-1] == "CLASSES"
    row = re.search(r'\{"glorp299", \{\{(.*?)\}\}', (tables / "lexicon.h").read_text())[1].split(", ")
    assert len(row) == (len(names) - 1 + 63) // 64
    mask = sum(int(part.rstrip("u"), 16) << 64 * i for i, part in enumerate(row))
    assert mask == 1 << names.index("WIDE_299")


def test_classes_of_rules_come_last(root):
    head = (root / "ext" / "tables" / "lexicon_classes.h").read_text()
    names = re.findall(r"^    QL_WORD_(\w+),$", head, re.M)
    first = names.index(re.search(r"QL_FIRST_RULE = QL_WORD_(\w+)", head)[1])
    rules = {
        name
        for path in (root / "ext/data/lexicon/rules").glob("*.tsv")
        for line in path.read_text("utf-8").splitlines()[1:]
        for name in line.split("\t")[1].split(",")
    }
    assert set(names[first:-1]) == rules | {"PHRASE"}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("more", ["b\tADVERB\twhy", "a\tADVERB\twhy"]),
        ("more", ["a\tADVERB\twhy", "a\tADVERB\twhy"]),
        ("more", ["a\tADVERB\t"]),
        ("rules__more", ["a\tADVERB\twhy"]),
        ("phrases", ["a b c d e\tSILENCE\twhy"]),
        ("phrases", ["a  b\tSILENCE\twhy"]),
    ],
    ids=["out of order", "twice", "no reason", "a class of both sorts", "too long a phrase", "an empty word"],
)
def test_words_are_refused(lexicon, name, rows):
    made, tables = lexicon(**{name: rows})
    assert made.returncode != 0 and f"{name.split('__')[-1]}.tsv:" in made.stderr
    assert not list(tables.iterdir())


def test_spellings_are_fresh(root, tmp_path):
    made = run(root / "ext" / "gen" / "spelling.py", root / "ext" / "data" / "spellings.tsv", tmp_path)
    assert made.returncode == 0, made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["spellings.h"]
    fresh = (tmp_path / "spellings.h").read_bytes()
    assert fresh == (root / "ext" / "tables" / "spellings.h").read_bytes(), "spellings.tsv has changed: make tables"


@pytest.mark.parametrize(
    "rows",
    [
        ["two\t2\t-\twhy", "ten\t10\t-\twhy"],
        ["two\t2\t-\twhy", "two\t2\t-\twhy"],
        ["two\t2\t-\t"],
        ["two\t2\t-"],
    ],
    ids=["out of order", "twice", "no reason", "a column short"],
)
def test_spellings_are_refused(root, tmp_path, rows):
    (tmp_path / "spellings.tsv").write_text("\n".join(["from\tto\tand\twhy", *rows]) + "\n", encoding="utf-8")
    made = run(root / "ext" / "gen" / "spelling.py", tmp_path / "spellings.tsv", tmp_path)
    assert made.returncode != 0 and "spellings.tsv:" in made.stderr
    assert not (tmp_path / "spellings.h").exists()


def test_page_patterns_are_fresh(root, tmp_path):
    made = run(root / "ext" / "gen" / "page.py", root / "ext" / "data" / "page.tsv", tmp_path)
    assert made.returncode == 0, made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["page_patterns.h"]
    fresh = (tmp_path / "page_patterns.h").read_bytes()
    assert fresh == (root / "ext" / "tables" / "page_patterns.h").read_bytes(), "page.tsv has changed: make tables"


def choices(root, tmp_path, changed="choices", data=None, model=None):
    """The generator of choices over the files of the project, of which those of one choice may be changed."""
    files = {"data": ("choices.tsv", "page_features.tsv"), "model": ("choices.tsv", "pages.tsv")}
    for folder, rows in (("data", data), ("model", model)):
        (tmp_path / folder).mkdir()
        for name in files[folder]:
            (tmp_path / folder / name).write_bytes((root / "ext" / folder / name).read_bytes())
        if rows is not None:
            head = "feature\twhy" if folder == "data" else "feature\tvalue\tweight"
            path = tmp_path / folder / files[folder][changed == "pages"]
            path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    tables = tmp_path / "tables"
    tables.mkdir()
    return run(root / "ext" / "gen" / "choices.py", tmp_path / "data", tmp_path / "model", tables), tables


def test_choices_are_fresh(root, tmp_path):
    made, tables = choices(root, tmp_path)
    assert made.returncode == 0, made.stderr
    for name in ("choices.h", "choice_weights.h", "pages.h", "page_weights.h"):
        fresh = (tables / name).read_bytes()
        assert fresh == (root / "ext" / "tables" / name).read_bytes(), f"{name} is stale: make tables"


@pytest.mark.parametrize(
    ("data", "model"),
    [
        (["name:b\twhy", "name:a\twhy"], []),
        (["name:a\twhy", "name:a\twhy"], []),
        (["name:a\t"], []),
        (["name a\twhy"], []),
        (["name:a\twhy"], ["name:b\t1\t1"]),
        (["name:a\twhy"], ["name:a\t256\t1"]),
        (["name:a\twhy"], ["name:a\t1\t0.5"]),
        (["name:a\twhy"], ["name:a\t1\t32768"]),
        (["name:a\twhy"], ["name:a\t2\t1", "name:a\t1\t1"]),
    ],
    ids=["order", "twice", "no reason", "no choice", "unknown", "value", "fraction", "too large", "order of weights"],
)
@pytest.mark.parametrize("changed", ["choices", "pages"])
def test_choices_are_refused(root, tmp_path, changed, data, model):
    made, tables = choices(root, tmp_path, changed, data, model)
    assert made.returncode != 0 and ".tsv:" in made.stderr
    assert not list(tables.iterdir())


def test_weights_of_scores_are_fresh(root, tmp_path):
    made = run(root / "ext" / "gen" / "score.py", root / "ext" / "data" / "score.tsv", tmp_path)
    assert made.returncode == 0, made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["score.h"]
    fresh = (tmp_path / "score.h").read_bytes()
    assert fresh == (root / "ext" / "tables" / "score.h").read_bytes(), "score.tsv has changed: make tables"


def test_a_rule_without_a_weight_is_a_feature(root, tmp_path):
    data = root / "ext" / "data"
    lines = (data / "score.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "score.tsv").write_text("".join(line for line in lines if ":rule=" not in line), encoding="utf-8")
    (tmp_path / "rules.tsv").write_bytes((data / "rules.tsv").read_bytes())
    made = run(root / "ext" / "gen" / "score.py", tmp_path / "score.tsv", tmp_path)
    assert made.returncode == 0, made.stderr
    assert '{"quote:rule=announced", "found by the rule announced", 0.0f}' in (tmp_path / "score.h").read_text()


def test_a_weight_of_no_rule_is_refused(root, tmp_path):
    data = root / "ext" / "data"
    (tmp_path / "score.tsv").write_bytes((data / "score.tsv").read_bytes())
    (tmp_path / "rules.tsv").write_text("name\tcode\tsentence\nother\t-\tanother\n", encoding="utf-8")
    made = run(root / "ext" / "gen" / "score.py", tmp_path / "score.tsv", tmp_path)
    assert made.returncode != 0 and "is not a rule" in made.stderr


def test_enumerators_are_fresh(root, tmp_path):
    made = run(root / "ext" / "gen" / "enums.py", root / "ext" / "data", tmp_path)
    assert made.returncode == 0, made.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["enum_names.h", "enums.h"]
    for path in tmp_path.iterdir():
        kept = root / "ext" / "tables" / path.name
        assert path.read_bytes() == kept.read_bytes(), "enums.tsv or rules.tsv has changed: make tables"


def test_schema_is_fresh(root, tmp_path):
    page = root / "docs" / "tables.md"
    (tmp_path / "tables.md").write_bytes(page.read_bytes())
    made = run(
        *(root / "ext" / "gen" / "tables.py", root / "ext" / "data"),
        *(tmp_path, tmp_path / "schema.py", tmp_path / "tables.md"),
    )
    assert made.returncode == 0, made.stderr
    kept = {
        **{name: root / "ext" / "tables" / name for name in ("fields.h", "schema.h")},
        **{"schema.py": root / "python" / "quotelens" / "table" / "schema.py", "tables.md": page},
    }
    assert {path.name for path in tmp_path.iterdir()} == set(kept)
    stale = [name for name, path in kept.items() if (tmp_path / name).read_bytes() != path.read_bytes()]
    assert not stale, f"{', '.join(stale)} no longer match ext/data: make tables"


@pytest.mark.parametrize(
    ("file", "row"),
    [
        ("tables.tsv", "marks\tform\tstring\tinner\tagain"),
        ("tables.tsv", "quotes\tlate\tstring\tcore\tfar from its table"),
        ("tables.tsv", "extra\tone\ttext\tcore\tof no type"),
        ("tables.tsv", "extra\tone\tstring\tnobody\tmade by nobody"),
        ("tables.tsv", "extra\tone\tstring\tcore\t{nothing}"),
        ("tables.tsv", "extra\tone\tstring\tcore\tnot on the page"),
        ("tables.tsv", "extra\tone\tstring\tcore"),
        ("enums.tsv", "act\tspeech\t-"),
        ("enums.tsv", "mood\tgood\t-"),
        ("enums.tsv", "act\tIn capitals\t-"),
        ("rules.tsv", "announced\t-\tagain"),
        ("rules.tsv", "named\t-"),
    ],
)
def test_rows_of_tables_are_refused(root, tmp_path, file, row):
    for name in ("tables.tsv", "enums.tsv", "rules.tsv"):
        content = (root / "ext" / "data" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(content + f"{row}\n" * (name == file), encoding="utf-8")
    (tmp_path / "tables.md").write_bytes((root / "docs" / "tables.md").read_bytes())
    made = run(root / "ext" / "gen" / "tables.py", tmp_path, tmp_path, tmp_path / "schema.py", tmp_path / "tables.md")
    assert made.returncode != 0 and ("tsv:" in made.stderr or "the page needs" in made.stderr)
    assert not (tmp_path / "schema.h").exists()


@pytest.mark.parametrize(
    "rows",
    [
        ["quote:b\t1\twhy", "quote:a\t1\twhy"],
        ["quote:a\t1\twhy", "quote:a\t2\twhy"],
        ["quote:a\tmuch\twhy"],
        ["quote:a\tnan\twhy"],
        ["quote:a\t1\t"],
        ["quote:a\t1"],
        ["quote\t1\twhy"],
        ["cue:a\t1\twhy"],
    ],
    ids=["out of order", "twice", "no number", "not a number", "no reason", "a column short", "no name", "no model"],
)
def test_weights_of_scores_are_refused(root, tmp_path, rows):
    (tmp_path / "score.tsv").write_text("\n".join(["feature\tweight\twhy", *rows]) + "\n", encoding="utf-8")
    made = run(root / "ext" / "gen" / "score.py", tmp_path / "score.tsv", tmp_path)
    assert made.returncode != 0 and "score.tsv:" in made.stderr
    assert not (tmp_path / "score.h").exists()


def test_exceptions_of_lemmas_are_fresh(root, tmp_path):
    made = run(root / "ext" / "gen" / "lemma.py", root / "ext" / "data" / "lemma.tsv", tmp_path)
    assert made.returncode == 0, made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["lemma.h"]
    fresh = (tmp_path / "lemma.h").read_bytes()
    assert fresh == (root / "ext" / "tables" / "lemma.h").read_bytes(), "lemma.tsv has changed: make tables"


def test_words_of_names_are_fresh(root, tmp_path):
    made = run(root / "ext" / "gen" / "names.py", root / "ext" / "data" / "names.tsv", tmp_path)
    assert made.returncode == 0, made.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["names.h", "names_kinds.h"]
    for name in names:
        fresh = (tmp_path / name).read_bytes()
        assert fresh == (root / "ext" / "tables" / name).read_bytes(), "names.tsv has changed: make tables"


@pytest.mark.parametrize(
    "rows",
    [
        ["ted\tgiven\tm\tedward\twhy", "bill\tgiven\tm\twilliam\twhy"],
        ["bill\tgiven\tm\twilliam\twhy", "bill\tgiven\tm\t-\twhy"],
        ["bill\tgiven\tm\twilliam\t"],
        ["bill\tgiven\tm\twilliam"],
        ["bill\tname\tm\twilliam\twhy"],
        ["bill\tgiven\tx\twilliam\twhy"],
        ["zoë\tgiven\tf\t-\twhy"],
    ],
    ids=["out of order", "twice", "no reason", "a column short", "no such kind", "no such gender", "an accent"],
)
def test_words_of_names_are_refused(root, tmp_path, rows):
    (tmp_path / "names.tsv").write_text("\n".join(["word\tkinds\tgender\tbase\twhy", *rows]) + "\n", encoding="utf-8")
    made = run(root / "ext" / "gen" / "names.py", tmp_path / "names.tsv", tmp_path)
    assert made.returncode != 0 and "names.tsv:" in made.stderr
    assert not (tmp_path / "names.h").exists()


@pytest.mark.parametrize(
    "rows",
    [
        ["went\tVERB\tgo\twhy", "did\tVERB\tdo\twhy"],
        ["went\tVERB\tgo\twhy", "went\tVERB\twend\twhy"],
        ["went\tVERB\tgo\t"],
        ["went\tVERB\tgo"],
        ["went\tVERBS\tgo\twhy"],
        ["went\tVERB\tgoing away\twhy"],
    ],
    ids=["out of order", "twice", "no reason", "a column short", "no such tag", "too long"],
)
def test_exceptions_of_lemmas_are_refused(root, tmp_path, rows):
    (tmp_path / "lemma.tsv").write_text("\n".join(["form\ttag\tlemma\twhy", *rows]) + "\n", encoding="utf-8")
    made = run(root / "ext" / "gen" / "lemma.py", tmp_path / "lemma.tsv", tmp_path)
    assert made.returncode != 0 and "lemma.tsv:" in made.stderr
    assert not (tmp_path / "lemma.h").exists()


@pytest.mark.parametrize(
    "rows",
    [
        ["call\tstart\tb\t-\twhy", "call\tstart\ta\t-\twhy"],
        ["call\tstart\ta\t-\twhy", "call\tstart\ta\t-\tanother"],
        ["call\tstart\ta\t-\t"],
        ["call\tstart\ta\t-"],
        ["call\tsomewhere\ta\t-\twhy"],
        ["call\tstart\tdry\tdry\twhy"],
        ["when\tinside\tdry\t-\twhy"],
        ["when\tinside\tdry\tdry wet\twhy"],
        ["when\tinside\tdry\tDry\twhy"],
    ],
    ids=[
        "out of order",
        "twice",
        "no reason",
        "a column short",
        "nowhere",
        "words it does not need",
        "no words",
        "a word of no pattern",
        "a capital",
    ],
)
def test_page_patterns_are_refused(root, tmp_path, rows):
    (tmp_path / "page.tsv").write_text(
        "\n".join(["class\twhere\tpattern\twords\twhy", *rows]) + "\n", encoding="utf-8"
    )
    made = run(root / "ext" / "gen" / "page.py", tmp_path / "page.tsv", tmp_path)
    assert made.returncode != 0 and "page.tsv:" in made.stderr
    assert not (tmp_path / "page_patterns.h").exists()


def test_words_of_page_patterns_are_in_the_lexicon(root, tmp_path):
    """A row of page.tsv is all that a pattern needs."""
    shutil.copytree(root / "ext" / "data", tmp_path / "data")
    with (tmp_path / "data" / "page.tsv").open("a", encoding="utf-8") as file:
        file.write("when\tinside\tzymurgy\tzymurgy\twhy\n")
    for generator, data in (("page.py", "page.tsv"), ("lexicon.py", "lexicon")):
        made = run(root / "ext" / "gen" / generator, tmp_path / "data" / data, tmp_path)
        assert made.returncode == 0, made.stderr
    assert '"zymurgy"' in (tmp_path / "lexicon.h").read_text(encoding="utf-8")
    pieces = re.findall(r'"(.*)"', (tmp_path / "page_patterns.h").read_text(encoding="utf-8"))
    assert "|zymurgy)" in "".join(pieces)


def test_a_table_that_stays_the_same_is_not_written(root, tmp_path):
    """Or make would compile all that includes it."""
    command = [root / "ext" / "gen" / "lexicon.py", root / "ext" / "data" / "lexicon", tmp_path]
    assert run(*command).returncode == 0
    (tmp_path / "lexicon.h").write_text("another", encoding="utf-8")
    os.utime(tmp_path / "lexicon.h", (1, 1))
    os.utime(tmp_path / "lexicon_classes.h", (1, 1))
    assert run(*command).returncode == 0
    assert (tmp_path / "lexicon_classes.h").stat().st_mtime == 1
    assert (tmp_path / "lexicon.h").stat().st_mtime > 1


def test_frequencies_are_fresh(root, shared, tmp_path):
    treebanks = [shared / "ud" / f"{name}.train.conllu" for name in ("ewt", "gum")]
    if not all(path.exists() for path in treebanks):
        pytest.skip("../shared/ud is not there")
    made = run(root / "ext" / "gen" / "frequency.py", *treebanks, "-o", tmp_path)
    assert made.returncode == 0, made.stderr
    fresh = (tmp_path / "frequency.h").read_bytes()
    assert fresh == (root / "ext" / "tables" / "frequency.h").read_bytes(), "frequency.py has changed: make tables"


def test_unicode_tables_are_fresh(root, shared):
    if not (shared / "ucd").is_dir():
        pytest.skip("../shared/ucd is not there")
    checked = run(root / "ext" / "gen" / "ucd.py", shared / "ucd", "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_tables_name_their_generator(root):
    for path in sorted((root / "ext" / "tables").iterdir()):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert "Generated by ext/gen/" in first or "Generated by gen/" in first, path.name


def test_word_lists(root):
    for path in sorted((root / "ext" / "data" / "lexicon").rglob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert header[-1] == "why", path.name
        keys = [tuple(row[: 2 if header[0] == "lemma" else 1]) for row in rows]
        assert keys == sorted(set(keys)), f"{path.name}: rows out of order or repeated"
        assert all(len(row) == len(header) and all(cell.strip() for cell in row) for row in rows), path.name
