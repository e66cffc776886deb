"""A progress bar for long work: tqdm's if that is installed, else a plain line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

_PATIENCE = 1.0  # seconds of work before anything is shown
_INTERVAL = 0.2  # seconds between two redrawings of the plain line
_TOLD_INTERVAL = 5.0  # seconds between two calls of a listener
_listener: ContextVar[Callable[[Progress], None] | None] = ContextVar("listener", default=None)


@contextmanager
def told(listener: Callable[[Progress], None]) -> Generator[None]:
    """Inside the block nothing is drawn; instead `listener` is called every few seconds and at the end."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


class Progress:
    """Counts what is done, and shows it on standard error once the work has lasted a second.

    `show`: None only on a terminal, True always, False never.  `total` may be None where it is not known.  The unit
    "B", bytes, is shown in MB.
    """

    def __init__(self, total: int | None, *, unit: str, show: bool | None = None) -> None:
        self.total: int | None = total
        self.unit: str = unit
        self.done: int = 0
        self._listener = _listener.get()
        if show is None:
            show = self._listener is not None or (sys.stderr is not None and sys.stderr.isatty())
        self._show = show
        self._started = self._drawn = time.monotonic()
        self._bar: Any = None
        self._plain = False
        self._note = ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        elif self._plain:
            self._draw()
            if self._listener is None:
                print(file=sys.stderr)

    def update(self, n: int = 1, *, note: str | None = None) -> None:
        """Note that `n` more are done; `note` is shown beside the number."""
        self.done += n
        if note is not None:
            self._note = note
        if not self._show:
            return
        if self._bar is not None:
            if self._note:
                self._bar.set_postfix_str(self._note, refresh=False)
            self._bar.update(n)
            return
        now = time.monotonic()
        if now - self._started < _PATIENCE:
            return
        if self._listener is None and not self._plain and self._open_bar():
            return
        if now - self._drawn >= (_INTERVAL if self._listener is None else _TOLD_INTERVAL):
            self._drawn, self._plain = now, True
            self._draw()

    def _open_bar(self) -> bool:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return False
        how: dict[str, Any] = {"unit": "B", "unit_scale": True} if self.unit == "B" else {"unit": f" {self.unit}"}
        self._bar = tqdm(total=self.total, initial=self.done, **_room(), **how)
        return True

    def to_text(self) -> str:
        """What is done, as a line."""
        of = f" of {self._shown(self.total)}" if self.total is not None else ""
        unit = "MB" if self.unit == "B" else self.unit
        note = f", {self._note}" if self._note else ""
        return f"{self._shown(self.done)}{of} {unit}{note}"

    def _draw(self) -> None:
        if self._listener is not None:
            self._listener(self)
        else:
            print(f"\r{self.to_text()}", end="", file=sys.stderr, flush=True)

    def _shown(self, n: int) -> str:
        return f"{n / 1e6:,.1f}" if self.unit == "B" else f"{n:,}"


def _room() -> dict[str, int]:
    """Columns and rows to draw a bar in, if the terminal does not report its size.

    Some terminals, in containers and editors, report a size of zero, and the bar would have no width.
    """
    try:
        size = os.get_terminal_size(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):  # no terminal, no file, a file that is closed
        return {}
    return {} if size.columns and size.lines else {"ncols": size.columns or 80, "nrows": size.lines or 24}
