"""Where documents come from: files, folders and patterns of file names, or standard input; to read once or again."""

from __future__ import annotations

import glob
import hashlib
import io
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from quotelens.reading.progress import Progress
from quotelens.reading.readers import KINDS, STREAM, Options, Source, check_needed, ending, found_in, kinds_listed
from quotelens.reading.records import Names, Problem, Record, listed, outlet_of

PathLike = str | os.PathLike[str]
STDIN = "-"


@dataclass(slots=True)
class Input:
    """A file to read, or standard input (`path` None)."""

    path: Path | None
    name: str
    stem: str
    suffix: str
    renamed: str | None = None  # why `stem` is not the file's own
    size: int = 0
    changed: int = 0  # nanoseconds

    def source(self, note: Callable[[int], None]) -> Source:
        """Its bytes; `note` is called with the number of bytes read from the disk."""

        def opener() -> IO[bytes]:
            return sys.stdin.buffer if self.path is None else io.BufferedReader(_Counted(self.path, note), 1 << 18)

        return Source(self.name, self.stem, self.suffix, opener, renamed=self.renamed)


class _Counted(io.FileIO):
    """A file that reports how many bytes were read from it."""

    def __init__(self, path: Path, note: Callable[[int], None]) -> None:
        super().__init__(path)
        self._note = note

    def readinto(self, buffer: Any) -> int:
        n = super().readinto(buffer) or 0
        self._note(n)
        return n

    def readall(self) -> bytes:
        data = super().readall()
        self._note(len(data))
        return data


class Inputs:
    """Files in a fixed order, with the options to read them by.

    Raises FileNotFoundError for a path that is not there, ValueError for a file of a kind that is not read, and
    ImportError, which says what to install, where the library for a kind is missing: all of them for what was asked
    for by its name.
    """

    def __init__(self, path: PathLike | Iterable[PathLike], options: Options) -> None:
        self.options = options
        self.skipped: list[Problem] = []  # files in folders that are not read
        self.files: list[Input] = []
        for file, asked_for, why_not in _files(path, self._leave_out):
            if file is None:
                self.files.append(Input(None, "stdin", "stdin", STREAM))
                continue
            if why_not is not None:
                self.skipped.append(Problem(None, str(file), "skipped", why_not))
                continue
            stem, suffix = ending(file.name)
            if suffix not in KINDS:
                self._refuse(file, asked_for)
                continue
            if asked_for:
                check_needed(suffix)
            self.files.append(_input(file, stem, suffix))
        _tell_apart(self.files)

    def _refuse(self, file: Path, asked_for: bool) -> None:
        if asked_for:
            raise ValueError(f"Cannot read {str(file)!r}: the endings that can be read are {kinds_listed()}.")
        what = f"files ending in {file.suffix!r}" if file.suffix else "files without an ending"
        self.skipped.append(Problem(None, str(file), "skipped", f"{what} are not read; {kinds_listed()} are"))

    def _leave_out(self, error: OSError) -> None:
        detail = error.strerror or type(error).__name__
        self.skipped.append(
            Problem(None, str(error.filename), "unreadable", detail, "what is in the folder is left out")
        )

    @property
    def n_bytes(self) -> int:
        """Bytes of all files on the disk."""
        return sum(file.size for file in self.files)

    @property
    def can_be_read_again(self) -> bool:
        """Whether this is all files: standard input can be read only once."""
        return all(file.path is not None for file in self.files)

    def found(
        self,
        files: list[Input] | None = None,
        *,
        names: Names | None = None,
        note: Callable[[int], None] = lambda n: None,
    ) -> Iterator[tuple[Record | None, list[Problem]]]:
        """Documents with unique ids, and what was wrong with them; from some of the files, or from all.

        A problem without a document comes with None.  Raises ValueError where a table is all there is to read, and it
        lacks the column asked for.
        """
        names = names or Names()
        for file in self.files if files is None else files:
            for record, problem in found_in(file.source(note), self.options):
                problems = [problem] if problem is not None else []
                if problem is not None and problem.problem == "no_such_column":
                    if len(self.files) == 1 and file.suffix != ".zip":
                        raise ValueError(f"{file.name}: {problem.detail}")
                    problem.problem = "unreadable"
                if record is not None:
                    if file.renamed and record.doc_id == file.stem:
                        done = f"this one is now {file.stem!r}"
                        problems.append(Problem(record, record.source, "duplicate_id", file.renamed, done))
                    if (renamed := names.give(record)) is not None:
                        problems.append(renamed)
                yield record, problems

    def pages(self) -> Iterator[tuple[str | None, str]]:
        """Outlet and text of every document, read once more; nothing if that is impossible."""
        if self.can_be_read_again:
            for record, _ in self.found():
                if record is not None:
                    yield outlet_of(record), record.text


def _digest(records: list[Record]) -> str:
    """What identifies documents in memory if a stream of them is continued."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(f"{record.doc_id}\0{len(record.text)}\0{record.text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class Held:
    """Documents in memory, as a stream reads them: one input, whose documents have ids of their own."""

    def __init__(self, records: list[Record], problems: list[Problem]) -> None:
        self._records = records
        self._problems: dict[int, list[Problem]] = {}
        self.skipped: list[Problem] = []  # what was read but gave no document
        for problem in problems:
            own = self.skipped if problem.record is None else self._problems.setdefault(id(problem.record), [])
            own.append(problem)
        self.options: None = None
        self.n_bytes: int = sum(len(record.text) for record in records)
        self.files: list[Input] = [Input(None, _digest(records), "memory", "", size=self.n_bytes)]
        self.can_be_read_again: bool = True

    def found(
        self, files: list[Input], *, names: Names, note: Callable[[int], None]
    ) -> Iterator[tuple[Record, list[Problem]]]:
        """Documents, and what was wrong with them."""
        for record in self._records:
            note(len(record.text))
            yield record, list(self._problems.get(id(record), ()))


def load(inputs: Inputs, progress: bool | None) -> tuple[list[Record], list[Problem]]:
    """All documents, and what was wrong with them and with the files."""
    records: list[Record] = []
    problems = list(inputs.skipped)
    total = inputs.n_bytes if inputs.can_be_read_again else None
    with Progress(total, unit="B", show=progress) as bar:
        for record, found in inputs.found(note=bar.update):
            problems += found
            if record is not None:
                records.append(record)
    for name, key in inputs.options.ours.items():
        if records and not any(key in record.meta for record in records):
            raise ValueError(f"{name}={key!r}: no document has such a key. The keys are: {_keys(records)}.")
    return records, problems


def _keys(records: list[Record]) -> str:
    return listed(sorted({key for record in records for key in record.meta}))


def _input(file: Path, stem: str, suffix: str) -> Input:
    try:
        facts = file.stat()
    except OSError:  # named by the reader, when it comes to it
        return Input(file, str(file), stem, suffix)
    return Input(file, str(file), stem, suffix, size=facts.st_size, changed=facts.st_mtime_ns)


def _tell_apart(files: list[Input]) -> None:
    """Put the folder's name in front of the stems of files that share one, where that tells them apart."""
    stems = Counter(file.stem for file in files)
    longer = {id(f): f"{f.path.absolute().parent.name}/{f.stem}" for f in files if f.path and stems[f.stem] > 1}
    counts = Counter(longer.values())
    for file in files:
        name = longer.get(id(file))
        if name is not None and counts[name] == 1:
            file.renamed = f"{stems[file.stem]} files are called {file.stem!r}"
    for file in files:
        if file.renamed is not None:
            file.stem = longer[id(file)]


# ---------------------------------------------------------------------------------------------- finding files


Tell = Callable[[OSError], None]  # called with folders that cannot be read
Place = tuple[Path, bool, str | None]  # a file, whether it was asked for by name, and why it is not read


def _files(path: PathLike | Iterable[PathLike], tell: Tell) -> Iterator[Place | tuple[None, bool, None]]:
    """The files meant, sorted within each folder; None is stdin."""
    if isinstance(path, (str, os.PathLike)):
        path = [path]
    elif not isinstance(path, Iterable) or isinstance(path, bytes):
        raise TypeError(f"read() takes a path or a list of paths, not a {type(path).__name__}.")
    names = [os.fspath(one) for one in path]
    if STDIN in names:
        if names != [STDIN]:
            raise ValueError("Standard input (-) cannot be mixed with files.")
        yield None, True, None
        return
    seen: dict[Path, bool] = {}  # whether it is read
    for name in names:
        for file, asked_for, why_not in _files_of(name, tell):
            if file not in seen or (why_not is None and not seen[file]):
                seen[file] = why_not is None
                yield file, asked_for, why_not


def _files_of(name: str, tell: Tell) -> Iterator[Place]:
    path = Path(name).expanduser()
    if path.is_dir():
        yield from _below(path, tell)
    elif path.exists():
        yield path, True, None
    elif glob.has_magic(name):
        matches = sorted(map(Path, glob.glob(str(path), recursive=True)))
        if not matches:
            raise FileNotFoundError(f"No file matches the pattern {name!r}.")
        root = os.path.realpath(_fixed(path))
        for match in matches:
            why_not = _why_not(match, root)
            if match.is_dir() and why_not is None:
                yield from _below(match, tell)
            else:
                yield match, False, why_not
    else:
        raise FileNotFoundError(f"There is no file or folder {name!r} (looked in {os.getcwd()!r}).{_hint(name)}")


def _hint(name: str) -> str:
    return "  Is it a text? annotate(text) reads one, Corpus(texts) several." if len(name.split()) > 3 else ""


def _fixed(pattern: Path) -> Path:
    """The folder above the first part of a pattern that has wildcards."""
    return next(parent for parent in pattern.parents if not glob.has_magic(str(parent)))


def _below(folder: Path, tell: Tell) -> Iterator[Place]:
    """All files under a folder, without hidden ones, in the order of their names; a folder's own files come first."""
    root = os.path.realpath(folder)
    waiting = [folder]
    while waiting:
        parent = waiting.pop()
        try:
            with os.scandir(parent) as found:
                entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda e: e.name)
        except OSError as error:
            tell(error)
            continue
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                place = Path(parent, entry.name)
                why_not = None if entry.is_file(follow_symlinks=False) else _why_not(place, root)
                if why_not is None and entry.is_dir():
                    why_not = "a link to a folder is not followed"
                yield place, False, why_not
        waiting += [Path(parent, entry.name) for entry in reversed(folders)]


def _why_not(place: Path, root: str) -> str | None:
    """Why something found in a folder, and not asked for by name, is not read; None if it is read.

    A link that leads out of the folder would bring in what its owner never meant to share, and a pipe never ends.
    """
    try:
        mode = place.stat().st_mode
    except OSError:
        return None  # nothing is there: the reader will report it
    if not Path(os.path.realpath(place)).is_relative_to(root):
        return "a link that leads out of the folder is not followed; it is read if it is asked for by its own name"
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "not a regular file"
