"""Label free text with the teacher, and keep what it is sure of.

    python tools/teacher/silver.py label --teacher build/teacher/teacher.pt --parts build/teacher/parts
    python tools/teacher/silver.py pick --parts build/teacher/parts --out build/teacher/silver.conllu

`label` writes CoNLL-U in parts.  Comments give the mean and the least probability of each sentence's arcs, and the
last column holds the names.  Started again, it continues after the last finished part.  `pick` copies the sentences
above the thresholds.  `label` imports the package: set PYTHONPATH=python after `make build`.
"""

import argparse
import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import torch
from data import NAME_LABELS
from model import Pieces, Teacher, batches, encoder_folder, inputs, load

PART = 4_000  # sentences read for a part


def is_tree(heads: list[int]) -> bool:
    """One root, and every word hangs on it."""
    if heads.count(0) != 1:
        return False
    for at in range(1, len(heads) + 1):
        steps = 0
        while at and steps <= len(heads):
            at, steps = heads[at - 1], steps + 1
        if at:
            return False
    return True


def mended(labels: list[str]) -> list[str]:
    """BIO labels in which every name begins with a B."""
    out: list[str] = []
    for label in labels:
        continues = label.startswith("I-") and out and out[-1][1:] == label[1:]
        out.append(f"B{label[1:]}" if label.startswith("I-") and not continues else label)
    return out


def misc(name: str, space: bool) -> str:
    return "|".join(([f"Name={name}"] if name != "O" else []) + ([] if space else ["SpaceAfter=No"])) or "_"


def label_batch(model: Teacher, batch: list) -> Iterator[tuple[int, str]]:
    """Place and CoNLL-U of the sentences whose arcs make a tree."""
    with torch.no_grad():
        scores = model(inputs(batch))
        sureness, heads = scores.arcs.softmax(-1).max(-1)
        is_form = torch.tensor([form != "_" for form in model.labels["forms"]])
        found = {
            "tags": scores.tags.argmax(-1),
            "forms": scores.forms.masked_fill(~is_form, -1e9).argmax(-1),
            "relations": model.relations(scores, heads).argmax(-1),
        }
        names = scores.names.argmax(-1)
    for row, (_, (place, sentence)) in enumerate(batch):
        words = slice(1, len(sentence.words) + 1)
        own_heads = heads[row, words].tolist()
        if is_tree(own_heads):
            labels = {
                kind: [model.labels[kind][k] for k in best[row, words].tolist()] for kind, best in found.items()
            }
            labels["names"] = mended([NAME_LABELS[k] for k in names[row, words].tolist()])
            yield place, conllu(sentence, own_heads, labels, sureness[row, words])


def conllu(sentence, heads: list[int], labels: dict[str, list[str]], sureness: torch.Tensor) -> str:
    lines = [
        f"# source = {sentence.source}",
        f"# mean = {sureness.mean():.3f}",
        f"# least = {sureness.min():.3f}",
    ]
    for i, word in enumerate(sentence.words):
        tag, relation = labels["tags"][i], labels["relations"][i]
        form = labels["forms"][i] if tag in ("VERB", "AUX") else "_"
        relation = "root" if heads[i] == 0 else "dep" if relation == "root" else relation
        last = misc(labels["names"][i], sentence.spaces[i])
        lines.append(f"{i + 1}\t{word}\t_\t{tag}\t{form}\t_\t{heads[i]}\t{relation}\t_\t{last}")
    return "\n".join(lines) + "\n\n"


def label(of: argparse.Namespace) -> None:
    from texts import free_articles, judged_windows, sentences

    torch.set_num_threads(1 if of.processes > 1 else of.threads)
    encoder = encoder_folder(of.encoder)
    model, pieces = load(of.teacher, encoder), Pieces(encoder)
    stream = sentences(free_articles(of.shared, judged_windows(of.shared)))
    of.parts.mkdir(parents=True, exist_ok=True)
    read, number = 0, 0
    while read < of.words and (part := list(islice(stream, PART))):
        read += sum(len(s.words) for s in part)
        path = of.parts / f"{number:03}.conllu"
        number += 1
        if path.exists() or number % of.processes != of.process:
            continue
        made = []
        for batch in batches([(pieces.encode(s.words), (i, s)) for i, s in enumerate(part)], of.batch):
            made += label_batch(model, batch)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text("".join(text for _, text in sorted(made)), encoding="utf-8")
        unfinished.rename(path)
        print(f"{path.name}: {len(part)} sentences read, {len(made)} are trees, {read} words in all", flush=True)


def blocks(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        yield from path.read_text(encoding="utf-8").split("\n\n")


def value(block: str, name: str) -> float:
    start = block.index(f"# {name} = ") + len(name) + 5
    return float(block[start : start + 5])


def letters(rows: list[str]) -> str:
    """The words of a sentence as one string, however it was split."""
    return "".join(row.split("\t")[1] for row in rows if row[:1].isdigit())


def pick(of: argparse.Namespace) -> None:
    kept = words = 0
    judged = {letters(block.split("\n")) for block in blocks(of.without)}
    digest = hashlib.sha256()
    with of.out.open("wb") as out:
        for block in blocks(sorted(of.parts.glob("*.conllu"))):
            if not block or value(block, "mean") < of.mean or value(block, "least") < of.least:
                continue
            rows = [line for line in block.split("\n") if not line.startswith("#")]
            if letters(rows) in judged:
                continue
            kept, words = kept + 1, words + len(rows)
            data = ("\n".join(rows) + "\n\n").encode()
            digest.update(data)
            out.write(data)
    print(f"{kept} sentences, {words} words, sha256 {digest.hexdigest()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("label", help="read free text and write parts")
    one.add_argument("--encoder", type=Path, default=Path("build/teacher/encoder"), help="where it is unpacked")
    one.add_argument("--teacher", type=Path, default=Path("build/teacher/teacher.pt"))
    one.add_argument("--shared", type=Path, default=Path("../shared"))
    one.add_argument("--words", type=int, default=6_000_000, help="to read, about")
    one.add_argument("--batch", type=int, default=5000, help="pieces at a time")
    one.add_argument("--threads", type=int, default=2)
    one.add_argument("--processes", type=int, default=1, help="that share the parts, each with one thread")
    one.add_argument("--process", type=int, default=0, help="which of them this is, from 0")
    one.set_defaults(run=label)
    two = commands.add_parser("pick", help="keep what the teacher is sure of")
    two.add_argument("--out", type=Path, default=Path("build/teacher/silver.conllu"))
    two.add_argument("--mean", type=float, default=0.90, help="least mean probability of the arcs")
    two.add_argument("--least", type=float, default=0.30, help="least probability of any arc")
    two.add_argument("--without", type=Path, nargs="*", default=[], help="CoNLL-U with sentences to leave out")
    two.set_defaults(run=pick)
    for command in (one, two):
        command.add_argument("--parts", type=Path, default=Path("build/teacher/parts"))
    of = parser.parse_args()
    of.run(of)


if __name__ == "__main__":
    main()
