"""Tagger and parser on sentences of news with trees corrected by hand, and those trees themselves.

The words are in ../shared/text; tests/data/news_trees.conllu has ids, places and trees.  A change may raise a floor.
"""

import runpy
from collections import Counter

import pytest

LEAST = {"tags": 97.6, "heads": 88.2, "relations": 85.5}


@pytest.fixture(scope="module")
def tool(root):
    return runpy.run_path(str(root / "tools" / "news_trees.py"))


@pytest.fixture(scope="module")
def pairs(tool, shared):
    if not (shared / "text").is_dir():
        pytest.skip("../shared/text is not there")
    return list(tool["with_forms"](tool["read_trees"](), shared / "text"))


def test_floor(tool, pairs):
    found = tool["figures"](pairs)["all"]
    short = {key: value for key, value in found.items() if value < LEAST[key]}
    assert not short, f"{short}, wanted {LEAST}"


def test_words_are_words(pairs):
    """Places that miss would give words with spaces, or halves of words."""
    for sentence, forms in pairs:
        assert all(form and not any(c.isspace() for c in form) for form in forms), sentence.sent_id
        for word, form in zip(sentence.words, forms, strict=True):
            assert (word.tag == "PUNCT") == (not any(c.isalnum() for c in form) and word.tag != "SYM"), (
                sentence.sent_id
            )


def test_trees(tool):
    sentences = tool["read_trees"]()
    assert len(sentences) == len({sentence.sent_id for sentence in sentences}) == 60
    assert min(Counter(sentence.kind for sentence in sentences).values()) >= 4
    for sentence in sentences:
        heads = [word.head for word in sentence.words]
        assert [word.relation == "root" for word in sentence.words] == [head == 0 for head in heads]
        assert heads.count(0) == 1, sentence.sent_id
        for at in range(1, len(heads) + 1):
            assert reaches_root(at, heads), f"{sentence.sent_id}: a cycle at {at}"
        for word, after in zip(sentence.words, sentence.words[1:], strict=False):
            assert word.start < word.end <= after.start, sentence.sent_id
        for word in sentence.words:
            assert (word.tag == "PUNCT") == (word.relation == "punct"), sentence.sent_id
            assert not word.head or sentence.words[word.head - 1].tag != "PUNCT", sentence.sent_id


def reaches_root(at, heads):
    for _ in heads:
        at = heads[at - 1]
        if at == 0:
            return True
    return False


def test_no_words_in_the_file(tool):
    lines = tool["TREES"].read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line[:1].isdigit()]
    assert len(rows) > 1700
    assert all(row[1] == row[2] == "_" for row in rows)
