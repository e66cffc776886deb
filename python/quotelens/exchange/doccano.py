"""doccano's JSONL of sequence labelling with relations."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from quotelens.analysis.filter import ACTS
from quotelens.annotations.gold import objects_of
from quotelens.corpus import Corpus
from quotelens.exchange.shared import (
    Annotated,
    Assembly,
    Region,
    Relation,
    annotated,
    check_corpus,
    graph,
    labelled,
    one_file,
    read_document,
    statement_fields,
)
from quotelens.table.files import json_line

_USUAL = {"scare": "none"}  # acts that a label does not name; for all other kinds speech
_APART = ("speaker", "hedged", "negated", "boilerplate")  # for which labels have no place


def to_doccano(corpus: Corpus, path: str | os.PathLike[str]) -> int:
    """Write JSONL for doccano: a line per document, with its text, entities and relations.

    The format is doccano's `JSONL(relation)`, for a sequence-labelling project that allows overlapping spans:
    <https://doccano.github.io/doccano/>.  Offsets are code points.  Each span of a quote is an entity, labelled with
    its kind, and with its act unless that is speech (`direct`, `indirect:thought`).  Relations link it to the
    `source`, the `cue`, the next span of the same quote (`continued`) and the quote around it (`within`).  Other keys
    become doccano's metadata: doc_id, title, published and so on.  Labels cannot hold speakers and flags, so the key
    `quotes` lists them by the place of the first span, in order.

    Returns the number of documents.  Raises TypeError for anything but a corpus, and FileNotFoundError if the folder
    does not exist.

    >>> import json, pathlib, tempfile, quotelens as ql
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_doccano(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/a.jsonl")
    ...     line = json.loads(pathlib.Path(folder, "a.jsonl").read_text("utf-8"))
    >>> line["entities"][0]
    {'id': 1, 'label': 'direct', 'start_offset': 0, 'end_offset': 12}
    >>> line["relations"][0]
    {'id': 1, 'from_id': 1, 'to_id': 2, 'type': 'source'}
    """
    check_corpus(corpus, "to_doccano")
    n, entities, relations = 0, count(1), count(1)
    with one_file(Path(path)) as file:
        for document in corpus._each(annotated):
            file.write(json_line(_line(document, entities, relations)))
            n += 1
    return n


def _line(document: Annotated, entity_ids: count[int], relation_ids: count[int]) -> dict[str, Any]:
    regions, relations = graph(document.quotes, whole=False)
    numbers: dict[str, int] = {}
    entities, apart = [], dict[str, list[dict[str, Any]]]()
    for region in regions:
        ((start, end),) = region.spans
        numbers[region.key] = next(entity_ids)
        entity = {"id": numbers[region.key], "label": _label(region), "start_offset": start, "end_offset": end}
        entities.append(entity)
    drawn = [
        {"id": next(relation_ids), "from_id": numbers[origin], "to_id": numbers[target], "type": name}
        for origin, target, name in relations
    ]
    for statement in document.quotes:
        fields = statement_fields(statement)
        apart.setdefault(_place(statement), []).append({key: fields[key] for key in _APART if key in fields})
    told = {place: said for place, said in apart.items() if any(said)}
    meta = {name: value for name, value in document.meta.items() if value is not None and value != []}
    line = {"text": document.text, "entities": entities, "relations": drawn, "doc_id": document.doc_id, **meta}
    return line | ({"quotes": told} if told else {})


def _place(statement: Mapping[str, Any]) -> str:
    """Where a quote begins, and which of the quotes that begin there it is."""
    start, end = statement["spans"][0]
    return f"{start}:{end}"


def _label(region: Region) -> str:
    kind, act = region.fields.get("type"), region.fields.get("act")
    if kind is None:
        return region.role
    return kind if act in (None, _USUAL.get(kind, "speech")) else f"{kind}:{act}"


def from_doccano(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read doccano's JSONL export of what `to_doccano` wrote, as gold for `evaluate` and `train`.

    Documents are as `from_brat` gives them, without the kind of a source.  A label without an act means speech (for
    scare quotes, no act).  Labels that `to_doccano` does not write are left out.  Speaker and flags are taken from
    what was written, if a quote still begins with the same span.  Exports without relations (`"label": [[0, 12,
    "direct"]]`) are read too; their quotes have no source, cue or parent_id.

    Raises ValueError, naming file and line, for malformed input.

    >>> import quotelens as ql, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_doccano(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/a.jsonl")
    ...     quote = from_doccano(f"{folder}/a.jsonl")[0]["quotes"][0]
    >>> quote["spans"], quote["source"]["text"], quote["speaker"]
    ([(0, 12)], 'Ann Lee', 'Ann Lee')
    """
    return [_document(line, number, place) for number, (place, line) in enumerate(objects_of(path))]


def _document(line: Any, number: int, place: str) -> dict[str, Any]:
    if not isinstance(line, Mapping) or not isinstance(line.get("text"), str):
        raise ValueError(f'{place}: an object with "text", "entities" and "relations" is expected.')
    text, related = line["text"], "entities" in line
    entities = line["entities"] if related else _entities(line.get("label") or line.get("labels") or [], place)
    relations = line.get("relations") or []
    if not isinstance(entities, list) or not isinstance(relations, list):
        raise ValueError(f'{place}: "entities" and "relations" should be lists.')
    regions, others = [], set()
    for entity in entities:
        region = _region(entity, place)
        if region is None:
            others.add(str(entity["id"]))
            continue
        regions.append(region)
    drawn = [relation for relation in (_relation(r, place) for r in relations) if not others & set(relation[:2])]
    quotes = Assembly(regions, drawn, place).quotes(text, related=related)
    for statement in quotes:
        statement.setdefault("act", _USUAL.get(statement["type"], "speech"))
    _tell(quotes, line.get("quotes"))
    doc_id = line.get("doc_id", line.get("id"))
    return read_document(str(number) if doc_id is None else str(doc_id), text, quotes, place)


def _tell(quotes: list[dict[str, Any]], told: Any) -> None:
    """Add what is stored apart from the labels."""
    waiting = {place: list(said) for place, said in told.items()} if isinstance(told, Mapping) else {}
    for statement in quotes:
        said = waiting.get(_place(statement))
        fields = said.pop(0) if said else {}
        statement["speaker"] = fields.get("speaker")
        statement |= {flag: True for flag in ("hedged", "negated") if fields.get(flag)}
        if fields.get("boilerplate"):
            statement["zone"] = "boilerplate"


def _entities(labels: Any, place: str) -> list[dict[str, Any]]:
    """The entities of an export without relations."""
    if not isinstance(labels, list) or not all(isinstance(label, list) and len(label) == 3 for label in labels):
        raise ValueError(f'{place}: "label" should be a list such as [[0, 12, "direct"]].')
    names = ("start_offset", "end_offset", "label")
    return [{"id": number, **dict(zip(names, label, strict=True))} for number, label in enumerate(labels)]


def _region(entity: Any, place: str) -> Region | None:
    """An entity as a region; None for a label that is not ours."""
    if not isinstance(entity, Mapping) or not {"id", "label", "start_offset", "end_offset"} <= entity.keys():
        raise ValueError(f"{place}: {entity!r} is not an entity with id, label, start_offset and end_offset.")
    kind, _, act = str(entity["label"]).partition(":")
    found = labelled(kind)
    if found is None:
        return None
    role, fields = found
    if role == "quote" and act:
        if act not in ACTS:
            raise ValueError(f"{place}: the label {entity['label']!r} has no act after its colon: {', '.join(ACTS)}.")
        fields["act"] = act
    span = entity["start_offset"], entity["end_offset"]
    if not all(isinstance(end, int) for end in span):
        raise ValueError(f"{place}: the entity {entity['id']} has no start_offset and end_offset in whole numbers.")
    return Region(str(entity["id"]), role, [span], fields)


def _relation(relation: Any, place: str) -> Relation:
    if not isinstance(relation, Mapping) or not {"from_id", "to_id"} <= relation.keys():
        raise ValueError(f"{place}: {relation!r} is not a relation with from_id, to_id and type.")
    return Relation(str(relation["from_id"]), str(relation["to_id"]), str(relation.get("type", "")))
