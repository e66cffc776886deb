"""Are quotes with a confidence of 80 % right eight times in ten?  Reliability tables and calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Confidences from `low` to `high`: their number and mean, and the share that was right."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


def reliability(confidences: Sequence[float], right: Sequence[bool], *, bins: int = BINS) -> list[Bin]:
    """The bins that are not empty, in order.

    >>> [(b.n, b.confidence, b.right) for b in reliability([0.75, 0.75, 0.25], [True, False, False])]
    [(1, 0.25, 0.0), (2, 0.75, 0.5)]
    """
    if len(confidences) != len(right):
        raise ValueError(f"{len(confidences)} confidences and {len(right)} answers: there must be one for each.")
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, answer in zip(confidences, right, strict=True):
        if not 0 <= confidence <= 1:
            raise ValueError(f"A confidence is between 0 and 1, not {confidence!r}.")
        held[min(int(confidence * bins), bins - 1)].append((confidence, bool(answer)))
    return [_bin(k / bins, (k + 1) / bins, pairs) for k, pairs in enumerate(held) if pairs]


def _bin(low: float, high: float, pairs: list[tuple[float, bool]]) -> Bin:
    n = len(pairs)
    return Bin(low, high, n, sum(c for c, _ in pairs) / n, sum(a for _, a in pairs) / n)


def calibration_error(confidences: Sequence[float], right: Sequence[bool], *, bins: int = BINS) -> float:
    """Expected calibration error: the average difference between confidence and the share that was right.

    >>> calibration_error([0.75, 0.75, 0.75, 0.75], [True, True, True, False])
    0.0
    """
    found = reliability(confidences, right, bins=bins)
    total = sum(b.n for b in found)
    return sum(b.n * abs(b.confidence - b.right) for b in found) / total if total else 0.0
