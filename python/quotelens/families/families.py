"""The same quotation elsewhere: families of quotations, their variants, and who printed them first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from quotelens import _core
from quotelens.families.diff import word_diff
from quotelens.families.member import Facts, Member, printed_elsewhere
from quotelens.families.shown import families_as_html, families_as_text, variants_as_html, variants_as_text
from quotelens.table.columns import gives, types_of
from quotelens.table.dates import Moment, moment_of
from quotelens.table.table import SHOWN_ROWS, Table, rows_of_frame, table_of
from quotelens.table.view import View

_AT_ONCE = 10_000  # texts handed over in one call
FAMILY_COLUMNS = types_of("families")
VARIANT_COLUMNS = types_of("variants")


# ------------------------------------------------------------------------------------------------------- grouping


def grouped(texts: Iterable[str]) -> _core.Families:
    """The families of some texts, which may come from anywhere."""
    families = _core.Families()
    part: list[str] = []
    for text in texts:
        part.append(text)
        if len(part) == _AT_ONCE:
            families.add(part)
            part = []
    families.add(part)
    families.group()
    return families


# ----------------------------------------------------------------------------------------------------------- time


def ranks(moments: Sequence[Moment | None]) -> list[int]:
    """The rank of each moment: 1 plus the number that were certainly earlier; -1 if it is unknown.

    >>> day, hour = moment_of("2024-05-01"), moment_of("2024-05-01T09:30")
    >>> ranks([hour, day, None, moment_of("2024-05-02")])
    [1, 1, -1, 3]
    """
    ends = sorted(moment.end for moment in moments if moment is not None)
    return [-1 if moment is None else 1 + bisect_left(ends, moment.start) for moment in moments]


def lags(moments: Sequence[Moment | None]) -> list[float | None]:
    """Seconds after the first, for each moment; None if either is not known to the minute, or may be the first."""
    known = [moment for moment in moments if moment is not None]
    first = min(known, key=lambda moment: (moment.end, moment.start), default=None)
    if first is None or not first.is_exact or any(moment.start < first.start for moment in known):
        return [None] * len(moments)
    return [
        (moment.start - first.start) / 1e6 if moment is not None and moment.is_exact else None for moment in moments
    ]


# ------------------------------------------------------------------------------------------------------ documents


def facts_of(documents: Any) -> dict[str, Facts]:
    """Outlet and date of each document, from a table or rows with doc_id, outlet and published.

    A missing column counts as unknown.
    """
    if not isinstance(documents, Table) and hasattr(documents, "__arrow_c_stream__"):
        documents = rows_of_frame(documents)
    return {str(row["doc_id"]): Facts(row.get("outlet"), moment_of(row.get("published"))) for row in documents}


# --------------------------------------------------------------------------------------------------------- tables


class Families(Table):
    """Families of quotations, one row each, in the order in which they first appear.

    Verbatim copies of an article count as members, unless you passed `duplicates=False`.

    Translations and paraphrases have other words, so they form families of their own.  `variants` lists the members.
    A table of families is displayed as whole quotations; use `select` to see columns.
    """

    def __init__(
        self,
        batches: Sequence[_core.Batch],
        empty: _core.Batch,
        members: Mapping[int, list[Member]] | None = None,
        canonical: Mapping[int, str] | None = None,
    ) -> None:
        super().__init__(batches, empty)
        self._members, self._canonical = members or {}, canonical or {}

    @classmethod
    def _of(
        cls,
        quotes: Table,
        texts: Sequence[str],
        facts: Mapping[str, Facts],
        outside: Mapping[tuple[str, int], set[str]] | None = None,
        least: int = 1,
    ) -> Families:
        """The families found in at least `least` documents, for quotes with the columns doc_id and quote_id (and
        speaker, kind, start and end, if present).

        `texts` holds the words of each quote to compare.
        """
        found = grouped(texts)
        members: dict[int, list[Member]] = {}
        for family, member in _members_of(quotes, texts, facts, outside or {}, found):
            members.setdefault(family, []).append(member)
        if least > 1:
            printed = {family: printed_elsewhere(own) for family, own in members.items()}
            members = {f: own for f, own in printed.items() if len({member.doc_id for member in own}) >= least}
        canonical = {family: text for family, (text, _) in enumerate(found.canonical())}
        rows = [family_row(family, canonical[family], members[family]) for family in sorted(members)]
        table = table_of(rows, FAMILY_COLUMNS)
        return cls(table._batches, table._empty, members, canonical)

    def to_text(self, *, rows: int | None = None) -> str:
        """The first `rows` families (None: all) as plain text, with whole quotations."""
        if not len(self) or not set(FAMILY_COLUMNS) <= set(self.columns):
            return super().to_text(rows=rows)
        head = self if rows is None else self.head(rows)
        return "\n".join([*families_as_text(head), *_rest(self, head)])

    def _repr_html_(self) -> str:
        if not len(self) or not set(FAMILY_COLUMNS) <= set(self.columns):
            return super()._repr_html_()
        head = self.head(SHOWN_ROWS)
        return families_as_html(head) + "".join(f"<p>{line}</p>" for line in _rest(self, head))

    @gives("variants")
    def variants(self, family_id: int | None = None) -> Variants:
        """The members of one family, or of all in this table, earliest first, with one row per quotation.

        A date without an hour is a whole day: members whose dates overlap share a rank.

        Raises KeyError if the family is not in this table.
        """
        ids = self["family_id"] if "family_id" in self.columns else list(self._members)
        if family_id is not None:
            if family_id not in set(ids):
                raise KeyError(f"There is no family {family_id!r} in this table of {len(self):,}.")
            ids = [family_id]
        rows = [row for family in ids for row in variant_rows(family, self._canonical[family], self._members[family])]
        table = table_of(rows, VARIANT_COLUMNS)
        return Variants(table._batches, table._empty, self._canonical)._told(self._info)


def _members_of(
    quotes: Table,
    texts: Sequence[str],
    facts: Mapping[str, Facts],
    outside: Mapping[tuple[str, int], set[str]],
    found: _core.Families,
) -> Iterator[tuple[int, Member]]:
    """The family of each quote, and its place in it."""
    unknown, nothing = [None] * len(texts), Facts()
    names = ("speaker", "kind", "start", "end")
    known = [quotes[name] if name in quotes.columns else unknown for name in names]
    rows = zip(quotes["doc_id"], quotes["quote_id"], texts, *known, found.members(), strict=True)
    for doc_id, quote_id, text, speaker, kind, start, end, likeness in rows:
        family, similarity, is_exact, is_fragment, told = likeness
        member = Member(
            doc_id=doc_id,
            quote_id=quote_id,
            text=text,
            speaker=speaker,
            facts=facts.get(doc_id, nothing),
            outside=outside.get((doc_id, quote_id), set()),
            similarity=similarity,
            is_exact=is_exact,
            is_fragment=is_fragment,
            told=told,
            kind=kind,
            place=None if start is None or end is None else (start, end),
        )
        yield family, member


def family_row(family: int, canonical: str, members: list[Member]) -> dict[str, Any]:
    """The row of a family in the table of families."""
    moments = [member.facts.published for member in members]
    first = min(
        (member for member in members if member.facts.published is not None),
        key=lambda member: (member.facts.published.start, member.facts.published.end, member.doc_id),  # type: ignore[union-attr]
        default=members[0],
    )
    outlets = {member.facts.outlet for member in members if member.facts.outlet}
    outside = {name for member in members for name in member.outside if not _is_among(name, outlets)}
    at_first = {
        member.facts.outlet or member.doc_id
        for member, rank in zip(members, ranks(moments), strict=True)
        if rank in (1, -1)
    }
    speakers = _distinct([member.speaker for member in members if member.speaker])
    return {
        "family_id": family,
        "canonical": canonical,
        "n_members": len(members),
        "n_outlets": len(outlets),
        "speakers": " | ".join(speakers) or None,
        "speakers_agree": len(speakers) == 1 if speakers else None,
        "first_outlet": first.facts.outlet,
        "first_published": first.facts.published.start if first.facts.published else None,
        "first_certain": len(at_first) == 1 and not outside and first.facts.published is not None,
        "first_doc": first.doc_id,
        "outside": " | ".join(sorted(outside)) or None,
    }


def _is_among(name: str, outlets: set[str]) -> bool:
    own = set(_core.fold(name).split())
    return any(own <= set(_core.fold(outlet).split()) or own >= set(_core.fold(outlet).split()) for outlet in outlets)


def _distinct(names: list[str]) -> list[str]:
    """The names that differ, the fuller form of each: "Wei" is "Wei Lanying"."""
    kept: list[tuple[str, set[str]]] = []
    for name in sorted(set(names), key=lambda name: (-len(name.split()), name)):
        words = set(_core.fold(name).split())
        if not any(words <= fuller for _, fuller in kept):
            kept.append((name, words))
    return [name for name, _ in kept]


def variant_rows(family: int, canonical: str, members: list[Member]) -> Iterator[dict[str, Any]]:
    """The rows of a family in the table of variants, the earliest first."""
    moments = [member.facts.published for member in members]
    edits = {text: word_diff(canonical, text) for text in {member.text for member in members}}
    placed = zip(members, moments, ranks(moments), lags(moments), strict=True)
    ordered = sorted(
        placed,
        key=lambda row: (row[1] is None, row[1].start if row[1] else 0, row[0].doc_id, row[0].quote_id),
    )
    for member, moment, rank, lag in ordered:
        yield {
            "family_id": family,
            "doc_id": member.doc_id,
            "quote_id": member.quote_id,
            "similarity": member.similarity,
            "is_exact": member.is_exact,
            "is_fragment": member.is_fragment,
            "edit": edits[member.text],
            "rank": rank,
            "lag_seconds": lag,
            "speaker": member.speaker,
            "outlet": member.facts.outlet,
            "published": moment.start if moment else None,
            "text": member.text,
        }


# --------------------------------------------------------------------------------------------------------- looking


class Variants(Table):
    """The members of families, one row per quotation.

    They are displayed whole, below the longest variant of their family, with differences marked; use `select` to see
    columns.
    """

    def __init__(
        self, batches: Sequence[_core.Batch], empty: _core.Batch, canonical: Mapping[int, str] | None = None
    ) -> None:
        super().__init__(batches, empty)
        self._canonical = canonical or {}

    def to_text(self, *, rows: int | None = None) -> str:
        """The first `rows` variants (None: all) as plain text, whole, with differences marked."""
        if not len(self) or not set(VARIANT_COLUMNS) <= set(self.columns):
            return super().to_text(rows=rows)
        head = self if rows is None else self.head(rows)
        return "\n".join([*variants_as_text(head, self._canonical), *_rest(self, head)])

    def _repr_html_(self) -> str:
        if not len(self) or not set(VARIANT_COLUMNS) <= set(self.columns):
            return super()._repr_html_()
        head = self.head(SHOWN_ROWS)
        return head.show()._repr_html_() + "".join(f"<p>{line}</p>" for line in _rest(self, head))

    def show(self) -> View:
        """The variants with their differences marked: omitted words struck through in brackets, added words
        underlined with a plus.  HTML without scripts; everything from the documents is escaped.
        """
        return View(variants_as_html(self, self._canonical))


def _rest(table: Table, head: Table) -> list[str]:
    """A line that says how many more rows there are."""
    return [f"showing {len(head)} of {len(table):,}"] if len(head) < len(table) else []


# --------------------------------------------------------------------------------------- quotations from elsewhere


def ready_rows(quotes: Iterator[Mapping[str, Any] | None]) -> Iterator[dict[str, Any]]:
    """family_id, similarity, is_exact, is_fragment, rank and lag_seconds of ready quotations, one dict each.

    Each has "text", and "published" if it is known; None gives an empty dict.
    """
    families = _core.Families()
    part: list[str] = []
    moments: list[Moment | None] = []
    is_there: list[bool] = []
    for quote in quotes:
        is_there.append(quote is not None)
        if quote is None:
            continue
        part.append(quote["text"])
        moments.append(moment_of(quote.get("published")))
        if len(part) == _AT_ONCE:
            families.add(part)
            part = []
    families.add(part)
    families.group()
    members = families.members()
    by_family: dict[int, list[int]] = {}
    for k, (family, *_) in enumerate(members):
        by_family.setdefault(family, []).append(k)
    place: list[tuple[int, float | None]] = [(-1, None)] * len(members)
    for ids in by_family.values():
        own = [moments[k] for k in ids]
        for k, rank, lag in zip(ids, ranks(own), lags(own), strict=True):
            place[k] = (rank, lag)
    rows = iter(zip(members, place, strict=True))
    for known in is_there:
        if not known:
            yield {}
            continue
        (family, similarity, is_exact, is_fragment, _), (rank, lag) = next(rows)
        yield {
            "family_id": family,
            "similarity": round(similarity, 4),
            "is_exact": is_exact,
            "is_fragment": is_fragment,
            "rank": rank,
            "lag_seconds": lag,
        }
