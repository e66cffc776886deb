"""Words of a text are found in it: word for word, at any place, however common they are."""

import json

import pytest
import quotelens as ql
from hypothesis import given, settings
from hypothesis import strategies as st

LITERAL = {"exact", "same_words"}
WORDS = [
    *("the", "of", "a", "is", "it", "no", "not", "we", "enough", "harbour", "U.S.", "US", "don't", "won’t", "it's"),
    *("12,000", "3.5", "5M", "$30m", "per", "cent", "%", "twenty", "twenty-five", "five", "[mill]", "(or", "more)"),
    *("co-op", "naïve", "“so”", "‘tis", "…", "...", "—", "-", "Mr.", "p.m.", "😀", "我们", "&", "/"),
]
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)


def sentences_of(corpus):
    return [(d.id, d.text[s["start"] : s["end"]]) for d in corpus for s in d.sentences()]


def check_all_found(corpus, sentences):
    """Every sentence is found, in its own document and anywhere."""
    asked = [{"text": text, "doc_id": doc_id} for doc_id, text in sentences] + [text for _, text in sentences]
    for quote, row in zip(asked, ql.verify(asked, corpus), strict=True):
        assert row["verdict"] in LITERAL, quote
        assert corpus[row["doc_id"]].text[row["start"] : row["end"]] == row["found"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(TEXT, st.text(max_size=60)), min_size=1, max_size=6))
def test_any_sentence_is_found(texts):
    corpus = ql.Corpus(texts)
    check_all_found(corpus, [(doc_id, text) for doc_id, text in sentences_of(corpus) if text.strip()])


@settings(max_examples=150, deadline=None)
@given(TEXT, st.data())
def test_any_words_are_found_with_other_marks(text, data):
    words = text.split()
    start = data.draw(st.integers(0, len(words) - 1))
    part = words[start : data.draw(st.integers(start + 1, len(words)))]
    row = ql.verify([f"“{' '.join(part).upper()}”"], ql.Corpus([f"We said: {text} and left."]))[0]
    edges = [words[start - 1 : start + 1], words[start + len(part) - 1 :][:2]]
    if ["per", "cent"] not in edges and any(c.isalnum() for c in "".join(part)):  # "per cent" is one word: "%"
        assert row["verdict"] in LITERAL, part


def test_every_sentence_of_the_samples_is_found():
    corpus = ql.sample()
    check_all_found(corpus, sentences_of(corpus))


def test_every_sentence_and_quote_of_news_is_found(shared):
    path = shared / "gold" / "polnear.jsonl"
    if not path.exists():
        pytest.skip("../shared/gold/polnear.jsonl is not there")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    corpus = ql.Corpus([{"doc_id": row["doc_id"], "text": row["text"]} for row in rows])
    check_all_found(corpus, sentences_of(corpus))
    quotes = corpus.quotes(kind="all", acts="all")
    verdicts = ql.verify(quotes["content"], corpus)["verdict"]
    assert set(verdicts) <= LITERAL
    index = ql.FamilyIndex().add(quotes)
    for row in quotes.sample(300, seed=1):
        found = index.search(row["content"], most=1)
        assert found["similarity"] == [1.0], row["content"]
