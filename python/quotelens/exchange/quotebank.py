"""Quotebank's records of quotations."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from quotelens import _core
from quotelens.analysis.annotation import document_meta
from quotelens.analysis.engine import Core
from quotelens.analysis.filter import USUAL
from quotelens.analysis.recurrence import analyse
from quotelens.corpus import Corpus
from quotelens.exchange.shared import check_corpus, one_file, plain, web_address, well_formed
from quotelens.reading.records import Record
from quotelens.table.files import json_line

_NOBODY = "None"  # Quotebank's name for a quotation without a speaker


class _Occurrence(NamedTuple):
    """A quotation in a document."""

    doc_id: str
    words: str
    entity_id: int
    speaker: str | None
    source_confidence: float
    date: str | None
    url: str | None


def to_quotebank(corpus: Corpus, path: str | os.PathLike[str]) -> int:
    """Write quotations as JSONL with the fields of Quotebank's quotation-centric data, one line per quotation.

    The fields are described at <https://zenodo.org/records/4277311>: quoteID, quotation, speaker, qids, date,
    numOccurrences, probas, urls, phase.  A quotation is the words in marks of a direct or mixed quote of
    `Corpus.quotes`, without the outer marks; its parts are joined by blanks.

    As in Quotebank, quotations with the same letters and digits share one line.  `probas` lists the speakers with
    their chances, as strings, averaged over all occurrences ("None" for nobody); the most likely one is `speaker`.
    `date` and wording are those of the earliest occurrence, in UTC if the zone is known.

    Unlike in Quotebank, a speaker is one of `Corpus.sources`, not of Wikidata, and `qids` is empty unless
    `Config.add_sources` has a column `qid`.  Only the source that was found has a chance.  A date may lack the time,
    or be null.  `urls` lists the documents that have a url.  `phase`, a period of Quotebank's own collection, is
    always null.

    Returns the number of documents with a quotation.  Raises TypeError for anything but a corpus, and
    FileNotFoundError if the folder does not exist.

    >>> import json, pathlib, tempfile, quotelens as ql
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     texts = ["“It rained,” Ann Lee said.", "“It rained”, said Ms Lee."]
    ...     n = to_quotebank(ql.Corpus(texts), f"{folder}/a.jsonl")
    ...     line = json.loads(pathlib.Path(folder, "a.jsonl").read_text("utf-8"))
    >>> n, line["quotation"], line["speaker"], line["numOccurrences"]
    (2, 'It rained,', 'Ann Lee', 2)
    """
    check_corpus(corpus, "to_quotebank")
    groups: dict[str, list[_Occurrence]] = defaultdict(list)
    for occurrences in corpus._each(_occurrences):
        for occurrence in occurrences:
            key = "".join(c for c in occurrence.words.casefold() if c.isalnum())
            if key:
                groups[key].append(occurrence)
    named = _names(corpus)
    numbers: dict[str, int] = defaultdict(int)
    with one_file(Path(path)) as file:
        for group in groups.values():
            file.write(json_line(_line(group, named, numbers)))
    return len({occurrence.doc_id for group in groups.values() for occurrence in group})


def _occurrences(record: Record, engine: Core, counts: _core.LineCounts | None) -> list[_Occurrence]:
    """The quotations of a document."""
    found = analyse(engine, [record], ("metadata", "quotes", "pieces"), counts)
    date = _date(plain(document_meta(record, found["metadata"])["published"]))
    url = web_address(record.meta.get("url"))
    pieces: dict[int, list[str]] = defaultdict(list)
    names = ("quote_id", "start", "end", "open_mark", "close_mark")
    for quote_id, start, end, opens, closes in zip(*map(found["pieces"].column, names), strict=True):
        piece = well_formed(record.text[start:end])
        pieces[quote_id].append(piece.removeprefix(opens or "").removesuffix(closes or "").strip())
    quotes = USUAL(found["quotes"])
    names = ("quote_id", "kind", "entity_id", "speaker", "source_confidence")
    return [
        _Occurrence(record.doc_id, " ".join(pieces[quote_id]), entity_id, speaker, confidence or 0.0, date, url)
        for quote_id, kind, entity_id, speaker, confidence in zip(*map(quotes.column, names), strict=True)
        if kind in ("direct", "mixed")
    ]


def _date(published: Any) -> str | None:
    """A date as Quotebank writes it."""
    try:
        read = datetime.fromisoformat(published)
    except (TypeError, ValueError):
        return published if isinstance(published, str) else None
    if len(published) <= len("2024-03-05"):
        return str(read.date())
    return (read.astimezone(UTC) if read.tzinfo else read).strftime("%Y-%m-%d %H:%M:%S")


def _names(corpus: Corpus) -> dict[tuple[str, int], tuple[str, str | None]]:
    """Name and qid of the source that an entity of a document is."""
    documents = corpus._seen()
    sources = corpus._sources(documents)
    table = sources.table()
    qids: Iterable[Any] = table["qid"] if "qid" in table.columns else [None] * len(table)
    known = dict(zip(table["source_id"], zip(table["name"], qids, strict=True), strict=True))
    return {
        (link["doc_id"], link["entity_id"]): known[link["source_id"]]
        for link in sources.links(documents)
        if link["source_id"] in known
    }


def _line(
    group: Sequence[_Occurrence],
    named: dict[tuple[str, int], tuple[str, str | None]],
    numbers: dict[str, int],
) -> dict[str, Any]:
    """The record of one quotation."""
    chances: dict[str, float] = defaultdict(float)
    qids: dict[str, str | None] = {}
    for occurrence in group:
        name, qid = named.get((occurrence.doc_id, occurrence.entity_id), (occurrence.speaker or _NOBODY, None))
        chance = occurrence.source_confidence if name != _NOBODY else 1.0
        chances[name] += chance / len(group)
        chances[_NOBODY] += (1.0 - chance) / len(group)
        qids[name] = qid
    probas = sorted(chances.items(), key=lambda item: (-item[1], item[0]))
    speaker = probas[0][0]
    first = min(group, key=lambda occurrence: (occurrence.date is None, occurrence.date or ""))
    day = (first.date or "undated")[:10]
    numbers[day] += 1
    qid = qids.get(speaker)
    return {
        "quoteID": f"{day}-{numbers[day]:06d}",
        "quotation": first.words,
        "speaker": speaker,
        "qids": [] if qid is None else [str(qid)],
        "date": first.date,
        "numOccurrences": len(group),
        "probas": [[name, f"{chance:.4f}"] for name, chance in probas if chance >= 0.00005],
        "urls": sorted({occurrence.url for occurrence in group if occurrence.url}),
        "phase": None,
    }
