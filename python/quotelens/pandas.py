"""`series.ql` for pandas: importing this module registers it.

>>> import pandas  # doctest: +SKIP
>>> import quotelens.pandas  # doctest: +SKIP
>>> texts = pandas.Series(["“It rained,” Ann Lee said."], index=["a"])  # doctest: +SKIP
>>> texts.ql.quotes()[["doc_id", "speaker"]]  # doctest: +SKIP
  doc_id  speaker
0      a  Ann Lee
"""

from __future__ import annotations

from typing import Any

import pandas

from quotelens.api import Choice
from quotelens.config import Config
from quotelens.corpus import Corpus


@pandas.api.extensions.register_series_accessor("ql")
class SeriesAccessor:
    """The texts of a series: the index is their `doc_id`, and a missing text counts as an empty one."""

    def __init__(self, series: Any) -> None:
        self._series = series

    def corpus(self, *, config: Config | None = None, threads: int | None = None) -> Corpus:
        """A `Corpus` of the texts, for all that it can do."""
        texts = self._series.astype(object).where(self._series.notna(), "")
        documents = [{"doc_id": str(name), "text": text} for name, text in texts.items()]
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
    ) -> pandas.DataFrame:
        """The statements in the texts as a dataframe, one row a statement: see `Corpus.quotes`."""
        corpus = self.corpus(config=config, threads=threads)
        return corpus.quotes(kind=kind, acts=acts, zones=zones, min_confidence=min_confidence).to_pandas()
