"""Fit the teacher: `python tools/teacher/fit.py --out build/teacher/teacher.pt`.

Trains all heads together on EWT and GUM (train) and on sentences with names, and writes the weights after each
pass.  At the end it prints figures on the development halves.
"""

import argparse
import random
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from data import NAME_LABELS, Sentence, read_trees, read_uner, training_data
from descent import Descent, with_encoder
from model import Encoded, Pieces, Scores, Teacher, batches, encoder_folder, inputs, load, padded, save
from score import score_names, score_trees
from torch import Tensor

Batch = list[tuple[Encoded, Sentence]]
NONE = -100  # of labels that a sentence does not have, and of padding


def targets(batch: Batch, labels: dict[str, list[str]]) -> dict[str, Tensor]:
    """Labels as numbers, the root first."""
    number = {kind: {label: i for i, label in enumerate(all_)} for kind, all_ in labels.items()}
    number["names"] = {label: i for i, label in enumerate(NAME_LABELS)}
    out = {}
    for kind in ("tags", "forms", "relations", "names"):
        rows = [getattr(s, kind) for _, s in batch]
        out[kind] = padded([
            [NONE] + ([number[kind].get(label, NONE) for label in row] if row else [NONE] * len(s.words))
            for row, (_, s) in zip(rows, batch, strict=True)
        ], NONE)  # fmt: skip
    out["heads"] = padded([[NONE, *(s.heads or [NONE] * len(s.words))] for _, s in batch], NONE)
    out["hides_works"] = torch.tensor([not s.has_works for _, s in batch])
    return out


def name_loss(scores: Tensor, gold: Tensor, hides_works: Tensor) -> Tensor:
    """Cross entropy, where "O" also stands for a work in sentences that do not label works."""
    log = scores.log_softmax(-1)
    outside = [i for i, label in enumerate(NAME_LABELS) if label == "O" or label.endswith("-work")]
    known = gold != NONE
    loss = -log.gather(-1, gold.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    either = -log[..., outside].logsumexp(-1)
    loss = torch.where(hides_works[:, None] & (gold == 0), either, loss)
    return loss[known].mean() if known.any() else loss.sum() * 0


def loss_of(model: Teacher, scores: Scores, gold: dict[str, Tensor]) -> Tensor:
    loss = 0.5 * name_loss(scores.names, gold["names"], gold["hides_works"])
    known = gold["heads"] != NONE
    if not known.any():
        return loss
    relations = model.relations(scores, gold["heads"].clamp(min=0))
    return (
        loss
        + 0.5 * F.cross_entropy(scores.tags[known], gold["tags"][known])
        + 0.2 * F.cross_entropy(scores.forms[known], gold["forms"][known])
        + F.cross_entropy(scores.arcs[known], gold["heads"][known])
        + F.cross_entropy(relations[known], gold["relations"][known])
    )


def label_sets(sentences: list[Sentence]) -> dict[str, list[str]]:
    trees = [s for s in sentences if s.tags]
    return {
        kind: sorted({label for s in trees for label in getattr(s, kind)}) for kind in ("tags", "forms", "relations")
    }


def fit(model: Teacher, train: list[Batch], passes: int, passes_done: int, after_pass) -> None:
    descent = Descent(model, with_encoder(model, model.encoder), passes * len(train), passes_done * len(train))
    for number in range(passes_done + 1, passes + 1):
        model.train()
        random.shuffle(train)
        for batch in train:
            descent.step(loss_of(model, model(inputs(batch)), targets(batch, model.labels)))
        after_pass(number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=Path("build/teacher/encoder"), help="where it is unpacked")
    parser.add_argument("--out", type=Path, default=Path("build/teacher/teacher.pt"))
    parser.add_argument("--ud", type=Path, default=Path("../shared/ud"))
    parser.add_argument("--entities", type=Path, default=Path("../shared/entities"))
    parser.add_argument("--copies", type=Path, help="treebanks as our tokenizer splits them (train --our-tokens)")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--resume", type=Path, help="weights to continue from")
    parser.add_argument("--passes-done", type=int, default=0, help="how many passes made them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    of = parser.parse_args()
    torch.manual_seed(of.seed)
    random.seed(of.seed)
    torch.set_num_threads(of.threads)
    sentences = training_data(of.ud, of.entities, of.copies)
    encoder = encoder_folder(of.encoder)
    pieces = Pieces(encoder)
    train = batches([(pieces.encode(s.words), s) for s in sentences], 1600)
    model = load(of.resume, encoder) if of.resume else Teacher(encoder, label_sets(sentences))
    trees = {name: read_trees(of.ud / f"{name}.dev.conllu", with_names=name == "gum") for name in ("ewt", "gum")}
    names = {"gum": trees["gum"], "uner": read_uner(of.entities / "uner_ewt_dev.jsonl")}
    print(f"{len(sentences)} sentences, {len(train)} batches", flush=True)

    def after_pass(number: int) -> None:
        save(model, of.out)
        if number < of.passes:
            return
        model.eval()
        for name, gold in trees.items():
            print(f"pass {number}: {name} dev", score_trees(model, pieces, gold), flush=True)
        for name, gold in names.items():
            print(f"pass {number}: names, {name} dev", score_names(model, pieces, gold), flush=True)

    fit(model, train, of.passes, of.passes_done, after_pass)


if __name__ == "__main__":
    main()
