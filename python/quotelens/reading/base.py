"""What all readers share: sources of bytes, options, limits, lines of text."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from quotelens.reading.records import (
    DETECT_BYTES,
    MAX_ARCHIVE,
    MAX_MEMBER,
    Problem,
    Record,
    byte_order_mark,
    decode_other,
    detected,
    text_record,
)

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: names of the columns of text, id, outlet and date (None: the usual ones), and limits in bytes.

    max_member    of one document, line or row, or one member of an archive, inflated
    max_archive   of all members of a .zip together, with what is packed inside them, inflated
    """

    text: str | None = None
    id: str | None = None
    max_member: int = MAX_MEMBER
    max_archive: int = MAX_ARCHIVE
    outlet: str | None = None
    published: str | None = None

    @property
    def ours(self) -> dict[str, str]:
        """Our name and theirs, of the columns that are asked for beside text and id."""
        asked = {"outlet": self.outlet, "published": self.published}
        return {name: key for name, key in asked.items() if key is not None}


@dataclass(slots=True)
class Source:
    """Bytes under a name: a file, a member of an archive, or standard input."""

    name: str  # as problems() says it
    stem: str  # names the documents
    suffix: str  # chooses the reader
    opener: Callable[[], IO[bytes]]
    depth: int = 0  # archives around it
    renamed: str | None = None  # why `stem` is not the file's own
    archive: Budget | None = None  # of the .zip around it: whatever its members hold, however packed, counts

    def open(self) -> io.BufferedReader:
        """The bytes from their beginning."""
        stream: Any = self.opener()
        return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream, 1 << 16)

    def read(self, limit: int) -> bytes:
        """All bytes.  Raises TooLargeError if they are more than `limit`."""
        with self.open() as file:
            return _all_of(file, limit, "max_member")

    def open_seekable(self, limit: int, option: str = "max_member") -> IO[bytes]:
        """The bytes as a file with random access: held in memory if they come out of an archive.

        Raises TooLargeError if that would take more than `limit` bytes.
        """
        stream = self.open()
        if stream.seekable() and self.depth == 0:
            return stream
        with stream:
            return io.BytesIO(_all_of(stream, limit, option))

    def spend(self, n: int) -> None:
        """Count n bytes that were unpacked here.  Raises TooLargeError if the archive around may not hold them."""
        if self.archive is not None:
            self.archive.spend(n)


def _all_of(stream: io.BufferedReader, limit: int, option: str) -> bytes:
    """All bytes, read in blocks: read(limit) would ask for all the memory at once, which a process may not have."""
    data = stream.read(min(_BLOCK, limit + 1))
    if len(data) < _BLOCK and len(data) <= limit:
        return data
    whole = bytearray(data)
    while len(whole) <= limit and (data := stream.read(min(_BLOCK, limit + 1 - len(whole)))):
        whole += data
    if len(whole) > limit:
        raise TooLargeError(limit, option)
    return bytes(whole)


Found = tuple[Record | None, Problem | None]
Reader = Callable[[Source, Options], Iterator[Found]]


class TooLargeError(Exception):
    """More bytes than the options allow."""

    def __init__(self, limit: int, option: str = "max_member") -> None:
        super().__init__(f"more than {limit:,} bytes, the limit that {option} sets")


class Budget:
    """A number of bytes that may be read, here or in several places together."""

    def __init__(self, limit: int, option: str) -> None:
        self.limit: int = limit
        self.option: str = option
        self.left: int = limit

    def spend(self, n: int) -> None:
        """Note that n more were read.  Raises TooLargeError if that is too many."""
        self.left -= n
        if self.left < 0:
            raise TooLargeError(self.limit, self.option)

    def renew(self) -> None:
        """Start again with the whole budget."""
        self.left = self.limit


class Bounded(io.RawIOBase):
    """A stream that raises TooLargeError if it gives more than its budgets allow."""

    def __init__(
        self, stream: IO[bytes], *budgets: Budget, also: IO[bytes] | None = None, at_a_time: int = 1 << 16
    ) -> None:
        self._stream, self._budgets, self._also, self._at_a_time = stream, budgets, also, at_a_time

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with one read."""
        data = self._stream.read(min(len(buffer), self._at_a_time))
        for budget in self._budgets:
            budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the underlying streams, too."""
        if not self.closed:
            self._stream.close()
            if self._also is not None:
                self._also.close()
        super().close()


def ending(name: str) -> tuple[str, str]:
    """A file name without its endings, and the ending that tells its format, in lower case.

    >>> ending("north/rain.JSONL.gz"), ending("rain.2024.txt")
    (('rain', '.jsonl.gz'), ('rain.2024', '.txt'))
    """
    path = PurePosixPath(Path(name).name)
    suffix = path.suffix.lower()
    if suffix in (".gz", ".zst") and PurePosixPath(path.stem).suffix:
        inner = PurePosixPath(path.stem)
        return inner.stem, inner.suffix.lower() + suffix
    return path.stem, suffix


def text_lines(file: io.BufferedReader, options: Options) -> Iterator[tuple[str, str | None]]:
    """The lines of a file, and how each was read if it is not UTF-8.

    The encoding is guessed once, at the first line that needs it, from that line and the beginning of the file.
    """
    mark, encoding = byte_order_mark(file.peek(4)[:4])
    if encoding is not None and encoding != "utf-8":
        yield from ((line, None) for line in _wide_lines(file, encoding, options.max_member))
        return
    file.read(len(mark))
    head, guess, has_guessed = bytearray(), None, False
    while line := file.readline(options.max_member + 1):
        if len(line) > options.max_member:
            raise TooLargeError(options.max_member)
        try:
            text_line = line.decode("utf-8")
        except UnicodeDecodeError as error:
            if not has_guessed:
                guess, has_guessed = detected(line + head), True
            text_line, read_as = decode_other(line, guess)
            yield (
                text_line,
                f"not UTF-8 (byte {error.start} of the line is 0x{line[error.start]:02x}); read as {read_as}",
            )
        else:
            yield text_line, None
        if len(head) < DETECT_BYTES:
            head += line


def _wide_lines(file: io.BufferedReader, encoding: str, limit: int) -> Iterator[str]:
    """The lines of a file in UTF-16 or UTF-32, of no more than `limit` bytes each."""
    longest = limit // (2 if encoding == "utf-16" else 4)  # characters
    with io.TextIOWrapper(file, encoding, errors="replace", newline="\n") as text:
        while line := text.readline(longest + 1):
            if len(line) > longest:
                raise TooLargeError(limit)
            yield line


def page_record(source: Source, options: Options) -> Found:
    """A document that is a whole file."""
    return text_record(source.read(options.max_member), source.stem, source.name)
