"""Views that answer questions: whose words fill a corpus, who is quoted through whom, what rests on the unnamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.known import folded
from quotelens.metadata import by_document
from quotelens.sources import Said, Seen, Source, Sources, Step, kind_of, table_of
from quotelens.table import Table, optional

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
            values = _values(of, said, sources)
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


def _values(of: Seen, said: Said, sources: Sources) -> dict[str, Any]:
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

    __slots__ = ()

    def to_networkx(self) -> networkx.DiGraph:
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
        edges = Counter(edge for said in filter(_is_chosen, of.said) for edge in _edges(of, said, sources))
        quotes.update(edges)
        within.update(edges.keys())
    ranked = sorted(quotes, key=lambda edge: (-quotes[edge], -within[edge], _sortable(edge)))
    table = table_of([(*edge, quotes[edge], within[edge]) for edge in ranked], _EDGE)
    return Network(table._batches, table._empty)


def _edges(of: Seen, said: Said, sources: Sources) -> Iterator[tuple[Any, ...]]:
    """The two ends of each pair of steps; a source that stands in both is no edge."""
    nodes = [_node(step, sources.get(of, step.entity_id)) for step in said.steps]
    return (quoted + through for quoted, through in dict.fromkeys(pairwise(nodes)) if quoted != through)


def _node(step: Step, source: Source | None) -> tuple[int, str | None, str]:
    return (source.number, source.name, source.kind) if source else (-1, None, kind_of(step.role))


# -------------------------------------------------------------------------------------------------------- unnamed

UNNAMED = {
    **{"doc_id": "string", "quote_id": "int32", "role": "string", "source": "string", "anonymity": "string"},
    **{"start": "int32", "end": "int32", "text": "string"},
}
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozens")
_MANY = frozenset([*_NUMBERS, "several", "many", "some", "few", "both", "people"])


def unnamed(found: Mapping[str, _core.Batch], quotes: _core.Batch) -> list[tuple[Any, ...]]:
    """Rows of `Corpus.unnamed`, of some documents."""
    chains = by_document(found["chains"], ("quote_id", "role", "entity_id"))
    entities = by_document(found["entities"], ("entity_id", "name"))
    heads = by_document(found["mentions"], ("start", "end", "head"))
    tokens = by_document(found["tokens"], ("text",))
    names = ("quote_id", "source", "anonymity", "start", "end", "text", "source_start", "source_end")
    rows = []
    for doc_id, said in by_document(quotes, names).items():
        named = {entity_id for entity_id, name in entities.get(doc_id, ()) if name}
        steps: dict[int, list[tuple[str, bool]]] = {}
        for quote_id, role, entity_id in chains.get(doc_id, ()):
            steps.setdefault(quote_id, []).append((role, entity_id in named))
        head_of = {(start, end): head for start, end, head in heads.get(doc_id, ())}
        for quote_id, source, anonymity, start, end, text, *place in said:
            chain = steps.get(quote_id, [])
            if len(chain) != 1 or chain[0][1] or anonymity not in ("described", "bare"):
                continue
            head = head_of.get((place[0], place[1]), -1)
            noun = tokens[doc_id][head][0] if head >= 0 else ""
            if chain[0][0] in ("anonymous", "document") and _is_one(source or "", noun):
                rows.append((doc_id, quote_id, chain[0][0], source, anonymity, start, end, text))
    return rows


def _is_one(source: str, noun: str) -> bool:
    """Whether words speak of one: their noun is no plural, and no number stands among them before it."""
    noun = folded(noun)
    before = folded(source).partition(noun)[0].split() if noun else []
    plural = noun in _MANY or (noun.endswith("s") and not noun.endswith("ss"))
    return not plural and not any(word in _MANY or word.isdigit() for word in before)
