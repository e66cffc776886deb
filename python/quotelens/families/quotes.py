"""Quotes that know their corpus, and so can find the same words elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from quotelens import _core
from quotelens.families.families import Families, facts_of
from quotelens.table.columns import gives
from quotelens.table.table import Table
from quotelens.table.wording import shown

_LEAST_MARKED = 3  # words in marks that are a quotation by themselves


class Articles(Protocol):
    """What quotes need from their corpus."""

    def chains(self) -> Table: ...
    def pieces(self) -> Table: ...
    def _provenance(self) -> list[dict[str, Any]]: ...
    def _text_of(self, doc_id: str, /) -> str: ...
    def _repeated(self) -> set[str]: ...


class Quotes(Table):
    """A table of quotes that knows its corpus, and so can find the same words elsewhere."""

    def __init__(self, batches: Sequence[_core.Batch], empty: _core.Batch, corpus: Articles | None = None) -> None:
        super().__init__(batches, empty)
        self._corpus = corpus

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        state["beside"]["_corpus"] = None
        return state

    @gives("families")
    def families(self, *, least: int = 2, documents: Any = None, duplicates: bool = True) -> Families:
        """Find who else printed a quote: groups of quotes that share all or some of their words.

        The table has one row per family: see `Families`.

        Mixed quotes are compared by their quoted words if there are three or more, else by all of their content.

        least      the number of documents that must have it.  A quote inside another one of the same article counts
                   once.  Quotes of one or two words and set phrases ("the condition of anonymity") are left out; a
                   few words count only in quotation marks, or if the same speaker says them elsewhere.  1 gives
                   every quote a family, even if it is the only member
        documents  a table or dataframe with the columns doc_id, outlet and published, instead of what the corpus
                   knows; needed for a table that was pickled, if outlets and dates matter
        duplicates False leaves out quotes of documents that repeat the text of an earlier one (status `duplicate`);
                   True counts them, like the same article in two outlets.  False raises ValueError if the corpus is
                   not known

        >>> import quotelens as ql
        >>> c = ql.Corpus(["“Every cable has to be replaced by May,” Ann Lee said.",
        ...                "“Every cable has to be replaced,” said Ann Lee, adding nothing."])
        >>> f = c.quotes().families()
        >>> f["n_members"], f.variants(0)["edit"][1]
        ([2], 'Every cable has to be replaced [-by May-]')
        """
        if not isinstance(least, int) or least < 1:
            raise ValueError(f"least is {shown(least)}: give a number of documents, 1 or more.")
        for name in ("doc_id", "quote_id", "content"):
            self._check(name)
        if documents is not None:
            facts = facts_of(documents)
        else:
            facts = facts_of(self._corpus._provenance()) if self._corpus is not None else {}
        quotes = self if duplicates else self._without_duplicates()
        found = Families._of(quotes, compared_words(quotes, self._corpus), facts, outside_of(self._corpus), least)
        return found._told(self._info | {"table": "families"} if self._info else {})

    def _without_duplicates(self) -> Quotes:
        if self._corpus is None:
            raise ValueError("duplicates=False needs the corpus, which a pickled table has lost.")
        again = self._corpus._repeated()
        return self._take(k for k, doc_id in enumerate(self["doc_id"]) if doc_id not in again)


def compared_words(quotes: Table, corpus: Articles | None) -> list[str]:
    """The words of each quote to compare: all of it, or only the quoted words if they are a long enough part."""
    texts = [text or "" for text in quotes["content"]]
    if corpus is None or "kind" not in quotes.columns:
        return texts
    wanted: dict[tuple[str, int], int] = {}
    for k, (doc_id, quote_id, kind) in enumerate(
        zip(quotes["doc_id"], quotes["quote_id"], quotes["kind"], strict=True)
    ):
        if kind == "mixed":
            wanted[doc_id, quote_id] = k
    marked: dict[int, list[str]] = {}
    for row in corpus.pieces() if wanted else ():
        at = wanted.get((row["doc_id"], row["quote_id"]))
        if at is not None:
            marked.setdefault(at, []).append(corpus._text_of(row["doc_id"])[row["start"] : row["end"]])
    for at, pieces in marked.items():
        words = " … ".join(pieces)
        if len(words.split()) >= _LEAST_MARKED:
            texts[at] = words
    return texts


def outside_of(corpus: Articles | None) -> dict[tuple[str, int], set[str]]:
    """The agencies and outlets that a chain names, of each quotation."""
    names: dict[tuple[str, int], set[str]] = {}
    for row in corpus.chains() if corpus is not None else ():
        if row["role"] in ("agency", "outlet") and row["name"]:
            names.setdefault((row["doc_id"], row["quote_id"]), set()).add(row["name"])
    return names
