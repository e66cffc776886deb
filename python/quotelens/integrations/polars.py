"""`series.ql` for polars: importing this module registers it.

>>> import polars  # doctest: +SKIP
>>> import quotelens.integrations.polars  # doctest: +SKIP
>>> polars.Series(["“It rained,” Ann Lee said."]).ql.quotes()["speaker"].to_list()  # doctest: +SKIP
['Ann Lee']
"""

from __future__ import annotations

from collections.abc import Iterable

import polars

from quotelens.corpus import Corpus
from quotelens.integrations.series import SeriesTexts
from quotelens.table.table import Table


@polars.api.register_series_namespace("ql")
class SeriesNamespace(SeriesTexts[polars.DataFrame]):
    """The texts of a series.  Their position, from 0, is their `doc_id`; a missing text counts as an empty one.

    `doc_id` is a string.  `frame.with_row_index("doc_id").with_columns(polars.col("doc_id").cast(str))` adds the same
    ids to your frame.
    """

    def _named(self) -> Iterable[tuple[int, str]]:
        return enumerate(self._series.fill_null(""))

    def _frame(self, table: Table, corpus: Corpus) -> polars.DataFrame:
        return table.to_polars()
