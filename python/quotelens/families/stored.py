"""Families of quotations in a file: more than memory holds, opened again later, and extended with new ones.

The file is an SQLite database, which many programs read.  It has the quotations, the different normal forms among
them (types) with the centre of each, the seeds by which centres are found, and how many types have each word.
A new type is compared with the centres that share its rarest seeds, which takes the same time however many there are.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from quotelens import _core
from quotelens.families.diff import is_same_name, word_diff
from quotelens.families.entry import FOUND_COLUMNS, Entry, entries_of
from quotelens.families.families import FAMILY_COLUMNS, VARIANT_COLUMNS, family_row, variant_rows
from quotelens.families.member import Facts, Member, printed_elsewhere
from quotelens.families.quotes import Quotes
from quotelens.reading.records import SURROGATES
from quotelens.table.columns import gives
from quotelens.table.dates import moment_of
from quotelens.table.table import Table, table_of
from quotelens.table.wording import counted, shown

_AT_ONCE = 100_000  # quotations that are added in one go: a part changes most pages of the seeds, whatever its size
_ASKED = 16  # seeds by which a type looks for centres: those with the most weight
_LEADERS = 32  # centres that a seed finds: those with the most weight
_CANDIDATES = 16
_LEAST_VOTES = 750  # weight of the shared seeds in hundredths of a nat, as for families in memory
_FRAGMENT_PERCENT = 80  # of the canonical form: a shorter one is a part of it
_LOOKED_UP = 64  # centres that are compared with the text of a search
_VARIABLES = 500  # in one statement
_FORMAT = 1
_SCHEMA = """
create table quotation (type integer, text text, doc_id text, quote_id integer, speaker text, outlet text,
    published text, context text, marked text, kind text, "start" integer, "end" integer);
create index quotation_type on quotation (type);
create table type (id integer primary key, key integer unique, text text, mass integer, centre integer,
    similarity real);
create index type_centre on type (centre);
create table seed (seed integer, negative_mass integer, centre integer,
    primary key (seed, negative_mass, centre)) without rowid;
create table word (form text primary key, n integer) without rowid;
"""
_ENTRY = [field.name for field in fields(Entry)]
_COLUMNS = [f'"{name}"' for name in _ENTRY]


class StoredIndex:
    """Quotations in a file, grouped into families, to look up and to extend: what `FamilyIndex.open` gives.

    Unlike `FamilyIndex` it holds no quotations in memory.  `add` takes time in proportion to the new ones, and
    `search` milliseconds.  `add` writes 100,000 quotations at a time: those that were written are complete, even if
    the process is killed.  Close it, or use it in a `with` block.

    A new quotation that is longer than the longest of its family becomes its canonical form.  So families depend a
    little on the order in which quotations came; add them in large parts where you can.

    >>> import tempfile
    >>> import quotelens as ql
    >>> with tempfile.TemporaryDirectory() as folder, ql.FamilyIndex.open(folder + "/quotes.sqlite") as index:
    ...     index.add(ql.sample().quotes())
    ...     index.search("we were lucky, but luck is no maintenance plan")[0]["outlet"]
    <StoredIndex: 191 quotations in 142 families>
    'The Pennant'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        self._db = sqlite3.connect(self._path, isolation_level=None)
        try:
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")  # whole after a crash, perhaps without the last part
            self._db.execute("pragma cache_size = -200000")  # kilobytes
            (version,) = self._db.execute("pragma user_version").fetchone()
            if version == 0 and not self._db.execute("select 1 from sqlite_master").fetchone():
                self._db.executescript(f"begin; {_SCHEMA} pragma user_version = {_FORMAT}; commit")
            elif version != _FORMAT:
                raise ValueError(f"{self._path} is not an index that FamilyIndex.open wrote.")
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise ValueError(f"{self._path} is not an index that FamilyIndex.open wrote: {error}") from None
        except ValueError:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file.  Nothing is lost if you do not."""
        self._db.close()

    def __enter__(self) -> StoredIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return int(self._one("select count(*) from quotation"))

    def __repr__(self) -> str:
        n = self._one("select count(distinct centre) from type")
        return f"<StoredIndex: {counted(len(self), 'quotation')} in {counted(n, 'family', 'families')}>"

    def _one(self, query: str) -> Any:
        return self._db.execute(query).fetchone()[0]

    # ----------------------------------------------------------------------------------------------------- adding

    def add(self, quotes: Quotes | Iterable[Mapping[str, Any]]) -> StoredIndex:
        """Add quotations, group them with those already there, and return the index.

        Give what `quotes()` of a corpus returns, or dicts with text and doc_id, and quote_id, speaker, outlet and
        published (as text) if they are known.
        """
        entries = entries_of(quotes) if isinstance(quotes, Quotes) else map(_entry, quotes)
        while part := list(islice(entries, _AT_ONCE)):
            self._db.execute("begin immediate")
            try:
                self._add(part)
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")
        return self

    def _add(self, entries: Sequence[Entry]) -> None:
        texts = [_encodable(entry.grouped_by) for entry in entries]
        keys = _keys_of(texts)
        longest: dict[int, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in longest or _shown_before(text, longest[key]):
                longest[key] = text
        known = {
            key: (id, text) for key, id, text in self._rows("select key, id, text from type where key in", longest)
        }
        longer = ((longest[key], id) for key, (id, text) in known.items() if _shown_before(longest[key], text))
        self._db.executemany("update type set text = ? where id = ?", longer)
        ids = {key: id for key, (id, _) in known.items()}
        next_id = self._one("select coalesce(max(id), -1) + 1 from type")
        new = {key: text for key, text in longest.items() if key not in known}
        ids |= {key: next_id + k for k, key in enumerate(new)}
        if new:
            self._count_words(list(new.values()))
            self._group(new, ids)
        self._db.executemany(
            f"insert into quotation (type, {', '.join(_COLUMNS)}) values (?{', ?' * len(_ENTRY)})",
            (
                (ids[key], *(_encodable(getattr(entry, name)) for name in _ENTRY))
                for key, entry in zip(keys, entries, strict=True)
            ),
        )

    def _count_words(self, texts: list[str]) -> None:
        found = _core.Families()
        found.add(texts)
        found.types()
        self._db.executemany(
            "insert into word values (?, ?) on conflict (form) do update set n = n + excluded.n",
            sorted((form, n) for form, n, _ in found.words() if n),
        )
        n_types = self._n_types() + len(texts)
        self._db.execute("insert or replace into word values ('', ?)", (n_types,))

    def _n_types(self) -> int:
        row = self._db.execute("select n from word where form = ''").fetchone()
        return row[0] if row else 0

    def _group(self, new: Mapping[int, str], ids: Mapping[int, int]) -> None:
        """Give new types a centre: an existing one, or one of them, which may replace existing ones."""
        nearest = self._nearest(self._weighed(list(new.values())))
        block = dict(self._rows("select id, text from type where id in", nearest))
        n_centres = len(block)
        block |= {ids[key]: text for key, text in new.items()}
        found = self._weighed(list(block.values()))
        masses = array("i", found.types()[1])
        found.group()
        members = found.members()
        centre_of = {family: id for id, (family, _, is_exact, *_) in zip(block, members, strict=True) if is_exact}
        weighed = zip(block, masses, members, strict=True)
        rows = [(id, mass, centre_of[family], share) for id, mass, (family, share, *_) in weighed]
        for id, mass, centre, share in rows[:n_centres]:
            if centre != id:
                self._db.execute("update type set centre = ? where centre = ?", (centre, id))
                self._db.execute("update type set similarity = ?, mass = ? where id = ?", (share, mass, id))
        self._db.executemany(
            "insert into type (key, text, id, mass, centre, similarity) values (?, ?, ?, ?, ?, ?)",
            ((*pair, *row) for pair, row in zip(new.items(), rows[n_centres:], strict=True)),
        )
        seeds = list(_seeds_of(found))[n_centres:]
        made = (
            (seed, -mass, id)
            for (id, mass, centre, _), own in zip(rows[n_centres:], seeds, strict=True)
            if centre == id
            for seed, _ in own
        )
        self._db.executemany("insert or ignore into seed values (?, ?, ?)", sorted(made))

    def _weighed(self, texts: list[str]) -> _core.Families:
        """Texts, weighted by all quotations in the file."""
        found = _core.Families()
        found.add(texts)
        found.types()
        forms = [form for form, _, _ in found.words() if form]
        known = dict(self._rows("select form, n from word where form in", forms))
        found.know(list(known), list(known.values()), max(self._n_types(), 1))
        found.types()
        return found

    def _nearest(self, found: _core.Families, most: int = _CANDIDATES) -> list[int]:
        """The centres that share most seeds with some texts, at most so many for each text.

        A type that is no longer a centre leads to its present one.
        """
        lists: dict[int, list[int]] = {}
        near: set[int] = set()
        for seeds in _seeds_of(found):
            votes: dict[int, int] = {}
            for seed, told in sorted(seeds, key=lambda pair: (-pair[1], pair[0]))[:_ASKED]:
                if seed not in lists:
                    query = "select centre from seed where seed = ? order by negative_mass limit ?"
                    lists[seed] = [centre for (centre,) in self._db.execute(query, (seed, _LEADERS))]
                for centre in lists[seed]:
                    votes[centre] = votes.get(centre, 0) + told
            least = min(_LEAST_VOTES, sum(told for _, told in seeds) // 4)  # seeds count their words twice
            enough = [(-n, centre) for centre, n in votes.items() if n >= least]
            near.update(centre for _, centre in sorted(enough)[:most])
        return sorted({centre for (centre,) in self._rows("select centre from type where id in", near)})

    def _rows(self, query: str, values: Iterable[Any]) -> Iterator[Any]:
        """The rows of a query that ends in `in`, with any number of values."""
        given = list(values)
        for k in range(0, len(given), _VARIABLES):
            part = given[k : k + _VARIABLES]
            yield from self._db.execute(f"{query} ({', '.join('?' * len(part))})", part)

    # ---------------------------------------------------------------------------------------------------- looking

    @gives("search")
    def search(self, text: str, *, speaker: str | None = None, most: int = 10) -> Table:
        """The quotations most similar to a text, at most `most`, the most similar first.

        `speaker` limits the search to quotations of that name.  Quotations are found by rare words and pairs of
        words; unlike `FamilyIndex.search`, this may miss a text of a few common words.
        """
        if not isinstance(text, str):
            raise TypeError(f"The text to look for is of type {type(text).__name__}, not str.")
        nearest = self._nearest(self._weighed([text]), _LOOKED_UP)
        centres = dict(self._rows("select id, text from type where id in", nearest))
        found = self._weighed(list(centres.values()))
        found.group()
        families = [family for family, *_ in found.members()]
        near = found.search(text, _LOOKED_UP)
        rows: list[dict[str, Any]] = []
        likeness: dict[str, float] = {}  # of texts: many members have the same
        for id, shared in [
            (id, n) for family, n, _ in near for id, own in zip(centres, families, strict=True) if own == family
        ]:
            if len(rows) >= 4 * most:
                break
            for row in self._members_of(id):
                if speaker is None or (row["speaker"] and is_same_name(speaker, row["speaker"])):
                    if row["text"] not in likeness:
                        likeness[row["text"]], _ = _core.diff(row["text"], text)
                    similarity = likeness[row["text"]]
                    rows.append(row | {"score": shared / 100 * similarity, "similarity": similarity, "family_id": id})
        rows.sort(key=lambda row: -row["score"])
        best = rows[: max(most, 0)]
        return table_of((row | {"edit": word_diff(row["text"], text)} for row in best), FOUND_COLUMNS)

    def _members_of(self, centre: int, most: int = 1000) -> Iterator[dict[str, Any]]:
        query = f"select {', '.join(f'q.{name}' for name in _COLUMNS)} from type t join quotation q on q.type = t.id"
        for values in self._db.execute(f"{query} where t.centre = ? limit ?", (centre, most)):
            yield dict(zip(_ENTRY, values, strict=True))

    @gives("families")
    def families(self, *, least: int = 2) -> Table:
        """The families found in at least `least` documents, as `Quotes.families` gives them.

        Families are read one after another, and only the rows of this table are held.  The `family_id` of a family
        changes when a new quotation becomes its canonical form.
        """
        return table_of((family_row(*family) for family in self._families(least)), FAMILY_COLUMNS)

    @gives("variants")
    def variants(self, family_id: int) -> Table:
        """The members of a family, the earliest first.  Raises KeyError if there is no such family."""
        rows = [row for family in self._families(1, family_id) for row in variant_rows(*family)]
        if not rows:
            raise KeyError(f"There is no family {family_id!r} in this index.")
        return table_of(rows, VARIANT_COLUMNS)

    def _families(self, least: int, family_id: int | None = None) -> Iterator[tuple[int, str, list[Member]]]:
        """Number, canonical form and members of the families found in enough documents."""
        if not isinstance(least, int) or least < 1:
            raise ValueError(f"least is {shown(least)}: give a number of documents, 1 or more.")
        query = f"""
            select t.centre, c.text, c.mass, t.mass, t.similarity, t.id, {", ".join(f"q.{name}" for name in _COLUMNS)}
            from type t join type c on c.id = t.centre join quotation q on q.type = t.id
            {"where t.centre = ?" if family_id is not None else ""} order by t.centre, q.rowid"""
        rows = self._db.execute(query, () if family_id is None else (family_id,))
        for (centre, canonical), group in groupby(rows, key=itemgetter(0, 1)):
            members = [_member(centre, *row[2:]) for row in group]
            if least > 1:
                members = printed_elsewhere(members)
            if len({member.doc_id for member in members}) >= least:
                yield centre, canonical, members


def _member(centre: int, whole: int, mass: int, similarity: float, type: int, *values: Any) -> Member:
    entry = Entry(*values)
    return Member(
        doc_id=entry.doc_id,
        quote_id=entry.quote_id,
        text=entry.grouped_by,
        speaker=entry.speaker,
        facts=Facts(entry.outlet, moment_of(entry.published)),
        outside=set(),
        similarity=1.0 if type == centre else similarity,
        is_exact=type == centre,
        is_fragment=mass * 100 // whole < _FRAGMENT_PERCENT,
        told=mass,
        kind=entry.kind,
        place=None if entry.start is None or entry.end is None else (entry.start, entry.end),
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        raise TypeError(f"A quotation is a dict with a str as 'text', not {row!r:.80}.")
    given: dict[str, Any] = {"doc_id": "", "quote_id": -1}
    return Entry(**given | {name: row[name] for name in _ENTRY if row.get(name) is not None})


def _encodable(value: Any) -> Any:
    """A text without lone surrogates, which a database cannot hold."""
    return SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


def _keys_of(texts: list[str]) -> array[int]:
    found = _core.Families()
    found.add(texts)
    return array("q", found.types()[0])


def _seeds_of(found: _core.Families) -> Iterator[list[tuple[int, int]]]:
    """Key and weight of the seeds of each text."""
    sizes, keys, told = (array(kind, data) for kind, data in zip("iqi", found.seeds(), strict=True))
    at = 0
    for size in sizes:
        yield list(zip(keys[at : at + size], told[at : at + size], strict=True))
        at += size


def _shown_before(text: str, other: str) -> bool:
    """Whether a text is the one to show of two with the same normal form: the longer, then the first by its bytes."""
    one, two = text.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    return (-len(one), one) < (-len(two), two)
