"""The messages of a command on standard error: plain lines, or JSON objects with --json; and its exit status."""

from __future__ import annotations

import json
import re
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

from quotelens.reading.progress import Progress, told
from quotelens.table.table import Table
from quotelens.table.wording import counted

_MOST_PROBLEMS = 5  # that are printed one by one; as JSON all are


class Status(IntEnum):
    """Exit status of a command."""

    DONE = 0
    INCOMPLETE = 1  # done, but some documents or lines could not be read
    FAILED = 2
    INTERRUPTED = 130
    NO_READER = 141  # the reader of the output has gone: the status that a shell gives such a program


def in_flags(message: str, flags: Mapping[str, str]) -> str:
    """A message about arguments of the package, in the words of the command line.

    >>> flags = {"text": "--text", "min_confidence": "--min-confidence", "resume": "--resume"}
    >>> in_flags("min_confidence is 8: give less.", flags), in_flags("a.csv: say it with text=…", flags)
    ('--min-confidence is 8: give less.', 'a.csv: say it with --text …')
    >>> in_flags("The text is empty; resume=True goes on.", flags)
    'The text is empty; --resume goes on.'
    """
    if not flags:
        return message
    names = "|".join(map(re.escape, flags))
    message = re.sub(rf"^({names})(?= is )", lambda found: flags[found[1]], message)
    return re.sub(
        rf"(?<![\w.-])({names})=(True\b)?", lambda found: flags[found[1]] + ("" if found[2] else " "), message
    )


class Messages:
    """Says things on standard error.

    As JSON, each line is an object with level ("info", "warning", "error"), event, message, and the fields of the
    event.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.flags: Mapping[str, str] = {}  # of the command, by what the package calls them

    def say(self, event: str, message: str, *, level: str = "info", **fields: Any) -> None:
        """Say one thing; `fields` are shown as JSON only."""
        message = in_flags(message, self.flags)
        if self.as_json:
            record = {"level": level, "event": event, "message": message, **fields}
            print(json.dumps(record, default=str), file=sys.stderr, flush=True)
        else:
            print(f"quotelens: {message}", file=sys.stderr)

    def fail(self, error: Exception) -> None:
        """Say why a command stopped."""
        message = str(error) or type(error).__name__
        if isinstance(error, OSError) and error.filename is not None:
            message = f"{error.filename}: {error.strerror}"
        self.say("error", message, level="error", error=type(error).__name__)

    def crash(self, error: Exception) -> None:
        """Show an unexpected error with its traceback."""
        trace = "".join(traceback.format_exception(error))
        if self.as_json:
            name = type(error).__name__
            self.say("crash", str(error) or name, level="error", error=name, traceback=trace)
        else:
            print(trace, end="", file=sys.stderr)

    def problems(self, problems: Table) -> Status:
        """Say what was wrong with the documents; the exit status that follows from it."""
        for row in problems if self.as_json else problems.head(_MOST_PROBLEMS):
            place = row["source"] or row["doc_id"] or "in all"
            message = "; ".join(filter(None, (f"{place}: {row['problem']}: {row['detail']}", row["done"])))
            fields: dict[str, Any] = dict(row)
            self.say("problem", message, level="warning", **fields)
        if len(problems) > _MOST_PROBLEMS or (self.as_json and len(problems)):
            counts = dict(Counter(problems["problem"]).most_common())
            listed = ", ".join(f"{n:,} {name}" for name, n in counts.items())
            message = f"{counted(len(problems), 'problem')} in all: {listed}"
            self.say("problems", message, level="warning", count=len(problems), counts=counts)
        return Status.INCOMPLETE if "unreadable" in problems["problem"] else Status.DONE

    def taken(self, columns: str) -> None:
        """Say which columns stand in for ours, if any do."""
        if columns:
            self.say("columns", f"{columns}; --text, --id, --outlet, --published name others", columns=columns)

    def unread(self, n: int) -> Status:
        """Say how many lines could not be read; the exit status that follows from it."""
        if not n:
            return Status.DONE
        message = f"{counted(n, 'line')} could not be read; the output says why, line by line"
        self.say("unread", message, level="warning", count=n)
        return Status.INCOMPLETE

    @contextmanager
    def taking_over(self) -> Generator[None]:
        """With --json, also report progress and Python's warnings here."""
        if not self.as_json:
            yield
            return
        with told(self._progress), warnings.catch_warnings():
            warnings.showwarning = self._warning
            yield

    def _progress(self, progress: Progress) -> None:
        self.say("progress", progress.to_text(), count=progress.done, total=progress.total, unit=progress.unit)

    def _warning(self, message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        self.say("warning", str(message), level="warning", category=category.__name__)
