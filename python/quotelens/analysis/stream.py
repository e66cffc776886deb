"""Quotes of more documents than fit into memory: from files, straight to record batches or to a file."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from quotelens import _core
from quotelens.analysis.engine import Engine, engine_for
from quotelens.analysis.filter import QuoteFilter
from quotelens.analysis.naming import TABLES as NAME_TABLES
from quotelens.analysis.naming import names_in, with_speakers
from quotelens.analysis.parallel import BATCH_CHARS, BATCH_DOCUMENTS, check_threads, in_order
from quotelens.analysis.recurrence import Recurrence, analyse
from quotelens.reading.inputs import Held, Input, Inputs
from quotelens.reading.progress import Progress
from quotelens.reading.records import Names, Problem, Record, Taken, date_problem, problems_table, text_problem
from quotelens.table import excel
from quotelens.table.excel import write_sheet
from quotelens.table.extras import optional
from quotelens.table.files import json_line, open_text, replacing
from quotelens.table.table import BYTE_ORDER_MARK, Table, write_rows
from quotelens.table.view import introduced
from quotelens.table.wording import counted

if TYPE_CHECKING:
    import pyarrow

ENDINGS = (".parquet", ".xlsx", ".csv", ".jsonl")
_PART_BYTES = 64 << 20  # of input that are done again, at most, after a run that was killed between two files
_MOST_PROBLEMS = 10_000  # of each kind that are kept; the others are counted


@dataclass(slots=True)
class Counts:
    """What a stream has done so far."""

    documents: int = 0
    quotes: int = 0
    bytes: int = 0  # read from the disk
    problems: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        rate = self.bytes / 1e6 / self.seconds if self.seconds else 0.0
        return f"{counted(self.problems, 'problem')}, {self.seconds:.1f} seconds, {rate:.1f} MB/s"


class ProblemLog:
    """Rows of problems, without the documents, and limited to as many of a kind as a person could read."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str | None]] = []
        self.counts: Counter[str] = Counter()

    def add(self, row: dict[str, str | None]) -> None:
        """Note a problem, as `Problem.row` gives it."""
        kind = row["problem"] or ""
        self.counts[kind] += 1
        if self.counts[kind] <= _MOST_PROBLEMS:
            self.rows.append(row)

    def table(self) -> Table:
        """The problems as a table.  A last row counts the rest of each kind with too many to keep."""
        nothing = dict.fromkeys(("doc_id", "source", "done"))
        more: list[dict[str, str | None]] = [
            {**nothing, "problem": kind, "detail": f"{n - _MOST_PROBLEMS:,} more of these"}
            for kind, n in self.counts.items()
            if n > _MOST_PROBLEMS
        ]
        return problems_table([*self.rows, *more])


class Stream:
    """The quotes of files, some documents at a time: an iterator of pyarrow record batches (needs pyarrow).

    Memory holds the current documents, and 20 bytes for each earlier one (to detect repeated ids).  `counts` says
    what has been done so far, `problems()` what was wrong.  A stream does not look for repeated texts; a corpus in
    memory does, and flags them in `Corpus.documents`.
    """

    def __init__(
        self,
        inputs: Inputs | Held,
        choose: QuoteFilter,
        *,
        batch: int = 2000,
        threads: int | None = None,
        progress: bool | None = None,
        engine: Engine | None = None,
        recurrence: Recurrence | None = None,
    ) -> None:
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}: give the number of documents at a time, from 1 up.")
        self.counts: Counts = Counts()
        self.taken: Taken = Taken()
        self._inputs, self._choose, self._size = inputs, choose, batch
        self._threads, self._progress = check_threads(threads), progress
        self._engine = engine or engine_for(None)
        self._recurrence = recurrence or Recurrence(
            inputs.pages if isinstance(inputs, Inputs) and inputs.can_be_read_again else None
        )
        self._log = ProblemLog()
        self._names = Names()
        self._there: set[str] = set()  # of the documents that have corrections, those that came
        self._bar: Progress | None = None
        self._running: Iterator[pyarrow.RecordBatch] | None = None
        for problem in inputs.skipped:
            self._log.add(problem.row())

    def __repr__(self) -> str:
        held = isinstance(self._inputs, Held)
        of = "a corpus in memory" if held else counted(len(self._inputs.files), "file")
        size = "" if held or not self._inputs.can_be_read_again else f" of {self._inputs.n_bytes / 1e6:,.1f} MB"
        done = self.counts
        so_far = f"{counted(done.quotes, 'quote')} of {counted(done.documents, 'document')} so far"
        said = so_far if done.documents else "nothing read yet"
        problems = f"; {counted(done.problems, 'problem')}, see .problems()" if done.problems else ""
        return f"<Stream: quotes of {of}{size}, {counted(self._size, 'document')} at a time; {said}{problems}>"

    def _repr_html_(self) -> str:
        return introduced(repr(self), self.problems()._repr_html_() if self.counts.problems else "")

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> pyarrow.RecordBatch:
        if self._running is None:
            self._running = self._record_batches(optional("pyarrow", "stream()"))
        return next(self._running)

    def problems(self) -> Table:
        """Problems found so far: doc_id, source, problem, done, detail."""
        return self._log.table()

    def _record_batches(self, arrow: Any) -> Iterator[pyarrow.RecordBatch]:
        for table in self.tables():
            yield from _batches(arrow, table)

    @property
    def no_rows(self) -> Table:
        """The table of quotes before there are any: its columns."""
        return self._table([])

    def tables(self) -> Iterator[Table]:
        """The quotes of each `batch` documents as tables, without pyarrow.  Use it once, instead of iterating."""
        with self._watch():
            yield from self._tables(self._inputs.files)
            self._look_for_documents()

    def _watch(self) -> Progress:
        total = self._inputs.n_bytes if self._inputs.can_be_read_again else None
        self._bar = Progress(total, unit="B", show=self._progress)
        return self._bar

    # --------------------------------------------------------------------------------------------- the work

    def _tables(self, files: list[Input]) -> Iterator[Table]:
        """The quotes of each `batch` documents of these files."""
        started = time.monotonic()
        self._recurrence.counts()  # before the threads ask for them
        found: list[_core.Batch] = []
        for (part, is_last), (quotes, problems) in in_order(self._parts(files), self._analyse, self._threads):
            for problem in problems:
                self._tell(problem)
            self._there.update(record.doc_id for record in part if record.doc_id in self._engine.doc_ids)
            self.counts.documents += len(part)
            self.counts.quotes += len(quotes)
            found.append(quotes)
            if self._bar is not None:
                self._bar.update(0, note=f"{self.counts.documents:,} documents")
            if is_last:
                self.counts.seconds += time.monotonic() - started
                yield self._table(found)
                found, started = [], time.monotonic()
        self.counts.seconds += time.monotonic() - started

    def _table(self, found: list[_core.Batch]) -> Table:
        origin = self._engine.origin("quotes", **self._choose.options)
        return Table(found, self._engine.empty("quotes"))._told(origin)

    def _analyse(self, job: tuple[list[Record], bool]) -> tuple[_core.Batch, list[Problem]]:
        claims, counts = self._engine.claims, self._recurrence.counts()
        tables = ("quotes", *(NAME_TABLES if claims.own else ()))
        found = analyse(self._engine.core, job[0], tables, counts)
        quotes = self._choose(found["quotes"])
        chosen = with_speakers(quotes, names_in(found, claims)) if claims.own else quotes
        return chosen, [lost for record in job[0] for lost in self._engine.unmatched(record, counts)]

    def _tell(self, problem: Problem) -> None:
        self._log.add(problem.row())
        self.counts.problems += 1

    def _look_for_documents(self) -> None:
        """At the end, list the corrections of documents that never came."""
        for problem in self._engine.without_document(self._there):
            self._tell(problem)

    def _parts(self, files: list[Input]) -> Iterator[tuple[list[Record], bool]]:
        """Runs of documents for a thread, and whether a run completes a batch (the last does)."""
        part: list[Record] = []
        n, chars = 0, 0
        for record in self._records(files):
            if n == self._size or chars >= BATCH_CHARS or len(part) >= BATCH_DOCUMENTS:
                yield part, n == self._size
                n, part, chars = n % self._size, [], 0
            part.append(record)
            n, chars = n + 1, chars + len(record.text)
        if part:
            yield part, True

    def _records(self, files: list[Input]) -> Iterator[Record]:
        for record, problems in self._inputs.found(files, names=self._names, note=self._note):
            if record is not None and all(problem.problem == "duplicate_id" for problem in problems):
                wrong = text_problem(record)
                problems += [wrong] if wrong is not None else []
            if record is not None and (wrong := date_problem(record)) is not None:
                problems.append(wrong)
            for problem in problems:
                self._tell(problem)
            if record is not None:
                self.taken.note(record)
                yield record

    def _note(self, n: int) -> None:
        self.counts.bytes += n
        if self._bar is not None:
            self._bar.update(n)

    # ---------------------------------------------------------------------------------------------- to a file

    def write(
        self,
        path: str | os.PathLike[str],
        *,
        resume: bool = False,
        escape_formulas: bool = False,
        byte_order_mark: bool = False,
    ) -> Counts:
        """Write the quotes to a .parquet, .xlsx, .csv or .jsonl file.  The file appears only once it is complete.

        Until then, results are kept in parts (one per 64 MB of input) in a folder named after the file, with `.parts`
        added.  With `resume=True`, a run that was killed continues from there; nothing is lost or repeated.
        `escape_formulas` and `byte_order_mark` are as in `Table.write`.

        Raises ValueError for another ending, or if the files or options differ from those of the run to resume.
        """
        target = Path(path)
        if target.suffix.lower() not in ENDINGS:
            raise ValueError(
                f"Cannot tell from {target.name!r} how to write it: use .parquet, .xlsx, .csv or .jsonl."
            )
        if not target.parent.is_dir():
            raise FileNotFoundError(f"The folder {str(target.parent)!r} does not exist.")
        kind = _KINDS[target.suffix.lower()]
        if target.suffix.lower() == ".csv":
            kind = _csv(escape_formulas, byte_order_mark)
        kind.check()
        parts = _Parts(target, self._fingerprint(escape_formulas, byte_order_mark), resume)
        started, earlier = time.monotonic(), 0.0
        try:
            with self._watch():
                for number, files in enumerate(_groups(self._inputs.files)):
                    if parts.is_done(number):
                        notes = parts.read(number)
                        earlier += notes["counts"]["seconds"]
                        self._take_up(notes, parts.names(number), files)
                    else:
                        self._write_part(parts, number, files, kind)
            self._look_for_documents()
            with replacing(target) as temporary:
                kind.join([parts.file(number) for number in range(parts.n_done)], temporary, self.no_rows)
        except BaseException:
            parts.leave()
            raise
        parts.remove()
        self.counts.seconds = earlier + time.monotonic() - started  # reading, writing and joining included
        return self.counts

    def _write_part(self, parts: _Parts, number: int, files: list[Input], kind: _Kind) -> None:
        before, n_rows, there = Counts(**_as_dict(self.counts)), len(self._log.rows), set(self._there)
        self._names.log = array("Q")
        with replacing(parts.file(number)) as temporary:
            kind.write(temporary, self._tables(files), self.no_rows)
        done = {name: value - getattr(before, name) for name, value in _as_dict(self.counts).items()}
        notes = {"counts": done, "problems": self._log.rows[n_rows:], "there": sorted(self._there - there)}
        parts.finish(number, notes, self._names.log)

    def _take_up(self, done: dict[str, Any], names: array[int], files: list[Input]) -> None:
        for name, value in done["counts"].items():
            setattr(self.counts, name, getattr(self.counts, name) + value)
        for row in done["problems"]:
            self._log.add(row)
        self._names.take_again(names)
        self._there.update(done["there"])
        if self._bar is not None:
            self._bar.update(sum(file.size for file in files))

    def _fingerprint(self, escape_formulas: bool = False, byte_order_mark: bool = False) -> str:
        """What the result depends on: runs with the same fingerprint write the same rows."""
        options = self._inputs.options
        facts = [
            _core.__version__,
            repr(options),
            repr(self._choose),
            repr((escape_formulas, byte_order_mark)),
            self._engine.config.to_toml(),
            self._engine.config._lexicon_hash,
            self._engine.config._weights_hash,
            repr(self._engine.origin("quotes").get("corrections")),
            *(f"{file.name}\0{file.size}\0{file.changed}" for file in self._inputs.files),
        ]
        return hashlib.sha256("\n".join(facts).encode("utf-8", "surrogateescape")).hexdigest()


def _as_dict(counts: Counts) -> dict[str, Any]:
    return {name: getattr(counts, name) for name in ("documents", "quotes", "bytes", "problems", "seconds")}


def _batches(arrow: Any, table: Table) -> Iterator[pyarrow.RecordBatch]:
    """A table as one record batch, even where it has no rows."""
    whole = table.to_arrow().combine_chunks()
    yield from whole.to_batches() or [arrow.RecordBatch.from_pylist([], schema=whole.schema)]


def _groups(files: list[Input]) -> Iterator[list[Input]]:
    """Runs of files, each of about 64 MB."""
    group: list[Input] = []
    size = 0
    for file in files:
        group.append(file)
        size += file.size
        if size >= _PART_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


class _Parts:
    """The folder of finished work: the rows of each part and, once these are complete, its ids and notes."""

    def __init__(self, target: Path, fingerprint: str, resume: bool) -> None:
        self._folder = target.with_name(target.name + ".parts")
        self._suffix = target.suffix.lower()
        self._mark = self._folder / "run.json"
        if self._folder.is_symlink():  # where it leads is not ours to delete
            raise FileExistsError(f"{str(self._folder)!r} is a link: remove it, or write to another place.")
        if resume and self._mark.exists():
            if json.loads(self._mark.read_text(encoding="utf-8")) != fingerprint:
                raise ValueError(
                    f"Cannot resume from {str(self._folder)!r}: the files or options differ from those of the "
                    f"earlier run. Leave out resume to start again."
                )
        else:
            self.remove()
            self._folder.mkdir()
            try:
                with replacing(self._mark) as temporary:
                    temporary.write_text(json.dumps(fingerprint), encoding="utf-8")
            except BaseException:
                self.remove()
                raise
        self.n_done = 0
        while self._notes(self.n_done).exists():
            self.n_done += 1

    def file(self, number: int) -> Path:
        """Where the rows of a part are."""
        return self._folder / f"{number:06}{self._suffix}"

    def _notes(self, number: int) -> Path:
        return self._folder / f"{number:06}.json"

    def is_done(self, number: int) -> bool:
        """Whether a part is complete."""
        return number < self.n_done

    def read(self, number: int) -> dict[str, Any]:
        """The notes of a part that is done."""
        notes: dict[str, Any] = json.loads(self._notes(number).read_text(encoding="utf-8"))
        return notes

    def names(self, number: int) -> array[int]:
        """The hashes of the names that a part that is done has given."""
        names = array("Q")
        names.frombytes(self._notes(number).with_suffix(".names").read_bytes())
        return names

    def finish(self, number: int, notes: dict[str, Any], names: array[int]) -> None:
        """Note that a part's rows are all written; its notes come last, and make it so."""
        with replacing(self._notes(number).with_suffix(".names")) as temporary:
            temporary.write_bytes(names.tobytes())
        with replacing(self._notes(number)) as temporary:
            temporary.write_text(json.dumps(notes), encoding="utf-8")
        self.n_done = number + 1

    def leave(self) -> None:
        """After an error: keep what is worth resuming."""
        if self.n_done == 0:
            self.remove()

    def remove(self) -> None:
        """Delete the folder; its mark goes first, because nobody can resume from half of it."""
        self._mark.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)


# -------------------------------------------------------------------------------------------- kinds of files


@dataclass(frozen=True, slots=True)
class _Kind:
    """How to write tables to a part, and how to join parts; both get an empty table that says how it was made."""

    check: Callable[[], None]
    write: Callable[[Path, Iterator[Table], Table], None]
    join: Callable[[list[Path], Path, Table], None]


def _write_parquet(path: Path, tables: Iterator[Table], none: Table) -> None:
    arrow, parquet = optional("pyarrow", "Writing Parquet"), optional("pyarrow.parquet", "Writing Parquet")
    with parquet.ParquetWriter(path, arrow.schema(none)) as writer:
        for table in tables:
            writer.write_table(arrow.table(table))


def _join_parquet(parts: list[Path], target: Path, none: Table) -> None:
    parquet = optional("pyarrow.parquet", "Writing Parquet")
    with parquet.ParquetWriter(target, none.to_arrow().schema) as writer:
        for part in parts:
            with parquet.ParquetFile(part) as rows:
                for k in range(rows.num_row_groups):
                    writer.write_table(rows.read_row_group(k))


def _write_csv(path: Path, tables: Iterator[Table], _: Table, *, escape_formulas: bool = False) -> None:
    with open_text(path, newline="") as file:
        for table in tables:
            write_rows(table, file, "csv", head=False, escape_formulas=escape_formulas)


def _join_csv(parts: list[Path], target: Path, none: Table, *, byte_order_mark: bool = False) -> None:
    with open_text(target, newline="") as file:
        file.write(BYTE_ORDER_MARK if byte_order_mark else "")
        csv.writer(file).writerow(none.columns)
    _join_jsonl(parts, target, none)


def _write_jsonl(path: Path, tables: Iterator[Table], _: Table) -> None:
    with open_text(path) as file:
        for table in tables:
            file.writelines(map(json_line, table))


def _join_jsonl(parts: list[Path], target: Path, _: Table) -> None:
    with open(target, "ab") as file:
        for part in parts:
            with open(part, "rb") as rows:
                _copy(rows, file)


def _copy(rows: IO[bytes], file: IO[bytes]) -> None:
    shutil.copyfileobj(rows, file, 1 << 20)


def _need_parquet() -> None:
    optional("pyarrow.parquet", "Writing Parquet")


def _join_xlsx(parts: list[Path], target: Path, none: Table) -> None:
    """Make a sheet of parts that are JSON lines."""

    def rows() -> Iterator[list[Any]]:
        for part in parts:
            with open(part, encoding="utf-8") as lines:
                yield from (list(json.loads(line).values()) for line in lines)

    write_sheet(target, none.columns, rows(), json.dumps(none.info, ensure_ascii=False))


def _csv(escape_formulas: bool, byte_order_mark: bool) -> _Kind:
    write = partial(_write_csv, escape_formulas=escape_formulas)
    return _Kind(lambda: None, write, partial(_join_csv, byte_order_mark=byte_order_mark))


_KINDS = {
    ".parquet": _Kind(_need_parquet, _write_parquet, _join_parquet),
    ".xlsx": _Kind(excel.check, _write_jsonl, _join_xlsx),
    ".csv": _csv(False, False),
    ".jsonl": _Kind(lambda: None, _write_jsonl, _join_jsonl),
}
