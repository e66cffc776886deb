#!/usr/bin/env python3
"""Fit the weights by which names in mentions, and whom pronouns and descriptions mean, are chosen.

    fit_people.py READING [--check]        READING is the folder of labelled articles; --check only measures

The core says which candidates each mention had, and with which features (tables `choices` and `choice_features`).
The label of a statement says who speaks: the candidate of its source mention that has this name is right, or none
of them. A softmax over the candidates with an L2 penalty learns from articles marked `train`; its accuracy is
measured on folds of them, and on the others.  Names are fitted first, as whom a pronoun can mean depends on them.
Rewrites ext/model/choices.tsv; needs numpy and scipy.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import zlib

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from weights import VALUES, Weights, rebuild

CHOICES = Weights("choices.tsv", "choices.tsv")
FOLDS = 5
LEAST_OVERLAP = 0.5
STRENGTH = {"name": 2.0, "referent": 6.0, "author": 1.0}
LEAN = {"author:nobody": 0.5}  # added to its weights: a wrong name is worse than none, and most documents have none
TABLES = ("mentions", "choices", "choice_features")
SMALL = {"of", "and", "for", "in", "on", "to", "at", "s", "the"}


# -------------------------------------------------------------------------------------------------- whose name


def words_of(name):
    return [word for word in re.findall(r"\w+", (name or "").casefold()) if word != "the"]


def initials(words):
    return "".join(word[0] for word in words if word not in SMALL)


def is_called(name, speaker, is_person):
    """Can this be the speaker's name: all of it, a part of a person's, an acronym or a part of a body's?"""
    mine, theirs = words_of(name), words_of(speaker)
    if not mine or not theirs:
        return False
    if is_person:
        if len(theirs) > 1 and "".join(mine) == initials(theirs):  # "AL" in an interview
            return True
        return set(mine) <= set(theirs) or (set(theirs) <= set(mine) and mine[-1] == theirs[-1])
    if initials(theirs) == "".join(mine) or initials(mine) == "".join(theirs):
        return True
    return set(mine) - SMALL <= set(theirs) or set(theirs) - SMALL <= set(mine)


def right_names(texts, speaker, is_person):
    """Which of the candidates are the name of the speaker; the first one is none of them."""
    parts = [words_of(part) for part in (speaker or "").split(" and ")]
    found = [words_of(text) for text in texts]
    if len(parts) > 1 and all(part in found for part in parts):
        right = [words == parts[0] for words in found]
    elif words_of(speaker) in found[1:]:
        right = [words == words_of(speaker) for words in found]
    else:
        called = [bool(text) and text[:1].isupper() and is_called(text, speaker, is_person) for text in texts]
        longest = max((len(words) for words, is_so in zip(found, called, strict=True) if is_so), default=0)
        right = [is_so and len(words) == longest for words, is_so in zip(found, called, strict=True)]
    right[0] = not any(right[1:])
    return right


def right_referents(texts, speaker, is_person):
    """Which of the candidates are the speaker; without one, or where none is, all that have no name."""
    right = [bool(text) and bool(speaker) and is_called(text, speaker, is_person) for text in texts]
    whole = [bool(text) and words_of(text) == words_of(speaker) for text in texts]
    if any(whole) and " and " in speaker:
        right = whole
    return right if any(right) else [not text for text in texts]


# ----------------------------------------------------------------------------------------------------- examples


def rows_of(batch):
    columns = [batch.column(name) for name in batch.names]
    return [dict(zip(batch.names, row, strict=True)) for row in zip(*columns, strict=True)]


def mention_of(source, mentions):
    """The mention that shares most with a source, if that is half of both."""
    best, most = None, LEAST_OVERLAP
    for mention in mentions:
        shared = min(mention["end"], source["end"]) - max(mention["start"], source["start"])
        both = max(mention["end"], source["end"]) - min(mention["start"], source["start"])
        if shared > 0 and shared / both >= most:
            best, most = mention["mention_id"], shared / both
    return best


def examples_of(core, articles, decision, numbers):
    """[(document, candidates as feature numbers, which are right)] of the sources that are labelled."""
    judge = right_names if decision == "name" else right_referents
    for article in articles:
        found = core.analyse([article["text"]], ["0"], TABLES)
        choices = {}
        for row in rows_of(found["choices"]):
            if row["decision"] == decision:
                choices.setdefault(row["mention_id"], []).append(row)
        mentions = [row for row in rows_of(found["mentions"]) if row["mention_id"] in choices]
        labels = labels_of(article, mentions)
        features = features_of(found["choice_features"], decision, labels, numbers)
        for mention, quote in labels.items():
            is_person = bool(quote["chain"]) and quote["chain"][0]["role"] == "speaker"
            right = judge([row["text"] for row in choices[mention]], quote["speaker"], is_person)
            candidates = [features[mention, row["candidate_id"]] for row in choices[mention]]
            yield article["doc_id"], candidates, right


def labels_of(article, mentions):
    """{mention: the first labelled statement whose source it is}"""
    labels = {}
    for quote in article["quotes"]:
        source = quote.get("source")
        if not source or source.get("start") is None or quote.get("unsure"):
            continue
        mention = mention_of(source, mentions)
        if mention is not None:
            labels.setdefault(mention, quote)
    return labels


def features_of(batch, decision, mentions, numbers):
    """{(mention, candidate): numbers of its features} of some mentions."""
    features = {}
    columns = ("mention_id", "decision", "candidate_id", "feature", "value")
    for mention, of, candidate, feature, value in zip(*map(batch.column, columns), strict=True):
        if mention in mentions and of == decision:
            features.setdefault((mention, candidate), []).append(numbers[feature] * VALUES + value)
    return features


# ------------------------------------------------------------------------------------------------------ fitting


def fit(examples, n, strength):
    rows = [features for _, candidates, _ in examples for features in candidates]
    right = np.array([is_right for _, _, rights in examples for is_right in rights], dtype=float)
    starts = np.cumsum([0, *(len(candidates) for _, candidates, _ in examples)])
    ends = np.cumsum([0, *map(len, rows)])
    matrix = csr_matrix((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(rows), n))
    example = np.repeat(np.arange(len(examples)), np.diff(starts))

    def loss(weights):
        scores = matrix @ weights
        chances = np.exp(scores - np.maximum.reduceat(scores, starts[:-1])[example])
        chances /= np.add.reduceat(chances, starts[:-1])[example]
        good = np.maximum(np.add.reduceat(chances * right, starts[:-1]), 1e-12)
        gradient = matrix.T @ (chances - chances * right / good[example])
        return -np.log(good).sum() + strength / 2 * (weights @ weights), gradient + strength * weights

    return minimize(loss, np.zeros(n), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def fit_decision(decision, examples, names):
    """The weights of one decision, zero for the others."""
    weights = fit(examples, len(names) * VALUES, STRENGTH[decision])
    for feature, more in LEAN.items():
        at = names.index(feature) * VALUES
        if feature.startswith(decision + ":"):
            weights[at : at + VALUES] += np.where(weights[at : at + VALUES] != 0, more, 0)
    return weights


def accuracy(examples, weights):
    sums = ([weights[features].sum() for features in candidates] for _, candidates, _ in examples)
    return sum(right[int(np.argmax(scores))] for scores, (_, _, right) in zip(sums, examples, strict=True)) / len(
        examples
    )


def left_out(decision, examples, names):
    """Accuracy on articles left out, over all folds."""
    fold = [zlib.crc32(doc.encode()) % FOLDS for doc, _, _ in examples]
    right = 0.0
    for k in range(FOLDS):
        part = [example for example, of in zip(examples, fold, strict=True) if of == k]
        others = [example for example, of in zip(examples, fold, strict=True) if of != k]
        right += len(part) * accuracy(part, fit_decision(decision, others, names))
    return right / len(examples)


def read_articles(folder):
    for path in sorted(folder.glob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def learn(decision, folder, check):
    """Fit one decision in a process that has the core as it is now; the others keep their weights."""
    from quotelens.analysis.engine import engine_for

    names = CHOICES.names()
    numbers = {name: k for k, name in enumerate(names)}
    articles = list(read_articles(folder))
    parts = {
        is_dev: list(
            examples_of(
                engine_for(None).core,
                [a for a in articles if (a["meta"].get("split") != "train") == is_dev],
                decision,
                numbers,
            )
        )
        for is_dev in (False, True)
    }
    weights = CHOICES.read(names)
    if not check:
        fitted = fit_decision(decision, parts[False], names)
        own = np.repeat([name.startswith(decision + ":") for name in names], VALUES)
        weights = np.where(own, fitted, weights)
        CHOICES.write(names, weights)
        share = left_out(decision, parts[False], names)
        print(f"{decision}: {len(parts[False]):,} choices, left out {share:.3f}", end=", ")
    print(
        f"{decision}: on {len(parts[True]):,} of other articles {accuracy(parts[True], weights):.3f} right",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reading", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    parser.add_argument("--decision", choices=STRENGTH, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.decision:
        learn(options.decision, options.reading, options.check)
        return
    for decision in STRENGTH:
        flags = ["--check"] if options.check else []
        subprocess.run([sys.executable, __file__, options.reading, "--decision", decision, *flags], check=True)
        if not options.check:
            rebuild()


if __name__ == "__main__":
    main()
