"""Figures with matplotlib, which is an extra (`plot`).

Each function draws on `ax`, or on a new figure, and returns the axes: `.figure.savefig("a.png")` saves it.  The title
says how many quotes or articles there are.  The colours are Okabe and Ito's, which colour-blind readers can
distinguish; hatches, marks or numbers always carry the same information.

If there is nothing to draw, as in an empty corpus, the figure says so instead of raising an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from itertools import pairwise
from math import ceil, cos, nan, pi, sin, sqrt
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from quotelens.corpus import Corpus
from quotelens.families.families import Families
from quotelens.families.quotes import Quotes
from quotelens.quality.calibration import BINS, calibration_error
from quotelens.quality.calibration import reliability as bins_of
from quotelens.table.dates import moment_of
from quotelens.table.extras import optional
from quotelens.table.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Key = TypeVar("Key")
Node = tuple[int, str, str]  # source_id, name, kind
Edge = tuple[Node, Node]
Place = tuple[int, int]  # of a node: column and row

_INK, _QUIET, _PAPER = "#22201c", "#9a9488", "#ffffff"
_ORANGE, _SKY, _GREEN, _YELLOW = "#e69f00", "#56b4e9", "#009e73", "#f0e442"
_BLUE, _VERMILION, _PURPLE, _BLACK = "#0072b2", "#d55e00", "#cc79a7", "#000000"
_LINES = (_BLUE, _VERMILION, _GREEN, _ORANGE, _PURPLE, _SKY, _BLACK, _YELLOW)
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_ANONYMITY = {
    "named": (_BLUE, ""),
    "described": (_SKY, "//"),
    "bare": (_ORANGE, "xx"),
    "other": (_GREEN, "\\\\"),
    "none": ("#d9d5cc", ".."),
}
# Colour, hatch of a bar, mark of a node.
_KINDS = {
    "person": (_BLUE, "", "o"),
    "group": (_SKY, "//", "P"),
    "document": (_ORANGE, "..", "s"),
    "organisation": (_GREEN, "\\\\", "^"),
    "outlet": (_PURPLE, "xx", "D"),
    "agency": (_VERMILION, "--", "v"),
    "anonymous": ("#d9d5cc", "++", "X"),
}
# Colour, mark: how the words of a variant differ from the longest of its family.
_WORDS = {"exact": (_BLUE, "o"), "shortened": (_ORANGE, "D"), "changed": (_PURPLE, "^")}
_BEND = 0.12  # of arrows
_MOST_ROWS = 40  # outlets of a timeline
_HOW = {"direct": (_BLUE, "o"), "mixed": (_ORANGE, "D"), "indirect": (_PURPLE, "|")}


# ------------------------------------------------------------------------------------------------------ sources


def top_sources(corpus: Corpus, *, n: int = 15, ax: Axes | None = None) -> Axes:
    """Who is quoted most: a bar for each of the `n` named sources with the most quotes, coloured by kind of source.

    Bars count the quotes of `quotes()`; the title says how many there are, and how many have a named source.  Sources
    that only pass on the words of others are not counted.  Needs matplotlib; raises ValueError for an `n` below 1.
    """
    _check("top_sources", corpus, n)
    shares = corpus.share(["source", "source_kind"])
    found = [row for row in shares if row["source_id"] >= 0]
    rows = sorted(found, key=lambda row: (-row["n_quotes"], row["source_id"]))[:n]
    n_named = sum(row["n_quotes"] for row in found)
    size = f"{_count(n_named, 'quote')} of named sources, of {sum(shares['n_quotes']):,} in"
    size += f" {_count(len(corpus), 'article')}"
    ax = ax or _new_axes(8, 1.8 + 0.3 * len(rows))
    ax.set(xlabel="quotes (number)", ylabel="source")
    _title(ax, "Most quoted sources", f"n = {size}; {len(rows)} of {_count(len(found), 'source')}")
    if not rows:
        return _nothing(ax, "No quote has a named source.")
    for k, row in enumerate(rows):
        colour, hatch, _ = _KINDS[row["source_kind"]]
        ax.barh(k, row["n_quotes"], color=colour, hatch=hatch, edgecolor=_PAPER)
        ax.annotate(f"{row['n_quotes']:,}", (row["n_quotes"], k), (3, 0), textcoords="offset points", va="center")
    ax.set_yticks(range(len(rows)), [_name(row["source"]) for row in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.margins(x=0.08)
    ax.locator_params(axis="x", integer=True)
    _legend_of_bars(ax, {kind: _KINDS[kind][:2] for kind in _KINDS if kind in {row["source_kind"] for row in rows}})
    return _plain(ax)


def share_over_time(
    corpus: Corpus,
    *,
    by: Literal["source", "source_kind", "anonymity"] = "source",
    n: int = 5,
    ax: Axes | None = None,
) -> Axes:
    """Shares of the quotes of each month: a line for each of the `n` values of `by` with the most quotes.

    `by` is source, source_kind or anonymity, as for `share`.  The number of quotes is printed below each month; lines
    break at months without quotes.  The marks of a month are drawn side by side, in the order of the legend, so that
    equal values stay visible.  Articles without a date are left out, and counted in the title.  Needs matplotlib;
    raises ValueError for another `by`, or an `n` outside 1 to 8.
    """
    if by not in ("source", "source_kind", "anonymity"):
        raise ValueError(f"by={by!r} is not one of: source, source_kind, anonymity.")
    _check("share_over_time", corpus, n, most=len(_LINES))
    rows = list(corpus.share(["month", by]))
    dated = [row for row in rows if row["month"] is not None]
    of = {row["month"]: row["of_quotes"] for row in dated}
    totals: Counter[str] = Counter()
    shares: dict[str, dict[str, float]] = {}
    for row in dated:
        value = row[by] or "(no name)"
        totals[value] += row["n_quotes"]
        shares.setdefault(value, {})[row["month"]] = 100 * row["share_quotes"]
    shown = _most(totals, n)
    undated = sum(row["n_quotes"] for row in rows) - sum(of.values())
    ax = ax or _new_axes(8, 4.5)
    ax.set(xlabel="month of publication (n = quotes)", ylabel="share of the month's quotes (%)")
    size = f"n = {_count(sum(of.values()), 'quote')}, {undated:,} undated left out"
    _title(ax, f"Share of quotes by {by}", f"{size}; {len(shown)} of {len(totals):,} lines")
    if not shown:
        return _nothing(ax, "No quote is in an article with a date.")
    months = sorted(of)
    x = [_month_number(month) for month in months]
    gaps = [number + 0.5 for number, then in pairwise(x) if then > number + 1]  # where lines are broken
    for k, value in enumerate(shown):
        points = [(number, shares[value].get(month, 0.0)) for number, month in zip(x, months, strict=True)]
        course = sorted([*points, *((gap, nan) for gap in gaps)])
        aside = min(0.12, 0.6 / len(shown)) * (k - (len(shown) - 1) / 2)
        rest = len(shown) - k  # lines drawn first are wider, so they can be seen below others
        style: dict[str, Any] = {"linewidth": 1 + 0.4 * rest, "markersize": 5 + rest, "markeredgecolor": _INK}
        along, y = [number + aside for number, _ in course], [share for _, share in course]
        ax.plot(along, y, color=_LINES[k], marker=_MARKS[k], label=_name(value), clip_on=False, **style)
    labelled = range(0, len(months), ceil(len(months) / 8))
    ax.set_xticks([x[k] for k in labelled], [f"{months[k]}\nn = {of[months[k]]:,}" for k in labelled])
    ax.set_ylim(0)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return _plain(ax)


def dispersion(corpus: Corpus, source: str | int, *, n: int = 25, ax: Axes | None = None) -> Axes:
    """Where in each article a source speaks: a line for each article, with a mark at the middle of each quote.

    `source` is a name or an alias of `sources()`, or a source_id.  Positions are per cent of the article's
    characters, without menus before and after it.  If there are more than `n` articles, those with the most quotes
    are shown.  Needs matplotlib; raises ValueError for a source that is not in the corpus, or an `n` below 1.
    """
    _check("dispersion", corpus, n)
    sources = corpus.sources()
    found = sources[_source_id(sources, source)]
    links = corpus.source_links().filter(source_id=found["source_id"])
    who = set(zip(links["doc_id"], links["entity_id"], strict=True))
    said: dict[str, list[dict[str, Any]]] = {}
    for row in corpus.quotes():
        if (row["doc_id"], row["entity_id"]) in who:
            said.setdefault(row["doc_id"], []).append(row)
    articles = _extents(corpus, said)
    most = set(_most(Counter({doc_id: len(rows) for doc_id, rows in said.items()}), n))
    shown = [doc_id for doc_id in said if doc_id in most]
    ax = ax or _new_axes(8, 1.8 + 0.3 * len(shown))
    ax.set(xlabel="position in the article (% of its characters)", ylabel="article")
    statements = _count(sum(map(len, said.values())), "quote")
    size = f"n = {statements} in {len(said):,} of {_count(len(corpus), 'article')}"
    left_out = f"; {len(shown):,} shown" if len(shown) < len(said) else ""
    _title(ax, f"Where {_name(found['name'])} speaks", size + left_out)
    if not shown:
        return _nothing(ax, "No quote is theirs: others speak through them.")
    for kind, (colour, mark) in _HOW.items():
        points = [
            (100 * ((row["start"] + row["end"]) / 2 - first) / (last - first), k)
            for k, doc_id in enumerate(shown)
            for first, last in (articles[doc_id],)
            for row in said[doc_id]
            if row["kind"] == kind
        ]
        if points:
            edge = None if mark == "|" else _INK
            style: dict[str, Any] = {"color": colour, "edgecolors": edge, "linewidths": 2 if mark == "|" else 0.6}
            x, y = zip(*points, strict=True)
            ax.scatter(x, y, marker=mark, s=70, label=kind, zorder=3, **style)
    ax.hlines(range(len(shown)), 0, 100, color=_QUIET, linewidth=0.6, zorder=1)
    ax.set_yticks(range(len(shown)), [_name(doc_id) for doc_id in shown])
    ax.set(xlim=(-1, 101), ylim=(len(shown) - 0.5, -0.5))
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1), title="words")
    return _plain(ax)


def _source_id(sources: Table, source: str | int) -> int:
    """The source with this name; rows of `sources` are ordered by source_id."""
    if isinstance(source, int):
        if 0 <= source < len(sources):
            return source
        raise ValueError(f"There is no source {source}: sources() has {len(sources):,}, numbered from 0.")
    names = sources["name"]
    if source in names:
        return names.index(source)
    for k, aliases in enumerate(sources["aliases"]):
        if source in (aliases or "").split(" | "):
            return k
    near = ", ".join(get_close_matches(source, names, 3, 0.5) or names[:3])
    raise ValueError(
        f"There is no source {source!r}. {f'There is: {near}; see' if near else 'None at all is in'} sources()."
    )


def _extents(corpus: Corpus, doc_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The extent of each document without boilerplate."""
    found: dict[str, tuple[int, int]] = {}
    wanted = set(doc_ids)
    for row in corpus.zones():
        doc_id = row["doc_id"]
        if doc_id in wanted and row["zone"] != "boilerplate":
            first, last = found.get(doc_id, (row["start"], row["end"]))
            found[doc_id] = min(first, row["start"]), max(last, row["end"])
    return found


# ------------------------------------------------------------------------------------------------------ outlets


def cues_by_outlet(corpus: Corpus, *, n: int = 15, ax: Axes | None = None) -> Axes:
    """How outlets report: the reporting words of each outlet's quotes, by class (`cue_class`).

    A cell gives the share of the outlet's quotes, in per cent, and their number; darker means more.  The `n` outlets
    with the most quotes are shown.  Needs matplotlib; raises ValueError for an `n` below 1.
    """
    _check("cues_by_outlet", corpus, n)
    documents, quotes = corpus.documents(), corpus.quotes()
    outlets = dict(zip(documents["doc_id"], documents["outlet"], strict=True))
    pairs = zip(quotes["doc_id"], quotes["cue_class"], strict=True)
    cells = Counter((outlets[doc_id] or "(unknown)", cue or "no reporting word") for doc_id, cue in pairs)
    of, classes = _sums(cells, 0), _sums(cells, 1)
    shown, columns = _most(of, n), _most(classes, len(classes))
    ax = ax or _new_axes(3.5 + 1.2 * len(columns), 1.8 + 0.5 * len(shown))
    cell = "% of the outlet's quotes, and their number"
    ax.set(xlabel=f"class of the reporting word\n({cell})", ylabel="outlet (n = quotes)")
    size = f"n = {_count(len(quotes), 'quote')}; {len(shown):,} of {_count(len(of), 'outlet')}"
    _title(ax, "Reporting words by outlet", size)
    if not shown:
        return _nothing(ax, "There are no quotes.")
    shares = [[100 * cells[outlet, cue] / of[outlet] for cue in columns] for outlet in shown]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for y, outlet in enumerate(shown):
        for x, cue in enumerate(columns):
            colour = _PAPER if shares[y][x] > 55 else _INK
            ax.text(
                x, y, f"{shares[y][x]:.0f} %\n{cells[outlet, cue]:,}", ha="center", va="center", color=colour, size=9
            )
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(shown)), [f"{_name(outlet)}\nn = {of[outlet]:,}" for outlet in shown])
    return ax


def anonymity_by_outlet(corpus: Corpus, *, n: int = 15, ax: Axes | None = None) -> Axes:
    """How openly each outlet names its sources: shares of its quotes, as stacked bars.

    "named" sources have a name. "described" ("a senior official") and "bare" ("sources") are people whom the text
    leaves unnamed, as in `Corpus.unnamed(alone=False)`. "other" sources have no name because they are not people
    (polls, reports), or are identified in other words; "none" means no source at all.  The `n` outlets with the most
    quotes are shown, the most open first.  Needs matplotlib; raises ValueError for an `n` below 1.
    """
    _check("anonymity_by_outlet", corpus, n)
    rows = list(corpus.share(["outlet", "anonymity"]))
    cells = Counter({(row["outlet"] or "(unknown)", row["anonymity"]): row["n_quotes"] for row in rows})
    outlets = {row["doc_id"]: row["outlet"] or "(unknown)" for row in corpus._provenance()}
    people = Counter((outlets[row["doc_id"]], row["anonymity"]) for row in corpus.unnamed(alone=False))
    for outlet, value in list(cells):
        if value in ("described", "bare"):
            cells[outlet, "other"] += cells[outlet, value] - people[outlet, value]
            cells[outlet, value] = people[outlet, value]
    of = _sums(cells, 0)
    shown = sorted(_most(of, n), key=lambda outlet: -cells[outlet, "named"] / of[outlet])
    ax = ax or _new_axes(8, 1.8 + 0.45 * len(shown))
    ax.set(xlabel="share of the outlet's quotes (%)", ylabel="outlet (n = quotes)")
    size = f"n = {_count(sum(of.values()), 'quote')}"
    _title(ax, "How sources are named, by outlet", f"{size}; {len(shown):,} of {_count(len(of), 'outlet')}")
    if not shown:
        return _nothing(ax, "There are no quotes.")
    for y, outlet in enumerate(shown):
        left = 0.0
        for value, (colour, hatch) in _ANONYMITY.items():
            width = 100 * cells[outlet, value] / of[outlet]
            ax.barh(y, width, left=left, color=colour, hatch=hatch, edgecolor=_PAPER)
            if width >= 6:
                box = {"boxstyle": "round,pad=0.15", "color": _PAPER}
                ax.text(left + width / 2, y, f"{width:.0f} %", ha="center", va="center", size=9, bbox=box)
            left += width
    ax.set_yticks(range(len(shown)), [f"{_name(outlet)}\nn = {of[outlet]:,}" for outlet in shown])
    ax.set(xlim=(0, 100), ylim=(len(shown) - 0.5, -0.5))
    _legend_of_bars(ax, _ANONYMITY)
    return _plain(ax)


# ------------------------------------------------------------------------------------------------------ network


def source_network(corpus: Corpus, *, n: int = 20, ax: Axes | None = None) -> Axes:
    """Who is quoted through whom: an arrow for each of the `n` most common pairs of `network()`.

    Arrows lead from the person quoted to the one who passed the words on; thicker arrows mean more quotes.  The area
    of a node, and the number after its name, count the quotes on its arrows; its mark shows its kind.  All nodes of a
    kind without a name are drawn as one.  The position of a node has no meaning: it comes from networkx if that is
    installed, otherwise from a circle, and leaves room for labels.  Needs matplotlib; raises ValueError for an `n`
    below 1.
    """
    _check("source_network", corpus, n)
    table = corpus.network()
    edges = {(_node(row, "quoted"), _node(row, "through")): row["n_quotes"] for row in table[:n]}
    size = f"n = {_count(sum(table['n_quotes']), 'step')} in chains of {_count(len(corpus), 'article')}"
    ax = ax or _new_axes(10, 7.5)
    _title(ax, "Who is quoted through whom", f"{size}; {len(edges):,} of {_count(len(table), 'pair')}")
    ax.set(xticks=[], yticks=[], xlabel="arrows: quoted → through; areas: quotes on a node's arrows (number)")
    if not edges:
        return _nothing(ax, "Nobody is quoted through somebody else.")
    weights = _weights(edges)
    places = _places(list(weights), list(edges))
    areas = {node: max(40.0, 900 * weight / max(weights.values())) for node, weight in weights.items()}
    most = max(edges.values())
    for (quoted, through), weight in edges.items():
        shrink = {"shrinkA": sqrt(areas[quoted]) / 2 + 1, "shrinkB": sqrt(areas[through]) / 2 + 1}
        arrow = {"arrowstyle": "-|>", "connectionstyle": f"arc3,rad={_BEND}", "color": _QUIET, "mutation_scale": 12}
        ax.annotate(
            "", places[through], places[quoted], arrowprops={**arrow, **shrink, "lw": 0.8 + 2.5 * sqrt(weight / most)}
        )
    _draw_nodes(ax, edges, places, areas)
    ax.margins(0.35, 0.08)
    _name_nodes(ax, edges, places, areas)
    return ax


def _node(row: Mapping[str, Any], end: str) -> Node:
    kind = row[f"{end}_kind"]
    return row[f"{end}_id"], row[end] or f"(unnamed {'source' if kind == 'anonymous' else kind})", kind


def _weights(edges: Mapping[Edge, int]) -> Counter[Node]:
    """The quotes on the arrows of each node."""
    weights: Counter[Node] = Counter()
    for ends, weight in edges.items():
        for node in ends:
            weights[node] += weight
    return weights


def _places(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[Node, Place]:
    """A place for each node: no two in one row or column, so that labels do not overlap."""
    try:
        import networkx
    except ImportError:
        angles = [0.1 + 2 * pi * k / len(nodes) for k in range(len(nodes))]
        found = {node: (cos(angle), sin(angle)) for node, angle in zip(nodes, angles, strict=True)}
    else:
        found = networkx.spring_layout(networkx.Graph(edges), iterations=300, seed=1)
    columns = sorted(nodes, key=lambda node: found[node][0])
    rows = sorted(nodes, key=lambda node: found[node][1])
    return {node: (columns.index(node), rows.index(node)) for node in nodes}


def _draw_nodes(
    ax: Axes, edges: Mapping[Edge, int], places: Mapping[Node, Place], areas: Mapping[Node, float]
) -> None:
    weights = _weights(edges)
    for kind, (colour, _, mark) in _KINDS.items():
        nodes = [node for node in weights if node[2] == kind]
        if nodes:
            x, y = zip(*(places[node] for node in nodes), strict=True)
            sizes = [areas[node] for node in nodes]
            ax.scatter(x, y, s=sizes, c=colour, marker=mark, edgecolors=_INK, linewidths=0.8, label=kind, zorder=3)
    legend: Any = ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1), title="kind")
    for handle in legend.legend_handles:
        handle.set_sizes([60])


def _name_nodes(
    ax: Axes, edges: Mapping[Edge, int], places: Mapping[Node, Place], areas: Mapping[Node, float]
) -> None:
    """Names beside the nodes, each on the side where the fewest arrows and other names are."""
    effects = optional("matplotlib.patheffects", "plots.source_network()")
    figure: Any = ax.figure
    figure.draw_without_rendering()  # from here on, positions are known
    centres = {node: ax.transData.transform(place) for node, place in places.items()}
    arrows = [_along(centres[quoted], centres[through]) for quoted, through in edges]
    taken = [_around(centres[node], sqrt(area) / 2 * figure.dpi / 72) for node, area in areas.items()]
    style: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "zorder": 4, "color": _INK}
    style["path_effects"] = [effects.withStroke(linewidth=2.5, foreground=_PAPER)]
    for node, weight in _weights(edges).most_common():
        label = ax.annotate(f"{_name(node[1], 24)}, {weight:,}", places[node], (0, 0), **style)
        away = sqrt(areas[node]) / 2 + 3
        costs = []
        for k, (dx, dy, ha, va) in enumerate(_SIDES):
            label.set(position=(dx * away, dy * away), ha=ha, va=va)
            box = label.get_window_extent()
            is_outside = not (ax.bbox.containsx(box.x0) and ax.bbox.containsx(box.x1))
            crossed = sum(any(box.contains(*point) for point in arrow) for arrow in arrows)
            costs.append((10 * is_outside + 10 * box.count_overlaps(taken) + crossed, k, box))
        _, best, box = min(costs, key=lambda cost: cost[:2])
        dx, dy, ha, va = _SIDES[best]
        label.set(position=(dx * away, dy * away), ha=ha, va=va)
        taken.append(box)


# Where a name is put: steps to the right and up, and which side of it faces the node.
_SIDES = ((1, 0, "left", "center"), (-1, 0, "right", "center"), (0, 1, "center", "bottom"), (0, -1, "center", "top"))


def _along(start: Iterable[float], end: Iterable[float]) -> list[tuple[float, float]]:
    """Points on an arrow, which is bent as matplotlib's arc3 bends it."""
    (x0, y0), (x1, y1) = start, end
    x, y = (x0 + x1) / 2 + _BEND * (y1 - y0), (y0 + y1) / 2 - _BEND * (x1 - x0)
    steps = [k / 60 for k in range(61)]
    return [
        (
            (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x + t**2 * x1,
            (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y + t**2 * y1,
        )
        for t in steps
    ]


def _around(centre: Iterable[float], radius: float) -> Any:
    from matplotlib.transforms import Bbox

    x, y = centre
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


# ------------------------------------------------------------------------------------------------------ families


def family_timeline(families: Families | Quotes, family_id: int, *, ax: Axes | None = None) -> Axes:
    """Where and when a quotation was printed: a row for each outlet, earliest on top, and a mark for each variant.

    `families` is the table from `quotes().families()`, or the quotes; `family_id` is one of its families.  Marks
    distinguish variants with the same words as the longest one, variants that are a part of it, and variants with
    other words.  A date without an hour (midnight counts as no hour) is a line as long as the day, with the mark in
    its middle.  The first outlet is labelled as such; if it is not certain which one was first, every possible one
    is.  An article without an outlet has its own row, labelled with its doc_id.  Times are UTC. Variants without a
    date are left out, and counted in the title.  If there are more than 40 outlets, the earliest are shown.

    Needs matplotlib; raises TypeError for another table, and KeyError for an unknown family.

    >>> import quotelens as ql
    >>> families = ql.sample().quotes().families()
    >>> widest = max(families, key=lambda row: row["n_outlets"])
    >>> ax = ql.plots.family_timeline(families, widest["family_id"])  # doctest: +SKIP
    >>> ax.figure.savefig("family.png")  # doctest: +SKIP
    """
    optional("matplotlib", "plots.family_timeline()")
    if isinstance(families, Quotes):
        families = families.families()
    if not isinstance(families, Families):
        given = type(families).__name__
        raise TypeError(
            f"plots.family_timeline() draws a family of quotes().families(), or of quotes(), but got: {given}."
        )
    family = next((row for row in families if row["family_id"] == family_id), None)
    if family is None:
        raise KeyError(f"There is no family {family_id!r} in this table of {len(families):,}: see its family_id.")
    variants = list(families.variants(family_id))
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in variants:
        if row["published"] is not None:
            rows.setdefault(row["outlet"] or row["doc_id"], []).append(row)
    shown = list(rows)[:_MOST_ROWS]
    most = max((len(rows[outlet]) for outlet in shown), default=0)
    ax = ax or _new_axes(9, 1.8 + len(shown) * max(0.5, 0.16 * most))
    ax.set(xlabel="time of publication (UTC)", ylabel="outlet (n = quotes)")
    dated = sum(map(len, rows.values()))
    size = f"n = {_count(dated, 'quote')}, {len(variants) - dated:,} undated left out"
    words = _beginning(" ".join(family["canonical"].split()).strip("“”‘’«»\"' "), 60)
    _title(ax, f"“{words}”", f"{size}; {len(shown):,} of {_count(len(rows), 'outlet')}")
    if not shown:
        return _nothing(ax, "No article with these words has a date.")
    _draw_variants(ax, [rows[outlet] for outlet in shown])
    first = ", the first" if family["first_certain"] else ", perhaps the first"
    can_be = {outlet for outlet in shown if any(row["rank"] == 1 for row in rows[outlet])}
    labels = [f"{_name(outlet)}\nn = {len(rows[outlet]):,}{first if outlet in can_be else ''}" for outlet in shown]
    ax.set_yticks(range(len(shown)), labels)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return _plain(ax)


def _draw_variants(ax: Axes, rows: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    """The marks of each row, each in its own lane, so that they do not hide each other."""
    dates = optional("matplotlib.dates", "plots.family_timeline()")
    days, ends = [], []
    points: dict[str, list[tuple[Any, float]]] = {words: [] for words in _WORDS}
    for y, row in enumerate(rows):
        for lane, variant in enumerate(row):
            start, moment = variant["published"], moment_of(variant["published"])
            end = start if moment is None or moment.is_exact else start + timedelta(days=1)
            words = "exact" if variant["is_exact"] else "shortened" if variant["is_fragment"] else "changed"
            level = y + (lane - (len(row) - 1) / 2) * min(0.3, 0.8 / len(row))
            points[words].append((start + (end - start) / 2, level))
            ends += [start, end]
            if end > start:
                days.append((level, start, end))
    for words, (colour, mark) in _WORDS.items():
        if points[words]:
            times, levels = zip(*points[words], strict=True)
            style: dict[str, Any] = {"c": colour, "marker": mark, "edgecolors": _INK, "linewidths": 0.6}
            ax.scatter(times, levels, s=60, label=words, zorder=3, **style)
    if days:
        levels, starts, stops = zip(*days, strict=True)
        ax.hlines(levels, starts, stops, color=_INK, linewidth=2, label="hour not known", zorder=2)
    room = max((max(ends) - min(ends)) / 20, timedelta(hours=1))
    ax.set_xlim(min(ends) - room, max(ends) + room)
    for y in range(len(rows)):
        ax.axhline(y, color=_QUIET, linewidth=0.6, zorder=1)
    locator = dates.AutoDateLocator(minticks=3, maxticks=7)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))


# -------------------------------------------------------------------------------------------------- reliability


def reliability(
    confidences: Sequence[float],
    right: Sequence[bool] | None = None,
    *,
    bins: int = BINS,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How often quotes were right, by their confidence; on the dotted line the two are equal.

    `confidences` come from `quotes()`; `right` says for each whether a person agrees.  Each point is a bin, labelled
    with its number of quotes.  Draws on `ax` if given, and returns the axes.  Needs matplotlib.

    Raises ValueError for an invalid confidence or lists of different length, and TypeError for anything but lists.
    """
    if right is None or not isinstance(confidences, Iterable):
        raise TypeError(
            "reliability() draws two lists: the confidences of quotes, such as quotes['confidence'], and whether "
            "each of them was right."
        )
    confidences, right = list(confidences), [bool(answer) for answer in right]
    found = bins_of(confidences, right, bins=bins)
    optional("matplotlib", "plots.reliability()")
    ax = ax or _new_axes(5, 5)
    x, y = [b.confidence for b in found], [b.right for b in found]
    ax.plot([0, 1], [0, 1], linestyle=":", color=_QUIET, zorder=1)
    ax.plot(x, y, marker="o", color=_BLUE, zorder=2, label=label)
    for b in found:
        below = b.right > 0.1  # where there is room for a number
        style: dict[str, Any] = {"textcoords": "offset points", "xytext": (6, -10 if below else 6)}
        style |= {"fontsize": 8, "color": _INK}
        ax.annotate(f"{b.n:,}", (b.confidence, b.right), **style)
    ax.set(xlim=(0, 1), ylim=(0, 1.03), aspect="equal", xlabel="confidence", ylabel="share that was right")
    ax.set_title(f"n = {len(right):,}; calibration error {calibration_error(confidences, right, bins=bins):.3f}")
    if label:
        ax.legend(frameon=False, loc="upper left")
    return ax


# ---------------------------------------------------------------------------------------------- what they share


def _check(name: str, corpus: Corpus, n: int, *, most: int | None = None) -> None:
    """Checks before any figure is drawn."""
    optional("matplotlib", f"plots.{name}()")
    if not isinstance(corpus, Corpus):
        given = type(corpus).__name__
        raise TypeError(f"plots.{name}() draws a Corpus, such as ql.read() returns, but got: {given}.")
    if not isinstance(n, int) or n < 1 or (most is not None and n > most):
        wanted = f"1 to {most}" if most else "1 up"
        raise ValueError(f"n is {n!r}: give the number to show, from {wanted}.")


def _new_axes(width: float, height: float) -> Axes:
    """Axes of a figure of this size in inches, not less than a title needs."""
    from matplotlib import pyplot

    axes: Axes = pyplot.subplots(figsize=(max(width, 6), max(height, 2.5)), layout="constrained")[1]
    return axes


def _title(ax: Axes, title: str, size: str) -> None:
    ax.set_title(f"{title}\n{size}", fontsize=10, loc="left")


def _nothing(ax: Axes, why: str) -> Axes:
    """A figure that says why it is empty."""
    ax.set(xticks=[], yticks=[])
    ax.text(0.5, 0.5, f"Nothing to show. {why}", ha="center", va="center", color=_INK, transform=ax.transAxes)
    return ax


def _plain(ax: Axes) -> Axes:
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _legend_of_bars(ax: Axes, styles: Mapping[str, tuple[str, str]]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(fc=colour, hatch=hatch, ec=_PAPER, label=label) for label, (colour, hatch) in styles.items()]
    ax.legend(handles=handles, frameon=False, loc="upper left", bbox_to_anchor=(1, 1), handleheight=1.4)


def _name(text: str, longest: int = 36) -> str:
    """A name cut to fit beside an axis; dollar signs are escaped so that they do not start a formula."""
    half = longest // 2
    short = text if len(text) <= longest else f"{text[:half]}…{text[1 - half :]}"  # ids often differ in their ends
    return short.replace("$", r"\$")


def _beginning(text: str, longest: int) -> str:
    """The first words of a text, up to a number of characters."""
    if len(text) <= longest:
        return _name(text, longest)
    words = text[:longest].rpartition(" ")[0]
    return _name(f"{words.rstrip(' ,;:.…')}…", longest) if words else _name(text, longest)


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _most(counts: Mapping[Key, int], n: int) -> list[Key]:
    """The `n` keys with the highest counts; equal ones by name."""
    return sorted(counts, key=lambda key: (-counts[key], str(key)))[:n]


def _sums(cells: Mapping[tuple[str, str], int], axis: Literal[0, 1]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for key, n in cells.items():
        sums[key[axis]] += n
    return sums


def _month_number(month: str) -> int:
    year, _, number = month.partition("-")
    return 12 * int(year) + int(number)
