"""The labels of the tools: documents, offsets and kinds of free text, without its words, and sentences of our own."""

import csv
import re

import pytest

KINDS = {"speech", "fragment", "scare", "term", "title", "nickname", "not_quote", "unsure"}


def test_labels_of_marked_strings_are_places_and_kinds(root):
    with (root / "tools" / "labels" / "marked.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len(rows) == 900
    assert {row["kind"] for row in rows} == KINDS
    assert all(re.fullmatch(r"\w+", row["doc_id"]) for row in rows)
    assert all(0 <= int(row["start"]) < int(row["end"]) for row in rows)
    places = [(row["collection"], row["doc_id"], int(row["start"])) for row in rows]
    assert places == sorted(set(places))


def test_labels_of_headlines_are_places_and_kinds(root):
    with (root / "tools" / "labels" / "headlines.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    kinds = {"before", "none", "verb", "speech", "fragment", "scare", "term", "title", "nickname"}
    assert {row["kind"] for row in rows} == kinds
    assert {row["field"] for row in rows} == {"title", "text"}
    assert all(re.fullmatch(r"\w+", row["doc_id"]) for row in rows)
    for row in rows:
        assert 0 <= int(row["head_start"]) <= int(row["start"]) < int(row["end"]) <= int(row["head_end"])


def test_own_headlines_have_a_colon_and_a_side(root):
    with (root / "tools" / "labels" / "headlines_own.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert {row["kind"] for row in rows} == {"before", "after", "none"}
    assert all(row["text"].count(": ") == 1 for row in rows)
    assert len({row["text"] for row in rows}) == len(rows)


@pytest.mark.parametrize("file", ["names.tsv", "authors.tsv"])
def test_written_sentences_have_one_source_and_a_name_that_stands_in_them(root, file):
    with (root / "tools" / "labels" / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len({row["sentence"] for row in rows}) == len(rows)
    for row in rows:
        source = re.fullmatch(r"[^\[\]]*\[([^\[\]]+)\][^\[\]]*", row["sentence"])
        assert source, row["sentence"]
        place = source[1] if file == "names.tsv" else row["sentence"]
        assert row["name"] == "-" or row["name"] in place, row["sentence"]
