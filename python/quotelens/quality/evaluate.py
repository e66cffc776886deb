"""Accuracy against annotations by people: figures, intervals, and every error."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from quotelens import _core
from quotelens.analysis.annotation import QUOTE_TABLES, annotated_quotes, text_sha1
from quotelens.analysis.config import Config
from quotelens.analysis.engine import Core
from quotelens.analysis.filter import ACTS, KINDS, Choice, chosen
from quotelens.analysis.recurrence import analyse
from quotelens.annotations.gold import JOINED, Annotated, Gold, Quote, agree_on_text, documents_by_id, objects_of
from quotelens.corpus import Corpus
from quotelens.quality.comparison import ERRORS, MATCHES, Compared, Row, Scope
from quotelens.quality.intervals import Counts, Measured, measured
from quotelens.reading.records import Record
from quotelens.table.columns import gives, types_of
from quotelens.table.table import Table, table_of

_SAID = tuple(kind for kind in KINDS if kind != "scare")
_ORDER = ("content", "source", "cue", "joint", "speaker", "chain")
_GROUPS = {"all": ("all",), "kind": _SAID, "act": ACTS}


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of `Evaluation.table()`."""

    row: Row
    counts: Counts
    precision: Measured
    recall: Measured
    f1: Measured

    def __repr__(self) -> str:
        row, n = self.row, self.counts
        return (
            f"<Figure {row.figure} {row.match}, {row.group}: precision {self.precision}, recall {self.recall}, "
            f"F1 {self.f1} %; {n.n_gold:,} in the gold, {n.n_found:,} found>"
        )

    def to_dict(self) -> dict[str, Any]:
        """One value a column."""
        cells: dict[str, Any] = self.row._asdict() | self.counts._asdict()
        for name in ("precision", "recall", "f1"):
            figure: Measured = getattr(self, name)
            cells |= {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}
        return cells


@dataclass(slots=True)
class Evaluation:
    """The result of `evaluate`.  It prints as a table of the main figures in per cent."""

    n_documents: int
    n_unjudged: int  # documents that were analysed but are not in the gold
    level: float
    resamples: int
    seed: int
    figures: list[Figure] = field(repr=False)
    found_errors: list[dict[str, Any]] = field(repr=False)

    def figure(self, figure: str, match: str, group: str = "all") -> Figure:
        """One row of the table; KeyError if the gold lacks the data for it."""
        for candidate in self.figures:
            if (candidate.row.figure, candidate.row.match, candidate.row.group) == (figure, match, group):
                return candidate
        there = ", ".join(f"{f.row.figure} {f.row.match} {f.row.group}" for f in self.figures)
        raise KeyError(f"There is no figure {figure} {match} {group}. There are: {there}.")

    @gives("evaluation")
    def table(self) -> Table:
        """Every figure, one row each, as shares from 0 to 1.

        For a kind or act, `recall` refers to its quotes in the gold, `precision` to its quotes among those found.
        """
        rows = [figure.to_dict() for figure in self.figures]
        return table_of(rows, _FIGURE_TYPES)

    @gives("errors")
    def errors(self) -> Table:
        """Every error, one row each, in order of document and place.

        A quote can have both a wrong source and wrong edges.
        """
        return table_of(self.found_errors, _ERROR_TYPES)

    def to_dict(self) -> dict[str, Any]:
        """All figures as one object for JSON; `errors` counts each type of error."""
        counts = {error: sum(row["error"] == error for row in self.found_errors) for error in ERRORS}
        return {
            "n_documents": self.n_documents,
            "n_unjudged": self.n_unjudged,
            "level": self.level,
            "resamples": self.resamples,
            "seed": self.seed,
            "figures": [figure.to_dict() for figure in self.figures],
            "errors": counts,
        }

    def to_text(self) -> str:
        """The main figures in per cent, with their intervals, as aligned text."""
        return f"{self._heading()}\n\n{self._shown().to_text(rows=None)}"

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        shown = self._shown()
        rows = ["<tr>" + "".join(f"<th>{escape(name)}</th>" for name in shown.columns) + "</tr>"]
        for row in shown:
            rows.append("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row.values()) + "</tr>")
        return f"<table><caption>{escape(self._heading())}</caption>{''.join(rows)}</table>"

    def _heading(self) -> str:
        all_of = self.figure("content", "half").counts
        skipped = f" ({self.n_unjudged:,} more not in the gold)" if self.n_unjudged else ""
        drawn = f"{self.resamples:,} resamples of documents, seed {self.seed}; Wilson's where they are too few"
        how = drawn if self.resamples else "Wilson's"
        documents = f"documents: {self.n_documents:,}{skipped}"
        return (
            f"{all_of.n_gold:,} quotes in the gold, {all_of.n_found:,} found; {documents}\n"
            f"in per cent, with {100 * self.level:g} % intervals ({how})"
        )

    def _shown(self) -> Table:
        rows = [f for f in self.figures if f.row.by == "all" or f.row.figure == "content"]
        cells = [
            {
                "figure": f"{f.row.figure} {f.row.match}",
                "group": f.row.group,
                "gold": f.counts.n_gold,
                "found": f.counts.n_found,
                **{name: _per_cent(getattr(f, name)) for name in ("precision", "recall", "f1")},
            }
            for f in rows
            if f.row.by != "act" or f.row.match == "half"
        ]
        return table_of(cells, _SHOWN_TYPES)


_SHOWN_TYPES = {
    **{"figure": "string", "group": "string", "gold": "int32", "found": "int32"},
    **dict.fromkeys(("precision", "recall", "f1"), "string"),
}
_FIGURE_TYPES = types_of("evaluation")
_ERROR_TYPES = types_of("errors")


def _per_cent(figure: Measured) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "    -"
    return f"{100 * figure.value:5.1f} [{100 * figure.low:.1f}, {100 * figure.high:.1f}]"


# ------------------------------------------------------------------------------------------------- the function


def evaluate(
    found: Corpus | Table | Gold | None,
    gold: Gold,
    *,
    kinds: Choice = None,
    acts: Choice = None,
    nested: bool = True,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    config: Config | None = None,
) -> Evaluation:
    """Compare what was found with annotations by people: precision, recall and F1, intervals, and every error.

    found      a `Corpus`, a table of its quotes, a JSONL file from `quotelens annotate` or its objects, or None to
               analyse the texts of the gold
    gold       a JSONL file, or the objects themselves: documents as `annotate` writes them, corrected by a person.
               Only `doc_id` and, in each of `quotes`, `spans` (or `start` and `end`) are required; figures that need
               other keys are left out if these are missing.  `text` is required if `found` is None
    kinds      direct, mixed, indirect: what was annotated, if not everything
    acts       speech, evidence…: the same for acts.  By default, a table of quotes has only speech and evidence
    nested     False leaves out quotes inside quotes, for gold without them
    level      of the intervals, between 0 and 1
    resamples  how often documents are resampled for the intervals, with this random `seed`; 0 uses Wilson's intervals
    throughout
    config     a `Config`, if `found` is None

    Quotes are paired one to one by the letters and digits of their content, best Jaccard first (by all characters if
    there is no text); a leading "that" is ignored.  The figures are

    content exact, half   all letters agree, or at least half (Jaccard of .5 or more)
    source, cue overlap   the two share a letter, among the pairs that agree by half
    joint half            content agrees by half and sources overlap, among all quotes with a source
    speaker exact, name   among these pairs: the same name except for case; all words of one in the other, with the
    same last word
    chain step            their steps: the same role, and overlapping places or the same name

    Scare quotes and boilerplate do not count.  Gold quotes that are `optional`, of other kinds or acts, or nested (if
    `nested=False`) do not count either, whether they were found or not; nor do documents that the gold lacks.  If the
    gold was made by correcting our results, recall looks too high, because people overlook what is not marked.
    `quotelens.quality.intervals` explains the intervals.

    Raises ValueError for malformed lines, a doc_id that is repeated or was not analysed, or texts that differ.

    >>> gold = [{"doc_id": "a", "text": "“Yes,” said Ann.", "quotes": [{"start": 0, "end": 6, "type": "direct"}]}]
    >>> done = evaluate(None, gold)
    >>> done.figure("content", "exact").f1.value, len(done.errors())
    (1.0, 0)
    """
    check_options(level, resamples)
    if found is not None and config is not None:
        raise ValueError("config= is for the texts of the gold, with found=None: a Corpus has its own.")
    scope = Scope(chosen_names("kinds", kinds, _SAID), chosen_names("acts", acts, ACTS), nested)
    wanted = documents_by_id(objects_of(gold), "gold", numbered=found is None, needs_text=found is None)
    if not wanted:
        raise ValueError("There is nothing to compare with: the gold has no documents.")
    answers, n_found = _answers(found, wanted, config)
    documents = [Compared(wanted[doc_id], answers[doc_id], scope) for doc_id in sorted(wanted)]
    figures = _figures(documents, level, resamples, seed)
    errors = [error for document in documents for error in document.errors]
    return Evaluation(len(documents), n_found - len(documents), level, resamples, seed, figures, errors)


def check_options(level: float, resamples: int) -> None:
    """Raise ValueError for invalid options of intervals."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}: give a number between 0 and 1, such as 0.95.")
    if resamples < 0:
        raise ValueError(f"resamples is {resamples!r}: give a number from 0 up; 1000 is usual.")


def chosen_names(option: str, given: Choice, names: Sequence[str]) -> frozenset[str] | None:
    """The chosen names; None means all of them."""
    if given is None or given == "all":
        return None
    return frozenset(chosen(option, given, names))


def _answers(
    found: Corpus | Table | Gold | None, wanted: dict[str, Annotated], config: Config | None
) -> tuple[dict[str, Annotated], int]:
    """What was found in each document of the gold, and the number of all documents."""
    if found is None:
        records = [Record(d.doc_id, d.text or "", {"outlet": d.outlet}) for d in wanted.values()]
        found = Corpus._of_records(records, [], config=config)
    if isinstance(found, Corpus):
        answers, ids = _of_corpus(found, wanted), [document.id for document in found]
    elif isinstance(found, Table):
        answers, ids = _of_table(found, wanted)
    elif isinstance(found, (str, os.PathLike)) or (isinstance(found, Iterable) and not isinstance(found, Mapping)):
        answers = documents_by_id(objects_of(found, "found"), "predictions", only=wanted)
        ids = list(answers)
    else:
        raise TypeError(
            f"found is a {type(found).__name__}: give a Corpus, a table of its quotes, a JSONL file from annotate, a "
            "list of its objects, or None."
        )
    lost = [doc_id for doc_id in wanted if doc_id not in answers]
    if lost:
        more = f", nor were {len(lost) - 1:,} more" if len(lost) > 1 else ""
        raise ValueError(
            f"{wanted[lost[0]].place}: document {lost[0]!r} of the gold was not analysed{more}. Documents are "
            f"matched by their doc_id; {_some(ids)}"
        )
    for doc_id, document in wanted.items():
        agree_on_text(document, answers[doc_id])
    return answers, len(ids)


def _some(ids: Sequence[str], most: int = 5) -> str:
    if not ids:
        return "there are none."
    return f"there are {', '.join(map(repr, ids[:most]))}{', …' if len(ids) > most else ''}."


def _of_corpus(corpus: Corpus, wanted: Mapping[str, Any]) -> dict[str, Annotated]:
    def work(record: Record, engine: Core, counts: _core.LineCounts | None) -> Annotated | None:
        if record.doc_id not in wanted:
            return None
        quotes = annotated_quotes(analyse(engine, [record], QUOTE_TABLES, counts))
        return Annotated(record.doc_id, record.source or "the corpus", quotes, record.text, text_sha1(record.text))

    return {document.doc_id: document for document in corpus._each(work) if document is not None}


def _of_table(table: Table, wanted: Mapping[str, Annotated]) -> tuple[dict[str, Annotated], list[str]]:
    """What a table has of each document of the gold, and the ids it has.

    A table lacks documents without quotes, so a missing document counts as analysed, unless all are missing.
    """
    missing = [name for name in ("doc_id", "start", "end") if name not in table.columns]
    if missing:
        raise ValueError(f"found is a table without the column {missing[0]!r}: give the table from quotes().")
    ids = list(dict.fromkeys(table["doc_id"]))
    if ids and not wanted.keys() & ids:
        return {}, ids
    quotes: dict[str, list[Quote]] = {doc_id: [] for doc_id in wanted}
    for row in table:
        if row["doc_id"] in quotes:
            quotes[row["doc_id"]].append(_quote_of(row, wanted[row["doc_id"]].text))
    answers = {doc_id: Annotated(doc_id, "the table", some) for doc_id, some in quotes.items()}
    return answers, list(dict.fromkeys([*ids, *wanted]))


def _quote_of(row: dict[str, Any], text: str | None) -> Quote:
    """A row of quotes() in the form of annotate."""
    kept = ("act", "zone", "parent_id", "speaker", "rule", "confidence")
    quote: dict[str, Any] = {name: row[name] for name in kept if name in row}
    for role in ("source", "cue"):
        if f"{role}_start" in row:
            start, end = row[f"{role}_start"], row[f"{role}_end"]
            quote[role] = {"start": start, "end": end, "text": row.get(role)} if start >= 0 else None
    return quote | {"type": row.get("kind"), "spans": _spans_of_row(row, text)}


def _spans_of_row(row: dict[str, Any], text: str | None) -> list[list[int]]:
    """The parts of the content, looked up at the place of the quote: a table has their text, not their places."""
    whole = [[row["start"], row["end"]]]
    parts = (row.get("content") or "").split(JOINED)
    if text is None or len(parts) == 1:
        return whole
    spans, at = [], row["start"]
    for part in parts:
        start = text.find(part, at, row["end"])
        if start < 0:
            return whole
        at = start + len(part)
        spans.append([start, at])
    return spans


# ----------------------------------------------------------------------------------------------------- figures


def _figures(documents: Sequence[Compared], level: float, resamples: int, seed: int) -> list[Figure]:
    totals: dict[Row, list[int]] = {Row("content", match): [0, 0, 0, 0] for match, _ in MATCHES}
    for document in documents:
        for row, counts in document.counts.items():
            have = totals.setdefault(row, [0, 0, 0, 0])
            totals[row] = [a + b for a, b in zip(have, counts, strict=True)]
    rows = sorted((row for row in totals if _is_known(row, totals, documents)), key=_rank)
    none = [0, 0, 0, 0]
    table = [[Counts(*document.counts.get(row, none)) for row in rows] for document in documents]
    values = measured(table, level=level, resamples=resamples, seed=seed)
    return [Figure(row, Counts(*totals[row]), *three) for row, three in zip(rows, values, strict=True)]


def _is_known(row: Row, totals: Mapping[Row, Sequence[int]], documents: Sequence[Compared]) -> bool:
    """Does the gold say what this figure is about, and did the other side try to?"""
    if row.by != "all":
        key = "type" if row.by == "kind" else "act"
        if not (_tell(key, (d.gold for d in documents)) and _tell(key, (d.found for d in documents))):
            return False
    if row.figure == "content":
        return True
    key = "source" if row.figure == "joint" else row.figure
    has_gold = totals.get(Row(row.figure, row.match), (0,))[0] > 0
    return has_gold and _tell(key, (d.found for d in documents))


def _tell(key: str, sides: Iterable[list[Quote]]) -> bool:
    """Does any quote have this key, or are there no quotes?"""
    quotes = [quote for side in sides for quote in side]
    return not quotes or any(key in quote for quote in quotes)


def _rank(row: Row) -> tuple[int, str, int, int, str]:
    groups = _GROUPS[row.by]
    place = groups.index(row.group) if row.group in groups else len(groups)
    return _ORDER.index(row.figure), row.match, list(_GROUPS).index(row.by), place, row.group
