"""How far two annotators agree: on which quotes there are, on their labels, and letter by letter.

For which quotes there are, the number that neither marked is unknown, so agreement is F1, also called positive
specific agreement (Hripcsak and Rothschild, Agreement, the F-measure, and reliability in information retrieval, J.
Am. Med. Inform.  Ass. 12, 2005).  For kind and act of the quotes that both marked, it is Cohen's kappa, which
corrects for chance (A coefficient of agreement for nominal scales, Educ.  Psychol.  Meas. 20, 1960).  Letter by
letter, where "in no quote" is a label too, it is Krippendorff's alpha for nominal data (Content Analysis, 2nd ed.
2004, chapter 11).  Its units are letters, so long quotes weigh more; alpha for unitizing (On the reliability of
unitizing continuous data, Sociol. Methodol. 25, 1995) would weigh by squared lengths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from quotelens.analysis.filter import ACTS, KINDS, Choice
from quotelens.annotations.gold import (
    Annotated,
    Gold,
    Quote,
    agree_on_text,
    documents_by_id,
    letters_of,
    objects_of,
    spans_of,
)
from quotelens.quality.comparison import ERRORS, Compared, Row, Scope, folded
from quotelens.quality.evaluate import check_options, chosen_names
from quotelens.quality.intervals import Counts, Measured, measured, measured_sum
from quotelens.table.table import Table, table_of

_SAID = tuple(kind for kind in KINDS if kind != "scare")
_OUTSIDE = ""  # the label of a letter in no quote
_FOUND = (
    *(("content", "exact"), ("content", "half"), ("source", "overlap"), ("cue", "overlap")),
    *(("speaker", "exact"), ("speaker", "name"), ("chain", "step")),
)
_NAMES = {"missed": "only a", "spurious": "only b", "wrong source": "other source", "wrong edges": "other edges"}
_LABELS = (("type", "other kind"), ("act", "other act"))
_TYPES = {
    **{"figure": "string", "match": "string", "measure": "string"},
    **{"n_a": "int32", "n_b": "int32", "n_both": "int32", "value": "float64", "low": "float64", "high": "float64"},
}
_SIDES = ("kind", "act", "source", "cue", "speaker")
_DISAGREEMENT_TYPES = {
    **{"doc_id": "string", "disagreement": "string", "jaccard": "float64"},
    **{"a_start": "int32", "a_end": "int32", "a": "string", "b_start": "int32", "b_end": "int32", "b": "string"},
    **{f"{side}_{name}": "string" for name in _SIDES for side in "ab"},
    "context": "string",
}

Matrix = Sequence[int]  # how often the first gave one label and the second another, row after row


# -------------------------------------------------------------------------------------------------- coefficients


def kappa(matrix: Matrix) -> float | None:
    """Cohen's kappa of a square table of counts, given row by row; None if it is not defined.

    It is not defined if nothing was labelled, or if both gave everything the same label.

    >>> round(kappa([20, 5, 10, 15]), 3)
    0.4
    """
    rows, columns, n = _margins(matrix)
    if not n:
        return None
    observed = sum(matrix[:: len(rows) + 1]) / n
    expected = sum(a * b for a, b in zip(rows, columns, strict=True)) / (n * n)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def alpha(matrix: Matrix) -> float | None:
    """Krippendorff's alpha for nominal data of two observers without gaps, from the same table as `kappa`.

    >>> round(alpha([5, 3, 1, 1]), 3)
    0.095
    """
    rows, columns, n = _margins(matrix)
    values = [a + b for a, b in zip(rows, columns, strict=True)]
    apart = 4 * n * n - sum(value * value for value in values)
    if not apart:
        return None
    observed = 2 * (n - sum(matrix[:: len(rows) + 1]))
    return 1 - (2 * n - 1) * observed / apart


def _margins(matrix: Matrix) -> tuple[list[int], list[int], int]:
    width = round(len(matrix) ** 0.5)
    rows = [sum(matrix[k : k + width]) for k in range(0, len(matrix), width)]
    return rows, [sum(matrix[k::width]) for k in range(width)], sum(rows)


# ------------------------------------------------------------------------------------------------------- documents


class _Both(Compared):
    """One document of two annotators: counts and disagreements as `evaluate` has them, and pairs of labels."""

    named = (*ERRORS, *(name for _, name in _LABELS), "other speaker")

    def __init__(self, a: Annotated, b: Annotated, scope: Scope) -> None:
        self.labels: dict[str, Counter[tuple[str, str]]] = {"kind": Counter(), "act": Counter()}
        for side in (a, b):  # neither is the gold, with quotes that need not be found
            side.quotes = [{**quote, "optional": False} for quote in side.quotes if scope.has(quote)]
        super().__init__(a, b, scope)
        marked = [self._labelled(quotes) for quotes in (self.gold, self.found)]
        n = len(letters_of(self.text, [[0, len(self.text)]])) if self.text is not None else 0
        pairs = Counter(
            (marked[0].get(k, _OUTSIDE), marked[1].get(k, _OUTSIDE)) for k in marked[0].keys() | marked[1]
        )
        pairs[_OUTSIDE, _OUTSIDE] = n - pairs.total() if self.text is not None else 0
        self.letters = pairs

    def _labelled(self, quotes: Sequence[Quote]) -> dict[int, str]:
        """The kind of the innermost quote around each letter that is in one."""
        letters = sorted(
            ((letters_of(self.text, spans_of(q)), q.get("type") or "a quote") for q in quotes),
            key=lambda item: -len(item[0]),
        )
        return {letter: kind for some, kind in letters for letter in some}

    def _count_pair(self, gold: Quote, found: Quote, jaccard: float) -> None:
        unsaid = {key for key in ("source", "cue", "speaker", "chain") if (key in gold) != (key in found)}
        gold, found = ({key: quote[key] for key in quote if key not in unsaid} for quote in (gold, found))
        super()._count_pair(gold, found, jaccard)
        for key, name in _LABELS:
            one, other = gold.get(key), found.get(key)
            if one is not None and other is not None:
                self.labels["kind" if key == "type" else key][one, other] += 1
                if one != other:
                    self._error(name, gold, found, jaccard)
        if "speaker" in gold and "speaker" in found and folded(gold["speaker"]) != folded(found["speaker"]):
            self._error("other speaker", gold, found, jaccard)

    def _error(self, error: str, gold: Quote | None, found: Quote | None, jaccard: float) -> None:
        super()._error(error, gold, found, jaccard)
        row = self.rows[-1][2]
        made = {"disagreement": _NAMES.get(error, error), "a": row["gold"], "b": row["found"]}
        made |= {"a_start": row["start"], "a_end": row["end"]}
        made |= {"b_start": row["found_start"], "b_end": row["found_end"]}
        for side, name, quote in (("a", "gold", gold), ("b", "found", found)):
            told: Quote = quote or {}
            made |= {f"{side}_{role}": row[f"{name}_{role}"] for role in ("source", "cue")}
            made |= {f"{side}_kind": told.get("type"), f"{side}_act": told.get("act")}
            made[f"{side}_speaker"] = told.get("speaker")
        row.update(made)


# ------------------------------------------------------------------------------------------------------- the answer


@dataclass(frozen=True, slots=True)
class Agreed:
    """A row of `Agreement.table()`."""

    figure: str
    match: str
    measure: str
    n_a: int
    n_b: int
    n_both: int
    measured: Measured

    def __repr__(self) -> str:
        return f"<Agreed {self.figure} {self.match}: {self.measure} {self.measured} %; {self.n_both:,} the same>"

    def to_dict(self) -> dict[str, Any]:
        """One value per column."""
        value = self.measured
        names = ("figure", "match", "measure", "n_a", "n_b", "n_both")
        return {name: getattr(self, name) for name in names} | {
            "value": value.value,
            "low": value.low,
            "high": value.high,
        }


@dataclass(slots=True)
class Agreement:
    """The result of `agreement`.  It prints as its table."""

    n_documents: int
    n_alone: int  # documents that only one of the two has
    level: float
    resamples: int
    seed: int
    figures: list[Agreed] = field(repr=False)
    found_disagreements: list[dict[str, Any]] = field(repr=False)

    def figure(self, figure: str, match: str) -> Agreed:
        """One row of the table; KeyError if the documents lack the data for it."""
        for candidate in self.figures:
            if (candidate.figure, candidate.match) == (figure, match):
                return candidate
        there = ", ".join(f"{f.figure} {f.match}" for f in self.figures)
        raise KeyError(f"There is no figure {figure} {match}. There are: {there}.")

    def table(self) -> Table:
        """Every figure, one row each: figure, match, measure, n_a, n_b, n_both, value, low, high.

        `measure` is F1, kappa or alpha.  `n_a` and `n_b` count the units of each annotator (quotes, quotes with a
        source, labels, letters in quotes), and `n_both` those that agree.  `value` is null if the measure is not
        defined, such as kappa with a single label.  For kappa and alpha, `low` and `high` are null if fewer than ten
        documents can be compared, or if everything agrees.
        """
        return table_of((figure.to_dict() for figure in self.figures), _TYPES)

    def disagreements(self) -> Table:
        """Every disagreement, one row each, in order of document and place.

        Columns: doc_id, disagreement, jaccard, a_start, a_end, a, b_start, b_end, b, then kind, act, source, cue and
        speaker of both (a_kind, b_kind…), and context.

        `disagreement` is one of: only a, only b (no quote of the other side shares half of its letters), other
        source, other edges, other kind, other act, other speaker.  A quote can have several.  `context` is the text
        around both.
        """
        return table_of(self.found_disagreements, _DISAGREEMENT_TYPES)

    def to_dict(self) -> dict[str, Any]:
        """All figures as one object for JSON; `disagreements` is how many there are."""
        names = ("n_documents", "n_alone", "level", "resamples", "seed")
        return {
            **{name: getattr(self, name) for name in names},
            "figures": [figure.to_dict() for figure in self.figures],
            "disagreements": len(self.found_disagreements),
        }

    def to_text(self) -> str:
        """The table as aligned text, with a heading."""
        return f"{self._heading()}\n\n{self.table().to_text(rows=None)}"

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self._heading())}</p>{self.table()._repr_html_()}"

    def _heading(self) -> str:
        alone = f" ({self.n_alone:,} more of one alone)" if self.n_alone else ""
        return (
            f"documents of both: {self.n_documents:,}{alone}; {len(self.found_disagreements):,} disagreements\n"
            f"{100 * self.level:g} % intervals ({self.resamples:,} resamples of documents, seed {self.seed})"
        )


def agreement(
    a: Gold,
    b: Gold,
    *,
    kinds: Choice = None,
    acts: Choice = None,
    nested: bool = True,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Agreement:
    """How far two annotators agree on the documents that both annotated, with intervals and each disagreement.

    a, b       JSONL files, or the objects themselves: documents as `quotelens annotate` writes them, corrected by a
               person.  Documents are matched by doc_id; those that only one side has are counted and left out
    kinds, acts, nested
               what was annotated, if not everything, as for `evaluate`
    level of the intervals, between 0 and 1
    resamples  how often documents are resampled for the intervals, with this random `seed`

    Quotes are paired as in `evaluate`.  Neither side counts as right: swapping them changes no value.

    content exact, half   F1 of quotes: all letters agree, or at least half
    source, cue overlap   of the pairs that agree by half, F1 of sources and cues that share a letter
    speaker exact, name; chain step
                          F1 of these, as in `evaluate`
    kind, act label       Cohen's kappa over these pairs
    letters inside        Krippendorff's alpha over the letters and digits of the texts: in a quote, or in none
    letters kind          the same with the kind of the innermost quote as label

    Figures for a field that one side never gives (a speaker, an act) are left out, and so are those of letters if
    there is no text.  Scare quotes and boilerplate are not compared.  Two people who both corrected our results agree
    more than two who started from nothing.  The module `quotelens.quality.agreement` cites the papers, and
    `quotelens.quality.intervals` explains the intervals.

    Raises ValueError for malformed lines, a repeated doc_id, no common document, or texts that differ.

    >>> text = "“Yes,” said Ann. Bo left."
    >>> a = [{"doc_id": "a", "text": text, "quotes": [{"start": 0, "end": 6, "type": "direct"}]}]
    >>> b = [{"doc_id": "a", "text": text, "quotes": [{"start": 0, "end": 6, "type": "mixed"}]}]
    >>> done = agreement(a, b)
    >>> done.figure("content", "exact").measured.value, done.disagreements()["disagreement"]
    (1.0, ['other kind'])
    """
    check_options(level, resamples)
    scope = Scope(chosen_names("kinds", kinds, _SAID), chosen_names("acts", acts, ACTS), nested)
    sides = [documents_by_id(objects_of(side, name), name) for side, name in ((a, "a"), (b, "b"))]
    shared = sorted(sides[0].keys() & sides[1].keys())
    if not shared:
        raise ValueError("a and b have no document in common: documents are matched by their doc_id.")
    for doc_id in shared:
        agree_on_text(sides[0][doc_id], sides[1][doc_id])
    documents = [_Both(sides[0][doc_id], sides[1][doc_id], scope) for doc_id in shared]
    options = {"level": level, "resamples": resamples, "seed": seed}
    figures = [*_found(documents, options), *_labels(documents, options), *_letters(documents, options)]
    rows = [row for document in documents for row in document.errors]
    n_alone = len(sides[0].keys() ^ sides[1].keys())
    return Agreement(len(documents), n_alone, level, resamples, seed, figures, rows)


def _found(documents: Sequence[_Both], options: Mapping[str, Any]) -> list[Agreed]:
    """F1 of what evaluate counts, if both sides have some of it."""
    none = [0, 0, 0, 0]
    counts = [[Counts(*d.counts.get(Row(*name), none)) for name in _FOUND] for d in documents]
    made = []
    for k, (name, (_, _, f1)) in enumerate(zip(_FOUND, measured(counts, **options), strict=True)):
        n_a, right, n_b, _ = (sum(column) for column in zip(*(row[k] for row in counts), strict=True))
        if name[0] == "content" or (n_a and n_b):
            made.append(Agreed(*name, "F1", n_a, n_b, right, f1))
    return made


def _labels(documents: Sequence[_Both], options: Mapping[str, Any]) -> list[Agreed]:
    made = []
    for name, names in (("kind", _SAID), ("act", ACTS)):
        matrices = _matrices([document.labels[name] for document in documents], names)
        n, same = _sums(matrices)
        if n:
            made.append(Agreed(name, "label", "kappa", n, n, same, measured_sum(matrices, kappa, **options)))
    return made


def _letters(documents: Sequence[_Both], options: Mapping[str, Any]) -> list[Agreed]:
    documents = [document for document in documents if document.text is not None]
    made = []
    for match in ("inside", "kind"):
        pairs = [_merged(document.letters) if match == "inside" else document.letters for document in documents]
        matrices = _matrices(pairs, (_OUTSIDE,))
        n_a, n_b = (
            sum(n for some in pairs for labels, n in some.items() if labels[side] != _OUTSIDE) for side in (0, 1)
        )
        both = sum(n for some in pairs for (one, other), n in some.items() if one == other != _OUTSIDE)
        if n_a or n_b:
            made.append(Agreed("letters", match, "alpha", n_a, n_b, both, measured_sum(matrices, alpha, **options)))
    return made


def _merged(pairs: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """The same with one label for everything inside a quote."""
    merged: Counter[tuple[str, str]] = Counter()
    for (one, other), n in pairs.items():
        merged[one and "in", other and "in"] += n
    return merged


def _matrices(pairs: Sequence[Counter[tuple[str, str]]], names: Iterable[str]) -> list[list[int]]:
    """The pairs of labels of each document as one square table over all labels."""
    labels = list(dict.fromkeys([*names, *sorted({label for some in pairs for pair in some for label in pair})]))
    return [[some[one, other] for one in labels for other in labels] for some in pairs]


def _sums(matrices: Sequence[Matrix]) -> tuple[int, int]:
    """How many labels were given, and how many were the same."""
    width = round(len(matrices[0]) ** 0.5) if matrices else 0
    return sum(map(sum, matrices)), sum(sum(matrix[:: width + 1]) for matrix in matrices)
