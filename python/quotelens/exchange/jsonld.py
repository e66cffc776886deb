"""W3C Web Annotations in JSON-LD, one per quote."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quotelens.corpus import Corpus
from quotelens.exchange.shared import (
    FLAGS,
    PARTS,
    WITHIN,
    Annotated,
    Assembly,
    Region,
    Relation,
    Span,
    annotated,
    check_corpus,
    one_file,
    read_document,
    read_json,
    statement_fields,
    web_address,
)
from quotelens.table.files import json_line

_AROUND = 32  # characters of a prefix and a suffix
_OURS = "urn:quotelens:"
# What of http://www.w3.org/ns/anno.jsonld is used, with the same meanings, and terms of our own after it.
_CONTEXT: dict[str, Any] = {
    "oa": "http://www.w3.org/ns/oa#",
    "as": "http://www.w3.org/ns/activitystreams#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "ql": _OURS,
    "id": "@id",
    "type": "@type",
    "Annotation": "oa:Annotation",
    "AnnotationCollection": "as:OrderedCollection",
    "AnnotationPage": "as:OrderedCollectionPage",
    "SpecificResource": "oa:SpecificResource",
    "TextualBody": "oa:TextualBody",
    "TextPositionSelector": "oa:TextPositionSelector",
    "TextQuoteSelector": "oa:TextQuoteSelector",
    "Text": "dctypes:Text",
    "classifying": "oa:classifying",
    "identifying": "oa:identifying",
    "linking": "oa:linking",
    "tagging": "oa:tagging",
    "body": {"@id": "oa:hasBody", "@type": "@id"},
    "target": {"@id": "oa:hasTarget", "@type": "@id"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "selector": {"@id": "oa:hasSelector", "@type": "@id"},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": "oa:hasPurpose", "@type": "@vocab"},
    "via": {"@id": "oa:via", "@type": "@id"},
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "value": "rdf:value",
    "label": "rdfs:label",
    "first": {"@id": "as:first", "@type": "@id"},
    "startIndex": {"@id": "as:startIndex", "@type": "xsd:nonNegativeInteger"},
    "items": {"@id": "as:items", "@type": "@id", "@container": "@list"},
    "total": {"@id": "as:totalItems", "@type": "xsd:nonNegativeInteger"},
    "documents": "@included",
    "doc_id": "dcterms:identifier",
    "title": "dc:title",
    "published": "dcterms:issued",
    "byline": "dc:creator",
    "outlet": "dc:publisher",
    **{f"ql:{name}": {"@id": f"{_OURS}{name}", "@type": "xsd:boolean"} for name in FLAGS},
    "ql:confidence": {"@id": f"{_OURS}confidence", "@type": "xsd:double"},
    "ql:within": {"@id": f"{_OURS}within", "@type": "@id"},
}
_HEAD = (
    f'{{"@context": {json.dumps(_CONTEXT)},\n'
    '"type": "AnnotationCollection", "label": "Quotes found by quotelens",\n'
    '"first": {"type": "AnnotationPage", "startIndex": 0, "items": ['
)


# --------------------------------------------------------------------------------------------------------- writing


def to_jsonld(corpus: Corpus, path: str | os.PathLike[str]) -> int:
    """Write the quotes as W3C Web Annotations: one JSON-LD file that includes the texts.

    The file is an AnnotationCollection with one page (<https://www.w3.org/TR/annotation-model/>).  It includes the
    context, so nothing has to be fetched.  The targets of an annotation are the spans of the quote, each with a
    TextPositionSelector (code points) and a TextQuoteSelector with 32 characters of context.  Its bodies are kind and
    act (classifying), the name of the speaker (identifying), and source and cue as places in the text (linking).  A
    type of our own, such as `ql:Kind`, distinguishes bodies; `ql:confidence`, `ql:within` (the quote around it) and
    flags are ours, too.  Documents have ids such as `urn:quotelens:document:a`.  Their text, title and so on are in
    `documents` (JSON-LD 1.1's `@included`); `via` is the url.

    Returns the number of documents.  Raises TypeError for anything but a corpus, and FileNotFoundError if the folder
    does not exist.

    >>> import json, pathlib, tempfile, quotelens as ql
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_jsonld(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/a.jsonld")
    ...     found = json.loads(pathlib.Path(folder, "a.jsonld").read_text("utf-8"))
    >>> found["first"]["items"][0]["target"][0]["selector"][0]
    {'type': 'TextPositionSelector', 'start': 0, 'end': 12}
    >>> [body["value"] for body in found["first"]["items"][0]["body"] if "value" in body]
    ['direct', 'speech', 'Ann Lee']
    """
    check_corpus(corpus, "to_jsonld")
    total, described = 0, []
    with one_file(Path(path)) as file:
        file.write(_HEAD)
        for document, lines in corpus._each(lambda *given: _items(annotated(*given))):
            file.writelines((",\n" if total + k else "\n") + line for k, line in enumerate(lines))
            total += len(lines)
            described.append(document)
        file.write(f'\n]}},\n"total": {total},\n"documents": [')
        file.writelines((",\n" if k else "\n") + _json(_description(item)) for k, item in enumerate(described))
        file.write("\n]}\n")
    return len(described)


def _json(value: Any) -> str:
    return json_line(value).rstrip("\n")


def _items(document: Annotated) -> tuple[Annotated, list[str]]:
    """The document without what was found in it, and that as annotations."""
    lines = [_json(_annotation(document, statement)) for statement in document.quotes]
    return document._replace(quotes=[]), lines


def _id(doc_id: str) -> str:
    return f"{_OURS}document:{quote(doc_id, safe='', errors='surrogatepass')}"


def _description(document: Annotated) -> dict[str, Any]:
    meta = {name: document.meta[name] for name in ("title", "published", "byline", "outlet")}
    meta["via"] = web_address(document.meta["url"])
    known = {name: value for name, value in meta.items() if value}
    return {"id": _id(document.doc_id), "type": "Text", "doc_id": document.doc_id, **known, "value": document.text}


def _annotation(document: Annotated, statement: Mapping[str, Any]) -> dict[str, Any]:
    base = _id(document.doc_id)
    fields = statement_fields(statement)
    said = (("Kind", "classifying", "type"), ("Act", "classifying", "act"), ("Speaker", "identifying", "speaker"))
    bodies: list[dict[str, Any]] = [
        {"type": ["TextualBody", f"ql:{name}"], "purpose": purpose, "value": fields[key]}
        for name, purpose, key in said
        if key in fields
    ]
    for role in PARTS:
        if (part := statement[role]) is not None:
            kind = {"ql:kind": part["kind"]} if role == "source" else {}
            place = _place(document, part["start"], part["end"])
            bodies.append(
                {**place, "type": ["SpecificResource", f"ql:{role.capitalize()}"], "purpose": "linking", **kind}
            )
    parent = statement["parent_id"]
    return {
        "id": f"{base}#q{statement['quote_id']}",
        "type": "Annotation",
        "motivation": "identifying",
        "target": [_place(document, start, end) for start, end in statement["spans"]],
        "body": bodies,
        **{f"ql:{name}": fields[name] for name in ("confidence", *FLAGS) if name in fields},
        **({"ql:within": f"{base}#q{parent}"} if parent >= 0 else {}),
    }


def _place(document: Annotated, start: int, end: int) -> dict[str, Any]:
    text = document.text
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    words = {"prefix": text[max(start - _AROUND, 0) : start], "suffix": text[end : end + _AROUND]}
    return {
        "type": "SpecificResource",
        "source": _id(document.doc_id),
        "selector": [position, {"type": "TextQuoteSelector", "exact": text[start:end], **words}],
    }


# --------------------------------------------------------------------------------------------------------- reading


def from_jsonld(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read a file that `to_jsonld` wrote, corrected or not, as gold for `evaluate` and `train`.

    Documents are as `from_brat` gives them.  Only this JSON layout is read, not equivalent RDF.

    Raises ValueError, naming file and annotation, for malformed input, or if the quoted text is not at its position.

    >>> import quotelens as ql, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_jsonld(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/a.jsonld")
    ...     quote = from_jsonld(f"{folder}/a.jsonld")[0]["quotes"][0]
    >>> quote["spans"], quote["source"]["text"], quote["speaker"]
    ([(0, 12)], 'Ann Lee', 'Ann Lee')
    """
    name = os.fspath(path)
    found = read_json(path)
    try:
        texts = {item["id"]: (item["doc_id"], item["value"]) for item in found["documents"]}
        items = list(found["first"]["items"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{name}: this is not a collection as to_jsonld writes it: {error!r}.") from None
    marked: dict[str, tuple[list[Region], list[Relation]]] = {key: ([], []) for key in texts}
    for number, item in enumerate(items):
        place = f"{name}: items[{number}]"
        try:
            key = item["target"][0]["source"]
            text = texts[key][1]
            _read(item, text, *marked[key], place)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(f"{place}: this is not an annotation as to_jsonld writes it: {error!r}.") from None
    documents = []
    for key, (doc_id, text) in texts.items():
        quotes = Assembly(*marked[key], f"{name}: {doc_id!r}").quotes(text)
        documents.append(read_document(doc_id, text, quotes, f"{name}: {doc_id!r}"))
    return documents


def _read(item: Mapping[str, Any], text: str, regions: list[Region], relations: list[Relation], place: str) -> None:
    """Add the quote, its source and its cue to the regions."""
    key = item["id"]
    names = {"ql:Kind": "type", "ql:Act": "act", "ql:Speaker": "speaker"}
    statement = Region(key, "quote", [_span(target, text, place) for target in item["target"]])
    statement.fields = {flag: True for flag in FLAGS if item.get(f"ql:{flag}")}
    regions.append(statement)
    for body in item["body"]:
        kind = next((name for name in body["type"] if name.startswith("ql:")), "")
        role = kind.removeprefix("ql:").lower()
        if kind in names:
            statement.fields[names[kind]] = body["value"]
        elif role in PARTS:
            fields = {"kind": body["ql:kind"]} if "ql:kind" in body else {}
            regions.append(Region(f"{key} {role}", role, [_span(body, text, place)], fields))
            relations.append(Relation(key, f"{key} {role}", role))
    if "ql:within" in item:
        relations.append(Relation(key, item["ql:within"], WITHIN))


def _span(target: Mapping[str, Any], text: str, place: str) -> Span:
    selectors = {selector["type"]: selector for selector in target["selector"]}
    start, end = (selectors["TextPositionSelector"][name] for name in ("start", "end"))
    exact = selectors["TextQuoteSelector"]["exact"]
    if text[start:end] != exact:
        raise ValueError(f"{place}: the text from {start} to {end} is {text[start:end]!r}, not {exact!r} as stated.")
    return start, end
