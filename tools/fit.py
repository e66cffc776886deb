#!/usr/bin/env python3
"""Fit the shipped weights of the scores, and say how well confidences are calibrated.

    fit.py GOLD [--check]        GOLD is the folder of annotated text; --check measures and leaves the weights alone

Fitted on text that may be passed on: GUM's news, its interviews and academic texts under CC BY, and LitBank.  News
counts in full, other non-fiction half, fiction a fifth.  LitBank annotates direct speech alone, so nothing else of it
is looked at.  GUM annotates clauses that are said or thought: that it does not have an object, an infinitive, an
intention or an attitude says little, and counts a quarter.  PolNeAR measures, and nothing is fitted to it.
Rewrites ext/data/score.tsv; `make tables build` then brings the weights into the core.
"""

import argparse
import hashlib
import json
import pathlib
import sys

from quotelens.analysis.config import Config
from quotelens.quality.train import Examples, Measured, examples_of, fit, measured_quotes, measured_sources

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "ext" / "data" / "score.tsv"
SELDOM = {
    *("quote:act=intention", "quote:act=attitude", "quote:act=seeming", "quote:act=other"),
    *("quote:tree=infinitive", "quote:tree=object", "quote:tree=phrase", "quote:opens=to"),
}
LESS = 0.25
# file, licences that may be used (None for all of it), what was annotated, and how much a statement counts
SETS = [
    ("gum_news", None, {"weight": 1.0}),
    ("gum_other", ("CC-BY-2.5", "CC-BY-4.0"), {"weight": 0.5}),
    ("litbank", None, {"kinds": "direct", "weight": 0.2}),
]
STRENGTHS = (0.3, 1.0, 3.0, 10.0)


def documents(folder, name, licences):
    with open(folder / f"{name}.jsonl", encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            if licences is None or document["meta"].get("license") in licences:
                yield document


def is_kept_back(doc_id):
    """A fifth of the labelled articles, which the reader did not learn from: see tools/teacher/student.py."""
    return hashlib.sha256(doc_id.encode()).digest()[0] % 5 == 0


def kept_back(folder):
    """The labelled articles that the reader did not learn from; statements in others cost nothing."""
    for path in sorted((folder.parent / "reading").glob("*.jsonl")):
        for document in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if document["meta"].get("split") == "train" and is_kept_back(document["doc_id"]):
                for quote in document["quotes"]:
                    quote["optional"] = bool(quote.get("nested") or quote.get("unsure"))
                yield document


def fitted_examples(folder):
    examples = Examples()
    for name, licences, options in (*SETS, ("reading", None, {"weight": 0.25})):
        found = kept_back(folder) if name == "reading" else documents(folder, name, licences)
        part = examples_of(found, **options)
        for example in (*part.quotes, *part.scares, *part.sources):
            example.doc = f"{name} {example.doc}"
        for example in part.quotes:
            if is_seldom(example):
                example.weight *= 1.0 if example.right else LESS
        examples.extend(part)
        print(f"{name}: {len(part.quotes)} statements, {len(part.scares)} scare quotes, {len(part.sources)} sources")
    return examples


def is_seldom(example):
    return not SELDOM.isdisjoint(example.features)


def read_table():
    header, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    return header, {name: (weight, why) for name, weight, why in (line.split("\t") for line in lines)}


def write_table(weights):
    header, rows = read_table()
    for name in weights:  # a rule that has no row yet
        rows.setdefault(name, ("0.0", f"found by the rule {name.partition('=')[2]}"))
    lines = [f"{name}\t{weights.get(name, 0.0)!r}\t{why}" for name, (_, why) in sorted(rows.items())]
    TABLE.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def show(title, measured):
    print(f"\n{title}: {len(measured.right)}, right {100 * measured.share_right:.1f} %, ", end="")
    print(f"calibration error {measured.error:.3f}, Brier score {measured.brier:.3f}")
    print(measured.to_text())


def loss_of(measured, examples):
    """The weighted Brier score of documents left out."""
    pairs = zip(measured.confidences, measured.right, examples, strict=True)
    return sum(example.weight * (confidence - right) ** 2 for confidence, right, example in pairs)


def show_left_out(model, strength, measured, examples):
    """Fiction apart from the rest, and without what the corpora seldom annotate."""
    for title, is_fiction in (("GUM", False), ("LitBank", True)):
        rows = [
            (confidence, right)
            for confidence, right, example in zip(measured.confidences, measured.right, examples, strict=True)
            if example.doc.startswith("litbank") == is_fiction and not (model == "quote" and is_seldom(example))
        ]
        if rows:
            part = Measured([confidence for confidence, _ in rows], [right for _, right in rows])
            show(f"{title}, documents left out, {model}, strength {strength}", part)


def measure(folder, config):
    examples = examples_of(documents(folder, "polnear", None), config=config)
    show("PolNeAR, statements", measured_quotes(examples.quotes))
    for kind in ("direct", "mixed", "indirect"):
        part = measured_quotes([example for example in examples.quotes if example.kind == kind])
        print(
            f"  {kind}: {len(part.right)}, right {100 * part.share_right:.1f} %, calibration error {part.error:.3f}"
        )
    show("PolNeAR, sources", measured_sources(examples.sources))
    show("PolNeAR, scare quotes", measured_quotes(examples.scares))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    options = parser.parse_args()
    if not (options.gold / "gum_news.jsonl").is_file():
        sys.exit(f"{options.gold} has no gum_news.jsonl: SHARED= says where the annotated text is; the weights stay")
    config = Config()
    if not options.check:
        examples = fitted_examples(options.gold)
        nothing = config.set_weights(dict.fromkeys(config.weights(), 0.0))
        trained = {strength: fit(examples, nothing, strength=strength) for strength in STRENGTHS}
        weights = {}
        for model in ("quote", "scare", "source"):
            part = {"quote": examples.quotes, "scare": examples.scares, "source": examples.sources}[model]
            best = min(STRENGTHS, key=lambda strength: loss_of(trained[strength].after[model], part))
            weights |= {k: v for k, v in trained[best].weights.items() if k.startswith(model + ":")}
            show_left_out(model, best, trained[best].after[model], part)
        write_table(weights)
        config = config.set_weights(weights)
    measure(options.gold, config)


if __name__ == "__main__":
    main()
