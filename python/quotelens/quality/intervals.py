"""Precision, recall and F1 with intervals: from resampled documents, or Wilson's.

Quotes of one article are not independent, so documents are resampled, not quotes: the percentile bootstrap (Efron and
Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13) over clusters (Field and Welsh, Bootstrapping
clustered data, J. R. Statist.  Soc. B 69, 2007).  The bootstrap fails on little data: if fewer than ten documents
have something to count, or if all of it is right or all wrong, the interval is Wilson's (J. Am. Statist.  Ass. 22,
1927).  F1 is not a share, but F / (2 - F) is: the part of what either side has that both have (Hand, Christen and
Kirielle, F*: an interpretable transformation of the F-measure, Machine Learning 110, 2021).  Its bounds are converted
back to F1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from struct import pack, unpack
from typing import NamedTuple

FEWEST_DOCUMENTS = 10  # that have something to count, for a bootstrap

Figures = tuple[float | None, float | None, float | None]


class Counts(NamedTuple):
    """How many quotes the gold has, and how many of these were found; how many were found, and how many are right."""

    n_gold: int = 0
    gold_right: int = 0
    n_found: int = 0
    found_right: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure from 0 to 1 with its interval; None if the denominator is 0."""

    value: float | None
    low: float | None
    high: float | None

    def __repr__(self) -> str:
        """In per cent: "78.0 [63.3, 88.0]"."""
        if self.value is None:
            return "-"
        ends = "" if self.low is None or self.high is None else f" [{100 * self.low:.1f}, {100 * self.high:.1f}]"
        return f"{100 * self.value:.1f}{ends}"


def precision_recall_f1(counts: Sequence[int]) -> Figures:
    """The three, from 0 to 1; None if the denominator is 0.

    >>> precision_recall_f1(Counts(n_gold=4, gold_right=2, n_found=2, found_right=2))
    (1.0, 0.5, 0.6666666666666666)
    """
    n_gold, gold_right, n_found, found_right = counts
    precision = found_right / n_found if n_found else None
    recall = gold_right / n_gold if n_gold else None
    if precision == 0 or recall == 0:
        return precision, recall, 0.0
    if precision is None or recall is None:
        return precision, recall, None
    return precision, recall, 2 * precision * recall / (precision + recall)


def wilson(share: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share of `n`.

    >>> low, high = wilson(0.8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    z = _deviate(level)
    middle = share + z * z / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, min(share, (middle - reach) / scale)), min(1.0, max(share, (middle + reach) / scale))


def _deviate(level: float) -> float:
    """How many standard deviations on either side hold that share of a normal distribution, by bisection."""
    low, high = 0.0, 40.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erf(middle / math.sqrt(2)) < level else (low, middle)
    return low


def measured(
    documents: Sequence[Sequence[Counts]], *, level: float, resamples: int, seed: int
) -> list[tuple[Measured, Measured, Measured]]:
    """Precision, recall and F1 of each column of counts; `documents` has a row for each document.

    The same documents in the same order, with the same seed, give the same intervals.
    """
    if not documents:
        return []
    width = len(documents[0])
    totals = _added(documents, width)
    n_counted = [sum(1 for row in documents if row[k].n_gold or row[k].n_found) for k in range(width)]
    drawn: list[tuple[list[float], list[float], list[float]]] = [([], [], []) for _ in range(width)]
    if any(n >= FEWEST_DOCUMENTS for n in n_counted):
        flat = [[count for counts in row for count in counts] for row in documents]
        for sums in _resampled(flat, resamples, seed):
            for k, held in enumerate(drawn):
                for values, value in zip(held, precision_recall_f1(sums[4 * k : 4 * k + 4]), strict=True):
                    if value is not None:
                        values.append(value)
    done = []
    for counts, n, held in zip(totals, n_counted, drawn, strict=True):
        precision, recall, f1 = precision_recall_f1(counts)
        samples = held if n >= FEWEST_DOCUMENTS else ([], [], [])
        done.append(
            (
                _measured(precision, counts.n_found, samples[0], level),
                _measured(recall, counts.n_gold, samples[1], level),
                _measured_f1(f1, counts.n_gold + counts.n_found, samples[2], level),
            )
        )
    return done


def measured_sum(
    documents: Sequence[Sequence[int]],
    figure: Callable[[Sequence[int]], float | None],
    *,
    level: float,
    resamples: int,
    seed: int,
) -> Measured:
    """A figure of counts that are summed over documents, such as a table of two annotators' labels.

    The interval is a bootstrap over documents.  There is none if fewer than ten documents have something to count, or
    if the figure is 1, because resampling cannot show errors that did not occur.

    >>> ten = [[3, 1]] * 10
    >>> measured_sum(ten, lambda n: n[0] / sum(n), level=0.95, resamples=100, seed=0)
    75.0 [75.0, 75.0]
    """
    if not documents:
        return Measured(None, None, None)
    value = figure([sum(column) for column in zip(*documents, strict=True)])
    if value is None or value == 1 or sum(map(any, documents)) < FEWEST_DOCUMENTS:
        return Measured(value, None, None)
    drawn = [figure(sums) for sums in _resampled(documents, resamples, seed)]
    samples = [one for one in drawn if one is not None]
    return Measured(value, *_percentiles(samples, level)) if samples else Measured(value, None, None)


def _added(documents: Sequence[Sequence[Counts]], width: int) -> list[Counts]:
    return [Counts(*map(sum, zip(*(row[k] for row in documents), strict=True))) for k in range(width)]


def _resampled(rows: Sequence[Sequence[int]], resamples: int, seed: int) -> Iterator[tuple[int, ...]]:
    """The sums of counts over as many documents, drawn with replacement, `resamples` times.

    All counts of a document are one long integer, 64 bits each, so that a draw is a single sum.
    """
    n = len(rows[0])
    packed = [int.from_bytes(pack(f"<{n}Q", *row), "little") for row in rows]
    random = Random(seed)
    for _ in range(resamples):
        total = sum(random.choices(packed, k=len(packed)))
        yield unpack(f"<{n}Q", total.to_bytes(8 * n, "little"))


def _measured(value: float | None, n: int, samples: list[float], level: float) -> Measured:
    if value is None:
        return Measured(None, None, None)
    if not samples or value in (0.0, 1.0):
        return Measured(value, *wilson(value, n, level))
    return Measured(value, *_percentiles(samples, level))


def _measured_f1(value: float | None, n: int, samples: list[float], level: float) -> Measured:
    if value is None:
        return Measured(None, None, None)
    if not samples or value in (0.0, 1.0):
        low, high = wilson(value / (2 - value), n * (2 - value) / 2, level)
        return Measured(value, 2 * low / (1 + low), 2 * high / (1 + high))
    return Measured(value, *_percentiles(samples, level))


def _percentiles(samples: list[float], level: float) -> tuple[float, float]:
    ordered = sorted(samples)
    return _quantile(ordered, (1 - level) / 2), _quantile(ordered, (1 + level) / 2)


def _quantile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    k = min(int(place), len(ordered) - 2) if len(ordered) > 1 else 0
    after = ordered[min(k + 1, len(ordered) - 1)]
    return ordered[k] + (place - k) * (after - ordered[k])
