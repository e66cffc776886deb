"""The user's own table of sources: canonical names, aliases, and any other columns."""

from __future__ import annotations

import csv
import json
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from quotelens import _core
from quotelens.table.table import Table, rows_of_frame
from quotelens.table.wording import slip_of

Value = str | int | float | bool

OURS = ("source_id", "n_documents", "n_quotes", "n_words", "first_seen", "last_seen")
"""Columns of `Corpus.sources` that a table of the user's cannot have."""
KINDS = ("person", "group", "document", "agency", "outlet", "organisation")
_MOST_COMPARED = 64  # names of the user's that share a word with one in a document
_HOW_TO_ADD = (
    'Give a list of dicts such as {"name": "Ada Holm", "aliases": ["Holm"]}, a dataframe, '
    "or a .csv, .tsv or .jsonl file."
)


class KnownSource(NamedTuple):
    """A row of the table: a source, its aliases, and the columns to join."""

    name: str
    aliases: tuple[str, ...]  # in order
    columns: tuple[tuple[str, Value], ...]  # in order of their names

    def row(self) -> dict[str, Any]:
        """The row as `add_sources` takes it."""
        aliases = {"aliases": list(self.aliases)} if self.aliases else {}
        return {"name": self.name, **aliases, **dict(self.columns)}


def folded(name: str) -> str:
    """A name as names are compared: without regard to case, blanks, and the forms of apostrophes and hyphens."""
    return " ".join(_core.fold(name).split())


def with_sources(known: Iterable[KnownSource], rows: Any) -> tuple[KnownSource, ...]:
    """The known sources with `rows` added; a name already listed gets the new aliases and values.

    Raises ValueError if a name or an alias would belong to two sources.
    """
    by_name = {folded(source.name): source for source in known}
    for place, row in _rows_of(rows):
        source = _source_of(row, place)
        before = by_name.get(folded(source.name))
        by_name[folded(source.name)] = source if before is None else _merged(before, source)
    made = tuple(sorted(by_name.values()))
    names_of(made)
    return made


def names_of(known: Iterable[KnownSource]) -> dict[str, KnownSource]:
    """The source for each folded name and alias.  Raises ValueError if two sources share one."""
    owners: dict[str, KnownSource] = {}
    for source in known:
        for name in (source.name, *source.aliases):
            other = owners.setdefault(folded(name), source)
            if other is not source:
                raise ValueError(
                    f"{name!r} belongs to two sources, {other.name!r} and {source.name!r}: a name or an alias can "
                    "belong to only one."
                )
    return owners


def _merged(before: KnownSource, source: KnownSource) -> KnownSource:
    aliases = tuple(sorted({*before.aliases, *source.aliases}))
    columns = tuple(sorted((dict(before.columns) | dict(source.columns)).items()))
    return KnownSource(before.name, aliases, columns)


# ------------------------------------------------------------------------------------------- whom a name means


class Claims:
    """Matches an entity of a document to one of the user's sources, by name."""

    def __init__(self, known: Iterable[KnownSource]) -> None:
        self.own: dict[str, KnownSource] = names_of(known)
        self._by_word: dict[str, list[str]] = {}  # whole names, by each of their words
        self._fitting: dict[str, KnownSource | None] = {}
        for name in sorted({name for source in self.own.values() for name in (source.name, *source.aliases)}):
            for word in dict.fromkeys(folded(name).split() if is_whole(name) and _tells_who(name) else ()):
                self._by_word.setdefault(word, []).append(name)

    def of(self, name: str, called: Iterable[str] = ()) -> KnownSource | None:
        """The source with this name, a variant of it, or an acronym that the document uses for it.

        A person with a fuller name keeps it: "Eric Trump" is not "Trump", even if the document also calls him that.
        """
        if (source := self.own.get(folded(name))) is not None:
            return source
        if name not in self._fitting:
            self._fitting[name] = self._fit(name) if is_whole(name) else None
        return self._fitting[name] or self._called(name, called)

    def _fit(self, name: str) -> KnownSource | None:
        """The one source of which a whole name is another form of this one."""
        words = folded(name).split()
        near = {known for word in words for known in self._by_word.get(word, ())}
        if len(near) > _MOST_COMPARED:
            return None
        is_joint = "and" in words  # "A and B" is neither of them
        return _only(
            self.own[folded(known)]
            for known in near
            if is_joint == ("and" in folded(known).split()) and _core.link_names([known, name]) == [0, 0]
        )

    def _called(self, name: str, called: Iterable[str]) -> KnownSource | None:
        """The one source that has a short form of this name, other than a part of it."""
        parts = folded(name).split()
        keys = {key: other for other in called if (key := folded(other)) in self.own}
        return _only(
            self.own[key]
            for key, other in keys.items()
            if key.split()[-1] not in parts and _core.link_names([name, other]) == [0, 0]
        )


def _only(sources: Iterable[KnownSource]) -> KnownSource | None:
    """The one source among these, or None where there are none or several."""
    found = {source.name: source for source in sources}
    return next(iter(found.values())) if len(found) == 1 else None


def _tells_who(name: str) -> bool:
    """Whether a name has more than titles before its last word (any Holm could be "Mayor Holm")."""
    words = folded(name).split()
    initial = next(letter for letter in "QXZJKVWYUB" if all(word[0] != letter.lower() for word in words[:9]))
    return _core.link_names([name, f"{initial}. {name.split()[-1]}"]) != [0, 0]


def is_whole(name: str) -> bool:
    """Whether a name has two words that are more than initials."""
    return sum(len(word.rstrip(".")) > 1 for word in folded(name).split()) > 1


# ---------------------------------------------------------------------------------------------------------- rows


def _rows_of(rows: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row, after the place that an error message should name."""
    if isinstance(rows, (str, os.PathLike)):
        yield from _rows_of_file(Path(rows))
    elif hasattr(rows, "__arrow_c_stream__") and not isinstance(rows, Table):
        yield from _rows_of(rows_of_frame(rows))
    elif isinstance(rows, Iterable) and not isinstance(rows, (bytes, Mapping)):
        for k, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise TypeError(
                    f"rows[{k}]: a source is a dict, and this is of type {type(row).__name__}. {_HOW_TO_ADD}"
                )
            yield f"rows[{k}]: ", row
    else:
        raise TypeError(f"Sources cannot be made of a {type(rows).__name__}. {_HOW_TO_ADD}")


def _rows_of_file(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    kind = path.suffix.lower()
    if kind not in (".csv", ".tsv", ".jsonl"):
        raise ValueError(f"Cannot tell from {str(path)!r} how to read it: use .csv, .tsv or .jsonl. {_HOW_TO_ADD}")
    with open(path, encoding="utf-8-sig", newline="") as file:
        try:
            yield from _lines_of(file, path) if kind == ".jsonl" else _cells_of(file, path, kind)
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: {error}") from None


def _lines_of(file: Iterable[str], path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None
        if not isinstance(row, dict):
            raise ValueError(f"{path}:{number}: A source is a JSON object. {_HOW_TO_ADD}")
        yield f"{path}:{number}: ", row


def _cells_of(file: Iterable[str], path: Path, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    options: dict[str, Any] = {"delimiter": "\t", "quoting": csv.QUOTE_NONE} if kind == ".tsv" else {}
    reader = csv.DictReader(file, strict=True, **options)
    try:
        for row in reader:
            place = f"{path}:{reader.line_num}: "
            if None in row or None in row.values():
                n = len(reader.fieldnames or ())
                raise ValueError(f"{place}The first line has {n} cells, but this one has another number.")
            yield place, {name: cell for name, cell in row.items() if cell}
    except csv.Error as error:
        raise ValueError(f"{path}:{reader.line_num + 1}: {error}") from None


def _source_of(row: Mapping[str, Any], place: str) -> KnownSource:
    given = {str(name): value for name, value in row.items() if value is not None and value == value}
    name = _name_of(given.pop("name", None), "name", place)
    aliases = _aliases_of(given.pop("aliases", ()), name, place)
    for column in given:
        if column in OURS:
            raise ValueError(f"{place}The column {column!r} is computed by sources(): rename yours.")
    kind = given.get("kind")
    if isinstance(kind, str) and (meant := slip_of(kind, KINDS)) is not None:
        warnings.warn(
            f"{place}The kind {kind!r} of {name!r} is treated as your own. Did you mean {meant!r}?", stacklevel=2
        )
    columns = tuple(sorted((column, _value_of(value)) for column, value in given.items()))
    return KnownSource(name, tuple(sorted(set(aliases) - {name})), columns)


def _name_of(given: Any, what: str, place: str) -> str:
    if given is None:
        raise ValueError(f"{place}A source needs a name. {_HOW_TO_ADD}")
    if not isinstance(given, str):
        raise TypeError(f"{place}The {what} {given!r} of a source is of type {type(given).__name__}, not str.")
    name = " ".join(_encodable(given).split())
    if not folded(name):
        raise ValueError(f"{place}The {what} {given!r} of a source has no letter.")
    return name


def _aliases_of(given: Any, name: str, place: str) -> list[str]:
    """Aliases from a list, or from one string with "|" or ";" between."""
    if isinstance(given, str):
        given = [part for part in re.split(r"[|;]", given) if part.strip()]
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise TypeError(f"{place}The aliases of {name!r} are of type {type(given).__name__}, neither list nor str.")
    return [_name_of(alias, "alias", place) for alias in given]


def _value_of(value: Any) -> Value:
    """A value that a file can store and return; anything else becomes text."""
    if isinstance(value, (bool, int)) or (isinstance(value, float) and abs(value) != float("inf")):
        return value
    return _encodable(str(value))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
