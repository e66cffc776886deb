"""Readers: a format is one function from a source of bytes to documents, named in READERS by the file's ending.

All are generators, and hold one document at a time; .json and the document formats read a file as a whole.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from quotelens.reading import archives, pages, plain, tables
from quotelens.reading.base import Found, Options, Reader, Source, ending
from quotelens.reading.plain import line_record
from quotelens.reading.records import Problem, Record, byte_order_mark
from quotelens.reading.tables import NoSuchColumnError
from quotelens.table.extras import optional


def _read_zip(source: Source, options: Options) -> Iterator[Found]:
    return archives.read_zip(source, options, found_in, tuple(kind for kind in KINDS if not kind.startswith(".zip")))


READERS: dict[str, Reader] = {
    ".txt": plain.read_text,
    ".md": plain.read_text,
    ".jsonl": plain.read_jsonl,
    ".json": plain.read_json,
    ".csv": tables.read_csv,
    ".tsv": tables.read_tsv,
    ".parquet": tables.read_parquet,
    ".xlsx": tables.read_xlsx,
    ".html": pages.read_html,
    ".htm": pages.read_html,
    ".warc": pages.read_warc,
    ".zip": _read_zip,
}
STREAM = "-"  # the ending assumed if there is none
PACKERS = (".gz", ".zst")
_HEAD = 1 << 16
KINDS = (*READERS, *(kind + packer for kind in READERS for packer in PACKERS))
_NEEDED = {
    ".parquet": ("pyarrow", "Reading Parquet"),
    ".xlsx": ("openpyxl", "Reading .xlsx"),
    ".html": ("trafilatura", "Reading HTML"),
    ".htm": ("trafilatura", "Reading HTML"),
    ".warc": ("warcio", "Reading .warc"),
}


def kinds_listed() -> str:
    """The endings that can be read, for a message."""
    return f"{', '.join(READERS)}, and these followed by .gz or .zst"


def check_needed(suffix: str) -> None:
    """Raise ImportError, with what to install, if the reader for this ending lacks its library."""
    for part, (package, purpose) in _NEEDED.items():
        if suffix == part or suffix.startswith(part + "."):
            optional(package, purpose)


def found_in(source: Source, options: Options) -> Iterator[Found]:
    """The documents of a source, and what was wrong: never an exception, except for lack of memory.

    An unreadable source becomes an empty document, so that it is not overlooked; a source that contains
    nothing, such as a .jsonl without a line, is reported.
    """
    n = 0
    try:
        for n, found in enumerate(_reader(source, options), start=1):  # noqa: B007 - n is used below
            yield found
    except MemoryError:
        raise
    except Exception as error:  # each library has its own exception for a damaged file, and none may stop the run
        kind = "no_such_column" if isinstance(error, NoSuchColumnError) else "unreadable"
        if n:
            detail = f"{_told(error)} (after {n:,} documents)"
            yield None, Problem(None, source.name, kind, detail, "the rest was not read")
        else:
            record = Record(source.stem, "", source=source.name)
            yield record, Problem(record, source.name, kind, _told(error), "kept as an empty document")
        return
    if not n:
        yield None, Problem(None, source.name, "empty", "there is no document in it", "left out")


def kind_of(stream: io.BufferedReader) -> str:
    """The ending that standard input would have as a file, by how it begins: JSON lines, JSON, HTML, or one text."""
    head = stream.peek(_HEAD)[:_HEAD]
    mark, encoding = byte_order_mark(head[:4])
    text = head[len(mark) :] if encoding == "utf-8" else head
    told = text.decode(encoding or "utf-8", "replace").strip("\ufeff \t\r\n")
    if re.match(r"\[\s*\{", told):
        return ".json"
    if not told or re.search(r"^\s*\{", told, re.MULTILINE):
        return ".jsonl"
    return ".html" if re.match(r"<(?:!doctype html|html)\b", told, re.IGNORECASE) else ".txt"


def _read_stream(source: Source, options: Options) -> Iterator[Found]:
    with source.open() as stream:
        inner = Source(source.name, source.stem, kind_of(stream), lambda: stream)
        yield from _reader(inner, options)


def _reader(source: Source, options: Options) -> Iterator[Found]:
    if source.suffix == STREAM:
        return _read_stream(source, options)
    for packer in PACKERS:
        if source.suffix.endswith(packer):
            return _reader(archives.unpacked(packer, source, options), options)
    return READERS[source.suffix](source, options)


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = " ".join(str(error).split())
    return f"{text[:300]}" if text else type(error).__name__


__all__ = [
    "KINDS",
    "READERS",
    "STREAM",
    "Options",
    "Source",
    "check_needed",
    "ending",
    "found_in",
    "kind_of",
    "kinds_listed",
    "line_record",
]
