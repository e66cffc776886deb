"""Figures with matplotlib, which is an extra: `pip install "quotelens[plot]"`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from quotelens.calibration import BINS, calibration_error
from quotelens.calibration import reliability as bins_of
from quotelens.table import optional

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _QUIET, _BLUE = "#22201c", "#9a9488", "#0067a3"


def reliability(
    confidences: Sequence[float],
    right: Sequence[bool],
    *,
    bins: int = BINS,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How often statements were right, by how sure they were said to be: on the dotted line all is well.

    `confidences` are those of `quotes()`, `right` whether a person agrees.  Each point is a bin with the number of
    statements in it.  `ax` is drawn on if given.  The axes drawn on; needs matplotlib.

    Raises ValueError for a confidence that is none, or too few answers.
    """
    confidences, right = list(confidences), [bool(answer) for answer in right]
    found = bins_of(confidences, right, bins=bins)
    if ax is None:
        ax = optional("matplotlib.pyplot", "plots.reliability()").subplots(figsize=(5, 5), layout="constrained")[1]
    x, y = [b.confidence for b in found], [b.right for b in found]
    ax.plot([0, 1], [0, 1], linestyle=":", color=_QUIET, zorder=1)
    ax.plot(x, y, marker="o", color=_BLUE, zorder=2, label=label)
    for b in found:
        style: dict[str, Any] = {"textcoords": "offset points", "xytext": (6, -10), "fontsize": 8, "color": _INK}
        ax.annotate(f"{b.n:,}", (b.confidence, b.right), **style)
    ax.set(xlim=(0, 1), ylim=(0, 1.03), aspect="equal", xlabel="confidence", ylabel="share that was right")
    ax.set_title(f"n = {len(right):,}; calibration error {calibration_error(confidences, right, bins=bins):.3f}")
    if label:
        ax.legend(frameon=False, loc="upper left")
    return ax
