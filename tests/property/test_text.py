"""What holds for any text: spans are in range, tokens tile it, and every table says what the text says."""

import re
import unicodedata
from itertools import pairwise

import quotelens as ql
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from quotelens.analysis.parallel import cut

# Pieces that news is made of, in any order, with any Unicode between them, lone surrogates included.
PIECES = st.sampled_from(
    [
        *(
            "“",
            "”",
            "‘",
            "’",
            '"',
            "'",
            "''",
            "``",
            "«",
            "»",
            "—",
            "…",
            ":",
            ",",
            ".",
            "?",
            "!",
            "\n",
            "\n\n",
            " ",
            "\t",
        ),
        *(
            "Ann Lee",
            "she",
            " said ",
            " told Reuters ",
            "according to",
            " that ",
            "the memo",
            "U.S.",
            "$1.2bn",
            "’90s",
        ),
        *(
            "don’t",
            "@ann",
            "https://a.example/b?c",
            "READ MORE",
            "By Ann Lee",
            "OSLO (Wire) —",
            "It will rain",
            "😀",
            "e\u0301",
        ),
        *("\ud800", "\udfff", "\x00", "\ufeff", "\u2028", "\u200d", "\r\n", "日本語", "🇳🇴🇸🇪", "(", ")", "[", "]"),
    ]
)
ANY = st.text(st.characters(codec=None), max_size=12)
TEXTS = st.lists(st.one_of(PIECES, ANY), max_size=40).map("".join)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SURROGATE = re.compile("[\ud800-\udfff]")


def shown(text):
    """A text as a table holds it: Arrow's strings are well-formed, so a lone surrogate becomes U+FFFD."""
    return SURROGATE.sub("\ufffd", text)


def is_space(c):
    """Unicode's White_Space, to which Python adds four separators of the days of punched tape."""
    return c.isspace() and c not in "\x1c\x1d\x1e\x1f"


def is_blank(c):
    return c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp")


@QUICK
@given(TEXTS)
def test_tokens_tile_the_text(text):
    covered = [0] * len(text)
    last = 0
    for row in ql.annotate(text).tokens():
        assert last <= row["start"] < row["end"] <= len(text)
        last = row["end"]
        for k in range(row["start"], row["end"]):
            covered[k] += 1
    assert all(n <= 1 for n in covered)
    assert all(n == 1 or is_blank(c) for n, c in zip(covered, text, strict=True))


@QUICK
@given(TEXTS)
def test_text_columns_are_slices(text):
    doc = ql.annotate(text)
    for table in (doc.tokens(), doc.mentions(), doc.quotes(acts="all", zones="all", kind="all")):
        for row in table:
            assert row["text"] == shown(text[row["start"] : row["end"]])


@QUICK
@given(TEXTS)
def test_sentences_are_in_order_and_without_blank_edges(text):
    doc = ql.annotate(text)
    sentences = list(doc.sentences())
    last = 0
    for row in sentences:
        assert last <= row["start"] < row["end"] <= len(text)
        last = row["end"]
        inside = text[row["start"] : row["end"]]
        assert not is_space(inside[0]) and not is_space(inside[-1])
    for row in doc.tokens():
        own = sentences[row["sentence_id"]]
        assert own["start"] <= row["start"] and row["end"] <= own["end"]


@QUICK
@given(TEXTS)
def test_zones_are_in_order(text):
    last = 0
    for row in ql.annotate(text).zones():
        assert last <= row["start"] <= row["end"] <= len(text)
        last = row["end"]


@QUICK
@given(TEXTS)
@example("''“\n““")
def test_quotes_are_in_range_and_nest(text):
    doc = ql.annotate(text)
    quotes = {row["quote_id"]: row for row in doc.quotes(acts="all", zones="all", kind="all")}
    spans, pieces = list(doc._table("spans")), list(doc.pieces())
    assert sorted(quotes) == list(range(len(quotes)))
    for quote_id, row in quotes.items():
        own = [(s["start"], s["end"]) for s in spans if s["quote_id"] == quote_id]
        assert (own[0][0], own[-1][1], len(own)) == (row["start"], row["end"], row["n_spans"])
        assert all(a < b for a, b in own) and all(a[1] <= b[0] for a, b in pairwise(own))
        assert row["n_pieces"] == sum(p["quote_id"] == quote_id for p in pieces)
        assert row["content"] == " … ".join(shown(text[a:b]) for a, b in own)
        for role in ("source", "cue", "source_title", "source_organisation", "credential"):
            if row[role] is None:
                assert row[f"{role}_start"] == row[f"{role}_end"] == -1
            else:
                assert row[role] == shown(text[row[f"{role}_start"] : row[f"{role}_end"]])
        assert row["parent_id"] < 0 or row["parent_id"] in quotes
        assert 0 <= row["confidence"] <= 1 and 0 <= row["source_confidence"] <= 1
        assert row["speaker_confidence"] is None or 0 <= row["speaker_confidence"] <= 1
        assert row["speaker"] is None or row["speaker_confidence"] is not None
    for piece in pieces:
        assert 0 <= piece["start"] < piece["end"] <= len(text)
    for row in quotes.values():
        if row["parent_id"] >= 0:
            outer = quotes[row["parent_id"]]
            assert outer["start"] <= row["start"] and row["end"] <= outer["end"]


@QUICK
@given(TEXTS)
def test_boundaries(text):
    for found in (
        ql.word_boundaries(text),
        ql.sentence_boundaries(text),
        ql.sentence_boundaries(text, tailored=False),
    ):
        assert found == sorted(set(found))
        assert (found[:1], found[-1:]) == (([0], [len(text)]) if text else ([], []))


@settings(QUICK, max_examples=30)
@given(st.lists(TEXTS, max_size=12), st.integers(1, 5), st.integers(1, 200))
def test_threads_and_batches_do_not_matter(texts, documents, chars):
    names = ("zones", "sentences", "tokens", "quotes", "pieces", "mentions", "documents")
    one = ql.Corpus(texts, threads=1)
    wanted = {name: list(getattr(one, name)()) for name in names}
    for threads in (2, 5):
        corpus = ql.Corpus(texts, threads=threads)
        assert {name: list(getattr(corpus, name)()) for name in names} == wanted
    found = {name: [] for name in names if name not in ("documents", "quotes")}
    for batch in cut(list(one), chars=chars, documents=documents):
        part = ql.Corpus([{"doc_id": document.id, "text": document.text} for document in batch], threads=1)
        for name in found:
            found[name].extend(getattr(part, name)())
    assert all(rows == wanted[name] for name, rows in found.items())


@settings(QUICK, max_examples=40)
@given(TEXTS)
def test_the_page_shows_the_text(text):
    html = ql.annotate(text).show()._repr_html_()
    assert html.count("<span") == html.count("</span>")
    assert "<script" not in html
