"""Train the reader that ships: `python tools/teacher/student.py fit --silver PARTS --out reader.pt`.

It learns from the labelled articles of `reading` (train) and from the scores that the teacher gave to free text, with
what `build/train/reader/inputs` says of each token.
"""

import argparse
import hashlib
import json
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from descent import Descent
from texts import windows
from torch import Tensor, nn

INPUT_SIZES = (16384, 4096, 18 * 8, 64 * 18, 256, 40, 32, 65, 32, 8192, 32, 64, 512, 1024, 64)
RELATIVE_SIZES = (49, 5, 256, 8, 5)
INPUTS, RELATIVES = len(INPUT_SIZES), len(RELATIVE_SIZES)
ACTS = ("speech", "evidence", "thought", "intention", "attitude", "seeming", "other")
BASES = np.cumsum((0, *INPUT_SIZES[:-1]))
RELATIVE_BASES = np.cumsum((0, *RELATIVE_SIZES[:-1]))
WORD, HEAD = 0, 9  # tables of words
TOKENS = 6000  # of a batch


@dataclass
class Anchor:
    token: int
    sure: float
    act: int
    first: int = 0  # of what is in reach
    rows: np.ndarray | None = None  # reach x RELATIVES
    labels: np.ndarray | None = None  # reach x 3: content, source, cue, 0 to 1


@dataclass
class Article:
    doc_id: str
    text: str
    anchors: list[Anchor] = field(default_factory=list)
    tokens: np.ndarray | None = None  # n x 7: start, end (bytes), sentence, paragraph, head, pair, draft
    inputs: np.ndarray | None = None  # n x INPUTS
    drafts: np.ndarray | None = None  # start, end, anchor, parent, rule


def read_inputs(program: Path, articles: list[Article]) -> None:
    """Fill in what the program says of each article."""
    message = b""
    parts = []
    for article in articles:
        raw = article.text.encode()
        anchors = np.array([a.token for a in article.anchors], np.int32)
        parts += [np.array([len(raw), len(anchors)], np.int32).tobytes(), raw, anchors.tobytes()]
    message = b"".join(parts)
    out = subprocess.run([program], input=message, stdout=subprocess.PIPE, check=True).stdout
    at = 0

    def take(kind, *shape):
        nonlocal at
        n = int(np.prod(shape))
        found = np.frombuffer(out, kind, n, at).reshape(shape)
        at += found.nbytes
        return found

    for article in articles:
        n, n_drafts, _ = take(np.int32, 3)
        article.tokens = take(np.int32, n, 7)
        article.inputs = take(np.uint16, n, INPUTS)
        article.drafts = take(np.int32, n_drafts, 5)
        for anchor in article.anchors:
            first, end = take(np.int32, 2)
            anchor.first = int(first)
            anchor.rows = take(np.uint8, end - first, RELATIVES)


def byte_offsets(text: str) -> np.ndarray:
    """Where each character begins, and the end."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    sizes = 1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF)
    return np.concatenate([[0], np.cumsum(sizes)])


def read_gold(program: Path, shared: Path, split: str) -> list[Article]:
    """The labelled articles; the first reading of the tokens finds where the labels stand."""
    articles, rows = [], []
    for path in sorted(shared.glob("reading/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["meta"].get("split") == split:
                articles.append(Article(row["doc_id"], row["text"]))
                rows.append(row)
    read_inputs(program, articles)
    for article, row in zip(articles, rows, strict=True):
        label_gold(article, row["quotes"])
    read_inputs(program, articles)
    for article in articles:
        for anchor in article.anchors:
            full, anchor.labels = anchor.labels, None
            anchor.labels = full[anchor.first : anchor.first + len(anchor.rows)]
    return articles


def label_gold(article: Article, quotes: list[dict]) -> None:
    offsets = byte_offsets(article.text)
    starts, ends = article.tokens[:, 0], article.tokens[:, 1]
    inside = lambda s, e: np.nonzero((starts < offsets[e]) & (ends > offsets[s]))[0]  # noqa: E731
    for quote in quotes:
        if quote["type"] == "scare" or quote.get("nested"):
            continue
        labels = np.zeros((len(starts), 3), np.float32)

        def mark(span: dict | None, k: int, labels=labels) -> np.ndarray:
            if not span:
                return np.array([], int)
            found = inside(span["start"], span["end"])
            labels[found] = 0
            labels[found, k] = 1
            return found

        content = [mark({"start": s, "end": e}, 0) for s, e in quote.get("spans") or [[quote["start"], quote["end"]]]]
        mark(quote.get("source"), 1)
        cue = mark(quote.get("cue"), 2)
        first = cue if len(cue) else np.concatenate(content)
        if len(first):
            act = ACTS.index(quote["act"]) if quote.get("act") in ACTS else 6
            anchor = head_of(article, cue) if len(cue) else int(first[0])
            article.anchors.append(Anchor(anchor, 1.0, act, labels=labels))


def head_of(article: Article, cue: np.ndarray) -> int:
    """Of the words of a cue that at which the rules drafted a statement, else the one the others hang on."""
    heads, drafts = article.tokens[cue, 4], article.tokens[cue, 6]
    if (drafts >= 0).any():
        return int(cue[drafts >= 0][0])
    outside = ~np.isin(heads, cue)
    return int(cue[outside][0]) if outside.any() else int(cue[0])


def words_of_cue(token: int, start: int, labels: np.ndarray) -> np.ndarray:
    """The words around an anchor that are rather cue than anything else; none where the anchor is not."""
    first = end = token - start
    if not 0 <= first < len(labels) or labels[first, 2] < 128:
        return np.array([], int)
    while first > 0 and labels[first - 1, 2] >= 128:
        first -= 1
    while end < len(labels) and labels[end, 2] >= 128:
        end += 1
    return np.arange(start + first, start + end)


def read_silver(program: Path, part: Path) -> list[Article]:
    lines = [json.loads(line) for line in part.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
    packed = np.load(part)
    anchors, scores = packed["anchors"], packed["scores"]
    articles = [Article(row["id"], row["text"]) for row in lines]
    ends = np.append(anchors[1:, 5], len(scores)) if len(anchors) else []
    for (doc, token, sure, act, start, row), end in zip(anchors, ends, strict=True):
        labels = (int(start), scores[row:end])
        articles[doc].anchors.append(Anchor(int(token), sure / 255, int(act), labels=labels))
    read_inputs(program, articles)
    for article in articles:
        for anchor in article.anchors:
            cue = words_of_cue(anchor.token, *anchor.labels)
            if len(cue) and cue[-1] < len(article.tokens):
                anchor.token = head_of(article, cue)
    read_inputs(program, articles)
    for article in articles:
        for anchor in article.anchors:
            start, own = anchor.labels
            labels = np.zeros((len(anchor.rows), 3), np.float32)
            low, high = max(start, anchor.first), min(start + len(own), anchor.first + len(labels))
            if low < high:
                labels[low - anchor.first : high - anchor.first] = own[low - start : high - start] / 255
            anchor.labels = labels
    return articles


class Block(nn.Module):
    """A wide look around, one at the head in the tree, and a step from both."""

    def __init__(self, width: int, hidden: int, reach: int):
        super().__init__()
        self.around = nn.Conv1d(width, width, reach, padding=reach // 2, groups=width)
        self.inner = nn.Linear(width, hidden)
        self.over = nn.Linear(width, hidden, bias=False)
        self.outer = nn.Linear(hidden, width)

    def forward(self, x: Tensor, heads: Tensor, mask: Tensor) -> Tensor:
        around = self.around(x.transpose(1, 2)).transpose(1, 2)
        over = x.gather(1, heads.unsqueeze(-1).expand(-1, -1, x.shape[-1]))
        return (x + self.outer(F.relu(self.inner(around) + self.over(over)))) * mask


class Reader(nn.Module):
    def __init__(self, width: int, hidden: int, blocks: int, keys: int, reach: int = 7):
        super().__init__()
        self.shape = (width, hidden, blocks, keys, reach)
        # One row more than there are: nought, for what is hidden in training.
        self.rows = nn.EmbeddingBag(sum(INPUT_SIZES) + 1, width, mode="sum", padding_idx=sum(INPUT_SIZES))
        nn.init.normal_(self.rows.weight, std=0.1)
        with torch.no_grad():
            self.rows.weight[-1] = 0
        self.blocks = nn.ModuleList(Block(width, hidden, reach) for _ in range(blocks))
        self.anchor, self.act = nn.Linear(width, 1), nn.Linear(width, len(ACTS))
        self.query, self.key = nn.Linear(width, 3 * keys), nn.Linear(width, 3 * keys)
        self.query_bias, self.key_bias = nn.Linear(width, 3), nn.Linear(width, 3)
        self.relatives = nn.EmbeddingBag(sum(RELATIVE_SIZES), 3, mode="sum")
        nn.init.zeros_(self.relatives.weight)
        self.drop = nn.Dropout(0.1)

    def words(self, inputs: Tensor, heads: Tensor, mask: Tensor) -> Tensor:
        b, t, n = inputs.shape
        x = self.drop(self.rows(inputs.view(b * t, n)).view(b, t, -1)) * mask
        for block in self.blocks:
            x = block(x, heads, mask)
        return self.drop(x)

    def pairs(self, words: Tensor, row: Tensor, anchor: Tensor, places: Tensor, relatives: Tensor) -> Tensor:
        """anchors x reach x 3."""
        own = words[row, anchor]
        a, r = places.shape
        keys = self.shape[3]
        found = self.key(words)[row.unsqueeze(1), places]
        query = self.query(own).view(a, 1, 3, keys)
        scores = (query * found.view(a, r, 3, keys)).sum(-1) / keys**0.5
        scores = scores + self.query_bias(own)[:, None] + self.key_bias(words)[row.unsqueeze(1), places]
        return scores + self.relatives(relatives.reshape(a * r, RELATIVES)).view(a, r, 3)


def batches(articles: list[Article]) -> list[list[Article]]:
    out, current = [], []
    for article in sorted(articles, key=lambda a: len(a.inputs)):
        if current and (len(current) + 1) * len(article.inputs) > TOKENS:
            out.append(current)
            current = []
        current.append(article)
    return [*out, current] if current else out


def tensors(batch: list[Article], least: float, unknown: float = 0.0) -> dict[str, Tensor]:
    """Anchors under `least` give no pairs."""
    t = max(len(a.inputs) for a in batch)
    inputs = np.zeros((len(batch), t, INPUTS), np.int64) + BASES
    heads = np.zeros((len(batch), t), np.int64)
    mask = np.zeros((len(batch), t, 1), np.float32)
    sure = np.zeros((len(batch), t), np.float32)
    rows, anchors = [], []
    for b, article in enumerate(batch):
        n = len(article.inputs)
        inputs[b, :n] += article.inputs
        if unknown:
            for table in (WORD, HEAD):
                inputs[b, :n][np.random.random(n) < unknown, table] = sum(INPUT_SIZES)
        head = article.tokens[:, 4]
        heads[b, :n] = np.where(head < 0, np.arange(n), head)
        mask[b, :n] = 1
        for anchor in article.anchors:
            sure[b, anchor.token] = max(sure[b, anchor.token], anchor.sure)
            if anchor.sure >= least:
                rows.append(b)
                anchors.append(anchor)
    out = {"inputs": inputs, "heads": heads, "mask": mask, "sure": sure}
    if anchors:
        r = max(len(a.rows) for a in anchors)
        places = np.zeros((len(anchors), r), np.int64)
        relatives = np.zeros((len(anchors), r, RELATIVES), np.int64) + RELATIVE_BASES
        known = np.zeros((len(anchors), r), np.float32)
        labels = np.zeros((len(anchors), r, 3), np.float32)
        for k, a in enumerate(anchors):
            n = len(a.rows)
            places[k, :n] = np.arange(a.first, a.first + n)
            relatives[k, :n] += a.rows
            known[k, :n] = 1
            if a.labels is not None:
                labels[k, :n] = a.labels
        out |= {
            "row": np.array(rows),
            "anchor": np.array([a.token for a in anchors]),
            "places": places,
            "relatives": relatives,
            "known": known,
            "labels": labels,
            "weight": np.array([a.sure for a in anchors], np.float32),
            "act": np.array([a.act for a in anchors]),
        }
    return {k: torch.from_numpy(v) for k, v in out.items()}


def with_none(scores: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(scores[..., :1]), scores], -1)


def loss_of(model: Reader, t: dict[str, Tensor]) -> Tensor:
    words = model.words(t["inputs"], t["heads"], t["mask"])
    anchors = model.anchor(words).squeeze(-1)
    loss = F.binary_cross_entropy_with_logits(anchors, t["sure"], reduction="none") * t["mask"].squeeze(-1)
    total = 0.5 * loss.sum() / max(1.0, t["sure"].sum().item())
    if "row" not in t:
        return total
    scores = with_none(model.pairs(words, t["row"], t["anchor"], t["places"], t["relatives"]))
    labels = torch.cat([(1 - t["labels"].sum(-1, keepdim=True)).clamp(min=0), t["labels"]], -1)
    pair = -(labels * scores.log_softmax(-1)).sum(-1) * t["known"]
    weight = t["weight"]
    act = F.cross_entropy(model.act(words[t["row"], t["anchor"]]), t["act"], reduction="none")
    return total + (pair.sum(-1) * weight).sum() / weight.sum() / 8 + 0.3 * (act * weight).sum() / weight.sum()


def is_kept_back(doc_id: str) -> bool:
    """A fifth of the labelled articles: the scores of ext/data/score.tsv are fitted to what is found in them."""
    return hashlib.sha256(doc_id.encode()).digest()[0] % 5 == 0


def fit(options: argparse.Namespace) -> None:
    gold = read_gold(options.inputs, options.shared, "train") if options.gold else []
    kept_back = {w for a in gold if is_kept_back(a.doc_id) for w in windows(a.text)}
    gold = [a for a in gold if not is_kept_back(a.doc_id)]
    silver: list[Article] = []
    for part in sorted(options.silver.glob("[0-9]*.npz"))[: options.parts] if options.silver else []:
        found = read_silver(options.inputs, part)
        silver += [a for a in found if not any(w in kept_back for w in windows(a.text))]
    articles = gold * options.gold + silver
    print(
        len(gold),
        "labelled articles,",
        len(silver),
        "silver,",
        sum(len(a.inputs) for a in articles),
        "tokens,",
        sum(len(a.anchors) for a in articles),
        "anchors",
        flush=True,
    )
    model = Reader(options.width, options.hidden, options.blocks, options.keys)
    print(sum(p.numel() for p in model.parameters()), "weights", flush=True)
    groups = batches([a for a in articles if len(a.inputs) <= 3 * TOKENS])  # longer ones would fill the memory
    steps = max(1, int(options.passes * len(groups)))
    descent = Descent(model, [{"params": list(model.parameters()), "lr": options.rate}], steps)
    model.train()
    order: list[int] = []
    for _ in range(steps):
        if not order:
            order = random.sample(range(len(groups)), len(groups))
        descent.step(loss_of(model, tensors(groups[order.pop()], 0.3, 0.05)))
    seen = np.zeros(sum(INPUT_SIZES) + 1, bool)
    for article in articles:
        seen[np.unique(article.inputs + BASES)] = True
    with torch.no_grad():  # a row that nothing taught says nothing
        model.rows.weight[torch.from_numpy(~seen)] = 0
    torch.save({"weights": model.state_dict(), "shape": model.shape}, options.out)


def load(path: Path) -> Reader:
    saved = torch.load(path, weights_only=True)
    model = Reader(*saved["shape"])
    model.load_state_dict(saved["weights"])
    return model.eval()


def recall(options: argparse.Namespace) -> None:
    """How many labelled statements (speech and evidence) of the development articles are among the candidates.

    A candidate is what the network holds for content beside a word that it holds for an anchor with a chance of
    at least `--least`, or what the rules drafted; and some mention in reach of that word is the labelled source.
    """
    model = load(options.reader)
    found = sourced = count = 0
    for article in read_gold(options.inputs, options.shared, "dev"):
        gold = [a for a in article.anchors if ACTS[a.act] in ("speech", "evidence")]
        likely = likely_anchors(model, article, options.least)
        asked = Article(article.doc_id, article.text, [Anchor(int(t), 1.0, 0) for t in likely])
        read_inputs(options.inputs, [asked])
        contents = [(a.first, own) for a, own in zip(asked.anchors, contents_of(model, asked), strict=True)]
        for anchor in gold:
            wanted = np.nonzero(anchor.labels[:, 0])[0] + anchor.first
            source = np.nonzero(anchor.labels[:, 1])[0] + anchor.first
            count += 1
            words = [np.nonzero(own)[0] + first for first, own in contents]
            fits = [k for k, own in enumerate(words) if overlap(wanted, own) >= 0.5]
            drafted = any(
                overlap(wanted, drafted_words(article, draft)) >= 0.5 for draft in article.drafts if draft[3] < 0
            )
            found += bool(fits) or drafted
            reach = any(
                len(source) == 0 or (source[0] >= contents[k][0] and source[0] < contents[k][0] + len(contents[k][1]))
                for k in fits
            )
            sourced += reach or drafted
    print(f"{count} statements, content among the candidates {found / count:.3f}", end=", ")
    print(f"source in reach {sourced / count:.3f}")


def likely_anchors(model: Reader, article: Article, least: float) -> np.ndarray:
    batch = tensors([Article(article.doc_id, "", [], article.tokens, article.inputs)], 2.0)
    with torch.no_grad():
        words = model.words(batch["inputs"], batch["heads"], batch["mask"])
        return np.nonzero(torch.sigmoid(model.anchor(words).squeeze(-1))[0].numpy() >= least)[0]


def contents_of(model: Reader, article: Article) -> list[np.ndarray]:
    """Of each anchor, which words in reach are rather content than anything else."""
    if not article.anchors:
        return []
    batch = tensors([article], 0.5)
    with torch.no_grad():
        words = model.words(batch["inputs"], batch["heads"], batch["mask"])
        scores = with_none(model.pairs(words, batch["row"], batch["anchor"], batch["places"], batch["relatives"]))
    chosen = scores.argmax(-1).numpy() == 1
    return [own[: len(a.rows)] for own, a in zip(chosen, article.anchors, strict=True)]


def drafted_words(article: Article, draft: np.ndarray) -> np.ndarray:
    return np.nonzero((article.tokens[:, 0] >= draft[0]) & (article.tokens[:, 1] <= draft[1]))[0]


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Words in both of words in either."""
    both = len(np.intersect1d(a, b))
    return both / max(1, len(a) + len(b) - both)


def packed(weights: Tensor, bits: int, kind: type) -> bytes:
    least, most = np.iinfo(kind).min, np.iinfo(kind).max
    return np.clip(np.rint(weights.detach().double().numpy() * 2.0**bits), least, most).astype(kind).tobytes()


def export(options: argparse.Namespace) -> None:
    """The weights as ext/core/statements/network.c reads them."""
    model = load(options.reader)
    width, hidden, blocks, keys, span = model.shape
    rows = model.rows.weight[:-1].detach()
    shifts, tables = [], []
    for base, size in zip(BASES, INPUT_SIZES, strict=True):
        table = rows[base : base + size] * 256
        largest = float(table.abs().max())
        shift = next(k for k in range(7) if largest <= 127 * 2**k or k == 6)
        shifts.append(shift)
        tables.append(packed(table, -shift, np.int8))
    header = b"QLR1" + bytes([width, hidden, blocks, keys, span, *shifts])
    out = [header.ljust(32, b"\0"), *tables]
    for block in model.blocks:
        out.append(packed(block.around.weight[:, 0].T, 12, np.int16))
        out += [packed(layer.weight, 12, np.int16) for layer in (block.inner, block.over, block.outer)]
        out += [packed(layer.bias, 20, np.int32) for layer in (block.around, block.inner, block.outer)]
    scale = keys**-0.25
    heads = [
        (torch.cat([model.anchor.weight, model.act.weight]), torch.cat([model.anchor.bias, model.act.bias])),
        *(
            (torch.cat([own.weight * scale, bias.weight]), torch.cat([own.bias * scale, bias.bias]))
            for own, bias in ((model.query, model.query_bias), (model.key, model.key_bias))
        ),
    ]
    for weight, bias in heads:
        out += [packed(weight, 12, np.int16), packed(bias, 20, np.int32)]
    out.append(packed(model.relatives.weight, 16, np.int32))
    options.out.write_bytes(b"".join(out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=Path, default=Path("build/train/reader/inputs"))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--threads", type=int, default=2)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("fit")
    command.add_argument("--silver", type=Path)
    command.add_argument("--parts", type=int, default=999)
    command.add_argument("--gold", type=int, default=1, help="how often the labelled articles are read in a pass")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--passes", type=float, default=3)
    command.add_argument("--rate", type=float, default=2e-3)
    command.add_argument("--width", type=int, default=96)
    command.add_argument("--hidden", type=int, default=128)
    command.add_argument("--blocks", type=int, default=3)
    command.add_argument("--keys", type=int, default=24)
    command.add_argument("--seed", type=int, default=1)
    command.set_defaults(run=fit)
    command = commands.add_parser("recall")
    command.add_argument("--reader", type=Path, required=True)
    command.add_argument("--least", type=float, default=0.02, help="chance of an anchor")
    command.set_defaults(run=recall)
    command = commands.add_parser("export")
    command.add_argument("--reader", type=Path, required=True)
    command.add_argument("--out", type=Path, required=True)
    command.set_defaults(run=export)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(getattr(options, "seed", 1))
    random.seed(getattr(options, "seed", 1))
    np.random.seed(getattr(options, "seed", 1))
    options.run(options)


if __name__ == "__main__":
    main()
