"""Archives: .zip, and .gz and .zst around a file of any other kind."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from copy import copy
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO, Any

from quotelens.reading.base import Bounded, Budget, Found, Options, Reader, Source, TooLargeError, ending
from quotelens.reading.records import Problem
from quotelens.table.extras import optional

_ENCRYPTED = 1  # bit of a member's flags
_OURS_NOT = ("__MACOSX/",)
_BY_SIZE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)  # these unpack no more than asked
_LEAST = 4096  # bytes asked of the others, which unpack everything that so many packed bytes hold


def unpacked(suffix: str, source: Source, options: Options) -> Source:
    """The file inside a .gz or .zst, to be read as its own ending says.

    Inside a .zip, what it unpacks to counts as the member does.
    """
    opener = _open_gz if suffix == ".gz" else _open_zst
    inner = source.suffix.removesuffix(suffix)

    def bounded() -> IO[bytes]:
        stream = source.open()
        return Bounded(opener(stream), *_budgets(source.archive, options), also=stream)  # type: ignore[return-value]

    return Source(source.name, source.stem, inner, bounded, source.depth + 1, source.renamed, source.archive)


def _budgets(archive: Budget | None, options: Options) -> tuple[Budget, ...]:
    return () if archive is None else (Budget(options.max_member, "max_member"), archive)


def _open_gz(stream: IO[bytes]) -> Any:
    import gzip

    return gzip.GzipFile(fileobj=stream)


def _open_zst(stream: IO[bytes]) -> Any:
    """Zstandard, frame after frame.  Needs Python 3.14 or zstandard."""
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        decompressor = optional("zstandard", "Reading .zst").ZstdDecompressor()
        return decompressor.stream_reader(stream, read_across_frames=True)
    return zstd.ZstdFile(stream)


def read_zip(source: Source, options: Options, read: Reader, kinds: tuple[str, ...]) -> Iterator[Found]:
    """The members of a .zip whose endings are among `kinds`, by `read`, in their order in it.

    Nothing is written to disk.  A member that is encrypted, whose name leads out of the archive, or that inflates to
    more than the options allow is named in problems().
    """
    budget = Budget(options.max_archive, "max_archive")
    limit = min((options.max_member, "max_member"), (options.max_archive, "max_archive"))
    with source.open_seekable(*limit) as file, zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.is_dir() or _is_hidden(member.filename):
                continue
            name = f"{source.name}!{member.filename}"
            stem, suffix = ending(member.filename)
            why = _refusal(member, suffix, kinds, options, budget)
            if why is not None:
                yield None, Problem(None, name, "skipped", why)
                continue
            yield from read(_member(archive, member, (name, stem, suffix), options, budget, source.depth), options)


def _member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    names: tuple[str, str, str],
    options: Options,
    budget: Budget,
    depth: int,
) -> Source:
    at_a_time = 1 << 16 if member.compress_type in _BY_SIZE else _LEAST

    def opener() -> IO[bytes]:
        budgets = _budgets(budget, options)
        return Bounded(_inflated(archive, member), *budgets, at_a_time=at_a_time)  # type: ignore[return-value]

    return Source(*names, opener, depth + 1, archive=budget)


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """The bytes of a member, some at a time.

    zipfile unpacks all of each block of bzip2 that it reads, and 4 kB of it can hold gigabytes; BZ2File does not.
    """
    if member.compress_type != zipfile.ZIP_BZIP2:
        return archive.open(member)
    import bz2

    packed: Any = copy(member)  # as if it were not compressed
    packed.compress_type, packed.file_size, packed.CRC = zipfile.ZIP_STORED, member.compress_size, None
    stream = archive.open(packed)
    return Bounded(bz2.BZ2File(stream), also=stream)  # type: ignore[return-value]


def _is_hidden(name: str) -> bool:
    return name.startswith(_OURS_NOT) or PurePosixPath(name).name.startswith(".")


def _refusal(
    member: zipfile.ZipInfo, suffix: str, kinds: tuple[str, ...], options: Options, budget: Budget
) -> str | None:
    """Why a member is not read; None if it is."""
    path, other = PurePosixPath(member.filename), PureWindowsPath(member.filename)
    if path.is_absolute() or other.drive or other.root or ".." in (*path.parts, *other.parts):
        return "its name leads out of the archive"
    if suffix not in kinds:
        return f"members ending in {suffix!r} are not read" if suffix else "members without an ending are not read"
    if member.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if member.file_size > options.max_member:
        return str(TooLargeError(options.max_member))
    if member.file_size > budget.left:
        return str(TooLargeError(options.max_archive, "max_archive"))
    return None
