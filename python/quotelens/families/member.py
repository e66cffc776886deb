"""The members of a family, and which of them are one statement that somebody else printed."""

from __future__ import annotations

from dataclasses import dataclass

from quotelens.families.diff import is_same_name, words_of
from quotelens.table.dates import Moment


@dataclass(slots=True, frozen=True)
class Facts:
    """What is known about the document of a quotation."""

    outlet: str | None = None
    published: Moment | None = None


@dataclass(slots=True)
class Member:
    """One quotation of a family."""

    doc_id: str
    quote_id: int
    text: str
    speaker: str | None
    facts: Facts
    outside: set[str]
    similarity: float
    is_exact: bool
    is_fragment: bool
    told: int = 0  # the weight of its words, in hundredths of a nat
    kind: str | None = None
    place: tuple[int, int] | None = None


# ----------------------------------------------------------------------------------------------- who else has it

# What a member has to share with the canonical form, in hundredths of a nat, to be more than a set phrase.
_MARKED = 1000  # words in marks, given to the same speaker, or to nobody
_MARKED_OF_OTHERS = 1800
_INDIRECT = 1500  # a reporter's words, given to the same speaker
_INDIRECT_WHOLE = 2500  # the same sentence
_INDIRECT_OF_OTHERS = 4000
_NEARLY_ALL = 0.95
_LEAST_WORDS = 3


def printed_elsewhere(members: list[Member]) -> list[Member]:
    """The members of a family that repeat one statement; parts of other quotes and set phrases are left out.

    Empty if the canonical form is not among them.
    """
    alone = _outermost([member for member in members if len(words_of(member.text)) >= _LEAST_WORDS])
    speakers = _Speakers(alone)
    kept = [member for member in alone if _is_telling(member, speakers)]
    return kept if any(member.is_exact for member in kept) else []


def _outermost(members: list[Member]) -> list[Member]:
    """The members; of those that overlap in a document only the longest, and of equal ones the innermost."""
    taken: dict[str, list[tuple[int, int]]] = {}
    kept = set()
    for k in sorted(range(len(members)), key=lambda k: (-len(members[k].text), _width(members[k].place), k)):
        place = members[k].place
        others = taken.setdefault(members[k].doc_id, [])
        if place is None or not any(place[0] < end and start < place[1] for start, end in others):
            kept.add(k)
            others.extend([place] if place is not None else ())
    return [member for k, member in enumerate(members) if k in kept]


def _width(place: tuple[int, int] | None) -> int:
    return place[1] - place[0] if place is not None else 0


class _Speakers:
    """Who else says what a member says, in other documents: in time linear in the number of members."""

    def __init__(self, members: list[Member]) -> None:
        self._documents: dict[str | None, set[str]] = {}  # two of each speaker are enough
        for member in members:
            documents = self._documents.setdefault(member.speaker, set())
            if len(documents) < 2:
                documents.add(member.doc_id)
        self._alone: dict[str, set[str | None]] = {}  # the speakers that no other document has
        for speaker, documents in self._documents.items():
            if len(documents) == 1:
                self._alone.setdefault(min(documents), set()).add(speaker)
        self._known: dict[tuple[str | None, frozenset[str | None]], bool] = {}

    def has_unknown(self, member: Member) -> bool:
        """Whether another document has it from nobody that is known."""
        return bool(self._documents.get(None, set()) - {member.doc_id})

    def has_same(self, member: Member) -> bool:
        """Whether another document has it from the same speaker."""
        key = member.speaker, frozenset(self._alone.get(member.doc_id, ()))
        if key not in self._known:
            self._known[key] = self._is_said(*key)
        return self._known[key]

    def _is_said(self, speaker: str | None, but: frozenset[str | None]) -> bool:
        others = (name for name in self._documents if name and name not in but)
        return speaker is not None and any(is_same_name(speaker, name) for name in others)


def _is_telling(member: Member, speakers: _Speakers) -> bool:
    """Whether a member has enough of the canonical form to be more than a set phrase.

    An indirect quote is in the reporter's words, so it matches by chance more often than quoted words do.
    """
    if member.kind in ("direct", "mixed", None):
        is_likely = member.speaker is None or speakers.has_unknown(member) or speakers.has_same(member)
        least = _MARKED if is_likely else _MARKED_OF_OTHERS
    elif speakers.has_same(member):
        least = _INDIRECT
    else:
        is_whole = member.similarity >= _NEARLY_ALL and not member.is_fragment
        least = _INDIRECT_WHOLE if is_whole else _INDIRECT_OF_OTHERS
    return member.told * member.similarity >= least
