"""Who is quoted in a corpus: entities of its documents joined into sources, and the views that count by source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from quotelens import _core
from quotelens.analysis.filter import USUAL, Choose
from quotelens.analysis.known import Claims, KnownSource, folded, is_whole
from quotelens.analysis.metadata import by_document, found_metadata, published_of
from quotelens.analysis.naming import NAMING
from quotelens.reading.records import Record, outlet_of
from quotelens.sources.evidence import (
    SMALL,
    Evidence,
    Facts,
    Home,
    Homes,
    Short,
    pairs_of,
    settle_common,
    telling,
    title_of,
    variants_in,
)
from quotelens.sources.linking import BODIES, Name, bare, is_common, joined
from quotelens.table.columns import types_of
from quotelens.table.dates import timestamp_of
from quotelens.table.table import Table, table_of
from quotelens.table.values import typed

TABLES = ("metadata", "quotes", "entities", "chains", "mentions")
COLUMNS = types_of("sources")
_LONGEST_ALIAS = 5  # words
_MORE = re.compile(r"[,:“”‘\"(]|\b(?:and|or|nor|in|on|at|to|for|with|by|about)\b")  # never part of a name
_LEAST_TITLED = 0.05  # of the documents of a source: a title found in fewer is taken for a misreading
_QUOTE = ("quote_id", "entity_id", "n_words", "anonymity", "source_kind")
_STEP = ("quote_id", "role", "name", "entity_id")

# ------------------------------------------------------------------------------------------- what documents give


@dataclass(slots=True)
class Step:
    """A step of a chain: its role, its words, and its entity."""

    role: str
    name: str
    entity_id: int  # below -1 for one that has no mention in its document


@dataclass(slots=True)
class Said:
    """A quote: its speaker, its size and its chain."""

    quote_id: int
    entity_id: int
    n_words: int
    anonymity: str
    source_kind: str
    steps: list[Step]
    is_usual: bool  # among those that `quotes` returns by default
    is_chosen: bool


@dataclass(slots=True)
class Sighting:
    """A named entity of a document that speaks there, or passes words on.

    It is usual if it does so in quotes that `quotes` returns by default, and chosen if in those asked for.
    Others are linked too, so that a source stays the same whichever quotes are asked for.
    """

    entity_id: int
    name: Name  # without titles
    called: str  # with them
    is_usual: bool
    is_chosen: bool
    gender: str | None = None
    aliases: set[str] = field(default_factory=set)
    titles: list[tuple[str | None, str | None]] = field(default_factory=list)  # title, organisation


@dataclass(slots=True)
class Seen:
    """What one document says about sources."""

    doc_id: str
    outlet: str | None
    published: int | None
    month: str | None
    said: list[Said]
    sightings: dict[int, Sighting]
    names: list[str]  # of the people in it
    around: list[str]  # all names in it


def seen_in(records: Sequence[Record], found: Mapping[str, _core.Batch], choose: Choose = USUAL) -> list[Seen]:
    """What each document says about sources, from the tables of `TABLES`."""
    quotes = by_document(found["quotes"], _QUOTE)
    usual, chosen = (by_document(chooses(found["quotes"]), ("quote_id",)) for chooses in (USUAL, choose))
    chains = by_document(found["chains"], _STEP)
    entities = by_document(found["entities"], ("entity_id", "name", "role", "gender"))
    told = by_document(found["quotes"], ("entity_id", "source_title", "source_organisation"))
    mentions = by_document(found["mentions"], ("entity_id", "text", "kind"))
    metadata = by_document(found["metadata"], ("field", "value", "zone", "confidence"))
    made = []
    for record in records:
        key = record.doc_id
        said = _said(quotes.get(key, []), chains.get(key, []), set(usual.get(key, ())), set(chosen.get(key, ())))
        sightings = _sightings(said, entities.get(key, []), mentions.get(key, []))
        _note_titles(sightings, told.get(key, []))
        there = [(name, role) for _, name, role, _ in entities.get(key, []) if name]
        names = [name for name, role in there if role == "speaker"]
        around = [name for name, role in there if role != "document" and not is_common(name)]
        page = found_metadata(metadata.get(key, []))
        moment = timestamp_of(published_of(record.meta, page))
        outlet = outlet_of(record) or page["outlet"]
        counted = [quote for quote in said if quote.is_usual or quote.is_chosen]
        made.append(Seen(key, outlet, moment, _month(moment), counted, sightings, names, around))
    return made


def _said(
    quotes: Iterable[tuple[Any, Any, Any, Any, Any]],
    chains: Iterable[tuple[Any, ...]],
    usual: Container[tuple[int]],
    chosen: Container[tuple[int]],
) -> list[Said]:
    steps: dict[int, list[Step]] = {}
    for quote_id, *step in chains:
        steps.setdefault(quote_id, []).append(Step(*step))
    return [Said(*quote, steps.get(quote[0], []), quote[:1] in usual, quote[:1] in chosen) for quote in quotes]


def _sightings(
    said: Iterable[Said], entities: Iterable[tuple[Any, ...]], mentions: Iterable[tuple[Any, ...]]
) -> dict[int, Sighting]:
    entities = list(entities)
    named = {entity_id: Name(name, kind_of(role, name)) for entity_id, name, role, _ in entities if name}
    genders = {entity_id: gender for entity_id, _, _, gender in entities}
    _name_steps(said, named)
    heard, usual = _heard(said), _heard(quote for quote in said if quote.is_usual)
    chosen = _heard(quote for quote in said if quote.is_chosen)
    sightings = {
        key: _sighting(key, name, key in usual, key in chosen, genders.get(key))
        for key, name in named.items()
        if key in heard
    }
    for entity_id, text, kind in mentions:
        if kind in NAMING and entity_id in sightings:
            _note_mention(sightings[entity_id], " ".join(text.split()))
    return sightings


def _sighting(entity_id: int, name: Name, is_usual: bool, is_chosen: bool, gender: str | None) -> Sighting:
    """An entity that speaks or passes words on, without the titles in a person's name."""
    made = Sighting(entity_id, name, name.text, is_usual, is_chosen, gender)
    if name.kind == "person" and (plain := bare(name.text)) != name.text:
        made.name = Name(plain, name.kind)
        made.aliases.add(name.text)
        made.titles.append((name.text[: -len(plain)].strip(), None))
    return made


def _note_titles(sightings: Mapping[int, Sighting], told: Iterable[tuple[Any, ...]]) -> None:
    """Title and organisation of a speaker: those in `quotes` take precedence over those in mentions."""
    given: dict[int, list[tuple[str | None, str | None]]] = {}
    for entity_id, title, organisation in told:
        if entity_id in sightings and sightings[entity_id].name.kind == "person" and (title or organisation):
            given.setdefault(entity_id, []).append((title, organisation))
    for entity_id, titles in given.items():
        sightings[entity_id].titles = titles


def _heard(said: Iterable[Said]) -> set[int]:
    """The entities that speak, and those that are steps."""
    return {entity for quote in said for entity in (quote.entity_id, *(step.entity_id for step in quote.steps))}


def _name_steps(said: Iterable[Said], named: dict[int, Name]) -> None:
    """Give an entity, if necessary a new one, to bodies named by a part of a mention, as in "a Gallup poll"."""
    ids = {folded(name.text): entity_id for entity_id, name in named.items()}
    for quote in said:
        for step in quote.steps:
            if step.entity_id == -1 and step.role in BODIES and step.name[:1].isupper():
                step.entity_id = ids.setdefault(folded(step.name), -2 - len(ids))
                named.setdefault(step.entity_id, Name(step.name, step.role))


def kind_of(role: str, name: str | None = None) -> str:
    """The kind of an entity with this role: a speaker is a person, or a group if two people or outlets are named.

    >>> kind_of("speaker", "Ada Holm"), kind_of("speaker", "Ada Holm and Omar Diaz"), kind_of("outlet")
    ('person', 'group', 'outlet')
    """
    if role in ("speaker", "outlet", "agency") and name is not None and " and " in name:
        return "group"
    return "person" if role == "speaker" else role


def _month(moment: int | None) -> str | None:
    if moment is None:
        return None
    from datetime import UTC, datetime, timedelta

    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
    return f"{when.year:04d}-{when.month:02d}"


# ------------------------------------------------------------------------------------------- names in mentions


def _note_mention(sighting: Sighting, text: str) -> None:
    """Another name of an entity, and its title if the mention has one."""
    name = sighting.name.text
    if sighting.name.kind == "person" and (title := title_in(text, name)) != (None, None):
        sighting.titles.append(title)
    text = re.sub(r"^(?:the|a|an)\s+|['’]s?$", "", text, flags=re.IGNORECASE)
    if text not in sighting.aliases and _is_alias(text, name):
        sighting.aliases.add(text)


def _is_alias(text: str, name: str) -> bool:
    """Whether a mention is another form of a name, and nothing more."""
    words = text.split()
    if text == name or not 0 < len(words) <= _LONGEST_ALIAS or not words[-1][0].isupper():
        return False
    return not _MORE.search(text) and _core.link_names([name, text]) == [0, 0]


def title_in(mention: str, name: str) -> tuple[str | None, str | None]:
    """The title of somebody in a mention, and the body in which they have it; None for what it does not say.

    >>> title_in("Imogen Tarrant, the chief executive of Tarrant Inclines", "Imogen Tarrant")
    ('chief executive', 'Tarrant Inclines')
    >>> title_in("Mayor Omar Diaz", "Omar Diaz"), title_in("Mr Diaz", "Omar Diaz")
    (('Mayor', None), (None, None))
    """
    before, found, behind = mention.partition(name)
    if not found:
        return None, None
    if behind.startswith(", "):
        return _in_apposition(behind[2:])
    words = before.split()
    if (
        not 0 < len(words) <= 4
        or "ADDRESS" in _core.word_classes(words[-1].lower())
        or words[-1].endswith(("’s", "'s"))
    ):
        return None, None
    return _title(before), None


def _in_apposition(text: str) -> tuple[str | None, str | None]:
    text = text.partition(",")[0]
    owner, _, owned = text.replace("’s ", "'s ").partition("'s ")
    if owned:
        return _title(owned), _body(owner)
    title, _, body = re.sub(r"\s+(?:of|for|at)\s+", "\t", text, count=1).partition("\t")
    return _title(title), _body(body)


def _title(text: str) -> str | None:
    text = re.split(r"\s+(?:who|whose|which|that|from|with|in|on)\s", text, maxsplit=1)[0]
    text = re.sub(r"^(?:the|a|an|its|their|his|her)\s+", "", text, flags=re.IGNORECASE).strip()
    return text if text and not any(c.isdigit() for c in text) and len(text.split()) <= 6 else None


def _body(text: str) -> str | None:
    text = re.sub(r"^the\s+", "", text.strip(), flags=re.IGNORECASE)
    return text if text[:1].isupper() and len(text.split()) <= 8 else None


# ------------------------------------------------------------------------------------------------ joining them


@dataclass(slots=True)
class Source:
    """One source of a corpus: its sightings, and the user's own data about it."""

    known: KnownSource | None
    scope: str  # the only document that it belongs to; "" for all
    seen: list[tuple[Seen, Sighting]] = field(default_factory=list)
    name: str = ""
    kind: str = ""
    n_usual: int = 0
    n_quotes: int = 0  # in the chosen quotes
    n_words: int = 0
    number: int = -1

    @property
    def order(self) -> tuple[Any, ...]:
        return not self.usual, -self.n_usual, -len(self.usual), self.name, self.kind, self.scope

    @property
    def usual(self) -> set[str]:
        """The documents in whose usual quotes it appears."""
        return {of.doc_id for of, sighting in self.seen if sighting.is_usual}

    @property
    def documents(self) -> set[str]:
        """The documents in whose chosen quotes it appears."""
        return {of.doc_id for of, sighting in self.seen if sighting.is_chosen}


class AnySource(Protocol):
    """A source, for tables that count by source."""

    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Linked(Protocol):
    """Knows which source an entity is."""

    def get(self, of: Seen, entity_id: int) -> AnySource | None: ...


class Whole(NamedTuple):
    """What is known about all documents if only some are at hand."""

    clusters: Mapping[Name, Sequence[Name]]
    others: Mapping[str, set[str]]  # by doc_id, the full names of people that few documents have: see `telling`
    around: Mapping[str, set[str]]  # the same of all names
    n_documents: int


class Sources:
    """The sources of some documents, numbered: those with most quotes first."""

    def __init__(self, documents: Sequence[Seen], claims: Claims, whole: Whole | None = None) -> None:
        whole = _whole_of(documents, claims) if whole is None else whole
        clusters = whole.clusters
        self._homes = _homes(documents, whole, claims) | _homes_of_common(documents, whole, claims)
        shared = {id(cluster): _claim(cluster, claims.own) for cluster in clusters.values()}
        made: dict[Any, Source] = {}
        self._of: dict[tuple[str, int], Source] = {}
        for of in documents:
            for sighting in of.sightings.values():
                cluster = clusters.get(sighting.name, [sighting.name])
                home, _ = self._homes.get((of.doc_id, sighting.entity_id), (cluster[0], []))
                cluster = clusters.get(home, cluster) if isinstance(home, Name) else cluster
                claimed = claims.of(sighting.name.text, sighting.aliases)
                claimed = claimed or _fitting(sighting, shared.get(id(cluster)))
                scope = of.doc_id if claimed is None and _is_of_one_document(sighting.name) else ""
                if not isinstance(home, Name):  # a name without a full form, or one that many bodies have
                    scope = home[1][0]
                key = claimed.name if claimed is not None else (home, scope)
                source = made.setdefault(key, Source(claimed, scope))
                source.seen.append((of, sighting))
                self._of[of.doc_id, sighting.entity_id] = source
            self._count(of)
        for source in made.values():
            _settle(source)
        ranked = sorted(made.values(), key=lambda source: source.order)
        for number, source in enumerate(ranked):
            source.number = number
        self.ranked: list[Source] = ranked
        self.chosen: list[Source] = [source for source in ranked if source.documents]

    def _count(self, of: Seen) -> None:
        for quote in of.said:
            source = self._of.get((of.doc_id, quote.entity_id))
            if source is not None:
                source.n_usual += quote.is_usual
                source.n_quotes += quote.is_chosen
                source.n_words += quote.n_words if quote.is_chosen else 0

    def get(self, of: Seen, entity_id: int) -> Source | None:
        """The source that an entity of a document is, or None."""
        return self._of.get((of.doc_id, entity_id))

    def evidence(self, of: Seen, sighting: Sighting) -> str:
        """Why an entity belongs to its source."""
        if self._of[of.doc_id, sighting.entity_id].known is not None:
            return "given"
        _, told = self._homes.get((of.doc_id, sighting.entity_id), (None, []))
        return " | ".join(told) or "name"

    @property
    def names(self) -> dict[tuple[str, int], str]:
        """The name of each entity that is one of the user's sources, by doc_id and entity_id."""
        return {key: source.name for key, source in self._of.items() if source.known is not None}

    # -------------------------------------------------------------------------------------------- as tables

    def table(self) -> Table:
        """The table of `Corpus.sources`."""
        rows = [row_of(source) for source in self.chosen]
        columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in COLUMNS}
        types = dict(COLUMNS)
        extras = [dict(source.known.columns) if source.known else {} for source in self.chosen]
        for name in dict.fromkeys(name for extra in extras for name in extra):
            values = [extra.get(name) for extra in extras]
            if name in columns:
                ours = zip(values, columns[name], strict=True)
                columns[name] = [found if own is None else str(own) for own, found in ours]
            else:
                columns[name], types[name] = typed(values)
        return Table.from_columns(columns, list(types.values()))

    def links(self, documents: Iterable[Seen]) -> Table:
        """The table of `Corpus.source_links`."""
        rows = [
            {
                "doc_id": of.doc_id,
                "entity_id": entity,
                "source_id": self._of[of.doc_id, entity].number,
                "name": of.sightings[entity].called,
                "evidence": self.evidence(of, of.sightings[entity]),
            }
            for of in documents
            for entity in sorted(of.sightings)
            if entity >= 0 and of.sightings[entity].is_chosen
        ]
        return table_of(rows, types_of("source_links"))


def is_short(name: Name) -> bool:
    """Whether a name is a person's without a given name."""
    return name.kind == "person" and not is_whole(name.text)


def is_linked(name: Name) -> bool:
    """Whether a name is joined with others over all documents; short names are joined by evidence instead."""
    return name.kind != "group" and not is_short(name)


def may_be_short(name: Name) -> bool:
    """Whether a body's name may be the last name of a person."""
    return name.kind == "organisation" and len(name.text.split()) == 1 and not name.text.isupper()


def has_many_bearers(name: Name) -> bool:
    """Whether a name means something else in other documents unless there is evidence, like names of documents."""
    return not _is_of_one_document(name) and (
        name.kind == "document" or (name.kind != "group" and is_common(name.text))
    )


def whole_names(of: Seen) -> set[str]:
    """The names of people with a given name in a document, folded."""
    return {folded(name) for name in of.names if is_whole(name)}


def called_in(of: Seen) -> Iterable[set[str]]:
    """The names that a document gives to each body."""
    for sighting in of.sightings.values():
        if sighting.name.kind in BODIES:
            yield {sighting.name.text, *sighting.aliases}


def _whole_of(documents: Sequence[Seen], claims: Claims) -> Whole:
    """What is known about all documents if all are at hand."""
    bearers = (sighting.name for of in documents for sighting in of.sightings.values())
    names = Counter(name for name in bearers if is_linked(name))
    called = pairs_of(called for of in documents for called in called_in(of))
    others = telling({of.doc_id: whole_names(of) for of in documents})
    around = telling({of.doc_id: of.around for of in documents})
    return Whole(joined(names, claims.own, called), others, around, len(documents))


def _homes(documents: Sequence[Seen], whole: Whole, claims: Claims) -> dict[tuple[str, int], tuple[Any, Evidence]]:
    """Where each short name and each form of a given name belongs, by doc_id and entity_id, and why.

    Not those of the user's own table.
    """
    homes: dict[Name, Home] = {}
    shorts, people = [], []
    for of in documents:
        for sighting in of.sightings.values():
            name, key = sighting.name, (of.doc_id, sighting.entity_id)
            facts = _facts_of(of, sighting, whole.others[of.doc_id])
            is_body = may_be_short(name)
            if name.kind == "person" and not is_short(name):
                cluster = whole.clusters[name]
                texts = [other.text for other in cluster]
                homes.setdefault(cluster[0], Home(cluster[0], texts)).facts.add(facts)
                people.append((key, cluster[0]))
            elif (is_body or is_short(name)) and claims.of(name.text, sighting.aliases) is None:
                moment = of.published
                order = (moment is None, moment or 0, *key)
                shorts.append(Short(key, name.text, order, facts, is_body))
    variants = variants_in(homes.values(), whole.n_documents)
    ordered = sorted((home for name, home in homes.items() if name not in variants), key=lambda home: home.names)
    found = Homes(ordered, whole.n_documents).settle(shorts)
    return found | {key: variants[first] for key, first in people if first in variants}


def _homes_of_common(
    documents: Sequence[Seen], whole: Whole, claims: Claims
) -> dict[tuple[str, int], tuple[Any, Evidence]]:
    """Which "Police" and which "Gallup poll" are the same, by doc_id and entity_id; in a small corpus, all."""
    if whole.n_documents <= SMALL:
        return {}
    alike: dict[Name, list[tuple[tuple[str, int], Facts]]] = {}
    for of in sorted(documents, key=lambda of: (of.published is None, of.published or 0, of.doc_id)):
        for sighting in of.sightings.values():
            name = sighting.name
            if not has_many_bearers(name) or claims.of(name.text, sighting.aliases):
                continue
            dates = {of.published} if of.published is not None else set()
            facts = Facts(others=whole.around[of.doc_id], dates=dates)
            alike.setdefault(whole.clusters.get(name, [name])[0], []).append(((of.doc_id, sighting.entity_id), facts))
    return {key: home for name, seen in alike.items() for key, home in settle_common(name, seen).items()}


def _facts_of(of: Seen, sighting: Sighting, others: set[str]) -> Facts:
    own = folded(sighting.name.text).split()[-1:]
    return Facts(
        titles={title_of(title) for title, _ in sighting.titles if title} - {""},
        organisations={folded(body) for _, body in sighting.titles if body},
        genders={sighting.gender} if sighting.gender else set(),
        others={name for name in others if name.split()[-1:] != own},
        dates={of.published} if of.published is not None else set(),
    )


def _claim(cluster: Sequence[Name], own: Mapping[str, KnownSource]) -> KnownSource | None:
    """The one of the user's sources that a cluster has a name of."""
    return next((own[folded(name.text)] for name in cluster if folded(name.text) in own), None)


def _fitting(sighting: Sighting, known: KnownSource | None) -> KnownSource | None:
    """The user's source whose name or whole alias agrees with the name of a sighting."""
    names = [known.name, *(alias for alias in known.aliases if " " in alias)] if known else []
    return known if any(_core.link_names([name, sighting.name.text]) == [0, 0] for name in names) else None


def _is_of_one_document(name: Name) -> bool:
    """Whether a name means something else in each document: that of a document whose owner has no name."""
    return name.kind == "document" and (not any(c.isupper() for c in name.text) or is_common(name.text))


def _settle(source: Source) -> None:
    """The name and the kind of a source: the most frequent ones, by document."""
    names = Counter(sighting.name.text for _, sighting in source.seen)
    kinds = Counter(sighting.name.kind for _, sighting in source.seen)
    ranks = [*BODIES, "person", "group", "document"]
    source.kind = max(kinds, key=lambda kind: (kinds[kind], -ranks.index(kind) if kind in ranks else -len(ranks)))
    source.name = source.known.name if source.known else min(names, key=lambda name: _rank(name, names[name]))


def _rank(name: str, n: int) -> tuple[Any, ...]:
    """A sort key: full names first, names in capitals last, then by number of documents, then the longest first."""
    n_words = sum(len(word.rstrip(".")) > 1 for word in name.split())
    return n_words < 2, n_words > 1 and name.isupper(), -n, -n_words, -len(name), name


def row_of(source: Source) -> dict[str, Any]:
    aliases = {sighting.name.text for _, sighting in source.seen}.union(*(s.aliases for _, s in source.seen))
    aliases.update(source.known.aliases if source.known else ())
    moments = [of.published for of, sighting in source.seen if sighting.is_chosen and of.published is not None]
    title, organisation = _title_of(source)
    return {
        "source_id": source.number,
        "name": source.name,
        "aliases": " | ".join(sorted(aliases - {source.name})) or None,
        "kind": source.kind,
        "title": title,
        "organisation": organisation,
        "n_documents": len(source.documents),
        "n_quotes": source.n_quotes,
        "n_words": source.n_words,
        "first_seen": min(moments, default=None),
        "last_seen": max(moments, default=None),
    }


def _title_of(source: Source) -> tuple[str | None, str | None]:
    """The title that most documents give, and the body that most of these documents give."""
    pairs = [pair for _, sighting in source.seen for pair in set(sighting.titles)]
    titles = Counter(title for title, _ in pairs if title)
    title = min(titles, key=lambda title: (-titles[title], title), default=None)
    if title is None or titles[title] < _LEAST_TITLED * len(source.seen):
        return None, None
    bodies = Counter(body for of, body in pairs if body and of == title)
    return title, min(bodies, key=lambda body: (-bodies[body], body), default=None)


def is_chosen(said: Said) -> bool:
    """Whether a quote is among those that were asked for."""
    return said.is_chosen


def sortable(group: Iterable[Any]) -> list[tuple[bool, str]]:
    """A key to order groups by, nulls last."""
    return [(value is None, str(value)) for value in group]
