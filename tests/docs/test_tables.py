"""The page of the tables has every column of every table, with its type, in order."""

import csv
import re

import pytest
import quotelens as ql
from quotelens import _core
from quotelens.table.columns import gives, types_of
from quotelens.table.schema import COLUMNS, ENUMS

TYPES = {"int": "int32", "long": "int64", "float": "double", "time": "timestamp[us, tz=UTC]"}
GOLD = [{"doc_id": "a", "text": "“Yes,” said Ann.", "quotes": [{"start": 0, "end": 6, "type": "direct"}]}]


@pytest.fixture(scope="module")
def described(root):
    """{table: [(column, type)]} of the page."""
    page = (root / "docs" / "tables.md").read_text(encoding="utf-8")
    tables = {}
    for heading, section in re.findall(r"^## (.*?) — .*?\n(.*?)(?=^## |\Z)", page, re.M | re.S):
        rows = re.findall(r"^\| (\w+) \| (\w+) \| .+ \|$", section, re.M)
        tables[heading.split()[-1]] = [(name, TYPES.get(kind, kind)) for name, kind in rows if name != "column"]
    return tables


@pytest.fixture(scope="module")
def given():
    """{table: its schema} of the sample corpus."""
    corpus = ql.sample()
    families = corpus.quotes().families()
    done = ql.evaluate(None, GOLD)
    named = "documents quotes pieces chains mentions entities metadata zones sentences tokens sources source_links"
    tables = {name: getattr(corpus, name)() for name in (*named.split(), "network", "unnamed", "problems")}
    tables |= {
        "share": corpus.share(["source", "source_kind", "anonymity", "outlet", "month"]),
        "families": families,
        "variants": families.variants(),
        "verified": ql.verify(["luck is no plan"], corpus),
        "search": ql.FamilyIndex().add(corpus.quotes()).search("luck is no plan"),
        "kwic": corpus.kwic("luck"),
        "cues": ql.Config().cues(),
        "evaluation": done.table(),
        "errors": done.errors(),
    }
    pytest.importorskip("pyarrow")
    schemas = {name: table.to_arrow().schema for name, table in tables.items()}
    return {name: [(field.name, str(field.type)) for field in schema] for name, schema in schemas.items()}


def test_page_has_all_tables(described, given):
    assert set(described) == set(given)


def test_page_has_all_columns(described, given):
    for name, columns in given.items():
        assert described[name] == columns, name


@pytest.fixture(scope="module")
def rows(root):
    """{table: its rows of tables.tsv}."""
    tables = {}
    with (root / "ext" / "data" / "tables.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            tables.setdefault(row["table"], []).append(row)
    return tables


def columns_of(rows, *makers):
    """{column: type} of those that one of the makers makes."""
    types = {"int": "int32", "long": "int64", "float": "float64", "time": "timestamp"}
    return {row["column"]: types.get(row["type"], row["type"]) for row in rows if row["made_by"] in makers}


def test_the_core_has_the_columns_of_tables_tsv(rows):
    for name in (*_core.TABLES, *_core.EXPLAIN_TABLES):
        empty = _core.empty(name)
        assert dict(zip(empty.names, empty.types, strict=True)) == columns_of(rows[name], "core", "inner"), name
    shown = {name: columns_of(of, "core", "package") for name, of in rows.items()}
    assert {name: types for name, types in shown.items() if types} == COLUMNS == {n: types_of(n) for n in COLUMNS}


HELP = {
    **{name: getattr(ql.Corpus, name) for name in COLUMNS if hasattr(ql.Corpus, name)},
    **{"verified": ql.verify, "search": ql.FamilyIndex.search, "cues": ql.Config.cues},
}


@pytest.mark.parametrize("name", HELP)
def test_help_lists_every_column(name):
    told = HELP[name].__doc__
    listed = re.findall(r"^(\w+) +(\w+): ", told[told.index("\nColumns:\n") :], re.M)
    assert listed == list(COLUMNS[name].items())


def test_help_of_a_document_lists_them_too():
    for name in ("quotes", "pieces", "tokens", "sentences", "metadata", "zones", "mentions", "entities", "chains"):
        assert getattr(ql.Document, name).__doc__.split("Columns:")[1] == HELP[name].__doc__.split("Columns:")[1]


def test_columns_follow_a_docstring_and_need_one():
    def described():
        """One.

        Two.
        """

    def bare(): ...

    assert gives("pieces")(described).__doc__.startswith("One.\n\nTwo.\n\nColumns:\n\ndoc_id ")
    assert gives("pieces")(bare).__doc__ is None


def test_values_are_those_of_the_enums():
    quotes = ql.sample().quotes(kind="all", acts="all", zones="all")
    for column, enum in (("kind", "quote_kind"), ("act", "act"), ("zone", "zone"), ("anonymity", "anonymity")):
        assert set(quotes[column]) <= set(ENUMS[enum]), column
