"""Whom a short name means that a document gives no full name to: "Holm", by what the documents say of Holms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quotelens import _core
from quotelens.analysis.known import folded, is_whole

SMALL = 20
"""A corpus of so many documents is taken to be about one matter: a last name alone is evidence in it."""
_NEAR = 14 * 24 * 3600 * 10**6  # microseconds between two documents of one story
_MOST_SHARED = 0.05  # of the documents: a name that more of them have tells nothing of who is with whom
_LEAST_SHARED = 3
_MOST_COMPARED = 24  # sources that share a last name
_MOST_TOLD = 3  # names in common
_ENOUGH = 2  # points of evidence
_SHORT = {"sen": "senator", "rep": "representative", "gov": "governor", "gen": "general", "prof": "professor"}

Evidence = list[str]


@dataclass(slots=True)
class Facts:
    """What documents say of somebody: offices, gender, who else is named there, and when."""

    titles: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    genders: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    dates: set[int] = field(default_factory=set)

    def add(self, other: Facts) -> None:
        self.titles |= other.titles
        self.organisations |= other.organisations
        self.genders |= other.genders
        self.others |= other.others
        self.dates |= other.dates


@dataclass(slots=True)
class Short:
    """Somebody of a document that has a short name alone."""

    key: tuple[str, int]  # doc_id, entity_id
    name: str
    order: tuple[bool, int, str, int]
    facts: Facts
    is_body: bool = False  # read as a body: a person's name only if something else says so


@dataclass(slots=True)
class Home:
    """A source that short names can belong to: its names, and what its documents say."""

    key: object
    names: list[str]
    facts: Facts = field(default_factory=Facts)


def title_of(title: str) -> str:
    """An office but for its body and its spelling: "Senator" and "Sen." are one."""
    words = folded(title).replace(".", "").split()
    return _SHORT.get(words[-1], words[-1]) if words else ""


def between(one: Facts, other: Facts) -> Evidence | None:
    """What speaks for two being one person; None if something speaks against it."""
    if one.genders and other.genders and not one.genders & other.genders:
        return None
    told = [f"title: {title}" for title in sorted(one.titles & other.titles)]
    told += [f"organisation: {name}" for name in sorted(one.organisations & other.organisations)]
    told += [f"named with: {name}" for name in sorted(one.others & other.others)[:_MOST_TOLD]]
    if any(abs(a - b) <= _NEAR for a in one.dates for b in other.dates):
        told.append("dates")
    return told


def points(told: Evidence) -> int:
    """How much the evidence weighs: an office or a body as much as two names in common, or a name and a date."""
    return sum(2 if reason.startswith(("title", "organisation")) else 1 for reason in told)


def telling(documents: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The whole names of people of each document that few others have, folded; by doc_id."""
    names = {doc_id: {folded(name) for name in found if is_whole(name)} for doc_id, found in documents.items()}
    counts = Counter(name for found in names.values() for name in found)
    most = most_shared(len(names))
    return {doc_id: {name for name in found if counts[name] <= most} for doc_id, found in names.items()}


def most_shared(n_documents: int) -> int:
    """The documents that a name may stand in and still tell who is with whom."""
    return max(_LEAST_SHARED, int(_MOST_SHARED * n_documents))


class Homes:
    """The sources that have a full name, by its words; short names find theirs here, or make one of their own."""

    def __init__(self, homes: Iterable[Home], n_documents: int) -> None:
        self._by_word: dict[str, list[Home]] = {}
        self._is_small = n_documents <= SMALL
        for home in homes:
            self._note(home)

    def _note(self, home: Home) -> None:
        for word in sorted({folded(name).split()[-1] for name in home.names if folded(name)}):
            self._by_word.setdefault(word, []).append(home)

    def settle(self, shorts: Sequence[Short]) -> dict[tuple[str, int], tuple[object, Evidence]]:
        """Where each short name belongs, and why: those with most to go by first, whatever the order they come in."""
        found: dict[tuple[str, int], tuple[object, Evidence]] = {}
        for short in sorted(shorts, key=lambda short: short.order):
            home, evidence = self._home_of(short)
            if home is None and not short.is_body:
                home = Home((short.name, short.key), [short.name])
                self._note(home)
            if home is not None:
                home.facts.add(short.facts)
                found[short.key] = home.key, evidence
        return found

    def _home_of(self, short: Short) -> tuple[Home | None, Evidence]:
        words = folded(short.name).split()
        near = self._by_word.get(words[-1], []) if words else []
        if len(near) > _MOST_COMPARED:
            return None, []
        fitting = []
        for home in near:
            evidence = between(short.facts, home.facts)
            if evidence is not None and any(_fits(name, short.name) for name in home.names):
                fitting.append((home, evidence))
        return self._chosen(short, fitting)

    def _chosen(self, short: Short, fitting: list[tuple[Home, Evidence]]) -> tuple[Home | None, Evidence]:
        """The only one that fits, if enough speaks for it; of several the only one for whom more than a date does."""
        if len(fitting) > 1:
            fitting = [(home, told) for home, told in fitting if any(reason != "dates" for reason in told)]
            is_alone = False
        else:
            is_alone = self._is_small and not short.is_body
        if len(fitting) != 1:
            return None, []
        home, evidence = fitting[0]
        if points(evidence) >= _ENOUGH:
            return home, evidence
        return (home, evidence or ["last name"]) if is_alone else (None, [])


def _fits(name: str, short: str) -> bool:
    return _core.link_names([name, short]) == [0, 0]
