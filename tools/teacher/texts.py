"""Free text for the teacher to read: articles that no evaluation uses, as sentences in our own tokens."""

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import quotelens
import zstandard

WINDOW = 12  # words that an article may not share with a text that something is measured on
FEWEST, MOST = 5, 55  # words of a sentence


@dataclass(frozen=True)
class Tokens:
    """A sentence of free text."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]  # is there a space after the word?
    source: str


def read_articles(path: Path) -> Iterator[tuple[str, str]]:
    """Id and text of the articles of a .jsonl or .jsonl.zst file."""
    with path.open("rb") as raw:
        stream = zstandard.ZstdDecompressor().stream_reader(raw) if path.suffix == ".zst" else raw
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            row = json.loads(line)
            yield row["doc_id"], row["text"]


def windows(text: str) -> Iterator[bytes]:
    """Hashes of all runs of twelve words, letters and digits alone."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    for i in range(len(words) - WINDOW + 1):
        yield hashlib.blake2b(" ".join(words[i : i + WINDOW]).encode(), digest_size=8).digest()


def judged_windows(shared: Path) -> set[bytes]:
    """The runs of words in every text that figures are measured on."""
    found: set[bytes] = set()
    for path in sorted(shared.glob("gold/*.jsonl")) + sorted(shared.glob("reading/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("meta", {}).get("split") != "train" or path.parent.name == "gold":
                found.update(windows(row.get("text") or ""))
    learned = (shared / "ud" / "gum.train.conllu").read_text(encoding="utf-8")
    for line in (shared / "entities" / "gum.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if f"# newdoc id = {row['doc_id']}\n" not in learned:
            found.update(windows(row["text"]))
    for name in ("ewt.dev", "gum.dev"):
        for line in (shared / "ud" / f"{name}.conllu").read_text(encoding="utf-8").splitlines():
            if line.startswith("# text = "):
                found.update(windows(line[9:]))
    return found


def free_articles(shared: Path, judged: set[bytes]) -> Iterator[tuple[str, str]]:
    """Wikinews and features whole, then releases in turns; without those that share words with judged text."""
    text = shared / "text"
    first = [read_articles(text / f"{name}.jsonl.zst") for name in ("wikinews", "features")]
    releases = [read_articles(text / f"{name}.jsonl.zst") for name in ("justice", "senate", "congress")]
    for doc_id, article in (*first[0], *first[1], *in_turns(releases, (1, 3, 3))):
        if not any(window in judged for window in windows(article)):
            yield doc_id, article


def in_turns(readers: list[Iterator[tuple[str, str]]], each: Iterable[int]) -> Iterator[tuple[str, str]]:
    """So many articles of each reader in turn, until all are read."""
    while True:
        taken = [item for reader, n in zip(readers, each, strict=True) for item in islice(reader, n)]
        if not taken:
            return
        yield from taken


def sentences(articles: Iterable[tuple[str, str]]) -> Iterator[Tokens]:
    """The sentences of a few hundred articles at a time, each sentence once."""
    seen: set[bytes] = set()
    articles = iter(articles)
    while group := list(islice(articles, 200)):
        tokens = quotelens.Corpus([{"id": doc_id, "text": text} for doc_id, text in group]).tokens()
        columns = [list(tokens[name]) for name in ("doc_id", "sentence_id", "start", "end", "text")]
        for source, words, spaces in _by_sentence(columns):
            key = hashlib.blake2b("\t".join(words).encode(), digest_size=8).digest()
            if FEWEST <= len(words) <= MOST and _is_prose(words) and key not in seen:
                seen.add(key)
                yield Tokens(words, spaces, source)


def _by_sentence(columns: list[list]) -> Iterator[tuple[str, tuple[str, ...], tuple[bool, ...]]]:
    doc_ids, numbers, starts, ends, texts = columns
    start = 0
    for i in range(1, len(texts) + 1):
        if i < len(texts) and (doc_ids[i], numbers[i]) == (doc_ids[start], numbers[start]):
            continue
        spaces = tuple(k + 1 == i or starts[k + 1] > ends[k] for k in range(start, i))
        words = tuple(texts[start:i])
        if all(word.strip() and "\t" not in word and "\n" not in word for word in words):
            yield doc_ids[start], words, spaces
        start = i


def _is_prose(words: tuple[str, ...]) -> bool:
    """Mostly words, and mostly not in capitals."""
    letters = [word for word in words if word[0].isalpha()]
    capitals = [word for word in letters if len(word) > 1 and word.isupper()]
    return len(letters) >= 0.6 * len(words) and len(capitals) <= 0.4 * len(letters)
