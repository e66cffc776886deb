"""Which names of a corpus are of one source: `joined`, which would rather leave two apart than join two people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from quotelens import _core
from quotelens.known import folded

BODIES = ("agency", "outlet", "organisation")
_MOST_COMPARED = 64  # names that share a word with a name


class Name(NamedTuple):
    """A name as it is found in a document, and the kind of what bears it."""

    text: str
    kind: str


def side(kind: str) -> str:
    """Kinds on one side may be one source; those on two sides exclude each other."""
    return "body" if kind in BODIES else kind


def joined(names: Mapping[Name, int], own: Mapping[str, object]) -> dict[Name, list[Name]]:
    """The cluster of each name, with the names in it in order; `names` has the number of documents of each.

    `own` are folded names that stand for sources of the user's: the caller has joined them, and a cluster with the
    names of two such sources falls apart around them.
    """
    sides: dict[str, dict[str, list[Name]]] = {}
    for name, where in _sides(names).items():
        sides.setdefault(where, {}).setdefault(name.text, []).append(name)
    clusters: dict[Name, list[Name]] = {}
    for where, texts in sides.items():
        for group in _groups(texts) if where in ("person", "body") else ([text] for text in texts):
            for part in _apart(group, own):
                cluster = sorted(name for text in part for name in texts[text])
                clusters.update(dict.fromkeys(cluster, cluster))
    return clusters


def _sides(names: Mapping[Name, int]) -> dict[Name, str]:
    """The side of each name.  A whole name on two sides has been misread on one: the one with fewer documents."""
    votes: dict[str, dict[str, int]] = {}
    for name, n in names.items():
        if _is_whole(name.text) and name.kind in (*BODIES, "person"):
            of = votes.setdefault(folded(name.text), {"body": 0, "person": 0})
            of[side(name.kind)] += n
    winner = {text: max(of, key=lambda where: (of[where], where == "body")) for text, of in votes.items()}
    return {
        name: side(name.kind) if name.kind == "document" else winner.get(folded(name.text), side(name.kind))
        for name in names
    }


def _is_whole(text: str) -> bool:
    return len(text.split()) > 1


def _apart(group: list[str], own: Mapping[str, object]) -> Iterator[list[str]]:
    """A cluster as it is; one with several of the user's sources as one for each of them, and one of the rest."""
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


def _groups(texts: Collection[str]) -> Iterable[list[str]]:
    """Names on one side, clustered by `link_names`, less those that would fit several of the clusters."""
    ordered = sorted(texts)
    numbers = _core.link_names(ordered)
    cluster_of = dict(zip(ordered, numbers, strict=True))
    index = _index(ordered)
    groups: dict[tuple[int, str], list[str]] = {}
    for text in ordered:
        alone = _is_ambiguous(text, cluster_of, index)
        groups.setdefault((cluster_of[text], folded(text) if alone else ""), []).append(text)
    return groups.values()


def _index(texts: Iterable[str]) -> dict[str, list[str]]:
    """The names that have a word, or whose first letters make one."""
    index: dict[str, list[str]] = {}
    for text in texts:
        words = folded(text).split()
        initials = "".join(word[0] for word in text.split() if word[0].isupper()).casefold()
        for word in {*words, *([initials] if len(initials) > 1 else [])}:
            index.setdefault(word, []).append(text)
    return index


def _is_ambiguous(text: str, cluster_of: Mapping[str, int], index: Mapping[str, list[str]]) -> bool:
    """Whether a name fits names of several clusters: "Holm" with Ada Holm and Bo Holm, "A. Holm" with Ada and Amos.

    Words that very many names share tell too little: then what is no whole name stays alone.
    """
    words = folded(text).split()
    sharing = index.get(words[-1], ()) if words else ()
    if len(sharing) > _MOST_COMPARED:
        return len([word for word in words if len(word.rstrip(".")) > 1]) < 2
    others = (other for other in sharing if cluster_of[other] != cluster_of[text])
    return any(_core.link_names([other, text]) == [0, 0] for other in others)
