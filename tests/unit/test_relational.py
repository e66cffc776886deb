"""What is asked of any table: counts, shares, cross tables, joins, order, samples."""

import math

import pytest
import quotelens as ql
from quotelens import Table

SAID = {
    "who": ["Lee", "Lee", "Holm", None, "Lee"],
    "kind": ["direct", "mixed", "direct", "direct", "direct"],
    "n": [4, 2, 7, 1, None],
    "when": [3, 1, None, 2, 5],
}
TYPES = ["string", "string", "int32", "timestamp"]


@pytest.fixture
def said():
    """The same rows in two batches."""
    parts = [{name: values[:2] for name, values in SAID.items()}, {name: values[2:] for name, values in SAID.items()}]
    made = [Table.from_columns(part, TYPES) for part in parts]
    return Table([part._batches[0] for part in made], made[0]._empty)


def test_count_and_share(said):
    assert list(said.count(by="who")) == [{"who": "Lee", "n": 3}, {"who": "Holm", "n": 1}, {"who": None, "n": 1}]
    both = said.count(["who", "kind"])
    assert both.columns == ["who", "kind", "n"] and both[0] == {"who": "Lee", "kind": "direct", "n": 2}
    share = said.share(by="kind")
    assert (share["n"], share["of"], share["share"]) == ([4, 1], [5, 5], [0.8, 0.2])
    assert len(said[:0].share(by="kind")) == 0 and len(said[:0].count("kind")) == 0
    with pytest.raises(ValueError, match="Name a column"):
        said.count([])


def test_pivot(said):
    table = said.pivot("who", "kind")
    assert table.columns == ["who", "direct", "mixed"]
    assert [tuple(row.values()) for row in table] == [("Lee", 2, 1), ("Holm", 1, 0), (None, 1, 0)]
    assert said.pivot("kind", "who").columns == ["kind", "Lee", "Holm", "null"]
    assert said.pivot("who", "kind", values="n")["direct"] == [4, 7, 1]
    assert Table.from_columns({"a": ["x"], "b": ["a"]}, ["string"] * 2).pivot("a", "b").columns == ["a", "a_"]
    with pytest.raises(ValueError, match="values='kind' is a column of type string"):
        said.pivot("who", "kind", values="kind")


def test_join(said):
    people = [{"who": "Lee", "n": 1, "party": "Green"}, {"who": "Lee", "n": 2, "party": "Blue"}]
    left = said.join(people, on="who")
    assert left.columns == ["who", "kind", "n", "when", "n_right", "party"]
    assert left["party"] == ["Green", "Blue", "Green", "Blue", None, None, "Green", "Blue"]
    assert left["when"][0] == said["when"][0]
    inner = said.join(people, on="who", how="inner")
    assert inner["n_right"] == [1, 2] * 3
    assert said.join(said, on=["who", "kind"], how="inner").columns[-1] == "when_right"
    with pytest.raises(KeyError, match="no column 'outlet'"):
        said.join(people, on="outlet")
    with pytest.raises(ValueError, match="how='outer' is not one of: left, inner"):
        said.join(people, on="who", how="outer")
    with pytest.raises(TypeError, match="A table, a dataframe or a list of dicts is expected, not a int"):
        said.join(3, on="who")
    with pytest.raises(TypeError, match="on='n' is int32 on the left and string on the right"):
        said.join([{"n": "4"}], on="n")


def test_join_takes_dataframes(said):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"who": ["Holm"], "age": [52.5]})
    ages = said.join(frame, on="who")["age"]
    assert ages[2] == 52.5 and ages[0] is None


def test_sort(said):
    assert said.sort("when")["n"] == [2, 1, 4, None, 7]
    assert said.sort("n", descending=True)["n"] == [7, 4, 2, 1, None]
    assert said.sort(["kind", "n"])["n"] == [1, 4, 7, None, 2]
    assert said.sort("kind")["n"] == [4, 7, 1, None, 2]  # equal ones as they were


def test_sample(said):
    many = Table.from_columns({"k": list(range(1000)), "odd": [k % 2 == 1 for k in range(1000)]}, ["int64", "bool"])
    drawn = many.sample(10)["k"]
    assert drawn == many.sample(10)["k"] == sorted(set(drawn)) and drawn != many.sample(10, seed=1)["k"]
    assert many.sample(3, by="odd").count("odd")["n"] == [3, 3]
    assert len(many.sample(5000)) == 1000
    mean = sum(many.sample(500, seed=3)["k"]) / 500
    assert math.isclose(mean, 500, abs_tol=40)
    with pytest.raises(ValueError, match="n is -1"):
        many.sample(-1)


def test_tables_of_a_corpus_chain():
    corpus = ql.sample()
    table = corpus.quotes().filter(kind="direct").join(corpus.documents().select("doc_id", "outlet"), on="doc_id")
    assert type(table) is type(corpus.quotes()) and table._corpus is corpus
    assert sum(table.share(by="outlet")["n"]) == len(table) > 0
    assert table.families()["n_members"]
