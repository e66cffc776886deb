"""What an article says about itself, and types of the user's columns."""

from datetime import date, datetime, timedelta, timezone

import quotelens as ql
from quotelens.analysis.metadata import found_metadata, timestamp_of
from quotelens.table.values import typed


def test_rows_of_the_core_become_fields():
    rows = [
        ("title", "Rain is coming", "title", 0.95),
        ("byline", "Ann Lee", "byline", 0.95),
        ("byline", "Bo Ek", "byline", 0.95),
        ("published", "2021-03-03", "date", 0.9),
        ("place", "OSLO", "body", 0.9),
        ("outlet", "The Guess", "boilerplate", 0.5),
    ]
    assert found_metadata(rows) == {
        "title": "Rain is coming",
        "byline": ["Ann Lee", "Bo Ek"],
        "published": "2021-03-03",
        "date_source": "date",
        "outlet": None,
        "agency": None,
        "place": "OSLO",
    }
    assert set(found_metadata([]).values()) == {None}


def test_timestamps():
    assert timestamp_of("1970-01-01T00:00:01Z") == 1_000_000
    assert timestamp_of("1970-01-01T02:00:01+02:00") == 1_000_000
    assert timestamp_of(date(1970, 1, 2)) == 86_400_000_000
    assert timestamp_of(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == 0
    assert timestamp_of("soon") is timestamp_of(5) is timestamp_of(None) is None


def test_types_of_columns():
    assert typed([True, None])[1] == "bool"
    assert typed([True, 1])[1] == "string"
    assert typed([2**63])[1] == "string"
    assert typed([None, None]) == ([None, None], "string")
    assert typed([["a", "b"], {"k": [1]}]) == (["a, b", '{"k": [1]}'], "string")
    assert typed([date(1970, 1, 2)]) == ([86_400_000_000], "timestamp")


def test_a_name_of_a_column_with_a_nul():
    table = ql.Corpus([{"id": "a", "text": "x", "k\0y": "v"}, {"id": "b", "text": "y"}]).documents()
    assert table["k\ufffdy"] == ["v", None]
    assert table.pivot("k\ufffdy", "doc_id").columns == ["k\ufffdy", "a", "b"]
    odd = ql.Corpus([{"id": "a\0", "text": "x"}]).documents().pivot("status", "doc_id")
    assert odd.columns == ["status", "a\ufffd"]


def test_a_menu_names_no_outlet():
    lines = ["THE PAPER", "Home | News | Sport | Win a Kettle", "Goats eat the park", "By Ann Lee", "5 March 2024"]
    text = "\n".join([*lines, *["The mayor said that the goats had eaten every flower in the park by noon."] * 4])
    assert "Home" not in [row["value"] for row in ql.Corpus([text]).metadata()]
