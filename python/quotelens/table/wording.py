"""How messages are worded: counts with their nouns, what was meant by a name, and what cannot be a list of texts."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

CLOSE = 0.8  # of difflib, for a name that is allowed but looks like a typing error


def counted(n: int, noun: str, nouns: str | None = None) -> str:
    """A number with its noun, in the plural unless the number is 1.

    >>> counted(1, "quote"), counted(1200, "quote"), counted(2, "family", "families")
    ('1 quote', '1,200 quotes', '2 families')
    """
    return f"{n:,} {noun if n == 1 else nouns or noun + 's'}"


def is_not_one_of(what: str, given: str, names: Sequence[str]) -> str:
    """A message that a name is unknown, with the names that it may stand for.

    >>> is_not_one_of("The kind 'dirct'", "dirct", ["direct", "mixed"])
    "The kind 'dirct' is not one of: direct, mixed. Did you mean 'direct'?"
    """
    near = get_close_matches(given, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{what} is not one of: {', '.join(names)}.{hint}"


def slip_of(given: str, names: Iterable[str]) -> str | None:
    """The built-in name that an allowed name is probably a typing error for; None if there is none.

    >>> slip_of("mannner", ["manner", "stance"]), slip_of("manner", ["manner"]), slip_of("tone", ["manner"])
    ('manner', None, None)
    """
    known = list(names)
    near = [] if given in known else get_close_matches(given, known, n=1, cutoff=CLOSE)
    return near[0] if near else None


def shown(value: Any) -> str:
    """A value as Python writes it, shortened, and its type, for messages about wrong types.

    >>> shown(5), shown(None)
    ('5 (of type int)', 'None')
    """
    return "None" if value is None else f"{reprlib.repr(value)} (of type {type(value).__name__})"


def names_given(option: str, given: Any, example: str) -> list[str]:
    """One name or several, as a list; TypeError for anything else.

    >>> names_given("by", "kind", "kind"), names_given("by", ("kind", "act"), "kind")
    (['kind'], ['kind', 'act'])
    """
    if isinstance(given, str):
        return [given]
    names: list[Any] = list(given) if isinstance(given, Iterable) and not isinstance(given, bytes) else [given]
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"{option} is {shown(given)}: give a name such as {example!r}, or a list of names.")
    return names
