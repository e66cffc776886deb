"""What `.ql` does for a series of any library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from quotelens.analysis.config import Config
from quotelens.analysis.filter import Choice
from quotelens.corpus import Corpus
from quotelens.reading.records import check_texts
from quotelens.table.table import Table

Frame = TypeVar("Frame")


class SeriesTexts(Generic[Frame]):
    """The texts of a series as a corpus, and tables of them as frames of the series' library."""

    def __init__(self, series: Any) -> None:
        self._series = series

    def _named(self) -> Iterable[tuple[Any, str]]:
        """A name and a text for each value; a missing one is an empty text."""
        raise NotImplementedError

    def _frame(self, table: Table, corpus: Corpus) -> Frame:
        """A table of the corpus of these texts as a frame."""
        raise NotImplementedError

    def corpus(self, *, config: Config | None = None, threads: int | None = None) -> Corpus:
        """A `Corpus` of the texts."""
        check_texts(self._series, f"The series {self._series.name!r}", ".ql is for a column of texts.")
        documents = [{"doc_id": str(name), "text": text} for name, text in self._named()]
        return Corpus(documents, config=config, threads=threads)

    def quotes(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
        config: Config | None = None,
        threads: int | None = None,
    ) -> Frame:
        """The quotes in the texts as a dataframe, one row per quote: see `Corpus.quotes`."""
        corpus = self.corpus(config=config, threads=threads)
        quotes = corpus.quotes(kind=kind, acts=acts, zones=zones, min_confidence=min_confidence)
        return self._frame(quotes, corpus)
