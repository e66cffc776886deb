"""Families and their variants as plain text and HTML: whole quotations with differences marked."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Any

from quotelens.families.diff import ADDED, DROPPED, KEPT, runs
from quotelens.table.dates import moment_of
from quotelens.table.layout import one_line
from quotelens.table.wording import counted

_INDENT = "    "
_NARROWEST = 40
STYLE = (
    ".ql-variant del{color:#8a4b00;background:#fff1e0}.ql-variant ins{color:#00457c;background:#e3f0fb}"
    ".ql-canonical{border-left:3px solid #888;padding-left:.6em}"
)


# ------------------------------------------------------------------------------------------------------------ facts


def told_of(family: Mapping[str, Any]) -> str:
    """Facts about a family: how many members, which was first, and whether all name the same speaker."""
    n_outlets = family["n_outlets"]
    facts = [counted(family["n_members"], "quote")]
    facts.append(counted(n_outlets, "outlet") if n_outlets else "no outlet known")
    if family["first_published"] is not None:
        first = f"{family['first_outlet'] or family['first_doc']}, {family['first_published']:%Y-%m-%d}"
        facts.append(f"first {first}" if family["first_certain"] else f"first, as far as known, {first}")
    if family["speakers"]:
        facts.append(family["speakers"] if family["speakers_agree"] else f"given to {family['speakers']}")
    return " · ".join(facts)


def _told_of_variant(row: Mapping[str, Any]) -> str:
    facts = [row["outlet"] or row["doc_id"], _told_when(row["published"]), row["speaker"] or "no speaker"]
    share = "all" if row["similarity"] > 0.9995 else f"{100 * row['similarity']:.0f} %"
    facts.append("the same words" if row["is_exact"] else f"{share} of its words are in the longest")
    return " · ".join(facts)


def _told_when(published: datetime | None) -> str:
    """A date, with its hour if that is known."""
    moment = moment_of(published)
    if published is None or moment is None:
        return "date not known"
    return published.strftime("%Y-%m-%d %H:%M" if moment.is_exact else "%Y-%m-%d")


# ------------------------------------------------------------------------------------------------------- plain text


def families_as_text(families: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of families: number and whole quotation, and below it the facts."""
    for row in families:
        yield from _wrapped(one_line(row["canonical"]), f"{row['family_id']:>3} ")
        yield from _wrapped(told_of(row), _INDENT)


def variants_as_text(variants: Iterable[Mapping[str, Any]], canonical: Mapping[int, str]) -> Iterator[str]:
    """The lines of variants: the longest one of each family, and below it what each outlet has of it."""
    for family, rows in groupby(variants, key=itemgetter("family_id")):
        own = list(rows)
        yield from _wrapped(one_line(canonical.get(family, own[0]["text"])), f"{family:>3} ")
        for row in own:
            yield from _wrapped(_told_of_variant(row), _INDENT)
            if not row["is_exact"]:
                yield from _wrapped(one_line(row["edit"]), 2 * _INDENT)


def _wrapped(text: str, head: str) -> list[str]:
    """The lines of a text, as wide as the terminal, the first with `head` before it."""
    room = max(shutil.get_terminal_size((118, 24)).columns, _NARROWEST)
    lines = textwrap.wrap(text, room, initial_indent=head, subsequent_indent=" " * len(head))
    return lines or [head.rstrip()]


# ------------------------------------------------------------------------------------------------------------- HTML


def families_as_html(families: Iterable[Mapping[str, Any]]) -> str:
    """Families as a table, with whole quotations; everything from the documents is escaped."""
    rows = (
        f"<tr><td>{row['family_id']}</td><td style='text-align:left'>{escape(one_line(row['canonical']))}<br>"
        f"<small>{escape(told_of(row))}</small></td></tr>"
        for row in families
    )
    return f"<table><tr><th>family_id</th><th style='text-align:left'>canonical</th></tr>{''.join(rows)}</table>"


def variants_as_html(variants: Iterable[Mapping[str, Any]], canonical: Mapping[int, str]) -> str:
    """Variants below the longest one of their family, with differences marked."""
    parts = [f"<style>{STYLE}</style>"]
    for family, rows in groupby(variants, key=itemgetter("family_id")):
        own = list(rows)
        longest = canonical.get(family, str(own[0]["text"]))
        parts.append(f'<h3 class="ql-family">Family {family}</h3><p class="ql-canonical">{escape(longest)}</p>')
        parts.extend(_shown_variant(longest, row) for row in own)
    return "".join(parts)


def _shown_variant(canonical: str, row: Mapping[str, Any]) -> str:
    words = " ".join(_shown_run(*run) for run in runs(canonical, row["text"]))
    return f'<p class="ql-variant"><small>{escape(_told_of_variant(row))}</small><br>{words}</p>'


def _shown_run(step: int, left: str, right: str) -> str:
    if step == KEPT:
        return escape(right)
    dropped = f'<del title="left out">[−{escape(left)}]</del>' if step != ADDED else ""
    added = f'<ins title="put in">[+{escape(right)}]</ins>' if step != DROPPED else ""
    return dropped + added
