"""The C extension.  Private: use the functions of `quotelens`."""

import mmap
from collections.abc import Sequence
from typing import Any, final

__version__: str

TABLES: tuple[str, ...]
"""Names of the tables that `Engine.analyse` makes: documents, zones, metadata, sentences, tokens, quotes, spans,
pieces, mentions, chains, unnamed, entities, marks."""

EXPLAIN_TABLES: tuple[str, ...]
"""Names of those that explain, and cost more: candidates, features, cues, rejected."""

ACTS: tuple[str, ...]
"""Names of the acts that a cue can have: speech, evidence, thought, intention, attitude, seeming, other."""

FRAMES: tuple[str, ...]
"""Names of the frames of cues, such as clause: where their content may stand."""

@final
class Engine:
    """Options and lexicons, immutable; threads share it."""

    def __new__(
        cls,
        *,
        cues: Sequence[tuple[str, str, str, str, str | None, bool, bool]] = (),
        drop: Sequence[str] = (),
        weights: Sequence[tuple[str, float]] = (),
        all_languages: bool = False,
        speaker_confidence: float = 0.0,
        choices: bytes | None = None,
        reader: bytes | mmap.mmap | None = None,
        rules_alone: bool = False,
    ) -> Engine:
        """Cues as `cues` gives them, less the last item, which win over built-in ones; lemmas that are cues no more;
        weights of features that take the place of those built in; whether to look for quotes in pages that are not
        in English; how sure a speaker has to be to be given; the weights of all values of all features of choices,
        in thousandths, as integers of two bytes; the weights of the thorough reader, which begin at a multiple of
        64 bytes and are not copied; whether to do without a reader, to measure what it brings.

        Raises TypeError for other types, ValueError for a cue or weights that cannot be used, and MemoryError.
        """
    def weights(self) -> dict[str, float]:
        """The weight of each feature of the scores, by name: those built in, or given instead."""

    def analyse(
        self,
        texts: Sequence[str],
        ids: Sequence[str],
        tables: Sequence[str],
        *,
        quotes: bool = False,
        parse: bool = False,
        outlets: Sequence[str] | None = None,
        lines: LineCounts | None = None,
    ) -> dict[str, Batch]:
        """Analyse documents with the GIL released, and give a batch for each table asked for.

        `tokens` gets its quote_id column filled only with quotes=True, and tag, lemma, head and relation only with
        parse=True.  The documents table holds what the analysis
        knows (doc_id, n_chars, n_tokens, n_sentences, n_quotes, n_malformed, is_english).
        With `outlets`, one for each text ("" where unknown), and `lines`, lines that recur on the pages of an outlet
        are boilerplate; nothing can be added to the counts afterwards.
        A lone surrogate is analysed as U+FFFD and is U+FFFD in the columns; offsets stay those of the str.
        Raises TypeError or ValueError for wrong arguments and MemoryError.
        """

    def parse_words(self, words: list[str] | tuple[str, ...], /) -> list[tuple[str, int, str]]:
        """(tag, head, relation) of each word of one sentence, with the GIL released; see `quotelens.parse_words`."""

@final
class LineCounts:
    """How often lines stand on the pages of each outlet: filled first, then given to Engine.analyse."""

    def __new__(cls) -> LineCounts: ...
    def add(self, outlet: str, texts: Sequence[str], /) -> None:
        """Count the lines of pages of one outlet.  Raises RuntimeError once an analysis has used the counts."""

    def recurring(self) -> bytes:
        """The lines that recur, for `take`; those of several counts of other outlets may be joined."""

    def take(self, recurring: bytes, /) -> None:
        """Know the lines that recur from elsewhere.  Raises ValueError for other bytes, RuntimeError like `add`."""

@final
class Families:
    """Quotations, and which of them are one.  RuntimeError for a second thread at the same time."""

    def __new__(cls) -> Families: ...
    def add(self, texts: Sequence[str], /) -> None:
        """Add quotations.  Raises TypeError, MemoryError, and ValueError for a text of more than 2 GB."""

    def group(
        self,
        *,
        least_shared: int = 1000,
        against_percent: int = 65,
        least_words: int = 3,
        long_shared: int = 4000,
        long_percent: int = 40,
        phrase_shared: int = 2500,
        phrase_centres: int = 3,
    ) -> int:
        """Group what has been added, and give the number of families; ext/core/family.h says what the options are."""

    def members(self) -> list[tuple[int, float, bool, bool, int]]:
        """(family, similarity, is it exact, is it a fragment, what it tells in hundredths of a nat) of each
        quotation.  Raises RuntimeError where quotations were added since the last grouping."""

    def canonical(self) -> list[tuple[str, int]]:
        """(canonical form, number of members) of each family.  Raises RuntimeError as `members` does."""

    def search(self, text: str, most: int, /) -> list[tuple[int, int, float]]:
        """(family, what is shared in hundredths of a nat, share of the text) of the nearest families, at most 200.
        Raises RuntimeError as `members` does."""

    def know(self, forms: Sequence[str], counts: Sequence[int], n_types: int, /) -> None:
        """Weigh words by a collection that these quotations are a part of: n_types different quotations, of which
        each count has the word of its form; other words are in one."""

    def types(self) -> tuple[bytes, bytes, bytes]:
        """Weigh the words, and give the key of the normal form of each quotation (int64), what it tells and its
        length in words (int32), as bytes."""

    def words(self) -> list[tuple[str, int, int]]:
        """(form, in how many different quotations, what it tells) of each word, after `types`."""

    def seeds(self) -> tuple[bytes, bytes, bytes]:
        """The seeds by which each quotation is found, after `types`: how many (int32), and of each its key (int64)
        and what it tells (int32), as bytes."""

    def shared(self, pairs: bytes, /) -> bytes:
        """What the quotations of each pair of positions (int32) share, after `types`, as bytes (int32): 0 where they
        are not one quotation, or the second does not come before the first in the order of centres."""

@final
class Passages:
    """Texts, and where the words of quotations stand in them.  RuntimeError for a second thread at the same time."""

    def __new__(cls) -> Passages: ...
    def add(self, texts: Sequence[str], /) -> None:
        """Add texts to look in.  Raises TypeError, MemoryError, and ValueError for more than 2 GB."""

    def find(self, quotes: Sequence[str], within: Sequence[int], most: int, /) -> list[list[tuple[int, int, int]]]:
        """For each quotation the places (text, start, end) where it stands word for word: at most `most`, the first.

        `within` has the number of the text to look in for each quotation, -1 for all.  Places are in code points.
        The GIL is released.
        """

    def near(
        self, quotes: Sequence[str], within: Sequence[int], /
    ) -> list[list[tuple[int, int, int, int, int, float]]]:
        """For each quotation at most four stretches that are most like it, the nearest first: (text, start, end, what
        is shared in hundredths of a nat, by how many words, share of the quotation).  Otherwise like `find`.
        """

@final
class Batch:
    """Some rows of a table: immutable, with the columns in Arrow's memory layout."""

    @classmethod
    def from_columns(cls, names: Sequence[str], types: Sequence[str], columns: Sequence[Sequence[Any]]) -> Batch:
        """Build one from Python values.  Types: string, int32, int64, float64, bool, timestamp (microseconds, UTC,
        from an int); None is null."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def types(self) -> tuple[str, ...]: ...
    @property
    def nbytes(self) -> int: ...
    def __len__(self) -> int: ...
    def column(self, name: str, /) -> list[Any]:
        """All values of a column.  Raises KeyError with the names there are."""

    def row(self, index: int, /) -> tuple[Any, ...]:
        """The values of a row; a negative index counts from the end.  Raises IndexError."""

    def take(self, rows: Sequence[int], /) -> Batch:
        """The rows at these positions, counted from 0, in this order.  Raises IndexError."""

    def select(self, names: Sequence[str], /) -> Batch:
        """These columns, sharing memory.  Raises KeyError with the names there are."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]: ...

@final
class Pattern:
    """A regular expression as PCRE2 reads it, with Unicode character classes: immutable; threads share it.

    Raises ValueError, with the byte and PCRE2's words, for one that does not compile.
    """

    def __new__(cls, source: str, *, ignore_case: bool = False) -> Pattern: ...
    def find_all(self, texts: Sequence[str], /) -> list[list[tuple[int, int]]]:
        """The matches in each text, from left to right and apart, as (start, end) in code points.

        The GIL is released.  An empty match counts, and the search goes on one code point behind it.  A lone
        surrogate is a character that nothing matches.  Raises ValueError, with the text's number, where the
        pattern would take too long.
        """

def export_stream(batches: Sequence[Batch], empty: Batch) -> object:
    """A fresh `arrow_array_stream` capsule over `batches`; `empty` gives the schema, which all have to have."""

def export_schema(batch: Batch, /) -> object:
    """An `arrow_schema` capsule."""

def empty(table: str, /) -> Batch:
    """No rows of the table of this name."""

def word_boundaries(text: str, /) -> list[int]:
    """Positions of UAX #29 word boundaries in code points, 0 and len(text) included."""

def sentence_boundaries(text: str, *, tailored: bool) -> list[int]:
    """Positions of sentence boundaries in code points, 0 and len(text) included."""

def word_classes(word: str, /) -> list[str]:
    """Classes of a word in lower case, as ext/data/lexicon names them."""

def page_hash(text: str, /) -> int:
    """The hash by which pages are drawn when recurring lines are counted."""

def fold(text: str, /) -> str:
    """Normal form of a word: case-folded NFKC with ASCII apostrophes and hyphens."""

def link_names(mentions: list[str] | tuple[str, ...], /) -> list[int]:
    """The cluster of each mention of one document, with the GIL released; see `quotelens.link_names`."""

def cues() -> list[tuple[str, str, str, str, str | None, bool, bool, str]]:
    """The built-in cues: lemma, tone, act, frames with blanks between, irregular forms with blanks between, is it a
    noun, does it cast doubt, and why it is there."""

def info() -> dict[str, str]:
    """Versions and hashes: version, unicode, utf8proc, pcre2, lexicon, model."""

def diff(a: str, b: str, /) -> tuple[float, list[tuple[int, int, int, int, int]]]:
    """How much of b's words `a` has in the same order, and how b differs from `a`: runs of (step, start and end in a,
    start and end in b) in code points; steps are 0 kept, 1 dropped, 2 added, 3 changed."""
