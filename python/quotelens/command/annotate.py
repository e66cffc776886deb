"""The command `annotate`: documents in, JSON lines out, one at a time."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from quotelens.analysis.annotation import annotate_record
from quotelens.analysis.engine import Engine, engine_for
from quotelens.analysis.parallel import BATCH_DOCUMENTS, check_threads, cut, in_order
from quotelens.analysis.recurrence import Recurrence
from quotelens.analysis.stream import ProblemLog
from quotelens.annotations.corrected import CorrectedEngine
from quotelens.annotations.corrections import Corrections
from quotelens.command.files import check_lines, config_of, lines_out, opened
from quotelens.command.messages import Messages, Status
from quotelens.reading.base import text_lines
from quotelens.reading.inputs import STDIN, Inputs
from quotelens.reading.progress import Progress
from quotelens.reading.readers import KINDS, Options, Source, ending, found_in, kind_of, line_record
from quotelens.reading.records import Problem, Record, Taken, outlet_of, problems_table
from quotelens.table.files import json_line


class _Item:
    """A document of the input, or the problem with it."""

    __slots__ = ("error", "record", "text")

    def __init__(self, record: Record, problem: Problem | None) -> None:
        self.record = record
        self.error = problem.detail if problem is not None and problem.problem == "unreadable" else None
        self.text = record.text


class _Lines:
    """A file of JSON lines, or standard input: an answer for each line, in order."""

    def __init__(self, name: str, keys: Options, source: io.BufferedReader) -> None:
        self._name, self._keys, self._source = name, keys, source
        self.n_bad = 0

    def __iter__(self) -> Iterator[_Item]:
        return self._items(self._source)

    def _items(self, source: io.BufferedReader) -> Iterator[_Item]:
        stem = Path(self._name).stem if self._name != STDIN else "stdin"
        for number, (line, how) in enumerate(text_lines(source, self._keys), start=1):
            place = f"{stem}:{number}"
            yield _Item(*line_record(line, how, place, place, self._keys))

    def recurrence(self) -> Recurrence:
        """A first pass over a file that can be read twice, to count the lines that pages of an outlet share."""
        if self._name == STDIN or not Path(self._name).is_file():
            return Recurrence()

        def pages() -> Iterator[tuple[str | None, str]]:
            with open(self._name, "rb") as source:
                for item in self._items(source):
                    yield outlet_of(item.record), item.text

        return Recurrence(pages)

    def status(self, messages: Messages) -> Status:
        """What to say at the end."""
        return messages.unread(self.n_bad)


class _Documents:
    """Input read as the other commands read it: an answer for each document."""

    def __init__(
        self, found: Iterable[tuple[Record | None, list[Problem]]], skipped: Iterable[Problem], recurrence: Recurrence
    ) -> None:
        self._found, self._skipped, self._recurrence = found, skipped, recurrence
        self._log = ProblemLog()
        self.n_bad = 0

    @classmethod
    def of_files(cls, paths: list[str], keys: Options) -> _Documents:
        """Files, folders and patterns."""
        inputs = Inputs(paths, keys)
        return cls(inputs.found(), inputs.skipped, Recurrence(inputs.pages))

    @classmethod
    def of_stream(cls, stream: io.BufferedReader, kind: str, keys: Options) -> _Documents:
        """Standard input other than JSON lines."""
        source = Source("stdin", "stdin", kind, lambda: stream)
        found = ((record, [problem] if problem else []) for record, problem in found_in(source, keys))
        return cls(found, (), Recurrence())

    def __iter__(self) -> Iterator[_Item]:
        for problem in self._skipped:
            self._log.add(problem.row())
        for record, problems in self._found:
            for problem in problems:
                self._log.add(problem.row())
            if record is not None:
                yield _Item(record, next((p for p in problems if p.problem == "unreadable"), None))

    def recurrence(self) -> Recurrence:
        """A first pass over files, for the lines that an outlet's pages share."""
        return self._recurrence

    def status(self, messages: Messages) -> Status:
        """What to say at the end."""
        return messages.problems(self._log.table())


def run(options: Namespace, messages: Messages) -> Status:
    """Annotate files, folders, or standard input."""
    threads, engine = check_threads(options.threads), _engine_of(options)
    check_lines(options.output)
    with ExitStack() as stack:
        source = _source_of(options, stack)
        out = lines_out(options.output, stack)
        lost = _annotate(source, out, threads, options, engine, messages)
    return max(source.status(messages), messages.problems(problems_table([problem.row() for problem in lost])))


def _engine_of(options: Namespace) -> Engine:
    engine = engine_for(config_of(options))
    return CorrectedEngine(engine, Corrections.load(options.corrections)) if options.corrections else engine


def _source_of(options: Namespace, stack: ExitStack) -> _Lines | _Documents:
    keys = Options(options.text, options.id, outlet=options.outlet, published=options.published)
    [*others, name] = options.paths
    if others or not (name == STDIN or _is_lines(name)):
        return _Documents.of_files(options.paths, keys)
    stream = opened(name, stack)
    kind = kind_of(stream) if name == STDIN else ".jsonl"
    return _Lines(name, keys, stream) if kind == ".jsonl" else _Documents.of_stream(stream, kind, keys)


def _is_lines(name: str) -> bool:
    """Whether a file is JSON lines: by its ending, or because the ending says nothing else."""
    kind = ending(name)[1]
    return Path(name).is_file() and (kind == ".jsonl" or kind not in KINDS)


def _answer(engine: Engine, item: _Item, recurrence: Recurrence, parse: bool) -> dict[str, Any]:
    if item.error is not None:
        return {"doc_id": item.record.doc_id, "error": item.error}
    return annotate_record(engine, item.record, recurrence.counts(), parse=parse)


def _annotate(
    source: _Lines | _Documents, out: IO[str], threads: int, options: Namespace, engine: Engine, messages: Messages
) -> list[Problem]:
    """Write what is found in each document, in order; return the corrections that fit no quote."""
    recurrence = source.recurrence()
    recurrence.counts()  # before the threads ask for them
    taken = Taken()
    lost: list[Problem] = []
    there: set[str] = set()

    def work(batch: list[_Item]) -> tuple[str, list[Problem]]:
        counts = recurrence.counts()
        written = "".join(json_line(_answer(engine, item, recurrence, options.parse)) for item in batch)
        return written, [problem for item in batch for problem in engine.unmatched(item.record, counts)]

    # One at a time, because the writer of the lines may wait for each answer.
    at_once = 1 if options.paths == [STDIN] and threads == 1 else BATCH_DOCUMENTS
    with Progress(None, unit="documents") as progress:
        for batch, (written, problems) in in_order(cut(source, documents=at_once), work, threads):
            out.write(written)
            out.flush()
            lost += problems
            for item in batch:
                taken.note(item.record)
            there.update(item.record.doc_id for item in batch if item.record.doc_id in engine.doc_ids)
            source.n_bad += sum(item.error is not None for item in batch)
            progress.update(len(batch))
    messages.taken(str(taken))
    return [*lost, *engine.without_document(there)]
