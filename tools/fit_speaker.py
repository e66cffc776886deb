#!/usr/bin/env python3
"""Fit the weights of `speaker_confidence`, and say how well it is calibrated.

    fit_speaker.py READING [ENTITIES] [--check]        as in fit_people.py; --check only measures

Runs after fit_people.py.  A statement that was found and that shares half of its letters with a labelled one is an
example: its speaker, if it has a name, is right or wrong.  The choices of names and of whom pronouns mean are surer
on the articles that they were fitted to than on others, so the examples of each fifth of the articles marked `train`
come from an engine whose choices were fitted to the other four fifths.  A logistic regression with an L2 penalty
learns from them.  Rewrites ext/model/choices.tsv; needs numpy and scipy.
"""

import argparse
import pathlib
from dataclasses import dataclass

import numpy as np
from fit_people import (
    CHOICES,
    FOLDS,
    STRENGTH,
    coreference_of,
    fit_decision,
    is_called,
    read_articles,
    read_texts,
    rows_of,
    words_of,
)
from fit_people import examples_of as choices_of
from fit_people import fold_of as fold_of_document
from quotelens import _core
from quotelens.annotations.gold import LEAST_JACCARD, letters_of, paired, spans_of
from quotelens.quality.calibration import calibration_error, reliability
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from weights import VALUES, own_places

TABLES = ("quotes", "spans", "speakers", "speaker_features")
SAID = ("speech", "evidence")
STRENGTHS = (1.0, 3.0, 10.0, 30.0)
LEAST = (0.0, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


@dataclass
class Example:
    """A statement that was found, with a speaker who has a name."""

    fold: int
    features: list[int]
    right: bool
    counts: bool  # it is a statement by speech or evidence, not inside another one
    nameless: bool  # the label names nobody


@dataclass
class Articles:
    """The examples of some articles, and how many statements there are."""

    examples: list[Example]
    n_gold: int = 0
    n_found: int = 0
    n_unnamed_right: int = 0  # found, and rightly without a name


def engine_of(weights):
    """An engine whose choices have these weights."""
    return _core.Engine(choices=np.rint(weights * 1000).astype(np.int16).tobytes())


def is_right(name, speaker, is_person):
    if not words_of(name) or not words_of(speaker):
        return False
    if is_person and words_of(name)[-1] != words_of(speaker)[-1]:
        return False
    return is_called(name, speaker, is_person)


def fold_of(article):
    return fold_of_document(article["doc_id"])


def read(core, articles, numbers):
    """What the engine finds in articles, beside their labels."""
    made = Articles([])
    for article in articles:
        batches = core.analyse([article["text"]], ["0"], TABLES)
        found = {name: rows_of(batch) for name, batch in batches.items()}
        read_article(article, found, numbers, made)
    return made


def read_article(article, found, numbers, to):
    spans, features = {}, {}
    for row in found["spans"]:
        spans.setdefault(row["quote_id"], []).append((row["start"], row["end"]))
    for row in found["speaker_features"]:
        at = numbers[row["feature"]] * VALUES + row["value"]
        features.setdefault(row["quote_id"], []).append(at)
    speakers = {row["quote_id"]: row for row in found["speakers"]}
    quotes = [row for row in found["quotes"] if row["kind"] != "scare" and row["zone"] != "boilerplate"]
    text, gold = article["text"], article["quotes"]
    letters = [letters_of(text, spans[row["quote_id"]]) for row in quotes]
    pairs = paired([letters_of(text, spans_of(quote)) for quote in gold], letters)
    to.n_gold += sum(q["act"] in SAID and not q.get("unsure") and not q.get("nested") for q in gold)
    to.n_found += sum(row["act"] in SAID and row["parent_id"] < 0 for row in quotes)
    for i, j, jaccard in pairs:
        label, row = gold[i], quotes[j]
        if jaccard < LEAST_JACCARD or label.get("unsure"):
            continue
        counts = label["act"] in SAID and not label.get("nested")
        speaker = speakers.get(row["quote_id"])
        if speaker is None:
            to.n_unnamed_right += counts and not label["speaker"]
            continue
        is_person = bool(label["chain"]) and label["chain"][0]["role"] == "speaker"
        right = is_right(speaker["name"], label["speaker"], is_person)
        fold = fold_of(article)
        to.examples.append(Example(fold, features[row["quote_id"]], right, counts, not label["speaker"]))


# ------------------------------------------------------------------------------------------------------ fitting


def regression(examples, n, strength):
    ends = np.cumsum([0, *(len(example.features) for example in examples)])
    columns = np.concatenate([example.features for example in examples])
    matrix = csr_matrix((np.ones(ends[-1]), columns, ends), shape=(len(examples), n))
    right = np.array([example.right for example in examples], dtype=float)

    def loss(weights):
        z = matrix @ weights
        value = np.logaddexp(0, z).sum() - right @ z + strength / 2 * (weights @ weights)
        return value, matrix.T @ (1 / (1 + np.exp(-z)) - right) + strength * weights

    return minimize(loss, np.zeros(n), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def chances_of(examples, weights):
    return [float(1 / (1 + np.exp(-weights[example.features].sum()))) for example in examples]


def left_out(examples, n, strength):
    """The chance of each example, by weights that were fitted to other folds."""
    chances = [0.0] * len(examples)
    for k in range(FOLDS):
        weights = regression([example for example in examples if example.fold != k], n, strength)
        part = [i for i, example in enumerate(examples) if example.fold == k]
        for i, chance in zip(part, chances_of([examples[i] for i in part], weights), strict=True):
            chances[i] = chance
    return chances


def log_loss(examples, chances):
    return -sum(np.log(max(c if e.right else 1 - c, 1e-9)) for e, c in zip(examples, chances, strict=True))


def fold_weights(articles, texts, weights, names, numbers):
    """For each fold the weights with choices fitted to the other folds."""
    made = [weights.copy() for _ in range(FOLDS)]
    for decision in STRENGTH:
        core = engine_of(weights)
        examples = list(choices_of(core, articles, decision, numbers))
        if decision == "referent":
            examples += coreference_of(core, texts, numbers)
        own = own_places(names, decision)
        for k in range(FOLDS):
            others = [example for example in examples if fold_of_document(example[0]) != k]
            made[k] = np.where(own, fit_decision(decision, others, names), made[k])
    return made


# ------------------------------------------------------------------------------------------------------ telling


def show(title, articles, chances):
    """Reliability, and what a least certainty brings and costs."""
    right = [example.right for example in articles.examples]
    brier = sum((c - r) ** 2 for c, r in zip(chances, right, strict=True)) / len(right)
    print(f"\n{title}: {len(right):,} speakers with a name, {100 * sum(right) / len(right):.1f} % right, ", end="")
    print(f"calibration error {calibration_error(chances, right):.3f}, Brier score {brier:.3f}")
    print("  bin           n confidence   right")
    for row in reliability(chances, right):
        print(f"  {row.low:.1f}-{row.high:.1f} {row.n:>7,} {row.confidence:>10.3f} {row.right:>7.3f}")
    print("  least   given  right of them   who said what F1")
    for least in LEAST:
        rows = [(e, c >= least) for e, c in zip(articles.examples, chances, strict=True) if e.counts]
        given = [example.right for example, is_given in rows if is_given]
        good = sum(given) + articles.n_unnamed_right
        good += sum(example.nameless for example, is_given in rows if not is_given)
        f1 = 200 * good / (articles.n_gold + articles.n_found)
        print(f"  {least:.2f} {len(given):>8,} {100 * sum(given) / max(len(given), 1):>14.1f} {f1:>18.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reading", type=pathlib.Path)
    parser.add_argument("entities", type=pathlib.Path, nargs="?")
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    options = parser.parse_args()
    names = CHOICES.names()
    numbers = {name: k for k, name in enumerate(names)}
    weights = CHOICES.read(names)
    articles = list(read_articles(options.reading))
    train = [article for article in articles if article["meta"].get("split") == "train"]
    others = [article for article in articles if article["meta"].get("split") != "train"]
    if not options.check:
        made = Articles([])
        texts = read_texts(options.entities, options.reading) if options.entities else []
        for k, own in enumerate(fold_weights(train, texts, weights, names, numbers)):
            part = read(engine_of(own), [article for article in train if fold_of(article) == k], numbers)
            made.examples += part.examples
            made.n_gold, made.n_found = made.n_gold + part.n_gold, made.n_found + part.n_found
            made.n_unnamed_right += part.n_unnamed_right
        tried = {strength: left_out(made.examples, len(weights), strength) for strength in STRENGTHS}
        best = min(STRENGTHS, key=lambda strength: log_loss(made.examples, tried[strength]))
        show(f"Articles left out, strength {best}", made, tried[best])
        own = np.repeat([name.startswith("speaker:") for name in names], VALUES)
        weights = np.where(own, regression(made.examples, len(weights), best), weights)
        CHOICES.write(names, weights)
    found = read(engine_of(weights), others, numbers)
    show("Other articles", found, chances_of(found.examples, weights))


if __name__ == "__main__":
    main()
