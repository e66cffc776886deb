"""The page of the tables has every column of every table, with its type, in order."""

import re

import pytest
import quotelens as ql

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
