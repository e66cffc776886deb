"""Figures of the teacher on sentences that it did not learn from."""

from collections import Counter

import torch
from data import KINDS, NAME_LABELS, Sentence
from model import Pieces, Teacher, batches, inputs


def score_trees(model: Teacher, pieces: Pieces, gold: list[Sentence]) -> dict[str, float]:
    """Tags of all words; heads, and heads with relation, without punctuation and subtypes."""
    right: Counter[str] = Counter()
    for batch in batches([(pieces.encode(s.words), s) for s in gold], 4000):
        with torch.no_grad():
            scores = model(inputs(batch))
            heads = scores.arcs.argmax(-1)
            relations = model.relations(scores, heads).argmax(-1)
        tags = scores.tags.argmax(-1)
        for row, (_, s) in enumerate(batch):
            for i, gold_tag in enumerate(s.tags or ()):
                right["words"] += 1
                right["tags"] += model.labels["tags"][tags[row, i + 1]] == gold_tag
                if gold_tag == "PUNCT":
                    continue
                right["arcs"] += 1
                same_head = s.heads[i] == heads[row, i + 1]
                name = model.labels["relations"][relations[row, i + 1]].split(":")[0]
                right["heads"] += bool(same_head)
                right["related"] += bool(same_head) and name == s.relations[i].split(":")[0]
    share = lambda key, of: round(100 * right[key] / right[of], 2)  # noqa: E731
    return {"tags": share("tags", "words"), "heads": share("heads", "arcs"), "relations": share("related", "arcs")}


def spans(labels: list[str] | tuple[str, ...]) -> set[tuple[int, int, str]]:
    """Start, end and kind of the names that BIO labels mark."""
    found, start = set(), None
    for i, label in enumerate([*labels, "O"]):
        if start is not None and (label == "O" or label.startswith("B-") or label[2:] != labels[start][2:]):
            found.add((start, i, labels[start][2:]))
            start = None
        if start is None and label != "O":
            start = i
    return found


def predicted_names(model: Teacher, pieces: Pieces, gold: list[Sentence]) -> list[tuple[Sentence, list[str]]]:
    out = []
    for batch in batches([(pieces.encode(s.words), s) for s in gold], 4000):
        with torch.no_grad():
            best = model(inputs(batch)).names.argmax(-1)
        out += [(s, [NAME_LABELS[k] for k in best[row, 1 : len(s.words) + 1]]) for row, (_, s) in enumerate(batch)]
    return out


def score_names(model: Teacher, pieces: Pieces, gold: list[Sentence]) -> dict[str, float]:
    """F1 of span and kind together, of all and by kind; of spans alone."""
    counts: Counter[tuple[str, str]] = Counter()
    for sentence, labels in predicted_names(model, pieces, gold):
        wanted, got = spans(sentence.names or ()), spans(labels)
        if not sentence.has_works:
            got = {span for span in got if span[2] != "work"}
        for name, a, b in [("all", wanted, got), ("span", {s[:2] for s in wanted}, {s[:2] for s in got})] + [
            (kind, {s for s in wanted if s[2] == kind}, {s for s in got if s[2] == kind}) for kind in KINDS
        ]:
            counts[name, "both"] += len(a & b)
            counts[name, "sum"] += len(a) + len(b)
    names = ["all", "span", *KINDS]
    return {n: round(200 * counts[n, "both"] / counts[n, "sum"], 1) for n in names if counts[n, "sum"]}
