"""Read treebanks and sentences with names.

A `Sentence` holds the labels that its file gives; the others are None.  Names are BIO labels of four kinds: person,
organisation, place, and work (works and events).
"""

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

KINDS = ("person", "organisation", "place", "work")
NAME_LABELS = ("O", *(f"{edge}-{kind}" for kind in KINDS for edge in "BI"))
KIND_OF_GUM = {
    "person": "person",
    "organization": "organisation",
    "place": "place",
    "event": "work",
    "abstract": "work",
    "object": "work",
}
KIND_OF_UNER = {"PER": "person", "ORG": "organisation", "LOC": "place"}

# Subtypes of relations that the parser knows; the others become what they are subtypes of.
SUBTYPES = {
    "acl:relcl", "aux:pass", "compound:prt", "nmod:desc", "nmod:poss", "nmod:unmarked", "nsubj:outer", "nsubj:pass",
    "obl:agent", "obl:unmarked",
}  # fmt: skip
FORM_OF_PENN = {"VB": "VB", "VBP": "VBP", "VBZ": "VBP", "MD": "VBP", "VBD": "VBD", "VBN": "VBN", "VBG": "VBG"}
LONGEST = 110
SMALL_TAGS = {"ADP", "DET", "CCONJ", "PART"}


@dataclass(frozen=True)
class Sentence:
    """Words and their labels.  `heads` count from 1; 0 is the root."""

    words: tuple[str, ...]
    tags: tuple[str, ...] | None = None
    forms: tuple[str, ...] | None = None  # of verbs, as Penn tags; "_" elsewhere
    heads: tuple[int, ...] | None = None
    relations: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    has_works: bool = True  # False if the file does not label works, so that "O" may hide one


# ------------------------------------------------------------------------------------------------- trees


def read_trees(path: Path, with_names: bool = False) -> list[Sentence]:
    """The sentences of a CoNLL-U file, with names from GUM's entities on request."""
    return [_sentence(rows, with_names) for rows in _blocks(path) if len(rows) <= LONGEST]


def _blocks(path: Path) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if fields[0].isdigit():
                rows.append(fields)
            elif not line.strip() and rows:
                yield rows
                rows = []
    if rows:
        yield rows


def _sentence(rows: list[list[str]], with_names: bool) -> Sentence:
    return Sentence(
        words=tuple(row[1] for row in rows),
        tags=tuple(row[3] for row in rows),
        forms=tuple(FORM_OF_PENN.get(row[4], "_") if row[3] in ("VERB", "AUX") else "_" for row in rows),
        heads=tuple(int(row[6]) for row in rows),
        relations=tuple(row[7] if row[7] in SUBTYPES else row[7].split(":")[0] for row in rows),
        names=tuple(_names(rows)) if with_names else None,
    )


# ------------------------------------------------------------------------------------------------- names


@dataclass(frozen=True)
class Mention:
    """An entity that GUM marks: words from `start` up to `end`, and the word that heads it."""

    kind: str
    start: int
    end: int
    head: int


def _mentions(rows: list[list[str]]) -> list[Mention]:
    """The mentions of a sentence.  Those in pieces are left out."""
    found, open_ones = [], []
    for i, row in enumerate(rows):
        field = next((part[7:] for part in row[9].split("|") if part.startswith("Entity=")), "")
        for part in re.findall(r"\([^()]+\)?|[^()]+\)", field):
            if part.startswith("("):
                group, kind, *rest = part.strip("()").split("-")
                open_ones.append((group, kind, i, rest[3] if len(rest) > 3 else "1"))
            if part.endswith(")"):
                group = part.strip("()").split("-")[0]
                at = next((k for k in reversed(range(len(open_ones))) if open_ones[k][0] == group), None)
                if at is None or "[" in group:
                    continue
                _, kind, start, least = open_ones.pop(at)
                found.append(Mention(kind, start, i + 1, _head(rows, start, i + 1, least)))
    return found


def _head(rows: list[list[str]], start: int, end: int, least: str) -> int:
    """The word whose own head lies outside of the mention, else the first of its least span."""
    for i in range(start, end):
        if not start < int(rows[i][6]) <= end and rows[i][7] != "punct":
            return i
    first = least.split(",")[0]
    return min(end - 1, start + int(first) - 1) if first.isdigit() else start


NUMBERED = {"Chapter", "Figure", "Fig.", "Section", "Table", "Q"}


def _is_proper(row: list[str]) -> bool:
    return (row[3] == "PROPN" or row[4] in ("NNP", "NNPS")) and row[4] != "ADD" and row[1] not in NUMBERED


def _names(rows: list[list[str]]) -> list[str]:
    """BIO labels of the names among the mentions; a name inside a longer one is left out."""
    mentions = _mentions(rows)
    heads = {mention.head for mention in mentions}
    spans = []
    for mention in mentions:
        kind = KIND_OF_GUM.get(mention.kind)
        if kind is None or not _is_proper(rows[mention.head]):
            continue
        if kind == "person" and rows[mention.head][4] == "NNPS":
            continue  # "Americans", "Democrats"
        spans.append((*_name_span(rows, mention, kind, heads), kind))
    labels = ["O"] * len(rows)
    for start, end, kind in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if any(label != "O" for label in labels[start:end]):
            continue
        labels[start:end] = [f"{'I' if i else 'B'}-{kind}" for i in range(end - start)]
    return labels


CONNECTORS = {"of", "for", "on", "in", "the", "and", "&", "de", "du", "la", "del", "da", "al", "-", "/", "'s"}


def _name_span(rows: list[list[str]], mention: Mention, kind: str, heads: set[int]) -> tuple[int, int]:
    """The proper words around the head: titles stay outside, "Bank of America" is one name."""
    start, end = mention.head, mention.head + 1
    while start > mention.start and _is_proper(rows[start - 1]) and rows[start - 1][7] != "nmod:desc":
        start -= 1
    while end < mention.end:
        after = end
        while after < mention.end and kind != "person" and rows[after][1].lower() in CONNECTORS:
            after += 1
        if after >= mention.end or not (_is_proper(rows[after]) or (after == end and rows[after][3] == "NUM")):
            break
        joins = {rows[i][1].lower() for i in range(end, after)}
        if joins & {"in", "on", "'s"} and kind != "work":
            break  # "Stephenville High School in Texas"
        if "and" in joins and after in heads:
            break  # two names, coordinated
        if rows[after][7] in ("appos", "list", "parataxis"):
            break
        end = after + 1
    return start, end


def read_uner(path: Path) -> list[Sentence]:
    """Sentences of Universal NER, which labels persons, organisations and places."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            labels = tuple(t if t == "O" else f"{t[:2]}{KIND_OF_UNER[t[2:]]}" for t in row["tags"])
            if 0 < len(labels) <= LONGEST:
                found.append(Sentence(tuple(row["words"]), names=labels, has_works=False))
    return found


# ------------------------------------------------------------------------------------------------- noise


def noisy_copies(sentences: Iterable[Sentence], seed: int) -> list[Sentence]:
    """Of all sentences 2 % in capitals and 4 % as headlines, so that neither makes names."""
    draw = random.Random(seed)
    made = []
    for sentence in sentences:
        chance = draw.random()
        if chance < 0.02:
            made.append(replace(sentence, words=tuple(word.upper() for word in sentence.words)))
        elif chance < 0.06:
            made.append(replace(sentence, words=tuple(_headline(sentence))))
    return made


def _headline(sentence: Sentence) -> Iterator[str]:
    small = {"a", "an", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
    for i, word in enumerate(sentence.words):
        is_small = word.lower() in small if sentence.tags is None else sentence.tags[i] in SMALL_TAGS
        yield word if i and is_small else word[:1].upper() + word[1:]


def training_data(ud: Path, entities: Path, copies: Path | None) -> list[Sentence]:
    """All that the teacher learns from, noise included.  `copies`: treebanks as our tokenizer splits them."""
    sentences = read_trees(ud / "ewt.train.conllu") + read_trees(ud / "gum.train.conllu", with_names=True)
    sentences += read_trees(copies) if copies else []
    sentences += read_uner(entities / "uner_ewt_test.jsonl")
    return sentences + noisy_copies(sentences, seed=1)
