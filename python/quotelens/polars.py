"""`series.ql` for polars: importing this module registers it.

>>> import polars  # doctest: +SKIP
>>> import quotelens.polars  # doctest: +SKIP
>>> polars.Series(["“It rained,” Ann Lee said."]).ql.quotes()["speaker"].to_list()  # doctest: +SKIP
['Ann Lee']
"""

from __future__ import annotations

import polars

from quotelens.api import Choice
from quotelens.config import Config
from quotelens.corpus import Corpus


@polars.api.register_series_namespace("ql")
class SeriesNamespace:
    """The texts of a series: their `doc_id` is their place, from 0, and a missing text counts as an empty one."""

    def __init__(self, series: polars.Series) -> None:
        self._series = series

    def corpus(self, *, config: Config | None = None, threads: int | None = None) -> Corpus:
        """A `Corpus` of the texts, for all that it can do."""
        texts = enumerate(self._series.fill_null(""))
        return Corpus([{"doc_id": str(place), "text": text} for place, text in texts], config=config, threads=threads)

    def quotes(
        self,
        *,
        kind: Choice = None,
        acts: Choice = None,
        zones: Choice = None,
        min_confidence: float | None = None,
        config: Config | None = None,
        threads: int | None = None,
    ) -> polars.DataFrame:
        """The statements in the texts as a dataframe, one row a statement: see `Corpus.quotes`."""
        corpus = self.corpus(config=config, threads=threads)
        return corpus.quotes(kind=kind, acts=acts, zones=zones, min_confidence=min_confidence).to_polars()
