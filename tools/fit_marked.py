#!/usr/bin/env python3
"""Fit the weights that tell somebody's words between marks from terms, titles, nicknames and scare quotes.

    fit_marked.py READING TEXT [--check]        --check only measures

READING is the folder of labelled articles, TEXT that of the free text that tools/labels/marked.tsv labels by document
and offsets.  The core says which features each marked string has (decision `marked` of table `choice_features`).  In
the labelled articles a string that is a direct quote is somebody's words, and one labelled `scare` is not; strings
inside other statements are learned from the labels of the free text alone.  What it tells is measured on folds of
documents that were left out.  Rewrites ext/model/choices.tsv; needs numpy, scipy and zstandard.
"""

import argparse
import csv
import json
import pathlib
from zlib import crc32

import numpy as np
import zstandard
from fit_people import CHOICES, FOLDS, features_of, fit, read_articles, rows_of
from weights import ROOT, VALUES, own_places, rebuild

DECISION = "marked"
LABELS = ROOT / "tools" / "labels" / "marked.tsv"
SPOKEN = {"speech": True, "fragment": True, "scare": False, "term": False, "title": False, "nickname": False}
STRENGTH = 6.0
MARKS = "\"'“”‘’"


def edges(text, start, end):
    """A span without its marks."""
    while start < end and text[start] in MARKS:
        start += 1
    while end > start and text[end - 1] in MARKS:
        end -= 1
    return start, end


def labels_of_reading(article):
    """{(start, end) without marks: somebody's words?}"""
    labels = {}
    for quote in article["quotes"]:
        if quote["type"] in ("direct", "scare"):
            for start, end in quote.get("spans") or [[quote["start"], quote["end"]]]:
                labels[edges(article["text"], start, end)] = quote["type"] == "direct"
    return labels


def articles_of(folder, collection):
    """[(document, article)] of a collection of free text"""
    with (folder / f"{collection}.jsonl.zst").open("rb") as packed:
        lines = zstandard.ZstdDecompressor().stream_reader(packed).read().decode().splitlines()
    for article in map(json.loads, lines):
        yield article.get("doc_id") or article["id"], article


def labelled_texts(folder):
    """[(document, text, labels)] of the free text."""
    wanted = {}
    with LABELS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["kind"] in SPOKEN:
                wanted.setdefault(row["collection"], {}).setdefault(row["doc_id"], []).append(row)
    for collection, documents in sorted(wanted.items()):
        for doc_id, article in articles_of(folder, collection):
            text, rows = article["text"], documents.get(doc_id, [])
            if rows:
                spans = ((edges(text, int(row["start"]), int(row["end"])), SPOKEN[row["kind"]]) for row in rows)
                yield doc_id, text, dict(spans)


def examples_of(core, texts, numbers):
    """[(document, features of neither and of somebody's words, which of the two is right)]"""
    for doc_id, text, labels in texts:
        found = core.analyse([text], ["0"], ("choices", "choice_features"))
        rows = [row for row in rows_of(found["choices"]) if row["decision"] == DECISION and row["candidate_id"] == 1]
        spans = {row["mention_id"]: edges(text, row["start"], row["end"]) for row in rows}
        features = features_of(found["choice_features"], DECISION, spans, numbers)
        for pair, span in spans.items():
            if span in labels:
                yield doc_id, [[], features[pair, 1]], [not labels[span], labels[span]]


def score(examples, weights):
    """Share that is right, and F1 of somebody's words."""
    said = np.array([weights[features].sum() > 0 for _, (_, features), _ in examples])
    true = np.array([right for _, _, (_, right) in examples])
    both = (said & true).sum()
    return (said == true).mean(), 2 * both / max(1, said.sum() + true.sum())


def left_out(examples, n):
    """The examples with the sums that weights of other documents give them."""
    folds = np.array([crc32(doc.encode()) % FOLDS for doc, _, _ in examples])
    sums = np.zeros(len(examples))
    for fold in range(FOLDS):
        weights = fit([one for one, of in zip(examples, folds, strict=True) if of != fold], n, STRENGTH)
        for at in np.flatnonzero(folds == fold):
            sums[at] = weights[examples[at][1][1]].sum()
    return sums


def tell_left_out(title, examples, sums):
    true = np.array([right for _, _, (_, right) in examples])
    said = sums > 0
    f1 = 2 * (said & true).sum() / max(1, said.sum() + true.sum())
    print(f"{title}: {len(true):,} strings left out, {(said == true).mean():.3f} right, F1 {f1:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reading", type=pathlib.Path)
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    options = parser.parse_args()
    from quotelens.analysis.engine import engine_for

    core, names = engine_for(None).core, CHOICES.names()
    numbers, n = {name: k for k, name in enumerate(names)}, len(names) * VALUES
    articles = list(read_articles(options.reading))
    of_split: tuple[list, list] = ([], [])
    for article in articles:
        row = (article["doc_id"], article["text"], labels_of_reading(article))
        of_split[article["meta"].get("split") != "train"].append(row)
    free = list(examples_of(core, labelled_texts(options.text), numbers))
    learned = [*examples_of(core, of_split[0], numbers), *free]
    others = list(examples_of(core, of_split[1], numbers))
    weights = CHOICES.read(names)
    if not options.check:
        sums = left_out(learned, n)
        tell_left_out("marked, all", learned, sums)
        tell_left_out("marked, free text", free, sums[len(learned) - len(free) :])
        own = own_places(names, DECISION)
        weights = np.where(own, fit(learned, n, STRENGTH), weights)
        CHOICES.write(names, weights)
        rebuild()
    right, f1 = score(others, weights)
    print(f"marked: on {len(others):,} of other articles {right:.3f} right, F1 {f1:.3f}")


if __name__ == "__main__":
    main()
