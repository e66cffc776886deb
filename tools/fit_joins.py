#!/usr/bin/env python3
"""Fit the weights by which short names are joined to full ones over documents.

    fit_joins.py TEXT [--documents N]    TEXT is the folder of free articles, compressed with zstd

People with a full name stand for those with a short one: with the given name hidden, each is one of the people who
have the last name in other documents, or somebody else, whose weight is zero.  A softmax over them with
an L2 penalty learns what titles, organisations, names in common and dates are worth.  Genders are left out: a given
name tells them, and it is the given name that a short name lacks.  How often the likeliest is right, and how many are
found, is measured on folds that share no last name.  Prints the weights, which stand in
python/quotelens/sources/evidence.py; needs numpy, scipy and the program zstd.
"""

import argparse
import json
import pathlib
import random
import subprocess
import zlib
from collections import defaultdict

import numpy as np
from quotelens import Corpus, _core
from quotelens.analysis.known import folded, is_whole
from quotelens.sources import evidence
from quotelens.sources.evidence import Facts, telling
from quotelens.sources.sources import Sources, _facts_of
from scipy.optimize import minimize

TEXTS = ("wikinews", "senate", "congress")
FEATURES = ("bias", "title", "other title", "organisation", "one name", "two", "three", "dates", "often seen")
BOUNDS = [(None, None), (0, None), (None, 0), *[(0, None)] * 6]  # what speaks for it cannot speak against it
FOLDS = 5
STRENGTH = 0.3
CHANCES = (0.8, 0.85, 0.9, 0.95, 0.97)


def documents_of(text, name, n):
    """Some documents of a file, chosen by chance, but always the same."""
    path = pathlib.Path(text) / f"{name}.jsonl.zst"
    lines = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True, text=True).stdout.split("\n")
    found = [json.loads(line) for line in lines if line]
    random.Random(1).shuffle(found)
    return [
        {"id": one["doc_id"], "text": one["text"], **({"published": one["date"]} if one.get("date") else {})}
        for one in found[:n]
    ]


def features(one, home):
    """What speaks for somebody being one of a last name."""
    n_others, has_title = len(one.others & home.others), bool(one.titles & home.titles)
    told = [
        1,
        has_title,
        bool(one.titles and home.titles and not has_title),
        bool(one.organisations & home.organisations),
    ]
    told += [n_others >= n for n in (1, 2, 3)]
    return [*told, evidence._are_near(one, home), home.n_documents >= evidence._OFTEN]


def is_same(one, other):
    """Whether two names that were not joined may be of one person after all."""
    return (
        _core.link_names([one, other]) == [0, 0]
        or folded(one).endswith(folded(other))
        or folded(other).endswith(folded(one))
    )


def cases_of(documents):
    """(last name, features of those who have it elsewhere, which of them is meant, weight) of each full name."""
    corpus = Corpus(documents)
    seen = corpus._seen()
    sources = Sources(seen, corpus._engine.claims)
    others = telling({of.doc_id: [name for name in of.names if is_whole(name)] for of in seen})
    homes, bearers = defaultdict(list), defaultdict(set)
    for of in seen:
        for sighting in of.sightings.values():
            if sighting.name.kind == "person" and is_whole(sighting.name.text):
                number = sources.get(of, sighting.entity_id).number
                facts = _facts_of(of, sighting, others[of.doc_id])
                homes[number].append((of.doc_id, sighting.name.text, facts))
                bearers[folded(sighting.name.text).split()[-1]].add(number)
    for number, members in homes.items():
        for doc_id, name, facts in members:
            last = folded(name).split()[-1]
            near = []
            for other in sorted(bearers[last]):
                home = Facts(n_documents=0)
                for elsewhere, _, more in homes[other]:
                    if elsewhere != doc_id:
                        home.add(more)
                if home.n_documents:
                    near.append((features(facts, home), other == number or is_same(homes[other][0][1], name)))
            if near:
                seen_as, meant = zip(*near, strict=True)
                yield last, np.array(seen_as, float), np.array(meant), len(members) ** -0.5


def chances(weights, seen_as):
    """The chance of nobody among them, then of each."""
    sums = np.concatenate([[0], seen_as @ weights])
    raised = np.exp(sums - sums.max())
    return raised / raised.sum()


def loss(weights, cases):
    total, slope = STRENGTH / 2 * weights[1:] @ weights[1:], STRENGTH * np.r_[0, weights[1:]]
    for _, seen_as, meant, share in cases:
        chance = chances(weights, seen_as)
        right = chance * np.concatenate([[not meant.any()], meant])
        total -= share * np.log(max(right.sum(), 1e-12))
        slope += share * (seen_as.T @ (chance - right / max(right.sum(), 1e-12))[1:])
    return total, slope


def fit(cases):
    return minimize(loss, np.zeros(len(FEATURES)), args=(cases,), jac=True, method="L-BFGS-B", bounds=BOUNDS).x


def report(name, judged):
    """How many of those joined at each chance are joined rightly, and how many that could be are."""
    for least in CHANCES:
        joined = [(chance[1:].argmax(), meant) for chance, meant in judged if chance[1:].max() >= least]
        right = sum(bool(meant[best]) for best, meant in joined)
        could = sum(bool(meant.any()) for _, meant in judged)
        print(
            f"{name}, chance {least}: {len(joined) - right} of {len(joined)} wrong, {right / max(could, 1):.1%} found"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("--documents", type=int, default=600)
    args = parser.parse_args()
    cases = [case for name in TEXTS for case in cases_of(documents_of(args.text, name, args.documents))]
    fold = [zlib.crc32(case[0].encode()) % FOLDS for case in cases]
    judged = []
    for held in range(FOLDS):
        weights = fit([case for case, k in zip(cases, fold, strict=True) if k != held])
        judged += [(chances(weights, case[1]), case[2]) for case, k in zip(cases, fold, strict=True) if k == held]
    report("folds", judged)
    for name, weight in zip(FEATURES, fit(cases), strict=True):
        print(f"{name}\t{weight:.2f}")


if __name__ == "__main__":
    main()
