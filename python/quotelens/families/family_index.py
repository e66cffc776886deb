"""An index of quotations to look up: did somebody say this?"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotelens import _core
from quotelens.families.diff import is_same_name, word_diff
from quotelens.families.entry import FOUND_COLUMNS, Entry, entries_of
from quotelens.families.families import grouped
from quotelens.families.quotes import Quotes
from quotelens.table.columns import gives
from quotelens.table.files import json_line, open_text, replacing
from quotelens.table.table import Table, table_of
from quotelens.table.view import introduced
from quotelens.table.wording import counted, shown

if TYPE_CHECKING:
    from quotelens.families.stored import StoredIndex

_SHOWN = ("doc_id", "outlet", "speaker", "text")


class FamilyIndex:
    """An index of quotations: did X say Y?  It can grow as documents come in, and can be saved.

    >>> import quotelens as ql
    >>> index = FamilyIndex().add(ql.sample().quotes())
    >>> row = index.search("we were lucky, but luck is no maintenance plan", speaker="Tarrant")[0]
    >>> row["speaker"], row["edit"].count("luck")
    ('Imogen Tarrant', 2)
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._families: _core.Families | None = None
        self._passages: _core.Passages | None = None
        self._members: list[list[int]] = []
        self._family_of: list[int] = []

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_families": None, "_passages": None}  # made when somebody looks for something

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        documents = len({entry.doc_id for entry in self._entries})
        speakers = len({entry.speaker for entry in self._entries} - {None})
        of = (
            f" of {counted(documents, 'document')}, by {counted(speakers, 'speaker')} with a name"
            if documents
            else ""
        )
        return f"<FamilyIndex: {counted(len(self), 'quotation')}{of}>"

    def _repr_html_(self) -> str:
        columns = {name: [getattr(entry, name) for entry in self._entries] for name in _SHOWN}
        return introduced(repr(self), Table.from_columns(columns, ["string"] * len(_SHOWN))._repr_html_())

    def add(self, quotes: Quotes) -> FamilyIndex:
        """Add quotations, such as `index.add(corpus.quotes(kind="direct"))`, and return the index.

        Adding a document again lists its quotations twice.
        """
        if not isinstance(quotes, Quotes):
            raise TypeError(f"quotes is {shown(quotes)}: give the table from corpus.quotes().")
        self._entries.extend(entries_of(quotes))
        self._families = self._passages = None
        return self

    @gives("search")
    def search(self, text: str, *, speaker: str | None = None, most: int = 10) -> Table:
        """Up to `most` quotations: those that contain the text word for word first, then the most similar.

        Every quotation that contains the text word for word is found, however common its words are.  Punctuation,
        case and white space are ignored.  `speaker` limits the search to quotations of that name.
        """
        if not isinstance(text, str):
            raise TypeError(f"The text to look for is of type {type(text).__name__}, not str.")
        families = self._grouped()
        rows: list[dict[str, Any]] = [
            {"score": score, "similarity": 1.0, "entry": k} for k, score in self._literal(text, speaker).items()
        ]
        literal = {row["entry"] for row in rows}
        n_found = 0
        for family, shared, _ in families.search(text, 200) if len(rows) < most else ():
            for k in self._members[family]:
                if k in literal or not self._is_by(k, speaker):
                    continue
                similarity, _ = _core.diff(self._entries[k].text, text)
                rows.append({"score": shared / 100 * similarity, "similarity": similarity, "entry": k})
                n_found += 1
            if n_found >= 4 * most:
                break
        rows.sort(key=lambda row: (row["entry"] not in literal, -row["score"], row["entry"]))
        return table_of((row | self._described(row["entry"], text) for row in rows[: max(most, 0)]), FOUND_COLUMNS)

    def _is_by(self, k: int, speaker: str | None) -> bool:
        """Whether a quotation is attributed to this name; True if no name is given."""
        given = self._entries[k].speaker
        return speaker is None or bool(given and is_same_name(speaker, given))

    def _literal(self, text: str, speaker: str | None) -> dict[int, float]:
        """The quotations that contain a text word for word, with their scores."""
        if self._passages is None:
            self._passages = _core.Passages()
            self._passages.add([entry.text for entry in self._entries])
        (places,) = self._passages.find([text], [-1], 2**31)
        entries = [k for k in dict.fromkeys(k for k, *_ in places) if self._is_by(k, speaker)]
        alone = _core.Passages()
        alone.add([text])
        return dict.fromkeys(entries, sum(told for _, _, _, told, *_ in alone.near([text], [0])[0]) / 100)

    def _described(self, k: int, text: str) -> dict[str, Any]:
        entry = self._entries[k]
        return asdict(entry) | {"edit": word_diff(entry.text, text), "family_id": self._family_of[k]}

    def _grouped(self) -> _core.Families:
        if self._families is None:
            self._families = grouped(entry.grouped_by for entry in self._entries)
            self._members = [[] for _ in self._families.canonical()]
            self._family_of = [family for family, *_ in self._families.members()]
            for k, family in enumerate(self._family_of):
                self._members[family].append(k)
        return self._families

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index to a JSON Lines file, which appears only once it is complete."""
        with replacing(Path(path)) as temporary, open_text(temporary) as file:
            for entry in self._entries:
                file.write(json_line(asdict(entry)))

    @staticmethod
    def open(path: str | os.PathLike[str]) -> StoredIndex:
        """An index in a file, new or written before, for more quotations than memory holds: see `StoredIndex`.

        Raises ValueError for another file.
        """
        from quotelens.families.stored import StoredIndex

        return StoredIndex(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> FamilyIndex:
        """Read an index that `save` wrote.  Raises ValueError, naming the line, for any other file."""
        index = cls()
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                try:
                    index._entries.append(Entry(**json.loads(line)))
                except (ValueError, TypeError) as error:
                    raise ValueError(f"{os.fspath(path)}:{number}: not a line of a saved index: {error}") from None
        return index
