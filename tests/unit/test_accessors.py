"""`.ql` of series of pandas and polars."""

import pytest
import quotelens as ql

TEXTS = ["“It rained,” Ann Lee said.", None, "It poured, Bo Orr told Reuters. He denied that it hailed."]


def test_pandas():
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("quotelens.integrations.pandas")

    frame = pandas.DataFrame({"body": TEXTS}, index=["a", "b", "c"])
    found = frame["body"].ql.quotes()
    assert list(found["doc_id"]) == ["a", "c", "c"] and found["speaker"][0] == "Ann Lee"
    assert frame["body"][found["doc_id"][1]][found["start"][1] : found["end"][1]] == found["text"][1]
    assert len(frame["body"].ql.quotes(kind="direct", min_confidence=0.1)) == 1
    config = ql.Config().drop_cues(["tell"])
    assert len(frame["body"].ql.quotes(config=config, threads=1)) < 3
    assert frame["body"].ql.corpus().documents()["doc_id"] == ["a", "b", "c"]
    assert len(pandas.Series([], dtype=object).ql.quotes()) == 0


def test_polars():
    polars = pytest.importorskip("polars")
    pytest.importorskip("quotelens.integrations.polars")

    series = polars.Series("body", TEXTS)
    found = series.ql.quotes()
    assert found["doc_id"].to_list() == ["0", "2", "2"] and found["speaker"][0] == "Ann Lee"
    assert len(series.ql.quotes(kind="direct")) == 1
    assert series.ql.corpus()["2"].text == TEXTS[2]
    with pytest.raises(ValueError, match="kind"):
        series.ql.quotes(kind="straight")


def test_an_index_of_numbers_stays_one():
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("quotelens.integrations.pandas")

    frame = pandas.DataFrame({"text": TEXTS}, index=[10, 20, 30])
    found = frame["text"].ql.quotes()
    assert found["doc_id"].dtype == frame.index.dtype and list(found["doc_id"]) == [10, 30, 30]
    joined = frame.join(found[["doc_id", "speaker"]].set_index("doc_id"))
    assert list(joined["speaker"].dropna()) == ["Ann Lee", "Bo Orr", "Bo Orr"]
    assert len(frame.merge(found, left_index=True, right_on="doc_id")) == 3
    assert frame["text"].ql.corpus().ids == ["10", "20", "30"]
    days = pandas.Series(TEXTS, index=pandas.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"]))
    assert list(days.ql.quotes()["doc_id"].dt.day) == [1, 3, 3]
    assert list(pandas.Series(TEXTS, index=[1, "1", 2]).ql.quotes()["doc_id"]) == [1, 2, 2]


def test_an_index_with_a_label_twice_is_told_of():
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("quotelens.integrations.pandas")

    with pytest.warns(UserWarning, match=r"The label 7 occurs more than once in the index.*reset_index"):
        found = pandas.Series([TEXTS[0], TEXTS[0]], index=[7, 7]).ql.quotes()
    assert list(found["doc_id"]) == ["7", "7#2"]
