"""`series.ql` for pandas: importing this module registers it.

>>> import pandas  # doctest: +SKIP
>>> import quotelens.pandas  # doctest: +SKIP
>>> texts = pandas.Series(["“It rained,” Ann Lee said."], index=["a"])  # doctest: +SKIP
>>> texts.ql.quotes()[["doc_id", "speaker"]]  # doctest: +SKIP
  doc_id  speaker
0      a  Ann Lee
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas

from quotelens.series import SeriesTexts
from quotelens.table import Table


@pandas.api.extensions.register_series_accessor("ql")
class SeriesAccessor(SeriesTexts[pandas.DataFrame]):
    """The texts of a series: the index is their `doc_id`, and a missing text counts as an empty one."""

    def _named(self) -> Iterable[tuple[Any, str]]:
        texts: Iterable[tuple[Any, str]] = self._series.astype(object).where(self._series.notna(), "").items()
        return texts

    def _frame(self, table: Table) -> pandas.DataFrame:
        return table.to_pandas()
