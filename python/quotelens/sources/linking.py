"""Which names of a corpus belong to one source: `joined` rather keeps two names apart than joins two people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from quotelens import _core
from quotelens.analysis.known import folded, is_whole

BODIES = ("agency", "outlet", "organisation")
Fits = Callable[[str, str], bool]
_SMALL = {"a", "an", "and", "at", "for", "in", "of", "on", "the"}
_TELL_NOTHING = _SMALL | {"news", "inc", "ltd", "corp", "corporation", "co", "company", "group", "plc", "u.s", "us"}
# Words that the names of many bodies have, by their classes, and some more.
_COMMON = ("BODY", "OFFICE", "TITLE_PART", "GROUP", "PEOPLE", "OUTLET_NOUN", "DOCUMENT", "ROLE", "ROLE_TITLE")
_COMMON_TOO = {
    *("appeals", "democrat", "democratic", "electoral", "high", "labour", "liberal", "local", "new", "republican"),
    *("agent", "special", "supreme", "united"),
}
# Names that mean the same body in the news of many countries.
_UNIQUE = {
    *("white house", "pentagon", "treasury"),
    *(f"{of} department" for of in ("state", "justice", "treasury", "labor", "defense")),
    *(f"department of {of}" for of in ("state", "justice", "the treasury", "labor", "defense")),
}
_PARTS_OF_NAMES = {"king", "queen", "prince", "princess", "pope", "emperor", "sultan", "lord", "lady", "sir", "dame"}
_TITLES = {"ayatollah", "democrat", "pres", "reps", "representatives", "senators", "sens", "u.s"}
_SUFFIXES = ("jr", "sr", "ii", "iii", "iv")
_MOST_COMPARED = 64  # groups that share a word with a short name
_MOST_JOINED = 24  # names that are all compared with each other


class Name(NamedTuple):
    """A name as it is found in a document, and the kind of its bearer."""

    text: str
    kind: str


def side(kind: str) -> str:
    """Kinds on one side may be one source; kinds on two sides exclude each other."""
    return "body" if kind in BODIES else kind


def bare(name: str) -> str:
    """A person's name without the titles before it.

    >>> bare("Senators Ada Holm"), bare("Pres. Holm"), bare("King Olav")
    ('Ada Holm', 'Holm', 'King Olav')
    """
    words = name.split()
    while len(words) > 1 and words[1][0].isupper() and _is_title(words[0]):
        words.pop(0)
    return " ".join(words)


def are_variants(one: str, other: str) -> bool:
    """Whether two whole names differ in the form of the given name, as "Bob Holm" and "Robert M. Holm" do."""
    first, second = _ends(one), _ends(other)
    if first[-1] != second[-1] or _first_names_agree(first, second):
        return False
    return _fits(" ".join(first).title(), " ".join(second).title()) and _fits(one, other)


def _is_title(word: str) -> bool:
    plain = word.casefold().rstrip(".,")
    if plain in _PARTS_OF_NAMES:
        return False
    classes = {*_core.word_classes(plain), *_core.word_classes(plain + ".")}
    return plain in _TITLES or not classes.isdisjoint(("HONORIFIC", "ROLE_TITLE"))


def is_common(name: str) -> bool:
    """Whether every town or state has a body of this name.

    >>> is_common("Police"), is_common("Interior Ministry"), is_common("Saltby Police"), is_common("White House")
    (True, True, False, False)
    """
    words = _plain_words(name)
    return " ".join(words) not in _UNIQUE and all(
        word in _SMALL or word in _COMMON_TOO or not _classes_of(word).isdisjoint(_COMMON) for word in words
    )


def _classes_of(word: str) -> set[str]:
    return {*_core.word_classes(word), *(_core.word_classes(word[:-1]) if word.endswith("s") else ())}


def joined(
    names: Mapping[Name, int], own: Mapping[str, object], called: Set[frozenset[str]] = frozenset()
) -> dict[Name, list[Name]]:
    """The cluster of each name, with the names in it in order; `names` has the number of documents of each.

    `own` are folded names that stand for sources of the user's: the caller has joined them, and a cluster with the
    names of two such sources falls apart around them.  `called` are pairs of folded names that a document gives to
    one body.
    """
    sides: dict[str, dict[str, list[Name]]] = {}
    for name, where in _sides(names).items():
        sides.setdefault(where, {}).setdefault(name.text, []).append(name)
    words = {
        where: {word for text in texts if is_whole(text) for word in folded(text).split()}
        for where, texts in sides.items()
    }
    across = {"person": words.get("body", ()), "body": words.get("person", ())}
    kinds = {text: {name.kind for name in bearers} for text, bearers in sides.get("body", {}).items()}

    def fit_as_bodies(one: str, other: str) -> bool:
        return _fit_as_bodies(one, other, kinds, called)

    clusters: dict[Name, list[Name]] = {}
    for where, texts in sides.items():
        fits = _fit_as_people if where == "person" else fit_as_bodies
        groups = _groups(texts, across[where], fits) if where in across else [[text] for text in texts]
        for group in groups:
            for part in _apart(group, own):
                cluster = sorted(name for text in part for name in texts[text])
                clusters.update(dict.fromkeys(cluster, cluster))
    return clusters


def _sides(names: Mapping[Name, int]) -> dict[Name, str]:
    """The side of each name.  A full name on two sides was misread on the one with fewer documents."""
    votes: dict[str, dict[str, int]] = {}
    for name, n in names.items():
        if is_whole(name.text) and name.kind in (*BODIES, "person"):
            of = votes.setdefault(folded(name.text), {"body": 0, "person": 0})
            of[side(name.kind)] += n
    winner = {text: max(of, key=lambda where: (of[where], where == "body")) for text, of in votes.items()}
    return {
        name: side(name.kind) if name.kind == "document" else winner.get(folded(name.text), side(name.kind))
        for name in names
    }


def _apart(group: list[str], own: Mapping[str, object]) -> Iterator[list[str]]:
    """A cluster as it is; with several of the user's sources, one for each of them, and one for the rest."""
    rest: list[str] = []
    claimed: dict[int, list[str]] = {}
    for text in group:
        source = own.get(folded(text))
        claimed.setdefault(id(source), []).append(text) if source is not None else rest.append(text)
    if len(claimed) < 2:
        yield group
        return
    yield from claimed.values()
    if rest:
        yield rest


# --------------------------------------------------------------------------------------------------------- groups


def _groups(texts: Collection[str], taken: Container[str], fits: Fits) -> list[list[str]]:
    """The names on one side in groups: full names first, then names that are short for one group only.

    A single word that is `taken`, because names on another side have it, stays by itself.
    """
    short = [text for text in texts if not is_whole(text)]
    groups = _whole_groups((text for text in texts if is_whole(text)), fits)
    index: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        _note_words(index, group, number)
    homes: dict[str, int] = {}
    for text in sorted(short, key=lambda text: (-len(text.split()), text)):
        words = folded(text).split()
        home = homes.get(" ".join(words))
        if home is None and not (len(words) == 1 and words[0] in taken):
            near = index.get("".join(words[-1:]), ())
            home = _only_fit(text, near, groups, _fits if fits is _fit_as_people else fits)
        if home is None:
            home = len(groups)
            groups.append([])
            if len(words) > 1:
                _note_words(index, [text], home)
        homes[" ".join(words)] = home
        groups[home].append(text)
    return groups


def _whole_groups(texts: Iterable[str], fits: Fits) -> list[list[str]]:
    """Full names in groups: those that begin and end alike, and those that `link_names` joins, if all fit."""
    ends: dict[tuple[str, ...], list[str]] = {}
    for text in sorted(texts):
        ends.setdefault(_ends(text), []).append(text)
    groups = [part for group in ends.values() for part in _all_or_none([[text] for text in group], fits)]
    numbers = _core.link_names([group[0] for group in groups])
    clusters: dict[int, list[list[str]]] = {}
    for number, group in zip(numbers, groups, strict=True):
        clusters.setdefault(number, []).append(group)
    return [part for cluster in clusters.values() for part in _unless_parted(cluster, fits)]


def _unless_parted(cluster: list[list[str]], fits: Fits) -> list[list[str]]:
    """A cluster as one group if all fit, but not where it has names that begin and end alike and did not fit."""
    is_parted = len({_ends(group[0]) for group in cluster}) < len(cluster)
    return cluster if is_parted else _all_or_none(cluster, fits)


def _all_or_none(groups: list[list[str]], fits: Fits) -> list[list[str]]:
    """Connected groups become one if all fit each other; otherwise only names that differ in case are joined."""
    if len(groups) == 1:
        return groups
    alike: dict[str, list[str]] = {}
    for group in groups:
        alike.setdefault(folded(group[0]), []).extend(group)
    apart = list(alike.values())
    if len(apart) > _MOST_JOINED:
        return apart
    near = {
        k: {j for j in range(len(apart)) if j == k or fits(apart[min(j, k)][0], apart[max(j, k)][0])}
        for k in range(len(apart))
    }
    made: dict[frozenset[int], list[str]] = {}
    for k, group in enumerate(apart):
        agreed = all(near[other] == near[k] for other in near[k])
        made.setdefault(frozenset(near[k] if agreed else {k}), []).extend(group)
    return list(made.values())


def _note_words(index: dict[str, list[int]], group: Iterable[str], number: int) -> None:
    """Note that a group has names with these words, or names whose first letters make one."""
    words = {word for text in group for word in folded(text).split()}
    words |= {"".join(word[0] for word in text.split() if word[0].isupper()).casefold() for text in group}
    for word in words:
        index.setdefault(word, []).append(number)


def _only_fit(text: str, numbers: Sequence[int], groups: Sequence[list[str]], fits: Fits) -> int | None:
    """The one group that a short name fits, None if there is none or several; a very common name fits none."""
    if len(numbers) > _MOST_COMPARED:
        return None
    fitting = [number for number in numbers if any(fits(name, text) for name in groups[number])]
    return fitting[0] if len(fitting) == 1 else None


def _fits(one: str, other: str) -> bool:
    return _core.link_names([one, other]) == [0, 0]


def _fit_as_people(one: str, other: str) -> bool:
    """As `_fits`, of two who have a family name in common, first or last, and first names that agree."""
    first, second = _ends(one), _ends(other)
    are_of_family = first[-1] == second[-1] or first == second[::-1]  # "Ban Ki-moon", "Ki-moon Ban"
    return are_of_family and _first_names_agree(first, second) and _fits(one, other)


def _first_names_agree(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two names begin alike, middle names aside: "Abby Martin" is not "Jill A. Martin".

    "Bob Martin" and "Robert Martin" do not: what documents say of them has to tell whether they are one.
    """
    if any(len(name[0].rstrip(".")) < 2 for name in (first, second)):
        return True
    return first[-1] != second[-1] or _without_accents(first[0]) == _without_accents(second[0])


def _without_accents(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).rstrip(".")


def _fit_as_bodies(one: str, other: str, kinds: Mapping[str, set[str]], called: Set[frozenset[str]]) -> bool:
    """As `_fits`, for bodies whose words are the same except for small ones, or a name and its acronym in a document.

    A longer name is another body ("China" and "China Daily", "Times" and "Times of India").
    """
    if folded(one) == folded(other):
        return True
    core, other_core = (_core_words(name, kinds[name]) for name in (one, other))
    if core == other_core and core:
        return _fits(one, other)
    are_called = frozenset((folded(one), folded(other))) in called and bool(kinds[one] & kinds[other])
    return are_called and _are_letters(one, other) and _fits(one, other)


def _are_letters(one: str, other: str) -> bool:
    """Whether the shorter of two names is an acronym."""
    short, long = sorted((one, other), key=len)
    return short.isupper() and " " not in short and " " in long and folded(short) not in folded(long)


def _core_words(text: str, kinds: Set[str]) -> set[str]:
    """The words that distinguish a body from others; for a name that every state has, all of them."""
    words = set(_plain_words(text)) - _SMALL
    if is_common(" ".join(word for word in words if word not in ("u.s", "us"))):
        return words
    return words - _TELL_NOTHING - ({"agency"} if "agency" in kinds else set())


def _plain_words(text: str) -> list[str]:
    return [word.strip(".,’'") for word in re.sub(r"['’]s\b", "", folded(text)).split()]


def _ends(text: str) -> tuple[str, ...]:
    """The first and the last word of a name, without anything that may follow a family name."""
    words = folded(text).split()
    while len(words) > 2 and words[-1].rstrip(".") in _SUFFIXES:
        words.pop()
    return tuple(words[:1] + words[-1:])
