"""Families in a file: what is in memory, opened again, extended, and looked up."""

import importlib.util
import sqlite3
from collections import Counter

import pytest
import quotelens as ql
from quotelens.families.families import grouped


def canonical(families):
    return sorted(zip(families["canonical"], families["n_members"], families["speakers"], strict=True))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "quotes.sqlite"


def test_families_are_those_of_the_quotes(path):
    quotes = ql.sample().quotes()
    with ql.FamilyIndex.open(path) as index:
        index.add(quotes)
        assert len(index) == len(quotes)
        found, expected = index.families(), quotes.families()
        assert canonical(found) == canonical(expected) and len(found) > 10
        variants = index.variants(found["family_id"][0])
        every = quotes.families(least=1)
        same = every.variants(every["family_id"][every["canonical"].index(found["canonical"][0])])
        names = [name for name in variants.columns if name != "family_id"]
        assert list(variants.select(*names)) == list(same.select(*names))


def pairs_of(labels):
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def test_what_comes_day_by_day_is_grouped_as_what_comes_at_once(path, root):
    spec = importlib.util.spec_from_file_location("bench_families", root / "tests" / "bench" / "families.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    texts = list(bench.quotations(3000))
    rows = [{"text": text, "doc_id": f"{k}"} for k, text in enumerate(texts)]
    for k in range(0, len(rows), 600):
        with ql.FamilyIndex.open(path) as index:
            index.add(rows[k : k + 600])
    with ql.FamilyIndex.open(path) as index:
        of = {
            int(row["doc_id"]): family
            for family in index.families(least=1)["family_id"]
            for row in index.variants(family)
        }
    together = [family for family, *_ in grouped(texts).members()]
    apart = [of[k] for k in range(len(texts))]
    both = pairs_of(zip(together, apart, strict=True))
    assert 2 * both / (pairs_of(together) + pairs_of(apart)) > 0.98


def test_a_longer_variant_takes_over_a_family(path):
    part = "every cable of the harbour funicular"
    with ql.FamilyIndex.open(path) as index:
        index.add([{"text": part, "doc_id": "a"}])
        index.add([{"text": f"{part} has to be replaced by the end of May", "doc_id": "b"}])
        index.add([{"text": f"{part} has to be replaced", "doc_id": "c"}])
        (row,) = index.families()
        assert row["canonical"].endswith("May") and row["n_members"] == 3
        assert index.variants(row["family_id"])["is_fragment"] == [True, False, True]


def test_search_finds_what_was_said(path):
    quotes = ql.sample().quotes()
    with ql.FamilyIndex.open(path).add(quotes) as index:
        found = index.search("we were lucky, but luck is no maintenance plan", speaker="Tarrant")
        same = (
            ql.FamilyIndex().add(quotes).search("we were lucky, but luck is no maintenance plan", speaker="Tarrant")
        )
        assert found["doc_id"][0] == same["doc_id"][0] and found["similarity"][0] == same["similarity"][0]
        assert set(found["speaker"]) == {"Imogen Tarrant"}
        assert len(index.search("walruses play chess on Thursdays")) == 0
        assert len(index.search("luck is no maintenance plan", most=1)) == 1


def test_what_fails_leaves_the_file_as_it_was(path):
    with ql.FamilyIndex.open(path) as index:
        index.add([{"text": "the harbour opens early", "doc_id": "a"}])
        with pytest.raises(TypeError, match="dict with a str as 'text'"):
            index.add([{"text": "the harbour opens late", "doc_id": "b"}, {"text": 5}])
        assert len(index) == 1 and len(index.families(least=1)) == 1
        with pytest.raises(KeyError, match="no family 7"):
            index.variants(7)
        with pytest.raises(ValueError, match="least is 0"):
            index.families(least=0)
        with pytest.raises(TypeError, match="of type int"):
            index.search(5)


def test_another_file_is_no_index(tmp_path):
    (tmp_path / "a").write_text("quotations, but no database")
    with pytest.raises(ValueError, match="is not an index"):
        ql.FamilyIndex.open(tmp_path / "a")
    other = sqlite3.connect(tmp_path / "b")
    other.execute("create table birds (name text)")
    other.close()
    with pytest.raises(ValueError, match="is not an index"):
        ql.FamilyIndex.open(tmp_path / "b")


def test_text_that_is_no_unicode_is_kept_as_well_as_can_be(path):
    with ql.FamilyIndex.open(path) as index:
        index.add([{"text": "the harbour \ud800 opens early", "doc_id": "a\ud800"}])
        assert index.families(least=1)["canonical"] == ["the harbour � opens early"]
