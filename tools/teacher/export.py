"""Write a teacher of statements as the weights of the thorough reader.

    python tools/teacher/export.py --teacher T.pt --out R.bin

Matrices become 8-bit integers with a scale for each output, all else 32-bit numbers.  Everything stands in the file
as the core uses it, each array on a multiple of 64 bytes, so that the file is mapped and not read.
`ext/core/thorough/weights.c` has the same list of arrays.
"""

import argparse
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from model import encoder_folder
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MAGIC, HEADER, EDGE = b"QLT1", 64, 64
LANES = 64  # outputs that are computed together
MOST_PIECES = 232  # of a window, and the two at its ends


class Weights:
    """The arrays of the file, one after another."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, array: NDArray) -> None:
        data = array.tobytes()
        self._parts.append(data + bytes(-len(data) % EDGE))

    def add_linear(self, weight: Floats, bias: Floats) -> None:
        """[outputs, inputs]: in groups of LANES outputs, then of four inputs; sums of an offset, scales, biases."""
        n_out, n_in = weight.shape
        padded = -(-n_out // LANES) * LANES
        rounded, scale = quantised(np.pad(weight, ((0, padded - n_out), (0, 0))))
        self.add(rounded.reshape(padded // LANES, LANES, n_in // 4, 4).transpose(0, 2, 1, 3))
        self.add(-128 * rounded.sum(1, dtype=np.int32))
        self.add(scale)
        self.add(np.pad(bias, (0, padded - n_out)).astype(np.float32))

    def bytes(self) -> bytes:
        return b"".join(self._parts)


def quantised(rows: Floats) -> tuple[NDArray[np.int8], Floats]:
    """The rows as integers of 8 bits, and what a unit of each row is."""
    scale = np.abs(rows).max(1) / 127
    scale[scale == 0] = 1
    return np.rint(rows / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def vocabulary(folder: Path) -> list[str]:
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    return sorted(model["vocab"], key=model["vocab"].get)


def add_words(out: Weights, words: list[str]) -> None:
    texts = [word.encode() for word in words]
    out.add(np.cumsum([0, *map(len, texts)], dtype=np.int32))
    out.add(np.frombuffer(b"".join(texts), np.uint8))


class Taught:
    """The tensors of a teacher."""

    def __init__(self, path: Path):
        saved = torch.load(path, weights_only=True)
        self._weights = saved["weights"]

    def of(self, name: str) -> Floats:
        return self._weights[name].float().numpy()

    def linear(self, *names: str) -> tuple[Floats, Floats]:
        """Layers of the same inputs as one."""
        weights = [self.of(f"{name}.weight") for name in names]
        return np.concatenate(weights), np.concatenate([self.of(f"{name}.bias") for name in names])

    def layers(self) -> Iterator[str]:
        number = 0
        while f"trees.encoder.encoder.layer.{number}.output.dense.weight" in self._weights:
            yield f"trees.encoder.encoder.layer.{number}."
            number += 1


def add_norm(out: Weights, taught: Taught, name: str) -> None:
    out.add(taught.of(f"{name}.weight"))
    out.add(taught.of(f"{name}.bias"))


def add_embeddings(out: Weights, taught: Taught) -> None:
    name = "trees.encoder.embeddings."
    rounded, scale = quantised(taught.of(f"{name}word_embeddings.weight"))
    out.add(rounded)
    out.add(scale)
    positions = taught.of(f"{name}position_embeddings.weight")[:MOST_PIECES]
    out.add(positions + taught.of(f"{name}token_type_embeddings.weight")[0])
    out.add(taught.of("trees.shape.weight"))
    out.add(taught.of("mark.weight"))
    add_norm(out, taught, f"{name}LayerNorm")


def add_layer(out: Weights, taught: Taught, name: str) -> None:
    own = f"{name}attention.self."
    out.add_linear(*taught.linear(f"{own}query", f"{own}key", f"{own}value"))
    out.add_linear(*taught.linear(f"{name}attention.output.dense"))
    add_norm(out, taught, f"{name}attention.output.LayerNorm")
    out.add_linear(*taught.linear(f"{name}intermediate.dense"))
    out.add_linear(*taught.linear(f"{name}output.dense"))
    add_norm(out, taught, f"{name}output.LayerNorm")


def add_heads(out: Weights, taught: Taught) -> None:
    out.add_linear(*taught.linear("anchor", "act"))
    out.add_linear(*taught.linear("key", "key_bias"))
    out.add_linear(*taught.linear("query", "query_bias"))
    for name in ("distance", "sentence", "place"):
        out.add(taught.of(f"{name}.weight"))


def hashed(data: bytes) -> int:
    """FNV-1a over words of eight bytes, four sums side by side, as the core checks it."""
    prime, mask = 0x100000001B3, (1 << 64) - 1
    words = np.frombuffer(data + bytes(-len(data) % 32), "<u8").reshape(-1, 4)
    sums = np.full(4, 0xCBF29CE484222325, np.uint64)
    with np.errstate(over="ignore"):
        for row in words:
            sums = (sums ^ row) * np.uint64(prime)
    total = 0xCBF29CE484222325
    for value in sums.tolist():
        total = (total ^ value) * prime & mask
    return total


def export(teacher: Path, folder: Path) -> bytes:
    taught, words, out = Taught(teacher), vocabulary(folder), Weights()
    layers = list(taught.layers())
    add_words(out, words)
    add_embeddings(out, taught)
    for name in layers:
        add_layer(out, taught, name)
    add_heads(out, taught)
    data = out.bytes()
    width = taught.of("mark.weight").shape[1]
    inner = taught.of(f"{layers[0]}intermediate.dense.weight").shape[0]
    n_letters = sum(len(word.encode()) for word in words)
    numbers = (width, inner, len(layers), width // 32, len(words), n_letters, MOST_PIECES)
    header = MAGIC + struct.pack("<7i", *numbers)
    header += struct.pack("<Q", hashed(header + data))
    return header + bytes(HEADER - len(header)) + data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, default=Path("build/teacher/encoder"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.write_bytes(export(options.teacher, encoder_folder(options.encoder)))


if __name__ == "__main__":
    main()
