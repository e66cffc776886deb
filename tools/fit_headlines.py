#!/usr/bin/env python3
"""Fit the weights that tell whether a headline's colon has a speaker before it, after it, or neither.

    fit_headlines.py TEXT [--check]        --check only measures

TEXT is the folder of the free text whose headlines tools/labels/headlines.tsv labels by document and offsets:
`before`, `after`, `none`.  `verb`, where a verb before the colon reports the words, is left out, and so are marked
strings.  tools/labels/headlines_own.tsv has headlines written for this.  The core says which candidates each
headline has, and with which features (decision `headline` of table `choice_features`).  What it tells is measured on
folds of headlines that were left out; those with the same words before the colon are in one fold.  Rewrites
ext/model/choices.tsv; needs numpy, scipy and zstandard.
"""

import argparse
import csv
import pathlib
from zlib import crc32

import numpy as np
from fit_marked import articles_of
from fit_people import CHOICES, FOLDS, features_of, fit, rows_of
from weights import ROOT, VALUES, own_places, rebuild

DECISION = "headline"
LABELS = ROOT / "tools" / "labels" / "headlines.tsv"
OWN = ROOT / "tools" / "labels" / "headlines_own.tsv"
SIDES = ("none", "before", "after")
STRENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
STRENGTH = 0.5
MOST_TEXT = 2000  # letters of the article that follow a headline


def rows_in(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def free_headlines(folder):
    """[(text, where the headline ends, its colon, side)]"""
    rows = [row for row in rows_in(LABELS) if row["kind"] in SIDES]
    for collection in sorted({row["collection"] for row in rows}):
        articles = dict(articles_of(folder, collection))
        for row in rows:
            if row["collection"] != collection:
                continue
            article, start, end = articles[row["doc_id"]], int(row["head_start"]), int(row["head_end"])
            head = article[row["field"]][start:end]
            body = article["text"][end if row["field"] == "text" else 0 :].strip()
            yield f"{head}\n\n{body[:MOST_TEXT]}", len(head), int(row["start"]) - start, row["kind"]


def own_headlines():
    for row in rows_in(OWN):
        head = row["text"]
        yield f"{head}\n\nThe weather stayed dry.\n", len(head), head.index(": "), row["kind"]


def examples_of(core, headlines, numbers):
    """[(group, features of each candidate, which is right or none of them)]"""
    for text, end, colon, side in headlines:
        found = core.analyse([text], ["0"], ("choices", "choice_features"))
        rows = [row for row in rows_of(found["choices"]) if row["decision"] == DECISION]
        places = {row["candidate_id"]: row["start"] for row in rows if row["end"] <= end}
        features, right = [[]], [side == "none"]
        if len(places) > 1:
            pair = next(row["mention_id"] for row in rows if row["end"] <= end)
            known = features_of(found["choice_features"], DECISION, {pair}, numbers)
            for candidate, start in sorted(places.items())[1:]:
                features.append(known[pair, candidate])
                right.append(side == ("before" if start < colon else "after"))
        yield text[:colon].casefold(), features, right


def chosen(examples, weights):
    """Whether each choice is right, whether it is a statement, and whether it should be."""
    best = [int(np.argmax([weights[own].sum() for own in features])) for _, features, _ in examples]
    right = np.array([marks[k] for k, (_, _, marks) in zip(best, examples, strict=True)])
    told = np.array([k > 0 for k in best])
    true = np.array([not marks[0] for _, _, marks in examples])
    return right, told, true


def left_out(examples, n, strength):
    folds = np.array([crc32(group.encode()) % FOLDS for group, _, _ in examples])
    out = np.zeros((3, len(examples)), dtype=bool)
    for fold in range(FOLDS):
        others = [one for one, of in zip(examples, folds, strict=True) if of != fold and any(one[2])]
        places = np.flatnonzero(folds == fold)
        out[:, places] = chosen([examples[at] for at in places], fit(others, n, strength))
    return out


def tell(title, right, told, true):
    f1 = 2 * (right & told).sum() / max(1, told.sum() + true.sum())
    print(f"{title}: {len(right):,} headlines, {right.mean():.3f} right, F1 of statements {f1:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    options = parser.parse_args()
    from quotelens.analysis.engine import engine_for

    core, names = engine_for(None).core, CHOICES.names()
    numbers, n = {name: k for k, name in enumerate(names)}, len(names) * VALUES
    free = list(examples_of(core, free_headlines(options.text), numbers))
    own = list(examples_of(core, own_headlines(), numbers))
    examples = [*free, *own]
    for strength in STRENGTHS if options.check else (STRENGTH,):
        found = left_out(examples, n, strength)
        print(f"left out, penalty {strength}")
        tell("  free text", *found[:, : len(free)])
        tell("  own", *found[:, len(free) :])
    if not options.check:
        weights = CHOICES.read(names)
        mine = own_places(names, DECISION)
        CHOICES.write(names, np.where(mine, fit([one for one in examples if any(one[2])], n, STRENGTH), weights))
        rebuild()


if __name__ == "__main__":
    main()
