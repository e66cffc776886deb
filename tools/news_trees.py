#!/usr/bin/env python3
"""Measure tagger and parser on sentences of news whose trees were corrected by hand.

    news_trees.py TEXT             figures for all sentences and for each kind of sentence
    news_trees.py TEXT --errors    then every word whose tag, head or relation is wrong
    news_trees.py TEXT --words     the sentences as CoNLL-U with their words, for other parsers

TEXT is the folder of free text, ../shared/text.  The sentences are in tests/data/news_trees.conllu, without words;
its head says how they were chosen and annotated.  Tagger and parser get the words as they are split there.
"""

import argparse
import hashlib
import pathlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import quotelens as ql

TREES = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data" / "news_trees.conllu"
RANGE = re.compile(r"TokenRange=(\d+):(\d+)")


class Word(NamedTuple):
    start: int  # in the text of the article, in code points
    end: int
    tag: str
    head: int  # from 1; 0 for the root
    relation: str


class Sentence(NamedTuple):
    sent_id: str
    kind: str
    doc: str  # file and id of the article
    text_sha1: str
    words: list[Word]


def read_trees(path: pathlib.Path = TREES) -> list[Sentence]:
    """The sentences of the file, without the forms of their words."""
    blocks = [block.splitlines() for block in path.read_text(encoding="utf-8").strip().split("\n\n")]
    return [_sentence(block) for block in blocks if any(line[0].isdigit() for line in block)]


def _sentence(lines: list[str]) -> Sentence:
    said = dict(line[2:].split(" = ", 1) for line in lines if line.startswith("# ") and " = " in line)
    words = []
    for row in (line.split("\t") for line in lines if line[0].isdigit()):
        start, end = map(int, RANGE.fullmatch(row[9]).groups())
        words.append(Word(start, end, row[3], int(row[6]), row[7]))
    return Sentence(said["sent_id"], said["kind"], said["doc"], said["text_sha1"], words)


def with_forms(sentences: Iterable[Sentence], folder: pathlib.Path) -> Iterator[tuple[Sentence, list[str]]]:
    """Each sentence with its words.  ValueError if the text of an article is not the one that was annotated."""
    files: dict[str, ql.Corpus] = {}
    for sentence in sentences:
        name, doc_id = sentence.doc.split()
        if name not in files:
            files[name] = ql.read(folder / f"{name}.jsonl.zst")
        text = files[name][doc_id].text
        if hashlib.sha1(text.encode()).hexdigest() != sentence.text_sha1:
            raise ValueError(f"{sentence.doc}: not the text that {sentence.sent_id} was annotated on")
        yield sentence, [text[word.start : word.end] for word in sentence.words]


def compare(sentence: Sentence, forms: list[str]) -> Iterator[tuple[Word, tuple[str, int, str]]]:
    """Each word beside what tagger and parser say, relations without subtypes."""
    for word, (tag, head, relation) in zip(sentence.words, ql.parse_words(forms), strict=True):
        yield word._replace(relation=plain(word.relation)), (tag, head, plain(relation))


def plain(relation: str) -> str:
    return relation.split(":")[0]


def figures(pairs: Iterable[tuple[Sentence, list[str]]]) -> dict[str, dict[str, float]]:
    """Percentages for "all" and each kind: tags of all words; heads, and heads with relation, without punctuation."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence, forms in pairs:
        for word, got in compare(sentence, forms):
            for count in (counts["all"], counts[sentence.kind]):
                count["words"] += 1
                count["tags"] += got[0] == word.tag
                if word.tag != "PUNCT":
                    count["arcs"] += 1
                    count["heads"] += got[1] == word.head
                    count["relations"] += got[1:] == (word.head, word.relation)
    share = {"tags": "words", "heads": "arcs", "relations": "arcs"}
    return {kind: {key: 100 * n[key] / n[of] for key, of in share.items()} for kind, n in counts.items()}


def print_figures(pairs: Iterable[tuple[Sentence, list[str]]]) -> None:
    print(f"{'':8} {'tags':>6} {'heads':>6} {'heads with relation':>20}")
    for kind, found in figures(pairs).items():
        print(f"{kind:8} {found['tags']:6.2f} {found['heads']:6.2f} {found['relations']:20.2f}")


def print_errors(pairs: Iterable[tuple[Sentence, list[str]]]) -> None:
    for sentence, forms in pairs:
        names = ["root", *(f"{form} {i}" for i, form in enumerate(forms, 1))]
        print(f"\n{sentence.sent_id} {' '.join(forms)}")
        for name, (word, (tag, head, relation)) in zip(names[1:], compare(sentence, forms), strict=True):
            if tag != word.tag:
                print(f"   {name}: {word.tag}, tagged {tag}")
            if word.tag != "PUNCT" and (head, relation) != (word.head, word.relation):
                print(f"   {name}: {word.relation} of {names[word.head]}, parsed {relation} of {names[head]}")


def print_words(pairs: Iterable[tuple[Sentence, list[str]]]) -> None:
    for sentence, forms in pairs:
        gaps = spaces(sentence)
        text = "".join(form + " " if gap else form for form, gap in zip(forms, gaps, strict=True))
        print(f"# sent_id = {sentence.sent_id}\n# text = {text}")
        for i, (word, form, gap) in enumerate(zip(sentence.words, forms, gaps, strict=True), 1):
            last = "_" if gap or i == len(forms) else "SpaceAfter=No"
            print(i, form, "_", word.tag, "_", "_", word.head, word.relation, "_", last, sep="\t")
        print()


def spaces(sentence: Sentence) -> list[bool]:
    """Is there a space after each word, within the sentence?"""
    words = sentence.words
    return [*(words[i].end < words[i + 1].start for i in range(len(words) - 1)), False]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--words", action="store_true")
    of = parser.parse_args()
    pairs = list(with_forms(read_trees(), of.text))
    if of.words:
        print_words(pairs)
        return
    print_figures(pairs)
    if of.errors:
        print_errors(pairs)


if __name__ == "__main__":
    main()
