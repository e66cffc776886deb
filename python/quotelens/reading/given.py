"""What a user gives as texts, as records: lists of texts or dicts, and dataframes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from quotelens.reading.exports import Layout
from quotelens.reading.records import Problem, Record, check_texts, fill_ours, pick_columns, record_of, text_record
from quotelens.table.table import rows_of_frame


def records_of(
    data: Any, text: str | None, id: str | None, ours: Mapping[str, str], problems: list[Problem]
) -> list[Record]:
    """The records of texts; what is wrong with them goes to `problems`."""
    if isinstance(data, (str, bytes)):
        raise TypeError(
            "A corpus is made of a list of texts. For one text use annotate(text), for a file or folder read(path)."
        )
    if type(data).__name__ == "LazyFrame":
        raise TypeError("This is a LazyFrame, which has no rows yet: give what its .collect() gives.")
    if hasattr(data, "__arrow_c_stream__"):
        items: list[Any] = rows_of_frame(data)
    elif isinstance(data, Mapping) or not isinstance(data, Iterable):
        raise TypeError(
            f"Cannot make a corpus of a {type(data).__name__}: give a list of texts, a list of dicts, or a dataframe."
        )
    else:
        items = list(data)
    columns = _columns_of(items, text, id, ours)
    if columns is not None:
        texts = (item.get(columns.text) if isinstance(item, Mapping) else item for item in items)
        check_texts(texts, f"The column {columns.text!r}", "Say which column holds it with text=….")
    else:
        check_texts(items, "What was given", "A corpus is made of texts, as str or bytes.")
    records = []
    for k, item in enumerate(items):
        if isinstance(item, Mapping) and columns is not None:
            own = columns.id or ("__index_level_0__" if "__index_level_0__" in item else None)
            record, problem = record_of(item, text=columns.text, id=own, default_id=str(k))
            fill_ours(record, columns, ours)
        else:
            record, problem = text_record(item, str(k))
        records.append(record)
        if problem is not None:
            problems.append(problem)
    return records


def _columns_of(items: list[Any], text: str | None, id: str | None, ours: Mapping[str, str]) -> Layout | None:
    """What the keys of the dicts among `items` mean; None if there are no dicts."""
    names = dict.fromkeys(name for item in items if isinstance(item, Mapping) for name in item)
    if not names:
        return None
    return pick_columns(names, text, id, ours)
