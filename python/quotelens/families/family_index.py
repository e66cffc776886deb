"""An index of quotations to look up: did somebody say this?"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quotelens import _core
from quotelens.families.diff import is_same_name, word_diff
from quotelens.families.families import grouped
from quotelens.families.quotes import Quotes, compared_words
from quotelens.table.columns import gives, types_of
from quotelens.table.files import json_line, open_text, replacing
from quotelens.table.table import Table, table_of
from quotelens.table.view import introduced
from quotelens.table.wording import counted, shown

_SHOWN = ("doc_id", "outlet", "speaker", "text")
_CONTEXT = 120  # characters to either side
_FOUND = types_of("search")


@dataclass(slots=True)
class _Entry:
    """A quotation of the index."""

    text: str
    doc_id: str
    quote_id: int
    speaker: str | None = None
    outlet: str | None = None
    published: str | None = None
    context: str | None = None
    marked: str | None = None  # the words that it is grouped by, where these are not all

    @property
    def grouped_by(self) -> str:
        return self.text if self.marked is None else self.marked


class FamilyIndex:
    """An index of quotations: did X say Y?  It can grow as documents come in, and can be saved.

    >>> import quotelens as ql
    >>> index = FamilyIndex().add(ql.sample().quotes())
    >>> row = index.search("we were lucky, but luck is no maintenance plan", speaker="Tarrant")[0]
    >>> row["speaker"], row["edit"].count("luck")
    ('Imogen Tarrant', 2)
    """

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
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
        self._entries.extend(_entries_of(quotes))
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
        return table_of((row | self._described(row["entry"], text) for row in rows[: max(most, 0)]), _FOUND)

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

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> FamilyIndex:
        """Read an index that `save` wrote.  Raises ValueError, naming the line, for any other file."""
        index = cls()
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                try:
                    index._entries.append(_Entry(**json.loads(line)))
                except (ValueError, TypeError) as error:
                    raise ValueError(f"{os.fspath(path)}:{number}: not a line of a saved index: {error}") from None
        return index


def _entries_of(table: Quotes) -> Iterator[_Entry]:
    corpus = table._corpus
    known = {row["doc_id"]: row for row in corpus._provenance()} if corpus is not None else {}
    for row, compared in zip(table, compared_words(table, corpus), strict=True):
        text = row["content"] or ""
        facts = known.get(row["doc_id"], {})
        published = facts.get("published")
        if published is not None and not isinstance(published, str):
            published = published.isoformat() if hasattr(published, "isoformat") else str(published)
        whole = corpus._text_of(row["doc_id"]) if corpus is not None else None
        context = whole[max(0, row["start"] - _CONTEXT) : row["end"] + _CONTEXT] if whole is not None else None
        yield _Entry(
            text,
            row["doc_id"],
            row["quote_id"],
            row.get("speaker"),
            facts.get("outlet"),
            published,
            context,
            None if compared == text else compared,
        )
