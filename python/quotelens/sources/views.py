"""Views that answer questions: whose words fill a corpus, who is quoted through whom, what rests on the unnamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.analysis.known import folded
from quotelens.analysis.metadata import by_document
from quotelens.sources.sources import Said, Seen, Source, Sources, Step, kind_of, table_of
from quotelens.table.extras import optional
from quotelens.table.table import Table

if TYPE_CHECKING:
    import networkx

# --------------------------------------------------------------------------------------------------------- shares

_WHO = ("source", "kind", "anonymity")
_WHERE = ("outlet", "month")
_NOBODY = "none"  # the kind of what has no source at all


def shares(documents: Sequence[Seen], sources: Sources, by: str | Iterable[str]) -> Table:
    """The table of `Corpus.share`."""
    names = _dimensions(by)
    divided = [name for name in names if name in _WHERE] if any(name in _WHO for name in names) else []
    quotes: Counter[tuple[Any, ...]] = Counter()
    words: Counter[tuple[Any, ...]] = Counter()
    of_quotes: Counter[tuple[Any, ...]] = Counter()
    of_words: Counter[tuple[Any, ...]] = Counter()
    for of in documents:
        for said in filter(_is_chosen, of.said):
            values = values_of(of, said, sources)
            group, whole = tuple(values[name] for name in names), tuple(values[name] for name in divided)
            quotes[group] += 1
            words[group] += said.n_words
            of_quotes[whole] += 1
            of_words[whole] += said.n_words
    rows = []
    for group in sorted(quotes, key=lambda group: (-words[group], -quotes[group], _sortable(group))):
        whole = tuple(group[names.index(name)] for name in divided)
        counts = (quotes[group], of_quotes[whole]), (words[group], of_words[whole])
        row = [cell for value in group for cell in (value if isinstance(value, tuple) else (value,))]
        rows.append([*row, *(cell for n, total in counts for cell in (n, total, n / total if total else 0.0))])
    return table_of(rows, _share_types(names))


def _is_chosen(said: Said) -> bool:
    return said.is_chosen


def _dimensions(by: str | Iterable[str]) -> list[str]:
    names = list(dict.fromkeys([by] if isinstance(by, str) else by))
    for name in names:
        if name not in (*_WHO, *_WHERE):
            raise ValueError(f"by={name!r} is not one of: {', '.join((*_WHO, *_WHERE))}.")
    if not names:
        raise ValueError(f"by is empty: give one or several of: {', '.join((*_WHO, *_WHERE))}.")
    return names


def _share_types(names: Iterable[str]) -> dict[str, str]:
    types: dict[str, str] = {}
    for name in names:
        types |= {"source_id": "int32", "source": "string"} if name == "source" else {name: "string"}
    for what in ("quotes", "words"):
        types |= {f"n_{what}": "int64", f"of_{what}": "int64", f"share_{what}": "float64"}
    return types


def values_of(of: Seen, said: Said, sources: Sources) -> dict[str, Any]:
    """What a statement is grouped by: the number and name of its source, kind, anonymity, outlet and month."""
    source = sources.get(of, said.entity_id)
    return {
        "source": (source.number, source.name) if source else (-1, None),
        "kind": source.kind if source else _kind_of_nobody(said),
        "anonymity": said.anonymity,
        "outlet": of.outlet,
        "month": of.month,
    }


def _kind_of_nobody(said: Said) -> str:
    if said.source_kind == "group":
        return "group"
    return kind_of(said.steps[0].role) if said.steps else _NOBODY


def _sortable(group: Iterable[Any]) -> list[tuple[bool, str]]:
    return [(value is None, str(value)) for value in group]


# -------------------------------------------------------------------------------------------------------- network


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


_EDGE = {
    **{"quoted_id": "int32", "quoted": "string", "quoted_kind": "string"},
    **{"through_id": "int32", "through": "string", "through_kind": "string"},
    **{"n_quotes": "int64", "n_documents": "int64"},
}


def network(documents: Sequence[Seen], sources: Sources) -> Network:
    """The table of `Corpus.network`."""
    quotes: Counter[tuple[Any, ...]] = Counter()
    within: Counter[tuple[Any, ...]] = Counter()
    for of in documents:
        edges = Counter(edge for said in filter(_is_chosen, of.said) for edge in edges_of(of, said, sources))
        quotes.update(edges)
        within.update(edges.keys())
    ranked = sorted(quotes, key=lambda edge: (-quotes[edge], -within[edge], _sortable(edge)))
    table = table_of([(*edge, quotes[edge], within[edge]) for edge in ranked], _EDGE)
    return Network(table._batches, table._empty)


def edges_of(of: Seen, said: Said, sources: Sources) -> Iterator[tuple[Any, ...]]:
    """The two ends of each pair of steps; a source that stands in both is no edge."""
    nodes = [_node(step, sources.get(of, step.entity_id)) for step in said.steps]
    return (quoted + through for quoted, through in dict.fromkeys(pairwise(nodes)) if quoted != through)


def _node(step: Step, source: Source | None) -> tuple[int, str | None, str]:
    return (source.number, source.name, source.kind) if source else (-1, None, kind_of(step.role))


# -------------------------------------------------------------------------------------------------------- unnamed

UNNAMED = {
    **{"doc_id": "string", "quote_id": "int32", "role": "string", "source": "string", "anonymity": "string"},
    **{"n_claimed": "int32", "reason": "string", "reason_start": "int32", "reason_end": "int32"},
    **{"start": "int32", "end": "int32", "text": "string"},
}
UNNAMED_TABLES = ("quotes", "chains", "entities", "unnamed", "mentions", "tokens")


def unnamed(found: Mapping[str, _core.Batch], quotes: _core.Batch, alone: bool) -> list[tuple[Any, ...]]:
    """Rows of `Corpus.unnamed`, of some documents."""
    chains, claims = _steps(found), _claims(found["unnamed"])
    columns = ("doc_id", "quote_id", "source", "anonymity", "start", "end", "text", "source_start", "source_end")
    nouns = _nouns(found)
    rows = []
    for row in zip(*map(quotes.column, columns), strict=True):
        doc_id, quote_id, source, anonymity, *place = row
        claim, chain = claims.get((doc_id, quote_id)), chains.get((doc_id, quote_id), [])
        if claim is None or not chain:
            continue
        role, is_named = chain[0]
        noun = nouns.get((doc_id, *place[3:]), "")
        is_somebody = role in ("anonymous", "document") or claim[0] == 1  # and no group
        is_alone = len(chain) == 1 and not is_named and is_somebody and _is_one(claim[0], noun)
        if is_alone or not alone:
            rows.append((doc_id, quote_id, role, source, anonymity, *claim, *place[:3]))
    return rows


def _steps(found: Mapping[str, _core.Batch]) -> dict[tuple[str, int], list[tuple[str, bool]]]:
    """The steps of each statement: the role, and whether the entity has a name."""
    entities = by_document(found["entities"], ("entity_id", "name"))
    named = {(doc_id, entity_id) for doc_id, rows in entities.items() for entity_id, name in rows if name}
    steps: dict[tuple[str, int], list[tuple[str, bool]]] = {}
    for doc_id, rows in by_document(found["chains"], ("quote_id", "role", "entity_id")).items():
        for quote_id, role, entity_id in rows:
            steps.setdefault((doc_id, quote_id), []).append((role, (doc_id, entity_id) in named))
    return steps


def _claims(batch: _core.Batch) -> dict[tuple[str, int], tuple[Any, ...]]:
    """What the text says of the unnamed source of a statement: n_claimed, reason, its start and end."""
    ids = zip(batch.column("doc_id"), batch.column("quote_id"), strict=True)
    return dict(zip(ids, zip(*map(batch.column, ("n_claimed", "reason", "start", "end")), strict=True), strict=True))


def _nouns(found: Mapping[str, _core.Batch]) -> dict[tuple[str, int, int], str]:
    """The noun of each mention, by its document and place."""
    words = by_document(found["tokens"], ("text",))
    mentions = by_document(found["mentions"], ("start", "end", "head"))
    return {
        (doc_id, start, end): folded(words[doc_id][head][0])
        for doc_id, rows in mentions.items()
        for start, end, head in rows
        if head >= 0
    }


_MANY = ("people", "some", "many", "several", "others", "they", "we", "these", "those")


def _is_one(n_claimed: int, noun: str) -> bool:
    """Whether a source is one: by its number, and where there is none because its noun is no plural."""
    if n_claimed >= 0:
        return n_claimed == 1 and noun != "people"
    return noun not in _MANY and not (noun.endswith("s") and not noun.endswith("ss"))
