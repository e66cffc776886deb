"""Which quotations are one, by example: see families.txt."""

import pathlib
import re
from string import ascii_lowercase

import pytest
from quotelens.families.families import grouped

TEXT = (pathlib.Path(__file__).resolve().parent / "families.txt").read_text(encoding="utf-8")


def cases():
    for part in re.split(r"^=== ", TEXT, flags=re.M)[1:]:
        title, _, rest = part.partition("\n")
        text, _, expected = rest.partition("\n---\n")
        yield pytest.param(text.split("\n"), expected.split("\n")[0], id=title)


def letters(quotes):
    return " ".join(ascii_lowercase[family] for family, *_ in grouped(quotes).members())


@pytest.mark.parametrize(("quotes", "expected"), cases())
def test_families(quotes, expected):
    assert letters(quotes) == expected


@pytest.mark.parametrize(("quotes", "expected"), cases())
def test_families_backwards(quotes, expected):
    names = {}
    wanted = [names.setdefault(letter, ascii_lowercase[len(names)]) for letter in reversed(expected.split())]
    assert letters(quotes[::-1]) == " ".join(wanted)
