"""Documents as they were read: their text, their identifiers, and what was wrong with them."""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from quotelens.reading.exports import Layout, layout_of, value_of
from quotelens.table.columns import types_of
from quotelens.table.dates import given_date, moment_of, why_not
from quotelens.table.table import Table, table_of

MAX_MEMBER = 1 << 30  # bytes of a document, a line or a member of an archive, inflated
MAX_ARCHIVE = 16 << 30  # bytes of all members of a .zip, inflated
NOTHING: Mapping[str, str] = MappingProxyType({})
DETECT_BYTES = 65536  # detection is slow and learns nothing more from the rest
SURROGATES = re.compile("[\ud800-\udfff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(slots=True)
class Record:
    """A document before analysis."""

    doc_id: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    source: str | None = None  # the file, the file and line, or the archive and member
    bad_encoding: bool = False
    taken: Mapping[str, str] | None = None  # our name → theirs, of columns with other names that were taken for ours


@dataclass(slots=True)
class Problem:
    """Something that the user should know about a document, or about a file that gave none."""

    record: Record | None
    source: str | None
    problem: str  # one word, to count by
    detail: str
    done: str | None = None  # None: what is done about all problems of its kind

    def row(self) -> dict[str, str | None]:
        """The row of the table of problems."""
        done = self.done or ("not read" if self.record is None else _DONE.get(self.problem, "kept as it is"))
        doc_id = self.record.doc_id if self.record else None
        return {"doc_id": doc_id, "source": self.source, "problem": self.problem, "done": done, "detail": self.detail}


_PROBLEM = types_of("problems")
_DONE = {
    "unreadable": "kept as an empty document",
    "duplicate": "kept, and flagged in documents()",
    "unmatched": "not applied",
    "bad_date": "published is null; 2024-01-02 would be understood",
}


def problems_table(rows: Iterable[Mapping[str, str | None]]) -> Table:
    """Problems, as `Problem.row` gives them, as a table."""
    return table_of(rows, _PROBLEM)


class Taken:
    """Which columns were used for ours, over some documents."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[str, None]] = {}
        self._last: Mapping[str, str] | None = None

    def note(self, record: Record) -> None:
        """Note the columns of one document."""
        if record.taken is self._last or not record.taken:
            return
        self._last = record.taken
        for name, key in record.taken.items():
            self._keys.setdefault(name, {})[key] = None

    def to_dict(self) -> dict[str, list[str]]:
        """Our names, and the columns that were used for each."""
        return {name: list(keys) for name, keys in self._keys.items()}

    def __repr__(self) -> str:
        return f"<Taken: {self or 'nothing'}>"

    def __bool__(self) -> bool:
        return bool(self._keys)

    def __str__(self) -> str:
        """Such as "content as text, date as published"; "" if there is nothing to say."""
        return ", ".join(f"{' and '.join(keys)} as {name}" for name, keys in self._keys.items())


def text_problem(record: Record) -> Problem | None:
    """What is wrong with the text of a document itself."""
    if not record.text.strip():
        return Problem(record, record.source, "empty", "the text is empty")
    if not is_encodable(record.text):
        return Problem(record, record.source, "bad_encoding", "the text holds lone surrogates", "analysed as U+FFFD")
    return None


def date_problem(record: Record) -> Problem | None:
    """What is wrong with the date that a document came with."""
    given = given_date(record.meta)
    if given is None or moment_of(given) is not None:
        return None
    return Problem(record, record.source, "bad_date", f"published: {why_not(given)}")


# --------------------------------------------------------------------------------------------------- encodings


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The text of `data`, and how it was read if that had to be guessed (otherwise None).

    A byte order mark is obeyed and taken off.  What is not UTF-8 is read as it was `declared` to be, else as
    charset-normalizer says if that is installed, else as Windows-1252, or as Latin-1, which has a letter for every
    byte.

    >>> decode(b"\\xef\\xbb\\xbfHello")
    ('Hello', None)
    >>> decode("caf\u00e9".encode())
    ('caf\u00e9', None)
    >>> decode(b"caf\\xe9", "iso-8859-1")
    ('caf\u00e9', None)
    """
    mark, encoding = byte_order_mark(data)
    if encoding is not None:
        try:
            return data[len(mark) :].decode(encoding) if encoding == "utf-8" else data.decode(encoding), None
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        if declared is not None and (text := _strictly(data, declared)) is not None:
            return text, None
        text, encoding = decode_other(data, detected(data))
        return text, f"not UTF-8 (byte {error.start} is 0x{data[error.start]:02x}); read as {encoding}"


def byte_order_mark(data: bytes) -> tuple[bytes, str | None]:
    """The byte order mark at the start of data, and its encoding; b"" and None if there is none."""
    return next(((mark, encoding) for mark, encoding in _BOMS if data.startswith(mark)), (b"", None))


def _strictly(data: bytes, encoding: str) -> str | None:
    """The text, or None if this is not an encoding of texts, or not that of these bytes."""
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def decode_other(data: bytes, guess: str | None) -> tuple[str, str]:
    """The text of bytes that are not UTF-8, and the encoding they were read as: the guess if it fits."""
    for encoding in (guess, "cp1252"):
        if encoding is not None and (text := _strictly(data, encoding)) is not None:
            return text, encoding
    return data.decode("latin-1"), "latin-1"


def detected(data: bytes) -> str | None:
    """The encoding that charset-normalizer finds in the first 64 kB; None if it is not installed."""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return None
    best = from_bytes(data[:DETECT_BYTES]).best()
    return None if best is None else best.encoding


def encoding_problem(record: Record, how: str) -> Problem:
    """Note on a record that its encoding was guessed, as `decode` says."""
    record.bad_encoding = True
    detail, _, done = how.partition("; ")
    return Problem(record, record.source, "bad_encoding", detail, done)


def is_encodable(text: str) -> bool:
    """Whether the text is well-formed Unicode: it holds no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# --------------------------------------------------------------------------------------- columns of a document


def name_of(value: object) -> str | None:
    """An id as a string, or None; a whole float, which dataframes with gaps contain, becomes an integer."""
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def pick_columns(names: Iterable[str], text: str | None, id: str | None, ours: Mapping[str, str] = NOTHING) -> Layout:
    """What the columns of a table mean.

    `ours` has the columns asked for by other names of ours.  Raises ValueError, with the columns there are, for a
    column that is not there.
    """
    have = list(names)
    for option, wanted in (("text", text), ("id", id), *ours.items()):
        if wanted is not None and wanted not in have:
            raise ValueError(f"{option}={wanted!r}: there is no such column. The columns are: {listed(have)}.")
    layout = layout_of(tuple(have), text, id)
    if layout.text not in have:
        raise ValueError(
            f"There is no column 'text'. Say which column holds it with text=…; the columns are: {listed(have)}."
        )
    return layout


def listed(names: list[str], most: int = 20) -> str:
    """Some names for a message."""
    shown = ", ".join(repr(name) for name in names[:most])
    return (shown or "none") + (f" and {len(names) - most} more" if len(names) > most else "")


def record_of(
    row: Mapping[str, Any], *, text: str, id: str | None, default_id: str, source: str | None = None
) -> tuple[Record, Problem | None]:
    """A document from a row of a table; its other columns become metadata."""
    value = row.get(text)
    given = row.get(id) if id is not None else None
    doc_id = name_of(given) or default_id
    meta = {
        ("doc_id_given" if name == "doc_id" else str(name)): value  # ours is called doc_id
        for name, value in row.items()
        if name not in (text, id) and not str(name).startswith("__index_level_")
    }
    if isinstance(given, int) and id not in (None, "doc_id", "__index_level_0__"):
        meta[str(id)] = given
    record, problem = text_record(value, doc_id, source)
    record.meta = meta
    if problem is not None and problem.problem == "unreadable" and text not in row:
        problem.detail = f"no {text!r} here; the keys are: {listed(list(map(str, row)))}"
    return record, problem


def check_texts(values: Iterable[object], what: str, how: str) -> None:
    """Raise TypeError if some values are given and none of them is a text.

    >>> check_texts([None, "It rained.", 5], "This", "")
    >>> check_texts([5, None], "The column 'n'", "Give another.")
    Traceback (most recent call last):
    TypeError: The column 'n' holds no text: its values are of type int. Give another.
    """
    kinds = dict.fromkeys(type(value) for value in values if value is not None and value == value)
    if kinds and not any(issubclass(kind, (str, bytes, bytearray, memoryview)) for kind in kinds):
        names = " and ".join(kind.__name__ for kind in kinds)
        raise TypeError(f"{what} holds no text: its values are of type {names}. {how}")


def fill_ours(record: Record, layout: Layout, asked: Mapping[str, str]) -> None:
    """Add our columns to the metadata of a document, from those that it has under other names."""
    for name, key in {**layout.ours, **asked}.items():
        if value := value_of(name, record.meta.get(key)):  # newspaper writes "" for a date it did not find
            record.meta[name] = value
    record.taken = {name: key for name, key in layout.taken.items() if name not in asked} if asked else layout.taken


def text_record(value: object, doc_id: str, source: str | None = None) -> tuple[Record, Problem | None]:
    """A document from a text; from bytes, decoded; from anything else an empty one with a problem."""
    record = Record(doc_id, "", source=source)
    if isinstance(value, str):
        record.text = value
        return record, None
    if isinstance(value, (bytes, bytearray, memoryview)):
        record.text, how = decode(bytes(value))
        return record, encoding_problem(record, how) if how else None
    if value is None or value != value:
        return record, Problem(record, source, "unreadable", "there is no text here")
    detail = f"the text should be a string and is of type {type(value).__name__}"
    return record, Problem(record, source, "unreadable", detail)


def outlet_of(record: Record) -> str | None:
    """Who published a document: its own column `outlet`, else the host of its `url`, without "www.".

    >>> outlet_of(Record("a", "", {"url": "https://www.Example.org/rain"}))
    'example.org'
    """
    from urllib.parse import urlsplit

    given = record.meta.get("outlet")
    if given is not None and given == given:
        return str(given)
    url = record.meta.get("url")
    try:
        host = urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:  # as of a bracket that opens an address and does not close
        return None
    return (host.rstrip(".").removeprefix("www.") or None) if host else None


# ----------------------------------------------------------------------------------------------------- names


class Seen:
    """A set of texts that keeps an 8-byte hash of each, in an open table of about 20 bytes per entry.

    Two texts of one hash count as one: of ten million, with a chance of 1 in 300,000.
    """

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * 1024))
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def __contains__(self, text: str) -> bool:
        return self._table[self._place(hash_of(text))] != 0

    def add(self, text: str) -> bool:
        """Add a text; True if it is new."""
        return self.add_hash(hash_of(text))

    def add_hash(self, key: int) -> bool:
        """As `add`, of what `hash_of` gives for the text."""
        place = self._place(key)
        if self._table[place]:
            return False
        self._table[place] = key
        self._n += 1
        if self._n * 8 > len(self._table) * 5:
            self._grow()
        return True

    def _place(self, key: int) -> int:
        table, mask = self._table, len(self._table) - 1
        place = key & mask
        while table[place] not in (0, key):
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        keys, self._table = self._table, array("Q", bytes(16 * len(self._table)))
        for key in filter(None, keys):
            self._table[self._place(key)] = key


def hash_of(text: str) -> int:
    """A hash that is the same in every process, and never 0."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


class Names:
    """Gives every document a unique id: the first with a name keeps it, the next becomes `name#2`.

    A name depends only on the documents before it, so a stream gives the same names as a corpus.
    """

    def __init__(self) -> None:
        self.log: array[int] = array("Q")  # hashes of the names given, in order
        self._seen = Seen()
        self._last: dict[str, int] = {}

    def give(self, record: Record) -> Problem | None:
        """Make the record's id unique; returns what to say if that changed it."""
        old = record.doc_id = SURROGATES.sub("\ufffd", record.doc_id)  # as in file names that are not valid UTF-8
        if self._take(old):
            return None
        number = self._last.get(old, 1) + 1
        while not self._take(f"{old}#{number}"):
            number += 1
        self._last[old] = number
        record.doc_id = f"{old}#{number}"
        detail = f"an earlier document is called {old!r}"
        return Problem(record, record.source, "duplicate_id", detail, f"this one is now {record.doc_id!r}")

    def take_again(self, log: array[int]) -> None:
        """Use the names of an earlier run, by their hashes."""
        for key in log:
            self._seen.add_hash(key)

    def _take(self, name: str) -> bool:
        key = hash_of(name)
        is_free = self._seen.add_hash(key)
        if is_free:
            self.log.append(key)
        return is_free
