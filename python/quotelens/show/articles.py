"""What the report and the explorer ask of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from quotelens.analysis.engine import Engine
from quotelens.analysis.filter import Choice
from quotelens.families.quotes import Quotes
from quotelens.show.article import Article
from quotelens.sources.sources import Seen
from quotelens.table.table import Table


class Articles(Protocol):
    """What the pages use of a corpus."""

    _engine: Engine

    def __iter__(self) -> Iterator[Article]: ...
    def __contains__(self, doc_id: object, /) -> bool: ...
    def __getitem__(self, key: str, /) -> Article: ...
    def documents(self) -> Table: ...
    def metadata(self) -> Table: ...
    def problems(self) -> Table: ...
    def unnamed(self) -> Table: ...
    def quotes(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
    ) -> Quotes: ...
    def _provenance(self) -> list[dict[str, Any]]: ...
    def _text_of(self, doc_id: str, /) -> str: ...
    def _seen(self) -> list[Seen]: ...
    def _analysed_once(self) -> AbstractContextManager[None]: ...
