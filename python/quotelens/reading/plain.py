"""Text and JSON: .txt, .md, .jsonl and .json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from quotelens.reading.base import Found, Options, Source, page_record, text_lines
from quotelens.reading.exports import layout_of
from quotelens.reading.records import Problem, Record, decode, encoding_problem, fill_ours, record_of


def read_text(source: Source, options: Options) -> Iterator[Found]:
    """A file that is one document."""
    yield page_record(source, options)


def read_jsonl(source: Source, options: Options) -> Iterator[Found]:
    """One document per line; empty lines are skipped."""
    with source.open() as file:
        for number, (line, how) in enumerate(text_lines(file, options), start=1):
            if line.strip():
                yield line_record(line, how, f"{source.stem}:{number}", f"{source.name}:{number}", options)


def read_json(source: Source, options: Options) -> Iterator[Found]:
    """An object that is a document, a list of them, or an object with one such list.  Read as a whole.

    A file that is not JSON but has a JSON object on each line is read as .jsonl.
    """
    text, how = decode(source.read(options.max_member))
    try:
        found: Any = json.loads(text)
    except ValueError:
        if not _is_json(text.lstrip().partition("\n")[0]):
            raise
        yield from read_jsonl(source, options)
        return
    rows, is_list = _rows_in(found)
    for number, row in enumerate(rows, start=1):
        place, default_id = (f"{source.name}:{number}", f"{source.stem}:{number}") if is_list else (source.name, "")
        record, problem = row_record(row, default_id or source.stem, place, options)
        if how and problem is None:
            problem = encoding_problem(record, how)
        yield record, problem


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _rows_in(found: Any) -> tuple[list[Any], bool]:
    """The records of a JSON file, and whether they are in a list."""
    if isinstance(found, list):
        return found, True
    lists = [value for value in found.values() if _is_rows(value)] if isinstance(found, dict) else []
    if len(lists) == 1 and not any(isinstance(found.get(key), str) for key in ("text", "raw_text", "story_text")):
        return lists[0], True
    return [found], False


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def line_record(
    line: str, how: str | None, default_id: str, place: str, options: Options
) -> tuple[Record, Problem | None]:
    """The document in one line of JSON; for an invalid line an empty document, and what is wrong with it.

    `how` says how the line was read, as `text_lines` does.
    """
    if not line.strip():
        return _no_record(default_id, place, "the line is empty")
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _no_record(default_id, place, f"not JSON: {error}")
    record, problem = row_record(row, default_id, place, options)
    if how and problem is None:
        problem = encoding_problem(record, how)
    return record, problem


def row_record(row: Any, default_id: str, place: str, options: Options) -> tuple[Record, Problem | None]:
    """The document in a JSON object."""
    if not isinstance(row, dict):
        return _no_record(default_id, place, "not a JSON object in { }")
    layout = layout_of(tuple(row), options.text, options.id)
    record, problem = record_of(row, text=layout.text, id=layout.id, default_id=default_id, source=place)
    fill_ours(record, layout, options.ours)
    return record, problem


def _no_record(default_id: str, place: str, why: str) -> tuple[Record, Problem]:
    record = Record(default_id, "", source=place)
    return record, Problem(record, place, "unreadable", why)
