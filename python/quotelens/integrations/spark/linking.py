"""Who is quoted, in Spark: sources of many documents, in blocks of names that may be of one source.

All names of all documents, each once, are joined by one task, on a worker; it also says which names belong to
one block.  Everything else is done block by block or document by document.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.filter import USUAL, Choose
from quotelens.analysis.known import Claims, folded
from quotelens.integrations.spark.reading import CHOSEN, NAMES, Documents
from quotelens.integrations.spark.shared import (
    Stages,
    batch_of,
    check_columns,
    functions,
    in_batches,
    numbered,
    rows_in,
    schema,
)
from quotelens.sources.evidence import most_shared, pairs_of
from quotelens.sources.linking import Name, joined
from quotelens.sources.network import EDGE_COLUMNS, edges_of
from quotelens.sources.share import dimensions, divided_by, share_types, values_of
from quotelens.sources.sources import (
    COLUMNS,
    Seen,
    Sources,
    Whole,
    called_in,
    has_many_bearers,
    is_chosen,
    is_linked,
    is_short,
    may_be_short,
    row_of,
    whole_names,
)
from quotelens.table.columns import types_of
from quotelens.table.values import typed

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

    from quotelens.annotations.corrections import Corrections
    from quotelens.corpus import Corpus

_LINKS = types_of("source_links")
_NAME_COLUMNS = {"text": "string", "kind": "string", "claimed": "string", "other": "string", "n": "int64"}
_FOUND = (
    "block string, n int, is_usual boolean, n_usual bigint, n_documents bigint, name string, kind string, "
    "scope string, row binary, doc_id string, entity_id int, called string, evidence string, is_known boolean, "
    "is_chosen boolean"
)


def sources(
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "doc_id",
    outlet: str | None = None,
    published: str | None = None,
    config: Config | None = None,
    corrections: Corrections | None = None,
    quotes: DataFrame | None = None,
    folder: str | None = None,
) -> DataFrame:
    """Every named source that speaks or passes words on: the rows and columns of `Corpus.sources`.

    quotes  which quotes count: doc_id and quote_id of each, such as a selection of what `quotes` gives; None means
            those of `quotes()`
    folder  where to write intermediate results, as in `families`; `share`, `network` and `source_links` read them if
            they are asked about the same documents and quotes, and need another folder if not

    Other arguments are those of `quotes`.  Sources are those of one machine, and have the same numbers.  All columns
    of your own table of sources are there, even if no source that was found has a value in them.

    Documents are analysed when this is called.  One task joins all names of all documents, each once, in its memory;
    another holds what documents say of the people with one last name, or of all bodies with a name such as "Police",
    at a time.  The driver collects counts, and names that more than a twentieth of the documents have.

    >>> quotelens.integrations.spark.sources(articles).orderBy("source_id").show()      # doctest: +SKIP
    """
    documents = Documents.of(df, text, id, {"outlet": outlet, "published": published}, config, corrections, folder)
    return _table(_linked(documents, quotes, folder))


def source_links(
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "doc_id",
    outlet: str | None = None,
    published: str | None = None,
    config: Config | None = None,
    corrections: Corrections | None = None,
    folder: str | None = None,
) -> DataFrame:
    """Which entity of which document is which source: the rows and columns of `Corpus.source_links`.

    Arguments are those of `sources`.
    """
    f = functions()
    documents = Documents.of(df, text, id, {"outlet": outlet, "published": published}, config, corrections, folder)
    links = _linked(documents, None, folder).links.where("is_chosen and entity_id >= 0")
    return links.withColumn("name", f.col("called")).select(*_LINKS)


def share(
    df: DataFrame,
    by: str | Iterable[str] = "source",
    *,
    text: str = "text",
    id: str = "doc_id",
    outlet: str | None = None,
    published: str | None = None,
    config: Config | None = None,
    corrections: Corrections | None = None,
    quotes: DataFrame | None = None,
    folder: str | None = None,
) -> DataFrame:
    """Who fills the coverage: the rows and columns of `Corpus.share`, in any order.

    `by` is as there, other arguments are those of `sources`.
    """
    from pyspark.sql import Window

    f = functions()
    names = dimensions(by)
    types = share_types(names)
    documents = Documents.of(df, text, id, {"outlet": outlet, "published": published}, config, corrections, folder)
    groups = [name for name in types if not name.endswith(("_quotes", "_words"))]
    columns = {name: types[name] for name in groups} | {"n_quotes": "int64", "n_words": "int64"}
    parts = _by_document(_linked(documents, quotes, folder), partial(_share_rows, names), columns)
    counts = parts.groupBy(*groups).agg(f.sum("n_quotes").alias("n_quotes"), f.sum("n_words").alias("n_words"))
    whole = Window.partitionBy(*(divided_by(names) or [f.lit(0)]))
    for what in ("quotes", "words"):
        n, total = f.col(f"n_{what}"), f.sum(f"n_{what}").over(whole)
        counts = counts.withColumn(f"of_{what}", total)
        counts = counts.withColumn(
            f"share_{what}", f.when(f.col(f"of_{what}") > 0, n / f.col(f"of_{what}")).otherwise(0.0)
        )
    return _typed(counts, types)


def network(
    df: DataFrame,
    *,
    text: str = "text",
    id: str = "doc_id",
    outlet: str | None = None,
    published: str | None = None,
    config: Config | None = None,
    corrections: Corrections | None = None,
    quotes: DataFrame | None = None,
    folder: str | None = None,
) -> DataFrame:
    """Who is quoted through whom: the rows and columns of `Corpus.network`, in any order.

    Arguments are those of `sources`.
    """
    f = functions()
    documents = Documents.of(df, text, id, {"outlet": outlet, "published": published}, config, corrections, folder)
    ends = [name for name in EDGE_COLUMNS if not name.startswith("n_")]
    columns = {name: EDGE_COLUMNS[name] for name in ends} | {"n_quotes": "int64", "n_documents": "int64"}
    parts = _by_document(_linked(documents, quotes, folder), _edge_rows, columns)
    counts = parts.groupBy(*ends).agg(*(f.sum(name).alias(name) for name in ("n_quotes", "n_documents")))
    return _typed(counts, EDGE_COLUMNS)


def own_names(documents: Documents) -> DataFrame:
    """The names of the user's for entities: doc_id, and an array of entity_id and name for each document."""
    f = functions()
    links = _linked(documents, None, None).links.where("is_known")
    named = f.struct("entity_id", "name")
    return links.groupBy("doc_id").agg(f.collect_list(named).alias(NAMES))


# ------------------------------------------------------------------------------------------------------ the steps


@dataclass(frozen=True)
class _Linked:
    """Documents, what they say of sources, and which source each of their entities is."""

    seen: DataFrame  # doc_id, seen
    numbers: DataFrame  # source_id, block, n, row
    links: DataFrame  # doc_id, entity_id, source_id, name, kind, …
    claims: Claims


def _linked(documents: Documents, quotes: DataFrame | None, folder: str | None) -> _Linked:
    f = functions()
    stages = Stages(folder, "sources")
    claims = documents.reading.engine.claims
    if quotes is not None:
        check_columns("quotes", quotes, ("doc_id", "quote_id"))
        chosen = quotes.groupBy("doc_id").agg(f.collect_set("quote_id").alias(CHOSEN))
        documents = documents.with_column(CHOSEN, chosen)
    seen = documents.analysed(partial(_seen, quotes is not None), {"doc_id": "string", "seen": "binary"})
    seen = stages.keep("seen", seen)
    n_documents = seen.count()
    there = seen.mapInArrow(_there, "name string, is_person boolean").groupBy("name", "is_person").count()
    common = there.where(f.col("count") > most_shared(n_documents)).select("name", "is_person").toArrow().to_pylist()
    of_people = frozenset(row["name"] for row in common if row["is_person"])
    of_all = frozenset(row["name"] for row in common if not row["is_person"])
    names = seen.mapInArrow(partial(_names, claims), schema(_NAME_COLUMNS))
    names = names.groupBy("text", "kind", "claimed", "other").agg(f.sum("n").alias("n"))
    cluster = "array<struct<text: string, kind: string>>"
    blocks = names.coalesce(1).mapInArrow(
        partial(_blocks, claims), f"text string, kind string, block string, cluster {cluster}"
    )
    blocks = stages.keep("blocks", blocks)
    sightings = seen.mapInArrow(partial(_sightings, of_people, of_all), "text string, kind string, seen binary")
    placed = sightings.join(blocks, ["text", "kind"]).select("block", "text", "kind", "cluster", "seen")
    placed = placed.repartition("block").sortWithinPartitions("block")
    found = stages.keep("found", placed.mapInArrow(partial(_sources_of, claims, n_documents), _FOUND))
    order = [f.desc("is_usual"), f.desc("n_usual"), f.desc("n_documents"), "name", "kind", "scope", "n"]
    numbers = numbered(found.where("row is not null"), order, "source_id", stages)
    numbers = numbers.select("source_id", "block", "n", "row", "name", "kind")
    links = found.where("doc_id is not null")
    links = links.select("block", "n", "doc_id", "entity_id", "called", "evidence", "is_known", "is_chosen")
    return _Linked(seen, numbers, links.join(numbers.drop("row"), ["block", "n"]), claims)


def _table(linked: _Linked) -> DataFrame:
    """The table of sources, with the user's own columns behind."""
    columns = dict(COLUMNS)
    extras = [dict(known.columns) for known in {id(k): k for k in linked.claims.own.values()}.values()]
    for name in dict.fromkeys(name for extra in extras for name in extra):
        columns.setdefault(name, typed([extra.get(name) for extra in extras])[1])
    return linked.numbers.mapInArrow(partial(_source_rows, columns), schema(columns))


def _by_document(
    linked: _Linked,
    work: Callable[[Iterable[tuple[Seen, _Entities]]], Iterable[dict[str, Any]]],
    columns: Mapping[str, str],
) -> DataFrame:
    """What is counted in some documents, whose entities are known to be sources."""
    f = functions()
    entity = f.struct("entity_id", "source_id", "name", "kind")
    entities = linked.links.groupBy("doc_id").agg(f.collect_list(entity).alias("entities"))
    joined = linked.seen.join(entities, "doc_id", "left")
    return joined.mapInArrow(partial(_counted, work, columns), schema(columns))


def _typed(df: DataFrame, types: Mapping[str, str]) -> DataFrame:
    f = functions()
    spark = {"int32": "int", "int64": "bigint", "float64": "double", "string": "string"}
    return df.select(*(f.col(name).cast(spark[kind]).alias(name) for name, kind in types.items()))


# --------------------------------------------------------------------------------------------------- on the workers


def _seen(is_asked: bool, corpus: Corpus, rows: list[dict[str, Any]]) -> Iterator[RecordBatch]:
    """What each document says of sources, pickled."""
    asked = {(row["doc_id"], quote_id) for row in rows for quote_id in row.get(CHOSEN) or ()}
    choose: Choose = partial(_chosen, asked) if is_asked else USUAL
    made = corpus._seen(choose)
    pickled = [pickle.dumps(seen) for seen in made]
    yield batch_of({"doc_id": ("string", [seen.doc_id for seen in made]), "seen": ("binary", pickled)})


def _chosen(asked: set[tuple[str, int]], batch: _core.Batch) -> _core.Batch:
    """The quotes asked for among those of a batch."""
    keys = zip(batch.column("doc_id"), batch.column("quote_id"), strict=True)
    return batch.take([k for k, key in enumerate(keys) if key in asked])


def _all_seen(batches: Iterable[RecordBatch]) -> Iterator[Seen]:
    return (pickle.loads(row["seen"]) for row in rows_in(batches))  # pickled by `_seen`


def _there(batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """The names of each document: the whole ones of people, and all."""
    for batch in batches:
        names: list[str] = []
        are_people: list[bool] = []
        for seen in _all_seen([batch]):
            for found, is_person in ((whole_names(seen), True), (_around(seen), False)):
                names.extend(found)
                are_people.extend([is_person] * len(found))
        yield batch_of({"name": ("string", names), "is_person": ("bool_", are_people)})


def _around(seen: Seen) -> set[str]:
    return {folded(name) for name in seen.around}


def _names(claims: Claims, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """The names of sources with the user's source that they are, and how many documents have each.

    Rows with another name and no kind are two folded names that a document gives to one body.
    """
    counts: Counter[tuple[str, str, str | None, str | None]] = Counter()
    for seen in _all_seen(batches):
        for sighting in seen.sightings.values():
            claimed = claims.of(sighting.name.text, sighting.aliases) if claims.own else None
            counts[(*sighting.name, claimed.name if claimed else None, None)] += 1
        for one, other in map(sorted, pairs_of(called_in(seen))):
            if (" " in one) != (" " in other):  # only these can be an acronym and its name
                counts[one, "", None, other] += 1
    rows = [dict(zip(_NAME_COLUMNS, (*of, n), strict=True)) for of, n in counts.items()]
    yield from in_batches(rows, _NAME_COLUMNS)


def _blocks(claims: Claims, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """The cluster of each name, and the block of all names that may be of one source with it."""
    counts: Counter[Name] = Counter()
    claimed: dict[Name, set[str]] = {}
    called: set[frozenset[str]] = set()
    for row in rows_in(batches):
        if row["other"] is not None:
            called.add(frozenset((row["text"], row["other"])))
            continue
        name = Name(row["text"], row["kind"])
        counts[name] += row["n"]
        claimed.setdefault(name, set()).update([row["claimed"]] if row["claimed"] else ())
    clusters = joined({name: n for name, n in counts.items() if is_linked(name)}, claims.own, called)
    parts = _Parts()
    for name in sorted(counts):
        cluster = clusters.get(name, [name])
        own = ("name", *cluster[0])
        parts.join(own, own)
        for source in (
            *claimed[name],
            *(claims.own[key].name for key in map(_folded_text, cluster) if key in claims.own),
        ):
            parts.join(own, ("source", source))
        if name.kind == "person" or may_be_short(name):
            for other in cluster if name.kind == "person" and not is_short(name) else [name]:
                parts.join(own, ("word", *folded(other.text).split()[-1:]))
    arrow_rows = [
        {
            "text": name.text,
            "kind": name.kind,
            "block": "\t".join(parts.of(("name", *clusters.get(name, [name])[0]))),
            "cluster": [{"text": other.text, "kind": other.kind} for other in clusters.get(name, [])],
        }
        for name in sorted(counts)
    ]
    if arrow_rows:
        import pyarrow

        name_type = pyarrow.list_(pyarrow.struct([("text", pyarrow.string()), ("kind", pyarrow.string())]))
        text = pyarrow.string()
        fields = [("text", text), ("kind", text), ("block", text), ("cluster", name_type)]
        yield pyarrow.RecordBatch.from_pylist(arrow_rows, pyarrow.schema(fields))


def _folded_text(name: Name) -> str:
    return folded(name.text)


class _Parts:
    """Things that are joined in pairs, and the parts that hang together."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Any] = {}

    def of(self, thing: Any) -> Any:
        """The thing that stands for the part of this one."""
        above = self._above.setdefault(thing, thing)
        while self._above[above] != above:
            above = self._above[above] = self._above[self._above[above]]
        self._above[thing] = above
        return above

    def join(self, one: Any, other: Any) -> None:
        """Make one part of two."""
        low, high = sorted((self.of(one), self.of(other)))
        self._above[high] = low


def _sightings(
    of_people: frozenset[str], of_all: frozenset[str], batches: Iterable[RecordBatch]
) -> Iterator[RecordBatch]:
    """What each document says of each of its sources, with the names that few other documents have."""
    for batch in batches:
        names, kinds, parts = [], [], []
        for seen in _all_seen([batch]):
            others, around = sorted(whole_names(seen) - of_people), sorted(_around(seen) - of_all)
            for key, sighting in seen.sightings.items():
                said = [replace(quote, steps=[]) for quote in seen.said if quote.entity_id == key]
                part = replace(seen, said=said, sightings={key: sighting}, names=others)
                part.around = around if has_many_bearers(sighting.name) else []
                names.append(sighting.name.text)
                kinds.append(sighting.name.kind)
                parts.append(pickle.dumps(part))
        yield batch_of({"text": ("string", names), "kind": ("string", kinds), "seen": ("binary", parts)})


def _sources_of(claims: Claims, n_documents: int, batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    """The sources of each block and their entities: a row each."""
    import pyarrow

    for block, group in groupby(rows_in(batches), key=itemgetter("block")):
        clusters: dict[Name, list[Name]] = {}
        documents: list[Seen] = []
        for row in group:
            name = Name(row["text"], row["kind"])
            if name not in clusters and row["cluster"]:
                cluster = [Name(other["text"], other["kind"]) for other in row["cluster"]]
                clusters.update(dict.fromkeys(cluster, cluster))
            documents.append(pickle.loads(row["seen"]))
        documents.sort(key=_as_in_a_document)
        others = {of.doc_id: set(of.names) for of in documents}
        around: dict[str, set[str]] = {}
        for of in documents:
            around.setdefault(of.doc_id, set()).update(of.around)
        found = Sources(documents, claims, Whole(clusters, others, around, n_documents))
        yield pyarrow.RecordBatch.from_pylist(list(_found_rows(block, found)), _found_schema(pyarrow))


def _as_in_a_document(of: Seen) -> tuple[object, ...]:
    """Documents in order, and in each its entities as it has them: those that no mention stands for come last."""
    (key,) = of.sightings
    return of.doc_id, key < 0, abs(key)


def _found_rows(block: str, found: Sources) -> Iterator[dict[str, Any]]:
    for n, source in enumerate(found.ranked):
        usual = source.usual
        row = row_of(source) | {"_extra": dict(source.known.columns) if source.known else {}}
        yield {
            "block": block,
            "n": n,
            "is_usual": bool(usual),
            "n_usual": source.n_usual,
            "n_documents": len(usual),
            "name": source.name,
            "kind": source.kind,
            "scope": source.scope,
            "row": pickle.dumps(row | {"_is_chosen": bool(source.documents)}),
        }
        for of, sighting in source.seen:
            yield {
                "block": block,
                "n": n,
                "doc_id": of.doc_id,
                "entity_id": sighting.entity_id,
                "called": sighting.called,
                "evidence": found.evidence(of, sighting),
                "is_known": source.known is not None,
                "is_chosen": sighting.is_chosen,
            }


def _found_schema(pyarrow: Any) -> Any:
    kinds = {"int": "int32", "bigint": "int64", "boolean": "bool_", "string": "string", "binary": "binary"}
    fields = [field.split() for field in _FOUND.split(", ")]
    return pyarrow.schema([(name, getattr(pyarrow, kinds[kind])()) for name, kind in fields])


def _source_rows(columns: Mapping[str, str], batches: Iterable[RecordBatch]) -> Iterator[RecordBatch]:
    yield from in_batches(_chosen_rows(columns, batches), columns)


def _chosen_rows(columns: Mapping[str, str], batches: Iterable[RecordBatch]) -> Iterator[dict[str, Any]]:
    """The rows of sources that have chosen quotes; the user's values come before what was found."""
    for row in rows_in(batches):
        found = pickle.loads(row["row"])
        if not found["_is_chosen"]:
            continue
        own = found.pop("_extra")
        made = {name: found.get(name) for name in columns} | {"source_id": row["source_id"]}
        for name, value in own.items():
            made[name] = str(value) if columns[name] == "string" and value is not None else value
        yield made


@dataclass(frozen=True, slots=True)
class _Source:
    """A source as an entity of a document knows it."""

    number: int
    name: str
    kind: str


class _Entities:
    """Which source each entity of a document is; asked as `Sources` is."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] | None) -> None:
        self._of = {row["entity_id"]: _Source(row["source_id"], row["name"], row["kind"]) for row in rows or ()}

    def get(self, of: Seen, entity_id: int) -> _Source | None:
        """The source that an entity is, or None."""
        return self._of.get(entity_id)


def _counted(
    work: Callable[[Iterable[tuple[Seen, _Entities]]], Iterable[dict[str, Any]]],
    columns: Mapping[str, str],
    batches: Iterable[RecordBatch],
) -> Iterator[RecordBatch]:
    for batch in batches:
        pairs = ((pickle.loads(row["seen"]), _Entities(row["entities"])) for row in batch.to_pylist())
        yield from in_batches(work(pairs), columns)


def _share_rows(names: list[str], documents: Iterable[tuple[Seen, _Entities]]) -> Iterator[dict[str, Any]]:
    quotes: Counter[tuple[Any, ...]] = Counter()
    words: Counter[tuple[Any, ...]] = Counter()
    for of, entities in documents:
        for said in filter(is_chosen, of.said):
            values = values_of(of, said, entities)
            group = tuple(values[name] for name in names)
            quotes[group] += 1
            words[group] += said.n_words
    for group, n in quotes.items():
        row = dict(zip(names, group, strict=True))
        if "source" in row:
            row["source_id"], row["source"] = row["source"]
        yield row | {"n_quotes": n, "n_words": words[group]}


def _edge_rows(documents: Iterable[tuple[Seen, _Entities]]) -> Iterator[dict[str, Any]]:
    quotes: Counter[tuple[Any, ...]] = Counter()
    within: Counter[tuple[Any, ...]] = Counter()
    for of, entities in documents:
        edges = Counter(edge for said in filter(is_chosen, of.said) for edge in edges_of(of, said, entities))
        quotes.update(edges)
        within.update(edges.keys())
    ends = [name for name in EDGE_COLUMNS if not name.startswith("n_")]
    for edge, n in quotes.items():
        yield dict(zip(ends, edge, strict=True)) | {"n_quotes": n, "n_documents": within[edge]}
