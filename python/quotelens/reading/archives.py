"""Archives: .zip, and .gz and .zst around a file of any other kind."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO, Any

from quotelens.reading.base import Bounded, Budget, Found, Options, Reader, Source, TooLargeError, ending
from quotelens.reading.records import Problem
from quotelens.table.extras import optional

_ENCRYPTED = 1  # bit of a member's flags
_OURS_NOT = ("__MACOSX/",)


def unpacked(suffix: str, source: Source) -> Source:
    """The file inside a .gz or .zst, to be read as its own ending says."""
    opener = _open_gz if suffix == ".gz" else _open_zst
    inner = source.suffix.removesuffix(suffix)
    return Source(source.name, source.stem, inner, lambda: opener(source), source.depth + 1, source.renamed)


def _open_gz(source: Source) -> IO[bytes]:
    import gzip

    stream = source.open()
    unpacked: Any = gzip.GzipFile(fileobj=stream)
    return Bounded(unpacked, also=stream)  # type: ignore[return-value]


def _open_zst(source: Source) -> IO[bytes]:
    """Zstandard, frame behind frame.  Needs Python 3.14 or zstandard."""
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        stream = source.open()
        reader = (
            optional("zstandard", "Reading .zst").ZstdDecompressor().stream_reader(stream, read_across_frames=True)
        )
        return Bounded(reader, also=stream)  # type: ignore[return-value]
    stream = source.open()
    return Bounded(zstd.ZstdFile(stream), also=stream)  # type: ignore[return-value]


def read_zip(source: Source, options: Options, read: Reader, kinds: tuple[str, ...]) -> Iterator[Found]:
    """The members of a .zip whose endings are among `kinds`, by `read`, in their order in it.

    Nothing is written to disk.  A member that is encrypted, whose name leads out of the archive, or that inflates to
    more than the options allow is named in problems().
    """
    budget = Budget(options.max_archive, "max_archive")
    with source.open_seekable(options.max_archive, "max_archive") as file, zipfile.ZipFile(file) as archive:
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
    def opener() -> IO[bytes]:
        stream: Any = archive.open(member)
        return Bounded(stream, Budget(options.max_member, "max_member"), budget)  # type: ignore[return-value]

    return Source(*names, opener, depth + 1)


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
