"""`series.ql` for pandas: importing this module registers it.

>>> import pandas  # doctest: +SKIP
>>> import quotelens.integrations.pandas  # doctest: +SKIP
>>> texts = pandas.Series(["“It rained,” Ann Lee said."], index=["a"])  # doctest: +SKIP
>>> texts.ql.quotes()[["doc_id", "speaker"]]  # doctest: +SKIP
  doc_id  speaker
0      a  Ann Lee

`doc_id` holds the labels of the index, in their own type if they are unique: `frame.join(quotes.set_index("doc_id"))`
puts the quotes next to their texts.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import pandas

from quotelens.corpus import Corpus
from quotelens.integrations.series import SeriesTexts
from quotelens.table.table import Table


@pandas.api.extensions.register_series_accessor("ql")
class SeriesAccessor(SeriesTexts[pandas.DataFrame]):
    """The texts of a series.  The index gives their `doc_id`; a missing text counts as an empty one.

    In the frame that `quotes` returns, `doc_id` has the type of the index, so the two can be joined; in a corpus it
    is a string.  An index with several levels gives tuples, which join to `index.to_flat_index()`.  If a label occurs
    twice, a warning says so, and doc_id holds strings, with #2 added to the second.
    """

    def _named(self) -> Iterable[tuple[Any, str]]:
        texts: Iterable[tuple[Any, str]] = self._series.astype(object).where(self._series.notna(), "").items()
        return texts

    def _frame(self, table: Table, corpus: Corpus) -> pandas.DataFrame:
        frame, index = table.to_pandas(), self._series.index
        if not index.is_unique:
            twice = index[index.duplicated()][0]
            warnings.warn(
                f"The label {twice} occurs more than once in the index: doc_id holds strings, with #2 after the "
                "second, and cannot be joined to it. Use reset_index() first.",
                stacklevel=3,
            )
            return frame
        place = {document_id: k for k, document_id in enumerate(corpus.ids)}
        labels = index.take([place[doc_id] for doc_id in table["doc_id"]])
        frame["doc_id"] = labels.to_flat_index()
        return frame
