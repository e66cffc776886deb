"""Teach the teacher to read statements: `python tools/teacher/statements.py fit`.

`fit` fine-tunes the encoder of the trees on the labelled articles of `reading` (train).  A score for each word says
whether a statement is anchored there: at the first word of its cue, or of its content if it has no cue.  For each
anchor, scores for every word of its window say whether it belongs to the content, the source or the cue.  `label`
reads free text and writes these scores for the reader that ships to learn from; started again, it continues after
the last finished part.  `judge` writes predictions for the articles of a file, for `score.py`.
"""

import argparse
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import quotelens
import torch
import torch.nn.functional as F  # noqa: N812
from descent import Descent, with_encoder
from model import CLS, SEP, Pieces, Teacher, encoder_folder, padded, shape
from texts import free_articles, judged_windows
from torch import Tensor, nn

LABELS = ("none", "content", "source", "cue")
ACTS = ("speech", "evidence", "thought", "intention", "attitude", "seeming", "other")
WINDOW, BATCH = 224, 16  # pieces of a window, windows of a batch
FAR = 20  # words: further away is as far
MARKS = {'"': 0, "``": 1, "“": 1, "«": 1, "''": -1, "”": -1, "»": -1}
SURE = 0.08  # anchors under it are not written


@dataclass
class Words:
    """The words of an article."""

    doc_id: str
    texts: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    paragraphs: list[int]
    marks: list[int]  # 0 outside of quotation marks, 1 and 3 the marks, 2 between them


@dataclass
class Statement:
    anchor: int
    labels: list[tuple[int, int]]  # word, label; others have none
    act: int


@dataclass
class Window:
    words: Words
    start: int
    end: int
    pieces: list[int]
    shapes: list[int]
    first: list[int]
    last: list[int]
    statements: list[Statement]


def tokenized(articles: Iterable[tuple[str, str]]) -> Iterator[Words]:
    """The articles in our own tokens, some at a time."""
    articles = iter(articles)
    while group := list(islice(articles, 100)):
        corpus = quotelens.Corpus([{"id": doc_id, "text": text} for doc_id, text in group])
        paragraphs = {}
        table = corpus.sentences()
        for doc, sentence, paragraph in zip(
            table["doc_id"], table["sentence_id"], table["paragraph_id"], strict=True
        ):
            paragraphs[doc, sentence] = paragraph
        tokens = corpus.tokens()
        columns = [list(tokens[name]) for name in ("doc_id", "sentence_id", "start", "end", "text")]
        rows: dict[str, Words] = {doc_id: Words(doc_id, [], [], [], [], [], []) for doc_id, _ in group}
        for doc, sentence, start, end, text in zip(*columns, strict=True):
            words = rows[doc]
            words.texts.append(text)
            words.starts.append(start)
            words.ends.append(end)
            words.sentences.append(sentence)
            words.paragraphs.append(paragraphs[doc, sentence])
        for words in rows.values():
            words.marks = mark_states(words)
            yield words


def mark_states(words: Words) -> list[int]:
    out, inside, paragraph = [], False, -1
    for text, own in zip(words.texts, words.paragraphs, strict=True):
        if own != paragraph:
            inside, paragraph = False, own
        if text in MARKS:
            opens = MARKS[text] > 0 or (MARKS[text] == 0 and not inside)
            out.append(1 if opens else 3)
            inside = opens
        else:
            out.append(2 if inside else 0)
    return out


def windows(words: Words, pieces: Pieces, statements: list[Statement]) -> Iterator[Window]:
    """Whole paragraphs as long as they fit; a long paragraph is cut."""
    counts = [len(pieces.of(text)) for text in words.texts]
    start, size, at = 0, 0, 0
    ends = []
    while at < len(counts):
        end = at + 1
        total = counts[at]
        while end < len(counts) and words.paragraphs[end] == words.paragraphs[at] and total + counts[end] <= WINDOW:
            total += counts[end]
            end += 1
        if size and size + total > WINDOW:
            ends.append((start, at))
            start, size = at, 0
        size += total
        at = end
    if size:
        ends.append((start, len(counts)))
    for first, last in ends:
        yield window(words, first, last, pieces, [s for s in statements if first <= s.anchor < last])


def window(words: Words, start: int, end: int, pieces: Pieces, statements: list[Statement]) -> Window:
    out = Window(words, start, end, [CLS], [0], [], [], statements)
    for k in range(start, end):
        own = pieces.of(words.texts[k])
        starts = k == start or words.sentences[k] != words.sentences[k - 1]
        out.first.append(len(out.pieces))
        out.pieces += own
        out.shapes += [shape(words.texts[k], starts)] * len(own)
        out.last.append(len(out.pieces) - 1)
    out.pieces.append(SEP)
    out.shapes.append(0)
    return out


def gold_statements(words: Words, quotes: list[dict]) -> list[Statement]:
    """The labelled statements that lie in no other; names of things in marks are none."""

    def inside(start: int, end: int) -> list[int]:
        return [k for k in range(len(words.texts)) if words.starts[k] < end and words.ends[k] > start]

    out = []
    for quote in quotes:
        if quote["type"] == "scare" or quote.get("nested"):
            continue
        content = [
            k for start, end in quote.get("spans") or [[quote["start"], quote["end"]]] for k in inside(start, end)
        ]
        labels = dict.fromkeys(content, 1)
        if quote.get("source"):
            labels |= dict.fromkeys(inside(quote["source"]["start"], quote["source"]["end"]), 2)
        cue = inside(quote["cue"]["start"], quote["cue"]["end"]) if quote.get("cue") else []
        labels |= dict.fromkeys(cue, 3)
        if content or cue:
            act = ACTS.index(quote["act"]) if quote.get("act") in ACTS else 6
            out.append(Statement(cue[0] if cue else content[0], sorted(labels.items()), act))
    return out


class StatementTeacher(nn.Module):
    """The encoder of the trees with heads for statements."""

    WIDTH = 128

    def __init__(self, folder: Path, labels: dict[str, list[str]]):
        super().__init__()
        self.trees = Teacher(folder, labels)
        wide = 2 * self.trees.encoder.config.hidden_size
        narrow = wide // 2
        self.mark = nn.Embedding(4, narrow)
        nn.init.zeros_(self.mark.weight)
        self.drop = nn.Dropout(0.2)
        self.anchor, self.act = nn.Linear(wide, 1), nn.Linear(wide, len(ACTS))
        self.query, self.key = nn.Linear(wide, 4 * self.WIDTH), nn.Linear(wide, 4 * self.WIDTH)
        self.query_bias, self.key_bias = nn.Linear(wide, 4), nn.Linear(wide, 4)
        self.distance, self.sentence = nn.Embedding(2 * FAR + 1, 4), nn.Embedding(5, 4)
        self.place = nn.Embedding(16, 4)

    def words(self, batch: dict[str, Tensor]) -> Tensor:
        encoder = self.trees.encoder
        with torch.autocast("cpu", dtype=torch.bfloat16):
            embedded = encoder.embeddings.word_embeddings(batch["pieces"]) + self.trees.shape(batch["shapes"])
            embedded = embedded + self.mark(batch["piece_marks"])
            out = encoder(inputs_embeds=embedded, attention_mask=batch["mask"]).last_hidden_state.float()
        wide = lambda at: at.unsqueeze(-1).expand(-1, -1, out.shape[-1])  # noqa: E731
        return self.drop(torch.cat([out.gather(1, wide(batch["first"])), out.gather(1, wide(batch["last"]))], -1))

    def pairs(self, words: Tensor, batch: dict[str, Tensor], row: Tensor, anchor: Tensor) -> Tensor:
        """Scores of the labels of all words of the window of each anchor: anchors x words x labels."""
        own = words[row, anchor]
        count, length = len(own), words.shape[1]
        query = self.query(own).view(count, 4, self.WIDTH)
        key = self.key(words)[row].view(count, length, 4, self.WIDTH)
        scores = torch.einsum("alk,atlk->atl", query, key) / self.WIDTH**0.5
        scores = scores + self.query_bias(own)[:, None] + self.key_bias(words)[row]
        away = (torch.arange(length)[None] - anchor[:, None]).clamp(-FAR, FAR) + FAR
        sentences = batch["sentences"]
        offset = (sentences[row] - sentences[row, anchor][:, None]).clamp(-2, 2) + 2
        marks = batch["marks"]
        place = marks[row] + 4 * marks[row, anchor][:, None]
        return scores + self.distance(away) + self.sentence(offset) + self.place(place)


def inputs(batch: list[Window]) -> dict[str, Tensor]:
    def piece_marks(w: Window) -> list[int]:
        out = [0] * len(w.pieces)
        for k, (first, last) in enumerate(zip(w.first, w.last, strict=True)):
            out[first : last + 1] = [w.words.marks[w.start + k]] * (last + 1 - first)
        return out

    return {
        "pieces": padded([w.pieces for w in batch]),
        "shapes": padded([w.shapes for w in batch]),
        "piece_marks": padded([piece_marks(w) for w in batch]),
        "mask": padded([[1] * len(w.pieces) for w in batch]),
        "first": padded([w.first for w in batch]),
        "last": padded([w.last for w in batch]),
        "is_word": padded([[1] * len(w.first) for w in batch]),
        "sentences": padded([w.words.sentences[w.start : w.end] for w in batch]),
        "marks": padded([w.words.marks[w.start : w.end] for w in batch]),
    }


def loss_of(model: StatementTeacher, batch: list[Window]) -> Tensor:
    tensors = inputs(batch)
    words = model.words(tensors)
    anchors = model.anchor(words).squeeze(-1)
    is_word = tensors["is_word"].float()
    wanted = torch.zeros_like(anchors)
    rows, places, acts = [], [], []
    for row, own in enumerate(batch):
        for statement in own.statements:
            wanted[row, statement.anchor - own.start] = 1
            rows.append(row)
            places.append(statement.anchor - own.start)
            acts.append(statement.act)
    loss = F.binary_cross_entropy_with_logits(anchors, wanted, reduction="none") * is_word
    total = 0.5 * loss.sum() / max(1.0, wanted.sum().item())
    if not rows:
        return total
    row, place = torch.tensor(rows), torch.tensor(places)
    gold = torch.zeros(len(rows), words.shape[1], dtype=torch.long)
    each = (s for own in batch for s in ((own, s) for s in own.statements))
    for k, (own, statement) in enumerate(each):
        for word, label in statement.labels:
            if own.start <= word < own.end:
                gold[k, word - own.start] = label
    scores = model.pairs(words, tensors, row, place)
    pair = F.cross_entropy(scores.reshape(-1, 4), gold.view(-1), reduction="none").view(gold.shape) * is_word[row]
    act = F.cross_entropy(model.act(words[row, place]), torch.tensor(acts))
    return total + pair.sum() / len(rows) / 8 + 0.3 * act


def read_reading(shared: Path, split: str) -> list[dict]:
    out = []
    for path in sorted(shared.glob("reading/*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        out += [row for row in rows if row["meta"].get("split") == split]
    return out


def fit(options: argparse.Namespace) -> None:
    saved = torch.load(options.trees, weights_only=True)
    folder = encoder_folder(options.encoder)
    model = StatementTeacher(folder, saved["labels"])
    model.trees.load_state_dict(saved["weights"])
    pieces = Pieces(folder)
    rows = {row["doc_id"]: row for row in read_reading(options.shared, "train")}
    items: list[Window] = []
    for words in tokenized((row["doc_id"], row["text"]) for row in rows.values()):
        items += windows(words, pieces, gold_statements(words, rows[words.doc_id]["quotes"]))
    print(
        len(rows), "articles", len(items), "windows", sum(len(w.statements) for w in items), "statements", flush=True
    )
    groups = with_encoder(model, model.trees.encoder)
    descent = Descent(model, groups, options.passes * (len(items) // BATCH))
    for number in range(options.passes):
        model.train()
        order = random.sample(range(len(items)), len(items))
        for k in range(len(items) // BATCH):
            descent.step(loss_of(model, [items[i] for i in order[k * BATCH : (k + 1) * BATCH]]))
        torch.save({"weights": model.state_dict(), "labels": saved["labels"], "pass": number + 1}, options.out)


def load(path: Path, folder: Path) -> StatementTeacher:
    saved = torch.load(path, weights_only=True)
    model = StatementTeacher(folder, saved["labels"])
    model.load_state_dict(saved["weights"])
    return model.eval()


def read(model: StatementTeacher, items: list[Window]) -> Iterator[tuple[Window, int, float, int, np.ndarray]]:
    """Window, anchor, its probability, act, and probabilities of the labels of the words of the window."""
    with torch.no_grad():
        for k in range(0, len(items), BATCH):
            batch = items[k : k + BATCH]
            tensors = inputs(batch)
            words = model.words(tensors)
            sure = torch.sigmoid(model.anchor(words).squeeze(-1)) * tensors["is_word"]
            row, place = torch.nonzero(sure >= SURE, as_tuple=True)
            if not len(row):
                continue
            labels = model.pairs(words, tensors, row, place).softmax(-1)
            acts = model.act(words[row, place]).argmax(-1)
            for z in range(len(row)):
                own = batch[row[z]]
                yield (
                    own,
                    own.start + int(place[z]),
                    float(sure[row[z], place[z]]),
                    int(acts[z]),
                    labels[z, : own.end - own.start].numpy(),
                )


def label(options: argparse.Namespace) -> None:
    """Writes parts of 500 articles: an .npz of anchors and probabilities (0 to 255), and the articles."""
    folder = encoder_folder(options.encoder)
    model, pieces = load(options.teacher, folder), Pieces(folder)
    options.parts.mkdir(parents=True, exist_ok=True)
    articles = free_articles(options.shared, judged_windows(options.shared))
    done, count = 0, 0
    while group := list(islice(articles, 500)):
        part = options.parts / f"{done:03}"
        done += 1
        if part.with_suffix(".npz").exists():
            continue
        docs, anchors, scores, rows = {d: n for n, (d, _) in enumerate(group)}, [], [], 0
        items = []
        for words in tokenized(group):
            items += windows(words, pieces, [])
            count += len(words.texts)
        items.sort(key=lambda w: len(w.pieces))
        for own, anchor, sure, act, labels in read(model, items):
            anchors.append((docs[own.words.doc_id], anchor, round(255 * sure), act, own.start, rows))
            scores.append(np.rint(255 * labels[:, 1:]).astype(np.uint8))
            rows += len(labels)
        np.savez_compressed(
            part.with_suffix(".tmp.npz"), anchors=np.array(anchors, np.int32), scores=np.concatenate(scores)
        )
        with part.with_suffix(".jsonl").open("w") as out:
            for doc_id, text in group:
                out.write(json.dumps({"id": doc_id, "text": text}) + "\n")
        part.with_suffix(".tmp.npz").rename(part.with_suffix(".npz"))
        print(part.name, count, "words", len(anchors), "anchors", flush=True)
        if count >= options.most:
            return


def judge(options: argparse.Namespace) -> None:
    folder = encoder_folder(options.encoder)
    model, pieces = load(options.teacher, folder), Pieces(folder)
    for path in options.files:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found: dict[str, list] = {row["doc_id"]: [] for row in rows}
        items = [
            w for words in tokenized((row["doc_id"], row["text"]) for row in rows) for w in windows(words, pieces, [])
        ]
        for own, _, sure, act, labels in read(model, items):
            runs = spans(own, labels.argmax(-1))
            if sure >= 0.4 and runs[1]:
                found[own.words.doc_id].append(
                    {
                        "spans": runs[1],
                        "p": sure,
                        "act": ACTS[act],
                        "type": None,
                        "source": longest(runs[2]),
                        "cue": longest(runs[3]),
                    }
                )
        with (options.out / path.name).open("w") as out:
            for doc_id, quotes in found.items():
                out.write(json.dumps({"doc_id": doc_id, "quotes": quotes}) + "\n")


def longest(runs: list[list[int]]) -> dict[str, int] | None:
    if not runs:
        return None
    start, end = max(runs, key=lambda run: run[1] - run[0])
    return {"start": start, "end": end}


def spans(own: Window, labels: np.ndarray) -> list[list[list[int]]]:
    """Runs of each label in offsets; a gap of one unlabelled word is closed."""
    out: list[list[list[int]]] = [[], [], [], []]
    ends = [-9] * 4
    for k, value in enumerate(labels):
        if value:
            start, end = own.words.starts[own.start + k], own.words.ends[own.start + k]
            if k - ends[value] <= 2 and out[value] and not any(labels[ends[value] + 1 : k]):
                out[value][-1][1] = end
            else:
                out[value].append([start, end])
            ends[value] = k
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=Path("build/teacher/encoder"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--threads", type=int, default=2)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("fit")
    command.add_argument("--trees", type=Path, default=Path("build/teacher/teacher.pt"))
    command.add_argument("--out", type=Path, default=Path("build/teacher/statements.pt"))
    command.add_argument("--passes", type=int, default=5)
    command.add_argument("--seed", type=int, default=1)
    command.set_defaults(run=fit)
    command = commands.add_parser("label")
    command.add_argument("--teacher", type=Path, default=Path("build/teacher/statements.pt"))
    command.add_argument("--parts", type=Path, default=Path("build/teacher/statements"))
    command.add_argument("--most", type=int, default=3_000_000, help="words to read")
    command.set_defaults(run=label)
    command = commands.add_parser("judge")
    command.add_argument("--teacher", type=Path, default=Path("build/teacher/statements.pt"))
    command.add_argument("--out", type=Path, required=True, help="folder")
    command.add_argument("files", type=Path, nargs="+")
    command.set_defaults(run=judge)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(getattr(options, "seed", 1))
    random.seed(getattr(options, "seed", 1))
    options.run(options)


if __name__ == "__main__":
    main()
