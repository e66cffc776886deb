"""`.ql` of series of pandas and polars."""

import pytest
import quotelens as ql

TEXTS = ["“It rained,” Ann Lee said.", None, "It poured, Bo Orr told Reuters. He denied that it hailed."]


def test_pandas():
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("quotelens.pandas")

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
    pytest.importorskip("quotelens.polars")

    series = polars.Series("body", TEXTS)
    found = series.ql.quotes()
    assert found["doc_id"].to_list() == ["0", "2", "2"] and found["speaker"][0] == "Ann Lee"
    assert len(series.ql.quotes(kind="direct")) == 1
    assert series.ql.corpus()["2"].text == TEXTS[2]
    with pytest.raises(ValueError, match="kind"):
        series.ql.quotes(kind="straight")
