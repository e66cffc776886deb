"""Files that commands read and write: checked before the work, and written completely or not at all."""

from __future__ import annotations

import io
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from quotelens.analysis.config import Config
from quotelens.reading.inputs import STDIN
from quotelens.reading.readers import KINDS, ending
from quotelens.table import excel
from quotelens.table.extras import optional
from quotelens.table.files import replacing

STDOUT = "-"


def config_of(options: Namespace) -> Config | None:
    """The options of --config, --reader and --speaker-confidence, None without."""
    config = Config.load(options.config) if options.config else None
    least, reader = getattr(options, "speaker_confidence", None), getattr(options, "reader", None)
    if reader is not None:
        config = replace(config or Config(), reader=reader)
    return config if least is None else (config or Config()).set_speaker_confidence(least)


def check_output(name: str | None, endings: Sequence[str]) -> None:
    """Fail early if a file cannot be written or has the wrong ending."""
    if name is None:
        return
    path = Path(name)
    if path.suffix.lower() not in endings:
        *others, last = endings
        raise ValueError(f"Cannot tell from {name!r} how to write it: use {', '.join(others)} or {last}.")
    if path.suffix.lower() == ".parquet":
        optional("pyarrow.parquet", "Writing Parquet")
    if path.suffix.lower() == ".xlsx":
        excel.check()
    check_place(path)


def check_lines(name: str | None) -> None:
    """The same for a file of JSON lines, whose ending may be any but that of another kind of table."""
    if name is None or name == STDOUT:
        return
    if Path(name).suffix.lower() in (".csv", ".xlsx", ".parquet"):
        raise ValueError(f"The output is JSON lines, but {name!r} has another ending: use .jsonl.")
    check_place(Path(name))


def check_place(path: Path) -> None:
    """Raise an error where a file cannot be written."""
    if path.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder: give the name of a file in it.")
    if path.exists() and not path.is_file():
        raise ValueError(f"{str(path)!r} is not an ordinary file: name one, or write to standard output with -.")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"The folder {str(path.parent)!r} does not exist: make it first.")
    try:
        with TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise PermissionError(f"The folder {str(path.parent)!r} cannot be written to: {error.strerror}.") from error


def stdout() -> IO[str]:
    """Standard output for other programs: UTF-8, whatever the terminal uses."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    return sys.stdout


def lines_out(name: str | None, stack: ExitStack) -> IO[str]:
    """Where lines go: a file that appears only once it is complete, or standard output."""
    if name is None or name == STDOUT:
        return stdout()
    place = stack.enter_context(replacing(Path(name)))
    return stack.enter_context(open(place, "w", encoding="utf-8", newline="\n"))


def opened(name: str, stack: ExitStack) -> io.BufferedReader:
    """A file of JSON lines, or standard input."""
    if name == STDIN:
        return _stdin()
    if Path(name).is_dir():
        raise IsADirectoryError(f"{name!r} is a folder: give one file of JSON lines.")
    kind = ending(name)[1]
    if kind in KINDS and kind not in (".jsonl", ".json"):
        raise ValueError(f"Cannot read {name!r} here: give JSON lines, one object per line (.jsonl).")
    return stack.enter_context(open(name, "rb"))


def _stdin() -> io.BufferedReader:
    stream: Any = sys.stdin.buffer
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)
