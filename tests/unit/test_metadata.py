"""What an article says about itself, and types of the user's columns."""

from datetime import date, datetime, timedelta, timezone

import pytest
from quotelens.metadata import byline_names, date_in, found_metadata, timestamp_of, typed


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("by: Ann Lee, Bo Ek and Cy O’Dea", ["Ann Lee", "Bo Ek", "Cy O’Dea"]),
        ("By Ann Lee in Oslo", ["Ann Lee"]),
        ("BY ANN LEE | March 3, 2021", ["ANN LEE"]),
        ("By our correspondent 12", None),
        ("Ann Lee writes about rain", None),
        ("By", None),
        ("", None),
    ],
)
def test_bylines(line, names):
    assert byline_names(line) == names


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published 2021-03-04T10:00Z", "2021-03-04"),
        ("Sept. 9, 2020", "2020-09-09"),
        ("9th September 2020", "2020-09-09"),
        ("Thursday, 4 March 2021 10.15 GMT", "2021-03-04"),
        ("February 30, 2021", None),
        ("March 3, 2021 (updated March 5, 2021)", None),
        ("03/04/2021", None),
        ("yesterday", None),
    ],
)
def test_dates(line, day):
    assert date_in(line) == day


def test_zones_give_metadata():
    text = "Rain is coming\nBy Ann Lee\nMarch 3, 2021\nOSLO, Norway (Wire) — It rains."
    parts = [
        ("Rain is coming", "title"),
        ("By Ann Lee", "byline"),
        ("March 3, 2021", "date"),
        ("OSLO, Norway (Wire) —", "dateline"),
    ]
    zones = [(text.index(part), text.index(part) + len(part), zone) for part, zone in parts]
    assert found_metadata(text, zones) == {
        "title": "Rain is coming",
        "byline": ["Ann Lee"],
        "published": "2021-03-03",
        "place": "OSLO, Norway",
    }
    assert set(found_metadata(text, []).values()) == {None}


def test_a_date_is_no_title():
    text = "Published March 3, 2021\nStorm of March 3, 2021 was the worst in forty years, says report\nRain"
    ends = [k for k, c in enumerate(text + "\n") if c == "\n"]
    zones = list(zip([0, *(end + 1 for end in ends)], ends, ["title"] * 3, strict=False))
    assert found_metadata(text, zones)["title"] == "Storm of March 3, 2021 was the worst in forty years, says report"


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
