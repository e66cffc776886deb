"""Reading: files, folders and patterns of file names into a `Corpus`, and the sample corpus.

A format is one function from a file to documents, named in READERS by the file's ending.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from quotelens.api import Engine
from quotelens.corpus import Corpus
from quotelens.parallel import check_threads
from quotelens.progress import Progress
from quotelens.records import Problem, Record, decode, record_of

PathLike = str | os.PathLike[str]


@dataclass(slots=True)
class Options:
    """How to read tables: names of the text column and the id column (None: the usual ones)."""

    text: str | None = None
    id: str | None = None


Found = Iterator[tuple[Record, Problem | None]]
Reader = Callable[[Path, Options], Found]


def read(
    path: PathLike | Iterable[PathLike],
    *,
    text: str | None = None,
    id: str | None = None,
    threads: int | None = None,
    progress: bool | None = None,
    engine: Engine | None = None,
) -> Corpus:
    """Read a file, a folder with everything below it, a pattern such as "2024-*/*.txt", or a list of these.

    .txt is one document, named after the file without its ending; .jsonl is one document a line, with the keys
    `text` (default "text") and `id` (default "doc_id" or "id"), its other keys becoming metadata.  Text is UTF-8, or
    what it can be guessed to be.

    Nothing stops at a file or line that cannot be read: it stays in `documents()` and is named in `problems()`, as
    are files of other kinds in a folder.

    Raises FileNotFoundError for a path that is not there, and ValueError for a file of a kind that is not read.
    """
    check_threads(threads)  # before hours of reading, not behind them
    files = list(_files(path))
    options = Options(text, id)
    records: list[Record] = []
    problems: list[Problem] = []
    with Progress(len(files), unit="files", show=progress) as bar:
        for file, asked_for in files:
            reader = READERS.get(file.suffix.lower())
            if reader is None:
                _refuse(file, asked_for, problems)
            else:
                for record, problem in reader(file, options):
                    records.append(record)
                    if problem is not None:
                        problems.append(problem)
            bar.update()
    return Corpus.from_records(records, problems, threads=threads, progress=progress, engine=engine)


def _refuse(file: Path, asked_for: bool, problems: list[Problem]) -> None:
    kinds = ", ".join(READERS)
    if asked_for:
        raise ValueError(f"Cannot read {str(file)!r}: the endings that can be read are {kinds}.")
    message = (
        f"files ending in {file.suffix!r} are not read" if file.suffix else "files without an ending are not read"
    )
    problems.append(Problem(None, str(file), "skipped", f"{message}; {kinds} are"))


# ---------------------------------------------------------------------------------------------- finding files


def _files(path: PathLike | Iterable[PathLike]) -> Iterator[tuple[Path, bool]]:
    """The files meant, sorted within each folder, and whether each was asked for by its own name."""
    if isinstance(path, (str, os.PathLike)):
        path = [path]
    elif not isinstance(path, Iterable) or isinstance(path, bytes):
        raise TypeError(f"read() takes a path or a list of paths, not a {type(path).__name__}.")
    seen: set[Path] = set()
    for one in path:
        for file, asked_for in _files_of(os.fspath(one)):
            if file not in seen:
                seen.add(file)
                yield file, asked_for


def _files_of(name: str) -> Iterator[tuple[Path, bool]]:
    path = Path(name).expanduser()
    if path.is_dir():
        yield from ((file, False) for file in _below(path))
    elif path.exists():
        yield path, True
    elif glob.has_magic(name):
        matches = sorted(map(Path, glob.glob(str(path), recursive=True)))
        if not matches:
            raise FileNotFoundError(f"No file matches the pattern {name!r}.")
        for match in matches:
            if match.is_dir():
                yield from ((file, False) for file in _below(match))
            else:
                yield match, False
    else:
        raise FileNotFoundError(f"There is no file or folder {name!r} (looked in {os.getcwd()!r}).")


def _below(folder: Path) -> Iterator[Path]:
    """All files under a folder, without hidden ones, in the order of their names."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if not name.startswith("."))


# --------------------------------------------------------------------------------------------------- formats


def _read_txt(file: Path, options: Options) -> Found:
    record = Record(file.stem, "", origin=str(file), qualified=f"{file.absolute().parent.name}/{file.stem}")
    try:
        data = file.read_bytes()
    except OSError as error:
        yield record, Problem(record, str(file), "unreadable", error.strerror or str(error))
        return
    record.text, how = decode(data)
    record.bad_encoding = how is not None
    yield record, Problem(record, str(file), "bad_encoding", how) if how else None


def _read_jsonl(file: Path, options: Options) -> Found:
    try:
        with open(file, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield line_record(line, number, file.stem, f"{file}:{number}", options)
    except OSError as error:
        record = Record(file.stem, "", origin=str(file))
        yield record, Problem(record, str(file), "unreadable", error.strerror or str(error))


def line_record(line: bytes, number: int, stem: str, origin: str, options: Options) -> tuple[Record, Problem | None]:
    """The document of one line of JSON; of a line that is none an empty document, and what is wrong with it."""
    default_id = f"{stem}:{number}"
    if not line.strip():
        record = Record(default_id, "", origin=origin)
        return record, Problem(record, origin, "unreadable", "the line is empty")
    decoded, how = decode(line)
    try:
        row: Any = json.loads(decoded)
    except (ValueError, RecursionError) as error:
        record = Record(default_id, "", origin=origin)
        return record, Problem(record, origin, "unreadable", f"not JSON: {error}")
    if not isinstance(row, dict):
        record = Record(default_id, "", origin=origin)
        return record, Problem(record, origin, "unreadable", "not a JSON object in { }")
    id_key = options.id or next((key for key in ("doc_id", "id") if key in row), None)
    record, problem = record_of(row, text=options.text or "text", id=id_key, default_id=default_id, origin=origin)
    if how and problem is None:
        record.bad_encoding = True
        problem = Problem(record, origin, "bad_encoding", how)
    return record, problem


READERS: dict[str, Reader] = {".txt": _read_txt, ".jsonl": _read_jsonl}


# ---------------------------------------------------------------------------------------------------- sample


def sample() -> Corpus:
    """A few short articles, made up for this package: several outlets on the same events, with metadata.

    >>> c = sample()
    >>> len(c) > 5
    True
    """
    folder = resources.files("quotelens") / "samples"
    records = []
    for line in (folder / "documents.jsonl").read_text("utf-8").splitlines():
        meta = json.loads(line)
        doc_id = meta.pop("doc_id")
        text = (folder / meta.pop("file")).read_text("utf-8")
        records.append(Record(doc_id, text, meta))
    return Corpus.from_records(records, [])
