"""Whom a short name such as "Holm" refers to if its document has no full name, by what other documents say."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quotelens import _core
from quotelens.analysis.known import folded
from quotelens.sources.linking import are_variants

SMALL = 20
"""A corpus of up to this many documents is taken to be about one matter, in which a last name is evidence."""
_NEAR = 14 * 24 * 3600 * 10**6  # microseconds between two documents of one story
_MOST_SHARED = 0.05  # of the documents: a name found in more of them says nothing about who appears with whom
_LEAST_SHARED = 3
_MOST_COMPARED = 24  # sources that share a last name
_MOST_TOLD = 3  # names in common
_ENOUGH = 2  # names in common, or one and a date, for bodies of a name that many have
_OFTEN = 3  # documents
_SURE = 0.95  # the least chance at which a short name joins a full one
_SURE_OF_KNOWN = 0.85  # the same in a small corpus, where the person is taken to be among the known
_SHORT = {
    **{"sen": "senator", "sens": "senator", "senators": "senator", "pres": "president", "presidents": "president"},
    **{"rep": "representative", "reps": "representative", "representatives": "representative"},
    **{"congressman": "representative", "congresswoman": "representative"},
    **{
        "gov": "governor",
        "gen": "general",
        "prof": "professor",
        "spokeswoman": "spokesman",
        "spokesperson": "spokesman",
    },
}

# tools/fit_joins.py fits these to people with full names in free news and press releases: with the given name hidden,
# each is one of the people who have the last name elsewhere, or somebody else, whose weight is zero.
_BIAS = -1.40
_TITLE = 3.14
_OTHER_TITLE = -0.24
_ORGANISATION = 2.52
_NAMED_WITH = (0.0, 1.71, 2.43, 3.31)  # by the number of names in common
_DATES = 0.72
_OFTEN_SEEN = 1.40
_BIAS_OF_VARIANTS = 1.7  # of pairs of names such as "Bob Holm" and "Robert Holm" that were read, 10 of 12 were of one

Evidence = list[str]


@dataclass(slots=True)
class Facts:
    """What documents say about somebody: offices, gender, who else is named there, and when."""

    titles: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    genders: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    dates: set[int] = field(default_factory=set)
    n_documents: int = 1

    def add(self, other: Facts) -> None:
        self.titles |= other.titles
        self.organisations |= other.organisations
        self.genders |= other.genders
        self.others |= other.others
        self.dates |= other.dates
        self.n_documents += other.n_documents


@dataclass(slots=True)
class Short:
    """Somebody who has only a short name in a document."""

    key: tuple[str, int]  # doc_id, entity_id
    name: str
    order: tuple[bool, int, str, int]
    facts: Facts
    is_body: bool = False  # read as a body: a person's name only if something else says so


@dataclass(slots=True)
class Home:
    """A source that short names can refer to: its names, and what its documents say."""

    key: object
    names: list[str]
    facts: Facts = field(default_factory=lambda: Facts(n_documents=0))


def title_of(title: str) -> str:
    """An office without its body and in one spelling: "Senator" and "Sen." are the same."""
    words = folded(title).replace(".", "").split()
    return _SHORT.get(words[-1], words[-1]) if words else ""


def between(one: Facts, other: Facts) -> Evidence | None:
    """The evidence that two names are one person; None if something contradicts it."""
    if one.genders and other.genders and not one.genders & other.genders:
        return None
    told = [f"title: {title}" for title in sorted(one.titles & other.titles)]
    told += [f"organisation: {name}" for name in sorted(one.organisations & other.organisations)]
    told += [f"named with: {name}" for name in sorted(one.others & other.others)[:_MOST_TOLD]]
    if _are_near(one, other):
        told.append("dates")
    return told


def weight(one: Facts, home: Facts) -> float:
    """The weight of the evidence that two names are one person, and not somebody else of that name."""
    has_title, has_other_title = bool(one.titles & home.titles), bool(one.titles and home.titles)
    return (
        _BIAS
        + (_TITLE if has_title else _OTHER_TITLE if has_other_title else 0)
        + (_ORGANISATION if one.organisations & home.organisations else 0)
        + _NAMED_WITH[min(len(one.others & home.others), len(_NAMED_WITH) - 1)]
        + (_DATES if _are_near(one, home) else 0)
        + (_OFTEN_SEEN if home.n_documents >= _OFTEN else 0)
    )


def _are_near(one: Facts, other: Facts) -> bool:
    return any(abs(a - b) <= _NEAR for a in one.dates for b in other.dates)


def telling(documents: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The names in each document that few others have, folded, by doc_id."""
    names = {doc_id: {folded(name) for name in found} for doc_id, found in documents.items()}
    counts = Counter(name for found in names.values() for name in found)
    most = most_shared(len(names))
    return {doc_id: {name for name in found if counts[name] <= most} for doc_id, found in names.items()}


def most_shared(n_documents: int) -> int:
    """The number of documents up to which a name still says who appears with whom."""
    return max(_LEAST_SHARED, int(_MOST_SHARED * n_documents))


def pairs_of(names: Iterable[set[str]]) -> set[frozenset[str]]:
    """Pairs of names, folded, that one body has in a document."""
    return {
        frozenset(pair)
        for called in names
        for pair in itertools.combinations(sorted({folded(name) for name in called}), 2)
    }


def settle_common(
    name: object, seen: Sequence[tuple[tuple[str, int], Facts]]
) -> dict[tuple[str, int], tuple[object, Evidence]]:
    """Which bodies with a common name are the same: two documents that share two names, or one and a date.

    Each is held against those before it one by one: what all documents of a body have together says little.
    """
    found: dict[tuple[str, int], tuple[object, Evidence]] = {}
    by_name: dict[str, list[int]] = {}
    for k, (key, facts) in enumerate(seen):
        near = Counter(place for other in sorted(facts.others) for place in by_name.get(other, ()))
        home: tuple[object, Evidence] = (name, key), []
        for place, n in sorted(near.items(), key=lambda item: (-item[1], item[0])):
            if n + _are_near(facts, seen[place][1]) >= _ENOUGH:
                home = found[seen[place][0]][0], between(facts, seen[place][1]) or []
                break
        found[key] = home
        for other in facts.others:
            by_name.setdefault(other, []).append(k)
    return found


class Homes:
    """The sources with a full name, by its words; short names find theirs here, or become a source of their own."""

    def __init__(self, homes: Iterable[Home], n_documents: int) -> None:
        self._by_word: dict[str, list[Home]] = {}
        self._is_small = n_documents <= SMALL
        for home in homes:
            self._note(home)

    def _note(self, home: Home) -> None:
        for word in sorted({folded(name).split()[-1] for name in home.names if folded(name)}):
            self._by_word.setdefault(word, []).append(home)

    def settle(self, shorts: Sequence[Short]) -> dict[tuple[str, int], tuple[object, Evidence]]:
        """Where each short name belongs, and why: those with the most evidence first, in any order of input."""
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
        """The likeliest source that the name fits, if it is likely enough; in a small corpus the only one."""
        if not fitting:
            return None, []
        is_small = self._is_small and not short.is_body
        if is_small and len(fitting) == 1:
            home, evidence = fitting[0]
            return home, evidence or ["last name"]
        weights = [math.exp(weight(short.facts, home.facts)) for home, _ in fitting]
        best = max(range(len(fitting)), key=weights.__getitem__)
        chance = weights[best] / (sum(weights) + (0 if is_small else 1))
        return fitting[best] if chance >= (_SURE_OF_KNOWN if is_small else _SURE) else (None, [])


def variants_in(homes: Iterable[Home], n_documents: int) -> dict[object, tuple[object, Evidence]]:
    """Who is another by a form of the given name ("Bob Holm", "Robert Holm"), and why; the others take their facts.

    The name by itself is enough only in a small corpus.
    """
    by_word: dict[str, list[Home]] = {}
    for home in sorted(homes, key=lambda home: (-home.facts.n_documents, home.names)):
        by_word.setdefault(folded(home.names[0]).split()[-1], []).append(home)
    found: dict[object, tuple[object, Evidence]] = {}
    for near in by_word.values():
        roots: list[Home] = []
        for home in near if len(near) <= _MOST_COMPARED else ():
            root, told = _variant_of(home, roots, n_documents <= SMALL)
            if root is None:
                roots.append(home)
                continue
            root.facts.add(home.facts)
            root.names.extend(home.names)
            found[home.key] = root.key, told
    return found


def _variant_of(home: Home, roots: Iterable[Home], is_small: bool) -> tuple[Home | None, Evidence]:
    fitting = [
        (root, told)
        for root in roots
        if any(are_variants(one, other) for one in home.names for other in root.names)
        and (told := between(home.facts, root.facts)) is not None
    ]
    if len(fitting) != 1:
        return None, []
    root, told = fitting[0]
    weight_of_both = weight(home.facts, root.facts) - _BIAS + _BIAS_OF_VARIANTS
    weight_of_both -= _OFTEN_SEEN if root.facts.n_documents >= _OFTEN else 0
    if is_small or _chance(weight_of_both) >= _SURE:
        return root, ["given name", *told]
    return None, []


def _chance(weight: float) -> float:
    return 1 / (1 + math.exp(-weight))


def _fits(name: str, short: str) -> bool:
    return _core.link_names([name, short]) == [0, 0]
