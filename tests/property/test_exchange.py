"""What is written for other tools and read back is what was found, whatever the text."""

import re
from time import perf_counter

import pytest
import quotelens as ql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quotelens.exchange.shared import Utf16, annotated, well_formed, without_blank

ANY = st.text(st.characters(codec=None), max_size=6)
WORDS = st.sampled_from(
    [
        *(
            " said Ann Lee",
            " she said",
            "“",
            "”",
            "‘",
            "’",
            '"',
            ", ",
            ". ",
            "It rained",
            "that it poured",
            "Bo Kim denied ",
        ),
        *(
            "According to Reuters, ",
            "the memo said ",
            "reportedly ",
            "so-called ",
            "we will",
            "?",
            " ",
            "  ",
            "READ MORE",
        ),
        *("\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\t", "\x00", "\x0b", "\x1c", "\x85", "\u2028", "\ufeff", "\ufffd"),
        *(
            "😀",
            "e\u0301",
            "\u0301",
            "\ud800",
            "\udc00",
            "<",
            "&",
            ">",
            "]]>",
            "<p>",
            "&amp;",
            "\\",
            "\\n",
            "日本",
            "\u200b",
        ),
    ]
)
STATEMENTS = st.sampled_from(
    [
        *("“It rained,” said Ann Lee, “and it poured.” ", "“It 😀 rained,\r\n\r\n“and it poured,” Bo Kim said. "),
        *("“He told me, ‘It is <old>,’ and I laughed,” she said. ", "The council said the mayor denied it knew. "),
        *("The report, Ann\nLee said, “was\nlate” and wrong. ", "It is, she said, according to Bo Kim, true. "),
        *("The so-called “goat\u2028tsar” thought it would rain. ", "It rained, Reuters reported, citing Ann & Co. "),
    ]
)
TEXTS = st.lists(st.one_of(WORDS, WORDS, STATEMENTS, STATEMENTS, ANY), max_size=20).map("".join)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# The format, the ending of its path, what its text becomes, and whether spans end at the ends of lines.
FORMATS = {
    "brat": ("", well_formed, True),
    "labelstudio": (".json", well_formed, False),
    "doccano": (".jsonl", well_formed, False),
    "jsonld": (".jsonld", well_formed, False),
    "tei": (".xml", lambda text: NO_XML.sub("\ufffd", text), True),
}


def part(said):
    return said and (said["start"], said["end"])


def speaker(quote, written):
    """In one line, as a note has it."""
    return " ".join(re.sub("[\x00-\x1f]", " ", written(quote["speaker"] or "")).split())


def parents(quotes):
    """Places of the statements around others."""
    places = {quote["quote_id"]: place for place, quote in enumerate(quotes)}
    return [places.get(quote["parent_id"]) for quote in quotes]


def letters(text, spans):
    return {k for start, end in spans for k in range(start, end) if not text[k].isspace()}


def statement(quote, text, by_letters):
    """What has to come back; of formats whose spans end with the line, what is not white space."""
    places = [[tuple(span)] if span else [] for span in (part(quote["source"]), part(quote["cue"]))]
    places.insert(0, [tuple(span) for span in quote["spans"]])
    if by_letters:
        places = [letters(text, spans) for spans in places]
    flags = quote["hedged"], quote["negated"], quote.get("zone") == "boilerplate"
    return quote["type"], quote["act"], *flags, *places


@pytest.mark.parametrize("name", FORMATS)
@QUICK
@given(st.lists(TEXTS, min_size=1, max_size=3), st.lists(ANY, min_size=3, max_size=3, unique=True))
def test_what_is_found_comes_back(name, tmp_path_factory, texts, names):
    ending, written, by_letters = FORMATS[name]
    corpus = ql.Corpus([{"doc_id": n, "text": text} for n, text in zip(names, texts, strict=False)], threads=1)
    path = tmp_path_factory.mktemp(name) / f"out{ending}"
    assert getattr(ql.exchange, f"to_{name}")(corpus, path) == len(corpus)
    read = getattr(ql.exchange, f"from_{name}")(path)
    wanted = [without_blank(document) if by_letters else document for document in corpus._each(annotated)]
    if name == "brat":  # in the order of the names of files
        order = {document.doc_id: k for k, document in enumerate(wanted)}
        read.sort(key=lambda document: order[document["doc_id"]])
    assert len(read) == len(wanted)
    for found, document in zip(read, wanted, strict=True):
        assert found["text"] == written(corpus[document.doc_id].text)
        assert found["doc_id"] == (NO_XML.sub("\ufffd", document.doc_id) if name == "tei" else document.doc_id)
        assert [statement(quote, document.text, by_letters) for quote in found["quotes"]] == [
            statement(quote, document.text, by_letters) for quote in document.quotes
        ]
        assert parents(found["quotes"]) == parents(document.quotes)
        assert [speaker(quote, str) for quote in found["quotes"]] == [
            speaker(quote, written) for quote in document.quotes
        ]
    assert list(ql.evaluate(None, read, resamples=0).errors()) == [] or by_letters


@QUICK
@given(TEXTS)
def test_utf16(text):
    places = Utf16(text)
    for k in range(len(text) + 1):
        unit = len(text[:k].encode("utf-16-le", "surrogatepass")) // 2
        assert (places.of(k), places.back(unit)) == (unit, k)


@pytest.mark.parametrize("text", [" " * 200_000, "“It" + " " * 200_000 + "rained,” she said.", "\r" * 100_000 + "x"])
@pytest.mark.parametrize("name", ["brat", "tei"])
def test_long_blanks_take_no_time(name, text, tmp_path):
    start = perf_counter()
    getattr(ql.exchange, f"to_{name}")(ql.Corpus([text]), tmp_path / "out")
    assert getattr(ql.exchange, f"from_{name}")(tmp_path / "out")[0]["text"] == text
    assert perf_counter() - start < 5
