"""Corpora: what they are made of, their documents and their tables."""

from datetime import UTC, datetime

import pytest
from quotelens import Corpus, _core

SPOKEN = "“It will rain,” Ann Lee said."
TEXTS = [SPOKEN, "Nothing was said.", "", "The weather was fine. It stayed so."]


@pytest.fixture
def corpus():
    return Corpus(TEXTS, threads=1)


def test_documents_by_id_and_position(corpus):
    assert len(corpus) == 4
    assert corpus["1"].text == corpus[1].text == TEXTS[1]
    assert corpus[-1].id == "3"
    assert [document.text for document in corpus] == TEXTS
    assert "1" in corpus and "9" not in corpus
    with pytest.raises(KeyError, match=r"no document 'x'\. Ids here: '0', '1', '2', '3'"):
        corpus["x"]
    with pytest.raises(IndexError, match="no document 4: the corpus has 4"):
        corpus[4]
    assert repr(corpus) == "<Corpus: 4 documents, 81 characters; 1 problem, see .problems()>"


def test_quotes_point_into_the_text(corpus):
    (row,) = corpus.quotes()
    assert (row["doc_id"], row["kind"], row["act"]) == ("0", "direct", "speech")
    assert TEXTS[0][row["start"] : row["end"]] == row["text"]
    assert TEXTS[0][row["source_start"] : row["source_end"]] == row["source"] == "Ann Lee"
    assert TEXTS[0][row["cue_start"] : row["cue_end"]] == row["cue"] == "said"


def test_columns_are_those_of_the_analysis(corpus):
    for name in ("zones", "sentences", "tokens", "quotes", "pieces", "mentions"):
        assert getattr(corpus, name)().columns == list(_core.empty(name).names)


def test_documents_without_quotes_stay(corpus):
    table = corpus.documents()
    assert table["doc_id"] == ["0", "1", "2", "3"]
    assert table["n_quotes"] == [1, 0, 0, 0]
    assert table["n_chars"] == [len(text) for text in TEXTS]
    assert table["n_sentences"] == [1, 1, 0, 2]
    assert table["status"] == ["ok", "ok", "empty", "ok"]


def test_an_empty_corpus():
    corpus = Corpus([])
    assert len(corpus) == 0
    for name in ("documents", "zones", "sentences", "tokens", "quotes", "pieces", "mentions", "problems"):
        assert len(getattr(corpus, name)()) == 0


def test_bytes_are_decoded_and_reported():
    corpus = Corpus(["plain", "caf\xe9 society".encode("latin-1"), "\ufeffmarked".encode(), "caf\xe9".encode()])
    assert [document.text for document in corpus][2:] == ["marked", "café"]
    assert corpus.documents()["status"] == ["ok", "bad_encoding", "ok", "ok"]
    (row,) = corpus.problems()
    assert row["doc_id"] == "1" and row["detail"] == "not UTF-8 (byte 3 is 0xe9)"
    assert row["done"].startswith("read as ")


def test_lone_surrogates_are_reported():
    corpus = Corpus(["half \ud800 a pair"])
    assert corpus.documents()["status"] == ["bad_encoding"]
    assert corpus.problems()["detail"] == ["the text holds lone surrogates"]


def test_the_same_text_twice_is_a_duplicate():
    corpus = Corpus([SPOKEN, "other", SPOKEN])
    assert corpus.documents()["status"] == ["ok", "ok", "duplicate"]
    assert corpus.documents()["n_quotes"] == [1, 0, 1]
    assert corpus.problems()["detail"] == ["the same text as '0'"]


def test_dicts_become_documents_with_metadata():
    rows = [
        {"doc_id": "x", "text": "One.", "outlet": "The Day", "rank": 3, "published": "2024-05-01T10:00:00+02:00"},
        {"doc_id": "y", "text": "Two.", "byline": ["Ann Lee", "Bo Ek"], "rank": None, "live": True},
    ]
    table = Corpus(rows).documents()
    assert table["outlet"] == ["The Day", None]
    assert table["published"] == [datetime(2024, 5, 1, 8, tzinfo=UTC), None]
    assert table["date_source"] == ["given", None]
    assert table["byline"][1] == "Ann Lee, Bo Ek"
    assert table["rank"] == [3, None] and table["live"] == [None, True]
    assert table.columns[-2:] == ["rank", "live"]


def test_the_users_columns_win():
    table = Corpus([{"id": "x", "text": "One.", "title": "Mine", "status": "read"}]).documents()
    assert table[0]["title"] == "Mine" and table[0]["status"] == "read"
    assert table.columns.count("status") == 1


def test_integer_ids_stay_under_their_own_name():
    table = Corpus([{"story": 7, "body": "One."}, {"story": 8, "body": "Two."}], text="body", id="story").documents()
    assert table["doc_id"] == ["7", "8"] and table["story"] == [7, 8]


def test_ids_are_made_unique_and_that_is_said():
    corpus = Corpus([{"id": "a", "text": "1"}, {"id": "a#2", "text": "2"}, {"id": "a", "text": "3"}])
    assert [document.id for document in corpus] == ["a", "a#2", "a#3"]
    assert corpus.problems()["detail"] == ["an earlier document is called 'a'"]
    assert corpus.problems()["done"] == ["this one is now 'a#3'"]
    many = Corpus([{"id": "a", "text": str(k)} for k in range(3000)])
    assert len({document.id for document in many}) == 3000


def test_what_is_no_text_is_kept_and_reported():
    corpus = Corpus(["fine", None, 3])
    assert len(corpus) == 3
    assert corpus.problems()["problem"] == ["unreadable", "unreadable"]
    assert corpus.problems()["detail"][1] == "the text should be a string and is of type int"


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        ("one text", {}, TypeError, "For one text use annotate"),
        ({"a": "b"}, {}, TypeError, "Cannot make a corpus of a dict"),
        (5, {}, TypeError, "Cannot make a corpus of a int"),
        ([{"prose": "x"}], {}, ValueError, "no column 'text'. Say which column holds it with text=…; .* 'prose'"),
        ([{"text": "x"}], {"id": "nr"}, ValueError, "id='nr': there is no such column. The columns are: 'text'"),
        (
            [],
            {"threads": 0},
            ValueError,
            "threads is 0: give -1 for all processors, or a whole number from 1",
        ),
        ([], {"threads": -2}, ValueError, "threads is -2"),
        ([], {"threads": True}, ValueError, "threads is True"),
        ([], {"threads": "2"}, ValueError, "threads is '2'"),
    ],
)
def test_errors_say_what_was_wanted(data, options, error, message):
    with pytest.raises(error, match=message):
        Corpus(data, **options)


@pytest.mark.parametrize("options", [{"kind": "spoken"}, {"acts": ["speech", "talk"]}, {"zones": "menu"}])
def test_unknown_choices_are_named(corpus, options):
    with pytest.raises(ValueError, match=r"=.* is not one of: .*, or 'all'"):
        corpus.quotes(**options)


def test_choices_narrow_and_widen(corpus):
    said = corpus.quotes()
    everything = corpus.quotes(acts="all", zones="all")
    assert set(said["act"]) <= {"speech", "evidence"}
    assert "boilerplate" not in said["zone"]
    assert len(everything) >= len(said)
    assert len(corpus.quotes(kind="direct")) == 1
    assert len(corpus.quotes(kind=["mixed", "indirect"], acts="all")) == len(
        everything.filter(kind=["mixed", "indirect"])
    )
    assert set(corpus.quotes(kind="scare")["kind"]) <= {"scare"}


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_become_corpora(library):
    module = pytest.importorskip(library)
    pytest.importorskip("pyarrow")
    columns = {"id": [3, 4], "text": ["One.", SPOKEN], "outlet": ["A", None]}
    frame = module.table(columns) if library == "pyarrow" else module.DataFrame(columns)
    table = Corpus(frame).documents()
    assert table["doc_id"] == ["3", "4"] and table["outlet"] == ["A", None] and table["id"] == [3, 4]
    assert table["n_quotes"] == [0, 1]


def test_a_pandas_index_gives_the_ids():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"text": ["One.", "Two."]}, index=["x", "y"])
    assert Corpus(frame).documents()["doc_id"] == ["x", "y"]


def test_stream_gives_the_quotes_by_documents():
    pa = pytest.importorskip("pyarrow")
    corpus = Corpus([SPOKEN] * 7 + ["Nothing."], threads=2)
    batches = list(corpus.stream(batch=3))
    assert [batch.num_rows for batch in batches] == [3, 3, 1]
    assert pa.Table.from_batches(batches).column("text").to_pylist() == corpus.quotes()["text"]
    assert [batch.num_rows for batch in Corpus(["Nothing."]).stream()] == [0]
    with pytest.raises(ValueError, match="batch is 0: give the number of documents"):
        corpus.stream(batch=0)


def test_token_quote_ids_on_request(corpus):
    assert set(corpus.tokens()["quote_id"]) == {-1}
    inside = corpus.tokens(quotes=True).filter(quote_id=0)
    assert {"It", "will", "rain"} <= set(inside["text"])
