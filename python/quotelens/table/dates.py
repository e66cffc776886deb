"""Dates as people and programs write them, if they can mean only one day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

_SECOND = 1_000_000
DAY = 86_400 * _SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR, _DAY = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})"
_TIME = (
    r"(?:(?:,?\s+|t)(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>[+-]\d\d:?\d\d|[a-z]{1,5})?)?"
)
_DATES = (
    rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_DAY}{_TIME}",
    rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
    rf"{_WEEKDAY}{_DAY}\.(?P<month>\d{{1,2}})\.{_YEAR}{_TIME}",
    rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th|\.)?[\s-]+(?:of\s+)?{_NAMED},?[\s-]+{_YEAR}{_TIME}",
    rf"{_WEEKDAY}{_NAMED}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}{_TIME}",
    rf"{_NAMED},?\s+{_YEAR}",
)
_EITHER_WAY = rf"(?P<one>\d{{1,2}})(?P<mark>[-/])(?P<two>\d{{1,2}})(?P=mark){_YEAR}{_TIME}"
_SINCE_1970 = ((10**8, 1), (10**11, 1000))  # the smallest numbers taken for seconds, and for milliseconds
_LAST_SECOND = 2 * 10**9  # in 2033; larger numbers of ten digits may be a date and an hour


@dataclass(slots=True, frozen=True)
class Moment:
    """When something was published, in microseconds since 1970, UTC; a day or a month covers its whole length."""

    start: int
    end: int

    @property
    def is_exact(self) -> bool:
        """Whether the hour is known."""
        return self.start == self.end


def moment_of(value: Any) -> Moment | None:
    """The moment of a datetime, a date, a string or a number; None if it is not a date, or may be one of two.

    A datetime at midnight counts as a day, because dataframes store days so.  Strings are ISO 8601, with / or . for -
    as well; "2024-01", a month; "2 January 2024", "Jan 2, 2024" and RFC 822; 02.01.2024, the day first; and
    02/01/2024 only where one of the two is not a month.  Numbers, in a string or not, are 20240102, or seconds or
    milliseconds since 1970 (from 1973 to 2033).  A time without a zone is read as UTC; a time in an unknown zone
    gives only the day.

    >>> moment_of("1970-01-02") == Moment(DAY, 2 * DAY - 1), moment_of("1970-01-01T00:00:01Z")
    (True, Moment(start=1000000, end=1000000))
    >>> moment_of("2 January 1970") == moment_of("02.01.1970") == moment_of("1970-01-02"), moment_of("02/01/1970")
    (True, None)
    """
    if value is None or value != value or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return _from(value, is_day)
    if isinstance(value, date):
        return _day(value.year, value.month, value.day)
    if isinstance(value, (int, float)):
        return _of_number(value)
    if isinstance(value, str) and (text := " ".join(value.split())):
        return _of_text(text)
    return None


def timestamp_of(value: Any) -> int | None:
    """The start of `moment_of`, in microseconds since 1970, UTC; None if there is no moment."""
    moment = moment_of(value)
    return moment.start if moment is not None else None


def day_of(microseconds: int) -> str:
    """The day of a moment, as "2024-01-02"."""
    return f"{_EPOCH + timedelta(microseconds=microseconds):%Y-%m-%d}"


def given_date(meta: Mapping[str, Any]) -> Any:
    """The date in the metadata of a document, understood or not; None if there is none."""
    value = meta.get("published")
    is_open = value is None or value != value or (isinstance(value, str) and not value.strip())
    return None if is_open else value


def why_not(value: Any) -> str:
    """Why a value is not a moment, for a message.

    >>> why_not("02/01/2024"), why_not("soon")
    ("'02/01/2024' may be 2 January or 1 February", "'soon' is not a date that is understood")
    """
    text = str(value)
    shown = repr(text if len(text) <= 60 else text[:59] + "…")
    found = _fullmatch(_EITHER_WAY, " ".join(text.split()))
    if found and moment_of(f"{found['year']}-{found['two']}-{found['one']}") is not None:
        days = (datetime(2000, int(found[m]), int(found[d])) for d, m in (("one", "two"), ("two", "one")))
        return f"{shown} may be " + " or ".join(f"{day.day} {day:%B}" for day in days)
    return f"{shown} is not a date that is understood"


# ------------------------------------------------------------------------------------------------- how it is read


def _of_number(value: float) -> Moment | None:
    if 10**7 <= value < 10**8 and value == int(value):
        return _of_text(str(int(value)))
    for least, parts in _SINCE_1970:
        if least <= value < _LAST_SECOND * parts:
            start = int(value * _SECOND / parts)
            return Moment(start, start)
    return None


def _of_text(text: str) -> Moment | None:
    if text.isdecimal() and len(text) != 8:  # the reader of ISO 8601 would take the ninth digit for a T
        return _of_number(int(text)) if len(text) < 20 else None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return _of_form(text)
    return _from(value, len(text) <= 10)


@cache
def _compiled(form: str) -> re.Pattern[str]:
    """Compiled when a text first needs it: many programs read no dates, and all of them import this module."""
    return re.compile(form, re.IGNORECASE)


def _fullmatch(form: str, text: str) -> re.Match[str] | None:
    return _compiled(form).fullmatch(text)


def _of_form(text: str) -> Moment | None:
    found = next((match for form in _DATES if (match := _fullmatch(form, text))), None)
    if found is not None:
        parts = found.groupdict()
        name = parts.get("name")
        month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"])
        day = parts.get("day")
    elif found := _fullmatch(_EITHER_WAY, text):
        parts = found.groupdict()
        one, two = int(parts["one"]), int(parts["two"])
        if one <= 12 and two <= 12 and one != two:
            return None
        day, month = (str(one), two) if two <= 12 else (str(two), one)
    else:
        return None
    year = int(parts["year"])
    if day is None:
        return _month(year, month)
    whole = _day(year, month, int(day))
    return _at(whole, parts) if whole is not None and parts.get("hour") else whole


def _at(day: Moment, parts: Mapping[str, str | None]) -> Moment | None:
    """The moment of a time on a day; the whole day if the zone of the time is not known."""
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if parts["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"][0].lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    from email.utils import parsedate_to_datetime  # which takes long to import, and is seldom needed

    zone = (parts["zone"] or "UTC").replace(":", "").replace("-0000", "UTC").upper()
    ahead = parsedate_to_datetime(f"1 Jan 2000 00:00:00 {zone}").utcoffset()
    if ahead is None:
        return day
    start = day.start + (hour * 3600 + minute * 60 + second) * _SECOND - ahead // timedelta(microseconds=1)
    return Moment(start, start)


def _day(year: int, month: int, day: int) -> Moment | None:
    try:
        value = datetime(year, month, day)
    except ValueError:
        return None
    return _from(value, is_day=True)


def _month(year: int, month: int) -> Moment | None:
    first = _day(year, month, 1)
    if first is None:
        return None
    n_days = next(n for n in (28, 29, 30, 31) if _day(year, month, n + 1) is None)
    return Moment(first.start, first.start + n_days * DAY - 1)


def _from(value: datetime, is_day: bool) -> Moment:
    """The moment that begins at a datetime."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    start = (value - _EPOCH) // timedelta(microseconds=1)
    return Moment(start, start + DAY - 1 if is_day else start)
