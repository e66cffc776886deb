"""The command `annotate`: JSON lines in, JSON lines out, as they come."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from quotelens.analysis.annotation import annotate_record
from quotelens.analysis.engine import Engine, engine_for
from quotelens.analysis.parallel import BATCH_DOCUMENTS, check_threads, cut, in_order
from quotelens.analysis.recurrence import Recurrence
from quotelens.command.files import check_lines, config_of, lines_out, opened
from quotelens.command.messages import Messages, Status
from quotelens.reading.base import text_lines
from quotelens.reading.inputs import STDIN
from quotelens.reading.progress import Progress
from quotelens.reading.readers import Options, line_record
from quotelens.reading.records import outlet_of
from quotelens.table.files import json_line


class _Line:
    """A line of the input: its document, or what is wrong with it."""

    __slots__ = ("error", "record", "text")

    def __init__(self, line: str, how: str | None, place: str, options: Options) -> None:
        record, problem = line_record(line, how, place, place, options)
        unreadable = problem is not None and problem.problem == "unreadable"
        self.record = record
        self.error = problem.detail if problem is not None and unreadable else None
        self.text = record.text


def run(options: Namespace, messages: Messages) -> Status:
    """Annotate a file of JSON lines, or standard input."""
    threads, engine = check_threads(options.threads), engine_for(config_of(options))
    check_lines(options.output)
    with ExitStack() as stack:
        source = opened(options.input, stack)
        out = lines_out(options.output, stack)
        n_bad = _annotate_lines(source, out, threads, options, engine)
    return messages.unread(n_bad)


def _answer(engine: Engine, line: _Line, recurrence: Recurrence, parse: bool) -> dict[str, Any]:
    if line.error is not None:
        return {"doc_id": line.record.doc_id, "error": line.error}
    return annotate_record(engine, line.record, recurrence.counts(), parse=parse)


def _lines_of(source: io.BufferedReader, options: Namespace) -> Iterator[_Line]:
    stem = Path(options.input).stem if options.input != STDIN else "stdin"
    keys = Options(options.text, options.id, outlet=options.outlet, published=options.published)
    for number, (line, how) in enumerate(text_lines(source, keys), start=1):
        yield _Line(line, how, f"{stem}:{number}", keys)


def _count_lines(options: Namespace) -> Recurrence:
    """A first pass over a file that can be read twice, for the lines that its outlets' pages share."""
    if options.input == STDIN or not Path(options.input).is_file():
        return Recurrence()

    def pages() -> Iterator[tuple[str | None, str]]:
        with open(options.input, "rb") as source:
            for line in _lines_of(source, options):
                yield outlet_of(line.record), line.text

    return Recurrence(pages)


def _annotate_lines(source: io.BufferedReader, out: IO[str], threads: int, options: Namespace, engine: Engine) -> int:
    """Annotate line by line; the number of lines that could not be read."""
    recurrence = _count_lines(options)
    recurrence.counts()  # before the threads ask for them

    def work(batch: list[_Line]) -> str:
        return "".join(json_line(_answer(engine, line, recurrence, options.parse)) for line in batch)

    n_bad = 0
    at_once = (
        1 if options.input == STDIN and threads == 1 else BATCH_DOCUMENTS
    )  # 1: who writes lines may wait for each
    with Progress(None, unit="documents") as progress:
        for batch, written in in_order(cut(_lines_of(source, options), documents=at_once), work, threads):
            out.write(written)
            out.flush()
            n_bad += sum(line.error is not None for line in batch)
            progress.update(len(batch))
    return n_bad
