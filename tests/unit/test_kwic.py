"""Concordances: what patterns match, where, with what around it, and how it is shown."""

import pickle
import re
import time

import pytest
import quotelens as ql
from quotelens.analysis.kwic import Concordance

TEXT = (
    "Floods cost the town dear\n\n"
    "OLDPORT (Wire) - The climate is changing, Ann Lee said on Monday. “The climate’s victims are here,” she said. "
    "“Climate-related losses will grow.”\n\n"
    "Climatologists agree. Bob Ray denied that the climate mattered."
)


@pytest.fixture(scope="module")
def corpus():
    return ql.Corpus([{"id": "a", "text": TEXT}, {"id": "b", "text": "😀 No climate here, only weather. A flood."}])


def matches(text, pattern, **options):
    return ql.Corpus([text]).kwic(pattern, **options)["match"]


# ------------------------------------------------------------------------------------------------ patterns


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("rain", "Rain, rainy, train; rain’s RAIN.", ["Rain", "rain", "RAIN"]),
        ("rain*", "Rain, rainy, train; rain’s", ["Rain", "rainy", "rain’s"]),
        ("*rain", "Rain, rainy, train", ["Rain", "train"]),
        ("*ain*", "Rain, rainy, train, air", ["Rain", "rainy", "train"]),
        ("r*n", "ran rn run-in rainy", ["ran", "rn", "run"]),
        ("l*v*r", "lever lover loverly liver-r", ["lever", "lover", "liver"]),
        ("Ren *", "Ren said so. Ren, too. Karen left", ["Ren said"]),
        ("Ren *", "Ren well-known", ["Ren well-known"]),
        ("* memo", "the memo; a two-page memo", ["the memo", "two-page memo"]),
        ("*", "Don’t go, U.S. 😀", ["Don’t", "go", "U.S"]),
        ("the  old\tmemo", "the old memo, the\nold\u00a0memo, theold memo", ["the old memo", "the\nold\u00a0memo"]),
        ("don't", "don’t don't dont", ["don’t", "don't"]),
        ("well-known", "well-known well‑known wellknown", ["well-known", "well‑known"]),
        ("3.5", "3.5 315 13.5 3.55", ["3.5"]),
        ("$5", "$5 $50 US$5", ["$5", "$5"]),
        ("(a+b)", "(a+b) aab (A+B)", ["(a+b)", "(A+B)"]),
        ("ÉTÉ", "été ete", ["été"]),
        ("caf*", "cafe\u0301s", ["cafe\u0301s"]),
        ("cafe", "cafe\u0301", []),
        ("雨", "雨 雨水", ["雨"]),
        (r"\d [x] {2} ^ | #", r"\d [x] {2} ^ | #", [r"\d [x] {2} ^ | #"]),
    ],
)
def test_words(pattern, text, wanted):
    assert matches(text, pattern) == wanted


def test_every_character_stands_for_itself():
    for char in map(chr, [*range(33, 127), 0, 1, 0xA7, 0x2019, 0x1F600]):
        if char != "*":
            assert matches(f"é {char} ñ", char, ignore_case=False) == [char]


def test_case():
    assert matches("Rain rain", "rain", ignore_case=False) == ["rain"]
    assert matches("Rain rain", "RA.N", regex=True) == ["Rain", "rain"]
    assert matches("Rain rain", "ra.n", regex=True, ignore_case=False) == ["rain"]


def test_regular_expressions():
    assert matches("20% of 3 or 45%", r"\d+%", regex=True) == ["20%", "45%"]
    assert matches("a b", r"x*", regex=True) == []  # matches of no characters


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("a-" * 100_000 + " qzzz", "* zzz"),
        ("a " * 100_000 + " qzzz", "* * zzz"),
        ("a" * 100_000 + " b c", "* b*d c"),
        ("a’" * 100_000 + " qzzz", "a* zzz"),
        (" " * 200_000 + "a zz", "* zzz"),
        ("“" * 50_000 + "a" * 50_000, "a"),
        ("x\n" * 50_000, "x"),
        ("x" * 200_000, "x*x"),
    ],
)
def test_time_is_linear(text, pattern):
    began = time.perf_counter()
    ql.Corpus([text]).kwic(pattern)
    assert time.perf_counter() - began < 20


# --------------------------------------------------------------------------------------------------- table


def test_columns(corpus):
    table = corpus.kwic("climate")
    assert isinstance(table, ql.Table)
    assert table.columns == [
        *("doc_id", "start", "end", "left", "match", "right"),
        *("zone", "quote_id", "source", "kind"),
    ]
    assert corpus.kwic("nowhere").columns == table.columns
    assert len(ql.Corpus([]).kwic("a")) == 0


def test_slices(corpus):
    rows = list(corpus.kwic("*"))
    assert len(rows) > 30
    for row in rows:
        text = corpus[row["doc_id"]].text
        assert text[row["start"] : row["end"]] == row["match"]
        around = row["left"] + row["match"] + row["right"]
        assert text[row["start"] - len(row["left"]) :].startswith(around)


def test_quotes_around_matches(corpus):
    table = corpus.kwic("climat*").filter(doc_id="a")
    quotes = {row["quote_id"]: row for row in corpus.quotes().filter(doc_id="a")}
    assert any(row["quote_id"] >= 0 for row in table)
    for row in table:
        quote = quotes.get(row["quote_id"])
        if quote is None:
            assert (row["quote_id"], row["source"], row["kind"]) == (-1, None, None)
        else:
            assert (row["source"], row["kind"]) == (quote["source"], quote["kind"])
            assert quote["start"] <= row["start"] < row["end"] <= quote["end"]


def test_words_between_the_halves_of_a_quote_are_outside():
    text = "“We will win,” Ann Lee said, “and we will win soon.”"
    corpus = ql.Corpus([text])
    assert corpus.kwic("said")["quote_id"] == [-1]
    assert len(corpus.kwic("win", within="quotes")) == 2
    assert len(corpus.kwic("win.{1,3} Ann", regex=True, within="quotes")) == 0


def test_within(corpus):
    everything = corpus.kwic("*")
    assert corpus.kwic("*", within="quotes")["start"] == [r["start"] for r in everything if r["quote_id"] >= 0]
    for zone in set(everything["zone"]):
        assert corpus.kwic("*", within=zone)["start"] == everything.filter(zone=zone)["start"]


def test_window():
    corpus = ql.Corpus(["one two three, four’s five six"])
    row = corpus.kwic("four", window=2)[0]
    assert (row["left"], row["right"]) == ("two three, ", "’s five six")
    row = corpus.kwic("four", window=1)[0]
    assert (row["left"], row["right"]) == ("three, ", "’s five")
    row = corpus.kwic("four", window=4, unit="chars")[0]
    assert (row["left"], row["right"]) == ("ee, ", "’s f")
    for unit in ("words", "chars"):
        row = corpus.kwic("four", window=0, unit=unit)[0]
        assert (row["left"], row["right"]) == ("", "")


def test_context_has_an_end():
    row = ql.Corpus(["x" * 10_000 + "!rain!" + "x" * 10_000]).kwic("!rain!")[0]
    assert len(row["left"]) == len(row["right"]) == 40 * 9


def test_sorting():
    corpus = ql.Corpus(["a big Zoo car, the Big art cat. one small zoo Cab"])
    words = {"regex": True, "window": 3}
    assert corpus.kwic(r"\bc\w+", sort="position", **words)["match"] == ["car", "cat", "Cab"]
    assert corpus.kwic(r"\bc\w+", sort="match", **words)["match"] == ["Cab", "car", "cat"]
    assert corpus.kwic(r"\bc\w+", sort="left", **words)["match"] == ["cat", "car", "Cab"]
    assert corpus.kwic(r"\bc\w+", sort="right", **words)["match"] == ["Cab", "cat", "car"]


def test_threads_change_nothing():
    texts = [f"The rain {k}. “It rains,” Ann Lee said. {'😀' * k}" for k in range(50)]
    tables = [list(ql.Corpus(texts, threads=n).kwic("rain*", sort="right")) for n in (1, 2, 5)]
    assert len(tables[0]) == 100
    assert tables[0] == tables[1] == tables[2]


def test_damaged_text():
    corpus = ql.Corpus(["\ud800 rain\0fall \udfff rain", "", "\0"])
    table = corpus.kwic("rain")
    assert [corpus[0].text[s:e] for s, e in zip(table["start"], table["end"], strict=True)] == ["rain", "rain"]
    assert "\ufffd" in table["left"][1]


# -------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"window": -1}, "window is -1"),
        ({"window": True}, "window is True"),
        ({"unit": "bytes"}, "unit='bytes' is not one of: words, chars"),
        ({"within": "menu"}, "within='menu' is not one of: text, quotes, title"),
        ({"sort": "size"}, "sort='size' is not one of: position, left, right, match"),
    ],
)
def test_wrong_options(corpus, options, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        corpus.kwic("a", **options)


def test_wrong_patterns(corpus):
    for empty in ("", "  "):
        with pytest.raises(ValueError, match="empty"):
            corpus.kwic(empty)
    with pytest.raises(TypeError, match="not str"):
        corpus.kwic(b"a")
    with pytest.raises(ValueError, match=r"byte 2.*parenthesis"):
        corpus.kwic("(a", regex=True)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_pattern_that_takes_too_long_names_the_document(threads):
    corpus = ql.Corpus([{"id": "x", "text": "fine"}, {"id": "slow one", "text": "a" * 40 + "b"}], threads=threads)
    with pytest.raises(ValueError, match=r"^document 'slow one': .*too long.*make the pattern simpler"):
        corpus.kwic("(a+)+$", regex=True)


# ------------------------------------------------------------------------------------------------- display


def test_matches_stand_below_one_another(corpus, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    table = corpus.kwic("climate").filter(doc_id="a")
    heading, *lines = table.to_text().splitlines()
    assert len(lines) == len(table) > 2
    at = heading.index("match")
    assert {line[at : at + 7].lower() for line in lines} == {"climate"}
    assert {line[at - 2 : at] for line in lines} == {"  "}
    assert all(len(line) <= 80 for line in lines)
    assert repr(table) == table.to_text()


def test_plain_text_of_few_and_many_rows(corpus):
    assert repr(corpus.kwic("nowhere")).endswith("(no rows)")
    many = ql.Corpus(["rain " * 50]).kwic("rain")
    assert repr(many).endswith("showing 20 of 50")
    assert len(many.to_text().splitlines()) == 51


def test_html_is_escaped():
    html = ql.Corpus([{"id": "<i>", "text": "<b>x</b> & rain <script>"}]).kwic("& rain")._repr_html_()
    assert "<b>&amp; rain</b>" in html
    assert 'text-align:right">&lt;b&gt;x&lt;/b&gt;</td>' in html
    assert "<script>" not in html and "<i>" not in html


def test_parts_of_a_concordance_are_shown_alike(corpus):
    table = corpus.kwic("climate")
    for part in (table[1:], table.head(2), table.filter(doc_id="a"), pickle.loads(pickle.dumps(table))):
        assert isinstance(part, Concordance)
        assert "match" in repr(part).splitlines()[0]
    narrow = table.select("doc_id", "start")
    assert repr(narrow).splitlines()[0].split() == ["doc_id", "start"]
    assert "<th>start</th>" in narrow._repr_html_()
    assert list(pickle.loads(pickle.dumps(table))) == list(table)
