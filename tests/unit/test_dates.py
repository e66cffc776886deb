"""Dates as they are written: what is understood, what may be one of two, and what is said of the rest."""

from datetime import UTC, date, datetime

import pytest
import quotelens as ql
from quotelens.table.dates import DAY, moment_of, timestamp_of, why_not

SAID = "“It rained,” Ann Lee said."
SECOND = datetime(2024, 1, 2, tzinfo=UTC)

DAYS = (
    *("2024-01-02", "20240102", 20240102, "2024/01/02", "2024.1.2", "2024-1-2", " 2024-01-02 ", date(2024, 1, 2)),
    *("Jan 2, 2024", "January 2 2024", "2 January 2024", "2nd of Jan. 2024", "2-Jan-2024", "Tuesday, 2 January 2024"),
    *("02.01.2024", "2.1.2024", "2. January 2024", datetime(2024, 1, 2), "Jan 2, 2024, 10:15 a.m. ET"),
)
HOURS = (
    *("2024-01-02T10:00:00Z", "2024-01-02 10:00:00 +0000", "2024-01-02 10:00 UTC", "2024-01-02T12:00+02:00"),
    *("Tue, 02 Jan 2024 10:00:00 GMT", "Tue, 02 Jan 2024 10:00:00 -0000", "Tue, 2 Jan 2024 05:00 EST"),
    *("02.01.2024 10:00", "2024/01/02 10:00:00", "January 2, 2024 at 10:00 AM", 1704189600, "1704189600"),
    *(1704189600000, "1704189600000", 1704189600.0),
)
NO_DATES = (
    *("soon", "", " ", "2024", "2024-13", "20241301", "2024010210", "31/04/2024", "12.31.2024", "1 1 2024", True, 5),
    *(float("nan"), float("inf"), 10**400, [2024], "9" * 30, "13:00 PM", "Jan 2, 2024 13:00 PM", "2024-01-02 25:00"),
)


@pytest.mark.parametrize("value", DAYS, ids=repr)
def test_a_day_is_all_of_it(value):
    moment = moment_of(value)
    assert (moment.start, moment.end - moment.start) == (timestamp_of("2024-01-02"), DAY - 1)


@pytest.mark.parametrize("value", HOURS, ids=repr)
def test_a_time_is_exact(value):
    assert moment_of(value).is_exact and timestamp_of(value) == timestamp_of("2024-01-02T10:00:00")


@pytest.mark.parametrize("value", NO_DATES, ids=lambda value: repr(value)[:30])
def test_the_rest_is_no_date(value):
    assert moment_of(value) is None


def test_a_month_is_all_of_it():
    for value in ("2024-02", "2024/02", "February 2024", "Feb. 2024"):
        moment = moment_of(value)
        assert (moment.start, moment.end - moment.start) == (timestamp_of("2024-02-01"), 29 * DAY - 1)


def test_figures_that_tell_which_is_the_day_are_read():
    assert timestamp_of("13/01/2024") == timestamp_of("1/13/2024") == timestamp_of("2024-01-13")
    assert timestamp_of("02-02-2024") == timestamp_of("2024-02-02")
    assert moment_of("02/01/2024") is moment_of("01-02-2024") is None
    assert why_not("02/01/2024") == "'02/01/2024' may be 2 January or 1 February"


def test_a_bad_date_is_null_and_named_and_spares_the_others():
    given = ["02/01/2024", "2 Jan 2024", None, " ", "soon"]
    corpus = ql.Corpus([{"id": f"d{k}", "text": SAID, "published": value} for k, value in enumerate(given)])
    documents = corpus.documents()
    assert documents["published"] == [None, SECOND, None, None, None]
    assert documents["date_source"] == [None, "given", None, None, None]
    told = corpus.problems().filter(problem="bad_date")
    assert told["doc_id"] == ["d0", "d4"]
    assert "may be 2 January or 1 February" in told["detail"][0] and "'soon'" in told["detail"][1]
    assert set(told["done"]) == {"published is null; 2024-01-02 would be understood"}
    assert corpus.share("month").sort("month")["month"] == ["2024-01", None]


def test_what_the_page_says_does_not_stand_in_for_a_date_that_is_not_understood():
    text = "Rain is coming\nBy Ann Lee\nMarch 5, 2024\n\n“It rained,” Ann Lee said on Monday to all who asked.\n"
    page, given = ql.Corpus([{"text": text}]), ql.Corpus([{"text": text, "published": "soon"}])
    assert page.documents()["published"][0].day == 5
    assert given.documents()["published"] == given.sources()["first_seen"] == [None]
    assert given.documents()["date_source"] == [None]


def test_an_unreadable_date_does_not_stop_the_report(tmp_path):
    for given in (["02/01/2024"], ["2 Jan 2024"], [1704189600], ["2024-01-02", "soon"], [True]):
        corpus = ql.Corpus([{"text": SAID, "published": value} for value in given])
        corpus.report(tmp_path / "report.html")
        page = (tmp_path / "report.html").read_text("utf-8")
        assert ("2024-01-02</p>" in page) == (given[0] not in ("02/01/2024", True))


def test_outlet_and_date_may_be_called_otherwise(tmp_path):
    row = {"text": SAID, "paper": "The Day", "when": "2 January 2024"}
    (tmp_path / "a.jsonl").write_text('{"text": "%s", "paper": "The Day", "when": "2 January 2024"}\n' % SAID)  # noqa: UP031
    (tmp_path / "a.csv").write_text(f"text;paper;when\n{SAID};The Day;2 January 2024\n")
    names = {"outlet": "paper", "published": "when"}
    for corpus in (
        ql.Corpus([row], **names),
        ql.read(tmp_path / "a.jsonl", **names),
        ql.read(tmp_path / "a.csv", **names),
    ):
        found = corpus.documents()[0]
        assert (found["outlet"], found["published"], found["date_source"]) == ("The Day", SECOND, "given")
        assert (found["paper"], found["when"]) == ("The Day", "2 January 2024")
        assert corpus.quotes().families(least=1)["first_outlet"] == ["The Day"]


def test_a_column_that_is_not_there_is_said(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "It rained.", "when": "2 January 2024"}\n')
    (tmp_path / "a.csv").write_text("text,when\nIt rained.,2 January 2024\n")
    for make in (
        lambda: ql.Corpus([{"text": SAID, "when": ""}], published="date"),
        lambda: ql.read(tmp_path / "a.jsonl", published="date"),
        lambda: ql.read(tmp_path / "a.csv", published="date"),
    ):
        with pytest.raises(ValueError, match=r"published='date'.*'when'"):
            make()


def test_a_stream_names_bad_dates_too(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "It rained.", "date": "soon"}\n')
    quotes = ql.read(tmp_path / "a.jsonl", published="date", lazy=True).stream()
    list(quotes.tables())
    assert quotes.problems()["problem"] == ["bad_date"]
