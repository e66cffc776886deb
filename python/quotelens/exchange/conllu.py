"""CoNLL-U, the format of Universal Dependencies."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from quotelens import _core
from quotelens.analysis.engine import Core
from quotelens.analysis.recurrence import analyse
from quotelens.corpus import Corpus
from quotelens.exchange.shared import check_corpus, file_name, one_file, safe_id
from quotelens.reading.records import Record
from quotelens.table.files import open_text, replacing

_BLANK = re.compile("[\\s\x00-\x1f\x7f-\x9f]")
# Classes that a clitic cannot form a word with.
_NO_WORDS = ("punct", "mark", "dash", "symbol", "emoji")


def to_conllu(corpus: Corpus, path: str | os.PathLike[str]) -> int:
    """Write words, tags, lemmas and trees in CoNLL-U, the format of Universal Dependencies.

    If `path` ends in `.conllu`, all documents go into that file.  Otherwise it is a folder, created if needed, with a
    file for each document, named by its doc_id.  A file appears only once it is complete.  Returns the number of
    documents written; those without a token are left out.

    `sent_id` is the doc_id followed by the sentence_id.  `Offset=12:15` gives the code points of a word in the
    document's text.  Words split from each other, such as do|n't, are one token of several words.  In a sentence
    parsed in pieces, later roots depend on the first as `parataxis`.  The format does not allow everything: text is
    written in normal form C with single blanks; within a word "_" stands for white space and control characters, and
    "?" for a damaged character; ids are escaped as in URLs.

    Raises TypeError for anything but a corpus.

    >>> import quotelens as ql, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_conllu(ql.Corpus(["She didn't leave."]), f"{folder}/a.conllu")
    ...     print(pathlib.Path(folder, "a.conllu").read_text().strip().replace("\\t", " "))
    # newdoc id = 0
    # newpar
    # sent_id = 0-0
    # text = She didn't leave.
    1 She she PRON _ _ 4 nsubj _ Offset=0:3
    2-3 didn't _ _ _ _ _ _ _ Offset=4:10
    2 did do AUX _ _ 4 aux _ Offset=4:7
    3 n't not PART _ _ 4 advmod _ Offset=7:10
    4 leave leave VERB _ _ 0 root _ Offset=11:16|SpaceAfter=No
    5 . . PUNCT _ _ 4 punct _ Offset=16:17
    """
    check_corpus(corpus, "to_conllu")
    target = Path(path)
    if target.suffix.lower() == ".conllu":
        return _write_one(corpus, target)
    target.mkdir(parents=True, exist_ok=True)
    n, taken = 0, set[str]()
    for doc_id, text in corpus._each(_conllu):
        if text:
            with replacing(target / file_name(doc_id, taken, ".conllu")) as temporary, open_text(temporary) as file:
                file.write(text)
            n += 1
    return n


def _write_one(corpus: Corpus, target: Path) -> int:
    n = 0
    with one_file(target) as file:
        for _, text in corpus._each(_conllu):
            file.write(text)
            n += text != ""
    return n


# ------------------------------------------------------------------------------------------------------ CoNLL-U


class _Word(NamedTuple):
    """A token to be written: a row of the tokens table, and how it relates to the next."""

    token_id: int
    sentence_id: int
    start: int
    end: int
    form: str
    kind: str
    tag: str
    lemma: str
    head: int
    relation: str


_COLUMNS = ("token_id", "sentence_id", "start", "end", "text", "class", "tag", "lemma", "head", "relation")


def _conllu(record: Record, engine: Core, counts: _core.LineCounts | None) -> tuple[str, str]:
    """The id of a document and all of its sentences, each followed by an empty line."""
    found = analyse(engine, [record], ("sentences", "tokens"), counts, parse=True)
    paragraphs = found["sentences"].column("paragraph_id")
    words = _words(found["tokens"])
    spaced = _spaced(words, record.text)
    name = safe_id(record.doc_id)
    lines: list[str] = []
    last = None
    for sentence_id, group in groupby(words, key=lambda word: word.sentence_id):
        paragraph = paragraphs[sentence_id]
        if last is None:
            lines.append(f"# newdoc id = {name}")
        if paragraph != last:
            lines.append("# newpar")
        lines.append(f"# sent_id = {name}-{sentence_id}")
        lines += _sentence(list(group), spaced)
        lines.append("")
        last = paragraph
    return record.doc_id, "".join(line + "\n" for line in lines)


def _words(tokens: _core.Batch) -> list[_Word]:
    columns = {name: tokens.column(name) for name in _COLUMNS}
    columns["text"] = [_field(text) for text in columns["text"]]
    columns["lemma"] = [_field(lemma) for lemma in columns["lemma"]]
    return [_Word(*row) for row in zip(*columns.values(), strict=True)]


def _field(text: str) -> str:
    """A text as a field holds it."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text or "_"
    return _BLANK.sub("_", unicodedata.normalize("NFC", text)).replace("\ufffd", "?")


def _spaced(words: Sequence[_Word], text: str) -> list[bool]:
    """Whether a blank follows each word.  The last of a document counts as having one."""
    return [*(_are_apart(a, b, text) for a, b in pairwise(words)), *([True] if words else [])]


def _are_apart(a: _Word, b: _Word, text: str) -> bool:
    gap = text[a.end : b.start]
    if gap and any(c.isspace() for c in gap):
        return True
    # Two that normal form C would merge, such as a letter and a lone accent, need a blank.
    return not (b.form[0].isascii() or unicodedata.is_normalized("NFC", a.form + b.form))


def _is_joined(a: _Word, b: _Word) -> bool:
    """Are these parts of one token, as do|n't, can|not and gon|na are?"""
    if a.end != b.start or a.kind in _NO_WORDS:
        return False
    seam = a.form[-1] + b.form[0]
    return b.kind == "clitic" or (a.kind == b.kind == "word" and seam.isascii() and seam.isalpha())


def _sentence(words: Sequence[_Word], all_spaced: Sequence[bool]) -> Iterator[str]:
    """The text and the lines of a sentence."""
    first = words[0].token_id
    spaced = all_spaced[first : first + len(words)]
    joined = [not s and _is_joined(a, b) for s, (a, b) in zip(spaced, pairwise(words), strict=False)]
    text = "".join(word.form + " " * s for word, s in zip(words, spaced, strict=True))
    yield f"# text = {text.rstrip()}"
    root = next(k for k, word in enumerate(words) if word.head < 0)
    end = 0  # of the token of several words at hand
    for k, word in enumerate(words):
        space = "" if spaced[k] else "|SpaceAfter=No"
        if k >= end:
            end = k + 1
            while end < len(words) and joined[end - 1]:
                end += 1
            if end > k + 1:
                yield _range_line(k, words[k:end], spaced[end - 1])
        space = "" if end > k + 1 or (k > 0 and joined[k - 1]) else space
        head, relation = word.head - first + 1, word.relation
        if word.head < 0:
            head, relation = (0, relation) if k == root else (root + 1, "parataxis")
        fields = (str(k + 1), word.form, word.lemma, word.tag, "_", "_", str(head), relation, "_")
        yield "\t".join((*fields, f"Offset={word.start}:{word.end}{space}"))


def _range_line(k: int, words: Sequence[_Word], spaced: bool) -> str:
    """The line before the words of one token."""
    form = "".join(word.form for word in words)
    space = "" if spaced else "|SpaceAfter=No"
    fields = (f"{k + 1}-{k + len(words)}", form, *["_"] * 7)
    return "\t".join((*fields, f"Offset={words[0].start}:{words[-1].end}{space}"))
