"""Who is quoted through whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from quotelens.sources.sources import AnySource, Linked, Said, Seen, Sources, Step, is_chosen, kind_of, sortable
from quotelens.table.columns import types_of
from quotelens.table.extras import optional
from quotelens.table.table import Table, table_of

if TYPE_CHECKING:
    import networkx


class Network(Table):
    """Who is quoted through whom, as `Corpus.network` gives it: a table of edges."""

    def to_networkx(self) -> networkx.DiGraph[Any]:
        """A directed graph from who is quoted to whom they are quoted through.  Needs networkx.

        A node is a source_id with the attributes name and kind; those without a name are one node for each kind,
        such as "unnamed document".  Edges have n_quotes, n_documents, and n_quotes as their weight.
        """
        graph = optional("networkx", "to_networkx()").DiGraph()
        for row in self:
            ends = []
            for end in ("quoted", "through"):
                name, kind, number = row[end], row[f"{end}_kind"], row[f"{end}_id"]
                ends.append(number if number >= 0 else f"unnamed {kind}")
                graph.add_node(ends[-1], name=name, kind=kind)
            n = row["n_quotes"]
            graph.add_edge(*ends, n_quotes=n, n_documents=row["n_documents"], weight=n)
        return graph


EDGE_COLUMNS = types_of("network")


def network(documents: Sequence[Seen], sources: Sources) -> Network:
    """The table of `Corpus.network`."""
    quotes: Counter[tuple[Any, ...]] = Counter()
    within: Counter[tuple[Any, ...]] = Counter()
    for of in documents:
        edges = Counter(edge for said in filter(is_chosen, of.said) for edge in edges_of(of, said, sources))
        quotes.update(edges)
        within.update(edges.keys())
    ranked = sorted(quotes, key=lambda edge: (-quotes[edge], -within[edge], sortable(edge)))
    ends = [name for name in EDGE_COLUMNS if not name.startswith("n_")]
    rows = (
        {**dict(zip(ends, edge, strict=True)), "n_quotes": quotes[edge], "n_documents": within[edge]}
        for edge in ranked
    )
    table = table_of(rows, EDGE_COLUMNS)
    return Network(table._batches, table._empty)


def edges_of(of: Seen, said: Said, sources: Linked) -> Iterator[tuple[Any, ...]]:
    """The two ends of each pair of steps; a source at both ends makes no edge."""
    nodes = [_node(step, sources.get(of, step.entity_id)) for step in said.steps]
    return (quoted + through for quoted, through in dict.fromkeys(pairwise(nodes)) if quoted != through)


def _node(step: Step, source: AnySource | None) -> tuple[int, str | None, str]:
    return (source.number, source.name, source.kind) if source else (-1, None, kind_of(step.role))
