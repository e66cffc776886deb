#!/usr/bin/env python3
"""Fit the weights by which lines of pages are taken for the article.

    fit_pages.py ZONES [--check]        --check only measures

ZONES is the folder of labelled pages.  The core says which features each line has (table `page_features`).  A chain
of lines learns from the English pages, and from the same pages cut short to a part of the article with menus, teasers
and calls right beside it and between its paragraphs, so that a page of few lines is read as well.  What it says is
measured on folds of outlets that were left out; that figure counts, and the one on all pages stands beside it.
Rewrites ext/model/pages.tsv; needs numpy and scipy.
"""

import argparse
import itertools
import json
import pathlib
import zlib

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from weights import VALUES, Weights, own_places, rebuild

LINES = Weights("page_features.tsv", "pages.tsv")
LIMIT = 2**15 - 1
FOLDS = 5
LEAST_CHANCE = 0.5
STRENGTH = 10.0
STATES = 4  # above the article, in it, in a gap of it, below: as in ext/core/page/article.c
ARTICLE = 1
STEPS = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)
ENDS = np.array([1.0, 1.0, 0.0, 1.0])
LEAST_LINES, MOST_LINES = 3, 12  # of the article on a page cut short
MOST_AROUND = 8  # lines above and below it there
MOST_STRANGE = 3  # unwanted lines among its paragraphs
COPIES = 2  # of each page
ALONE_SHARE = 4  # one page in this many is also learned from as its article alone
RECURRENT_BIT = 9  # of the flags in ext/core/page/line.h
UNWANTED_BITS = range(2, 6)  # stop, section, call, service: as in ext/core/page/line.h
LINE_ROUNDS = 60
CHAIN_ROUNDS = 25
MOST_SUM = 30.0


# ------------------------------------------------------------------------------------------------------- pages


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def fold_of(outlet):
    return zlib.crc32(outlet.encode()) % FOLDS


def shorten(page, unwanted, copy):
    """A part of the article as somebody might copy it, with a few unwanted lines of the page among its paragraphs.

    Around it stand lines from above and below: those right beside it, any, or those from an unwanted one on.
    """
    draws = itertools.count()

    def draw(n):
        return zlib.crc32(f"{page['doc_id']} {copy} {next(draws)}".encode()) % n

    def some(of, below):
        n = min(len(of), draw(MOST_AROUND + 1))
        heads = [k - of[0] for k in unwanted if below and k in of]
        way = draw(3)
        if way == 2 and heads:
            at = heads[draw(len(heads))]
        else:
            at = draw(len(of) - n + 1) if way == 1 else 0 if below else len(of) - n
        return of[at : at + n]

    inside = [k for k, label in enumerate(page["labels"]) if label]
    first, end, n = inside[0], inside[-1] + 1, LEAST_LINES + draw(MOST_LINES - LEAST_LINES + 1)
    start = first if draw(3) else first + draw(max(1, end - first - n))
    kept = [k for k in inside if start <= k < start + n] or inside[:n]
    body = list(range(kept[0], kept[-1] + 1))
    strange = [k for k in unwanted if not first <= k < end]
    for _ in range(draw(MOST_STRANGE + 1)):
        if strange and len(body) > 2:
            body.insert(1 + draw(len(body) - 1), strange[draw(len(strange))])
    chosen = [*some(range(first), False), *body, *some(range(end, len(page["lines"])), True)]
    ignored = set(page.get("ignore") or [])
    return page | {
        "lines": [page["lines"][k] for k in chosen],
        "labels": [page["labels"][k] for k in chosen],
        "ignore": [at for at, k in enumerate(chosen) if k in ignored],
    }


def alone(page):
    """The article's own lines, as a program extracts them."""
    chosen, ignored = [k for k, label in enumerate(page["labels"]) if label], set(page.get("ignore") or [])
    return page | {
        "lines": [page["lines"][k] for k in chosen],
        "labels": [1] * len(chosen),
        "ignore": [at for at, k in enumerate(chosen) if k in ignored],
    }


def classes_of(names, bits):
    """Features of lines of some classes: in turn of those that are not sentences, and of those that are."""
    first = names.index("line:class") * VALUES
    return [first + 2 * bit + sentence for bit in bits for sentence in (0, 1)]


def classes_of_unwanted(names):
    return classes_of(names, UNWANTED_BITS)


def unwanted_lines(lines, names):
    """Of a page's lines with their features, those of a class that nobody wants."""
    classes = set(classes_of_unwanted(names))
    return [at for at, features in lines if classes.intersection(features)]


def features_of(core, counts, pages, names):
    """For each page its lines as (line of the page, features)."""
    numbers = {name: k * VALUES for k, name in enumerate(names)}
    for page in pages:
        text = "\n".join(page["lines"])
        given = {} if counts is None else {"outlets": [page["outlet"]], "lines": counts}
        batch = core.analyse([text], ["0"], ("page_features",), **given)["page_features"]
        starts = np.cumsum([0, *(len(line) + 1 for line in page["lines"])])
        found = {}
        columns = (batch.column(name) for name in ("candidate_id", "start", "feature", "value"))
        for candidate, start, feature, value in zip(*columns, strict=True):
            if not feature.startswith("line:"):
                continue
            found.setdefault(candidate, (start, []))[1].append(numbers[feature] + value)
        yield [
            (int(np.searchsorted(starts, start, side="right")) - 1, features) for start, features in found.values()
        ]


# ---------------------------------------------------------------------------------------------------- the chain


class Chains:
    """Pages side by side, the longest first: the features of their lines, and which lines are the article's."""

    def __init__(self, pages, lines, names):
        n = len(names) * VALUES
        self.order = sorted(range(len(lines)), key=lambda k: -len(lines[k]))
        self.lengths = np.array([len(lines[k]) for k in self.order])
        rows = [features for k in self.order for _, features in lines[k]]
        ends = np.cumsum([0, *map(len, rows)])
        self.matrix = csr_matrix((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(rows), n))
        self.turned = self.matrix.T.tocsr()
        barred = classes_of_unwanted(names)[::2] + classes_of(names, [RECURRENT_BIT])
        self.barred = np.asarray(self.matrix[:, barred].sum(1)).ravel() > 0
        self.labels = np.array([pages[k]["labels"][at] for k in self.order for at, _ in lines[k]], dtype=float)
        self.pages = np.repeat(np.arange(len(lines)), self.lengths)
        self.places = np.concatenate([np.arange(length) for length in self.lengths])
        self.longer = [int((self.lengths > k).sum()) for k in range(self.lengths.max())]
        self.taken = sum(map(steps_in, np.split(self.labels, np.cumsum(self.lengths)[:-1])))

    def by_page(self, values):
        """Values of lines as an array a page, in the order the pages came in."""
        parts = np.split(values, np.cumsum(self.lengths)[:-1])
        return [parts[k] for k in np.argsort(self.order)]

    def follow(self, sums, steps):
        """Forward and backward: logarithm of the sum over all ways, chance of each line, expected steps."""
        longest, n, pages = len(self.longer), len(self.lengths), np.arange(len(self.lengths))
        step = np.where(STEPS, np.exp(steps), 0.0)
        factor, sizes = np.ones((longest, n)), np.ones((longest, n))
        factor[self.places, self.pages] = np.exp(np.clip(sums, -MOST_SUM, MOST_SUM))
        forth, back = np.zeros((longest + 1, n, STATES)), np.zeros((longest + 1, n, STATES))
        forth[0, :, 0] = 1.0
        for k, m in enumerate(self.longer):
            ways = forth[k, :m] @ step
            ways[:, ARTICLE] *= factor[k, :m]
            sizes[k, :m] = ways.sum(1)
            np.divide(ways, sizes[k, :m, None], out=forth[k + 1, :m])
        total = forth[self.lengths, pages] @ ENDS
        back[self.lengths, pages] = ENDS / total[:, None]
        for k, m in reversed(list(enumerate(self.longer))):
            ways = back[k + 1, :m] / sizes[k, :m, None]
            ways[:, ARTICLE] *= factor[k, :m]
            ahead = ways @ step.T
            back[k, :m] = ahead
        at = (self.places, self.pages)
        after = (self.places + 1, self.pages)
        ahead = back[after] / sizes[at][:, None]
        ahead[:, ARTICLE] *= factor[at]
        expected = (forth[at].T @ ahead) * step
        return np.log(sizes).sum() + np.log(total).sum(), forth[after][:, ARTICLE] * back[after][:, ARTICLE], expected

    def chances(self, weights, steps):
        sums = np.where(self.barred, -MOST_SUM, self.matrix @ weights)
        return self.by_page(self.follow(sums, steps)[1])

    def fit_lines(self, strength):
        """Each line by itself, by logistic regression: where the chain starts from."""

        def loss(weights):
            sums = self.matrix @ weights
            chance = 1 / (1 + np.exp(-sums))
            whole = np.logaddexp(0, sums).sum() - self.labels @ sums
            return whole + strength / 2 * (weights @ weights), self.turned @ (
                chance - self.labels
            ) + strength * weights

        start = np.zeros(self.matrix.shape[1])
        return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": LINE_ROUNDS}).x

    def fit(self, strength):
        n = self.matrix.shape[1]

        def loss(weights):
            own, steps = weights[:n], weights[n:].reshape(STATES, STATES)
            sums = self.matrix @ own
            whole, chance, expected = self.follow(sums, steps)
            known = self.labels @ sums + (self.taken * steps).sum()
            gradient = [self.turned @ (chance - self.labels), np.where(STEPS, expected - self.taken, 0.0).ravel()]
            return whole - known + strength / 2 * (weights @ weights), np.concatenate(gradient) + strength * weights

        start = np.concatenate([self.fit_lines(strength), np.zeros(STATES * STATES)])
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": CHAIN_ROUNDS}).x
        return found[:n], found[n:].reshape(STATES, STATES)


def steps_in(labels):
    """How often each step is taken on a page whose article is known."""
    counts, state = np.zeros((STATES, STATES)), 0
    inside = np.flatnonzero(labels)
    for k, label in enumerate(labels):
        if len(inside) == 0 or k < inside[0]:
            to = 0
        elif k > inside[-1]:
            to = 3
        else:
            to = ARTICLE if label else 2
        counts[state, to] += 1
        state = to
    return counts


def agreement(pages, lines, chances):
    """F1 of lines and of their words, in percent."""
    sums = np.zeros((2, 3))
    for page, of, chance in zip(pages, lines, chances, strict=True):
        ignored = set(page.get("ignore") or [])
        for (at, _), sure in zip(of, chance, strict=True):
            if at not in ignored:
                taken, label = sure > LEAST_CHANCE, page["labels"][at]
                row = np.array([taken and label, taken, label], dtype=float)
                sums += [row, row * len(page["lines"][at].split())]
    return 200 * sums[:, 0] / (sums[:, 1] + sums[:, 2])


def reliability(pages, lines, chances, parts=10):
    """How often a line is the article's that is given a chance: [(mean chance, share, lines)]."""
    sure, right = [], []
    for page, of, chance in zip(pages, lines, chances, strict=True):
        ignored = set(page.get("ignore") or [])
        kept = [k for k, (at, _) in enumerate(of) if at not in ignored]
        sure += [chance[k] for k in kept]
        right += [page["labels"][of[k][0]] for k in kept]
    sure, right = np.array(sure), np.array(right)
    part = np.minimum((sure * parts).astype(int), parts - 1)
    return [
        (sure[part == k].mean(), right[part == k].mean(), (part == k).sum())
        for k in range(parts)
        if (part == k).any()
    ]


def learn_lines(sets, names):
    """Fit the chain: figures on folds left out, then the weights of all."""
    pages, lines = sets[0]
    left_out = [None] * len(pages)
    for fold in range(FOLDS):
        chosen = [
            (page, of) for some in sets for page, of in zip(*some, strict=True) if fold_of(page["outlet"]) != fold
        ]
        weights, steps = Chains(*zip(*chosen, strict=True), names).fit(STRENGTH)
        others = [k for k, page in enumerate(pages) if fold_of(page["outlet"]) == fold]
        chances = Chains([pages[k] for k in others], [lines[k] for k in others], names).chances(weights, steps)
        for k, of in zip(others, chances, strict=True):
            left_out[k] = of
    everything = [(page, of) for some in sets for page, of in zip(*some, strict=True)]
    weights, steps = Chains(*zip(*everything, strict=True), names).fit(STRENGTH)
    return weights, steps, left_out


# ------------------------------------------------------------------------------------------------------ learning


def steps_of(names, weights):
    at = names.index("chain:step") * VALUES
    return weights[at : at + STATES * STATES].reshape(STATES, STATES)


def show(title, figures):
    print(f"{title}: lines F1 {figures[0]:.1f}, by words {figures[1]:.1f}", flush=True)


def read_pages(folder):
    """The pages, and how often lines stand on those of their outlets."""
    from quotelens import _core

    pages, counts = read_jsonl(folder / "lines.jsonl"), _core.LineCounts()
    for page in pages:
        counts.add(page["outlet"], ["\n".join(page["lines"])])
    return pages, counts


def learn_article(core, options, names, weights):
    everything, counts = read_pages(options.zones)
    pages = [page for page in everything if page.get("lang_en", True)]
    lines = list(features_of(core, counts, pages, names))
    if not options.check:
        sets = [(pages, lines)]
        for copy in range(COPIES):
            short = [shorten(page, unwanted_lines(of, names), copy) for page, of in zip(pages, lines, strict=True)]
            sets.append((short, list(features_of(core, None, short, names))))
        bare = [alone(page) for page in pages if zlib.crc32(page["doc_id"].encode()) % ALONE_SHARE == 0]
        sets.append((bare, list(features_of(core, None, bare, names))))
        weights, steps, left_out = learn_lines(sets, names)
        at = names.index("chain:step") * VALUES
        weights[at : at + STATES * STATES] = np.where(STEPS, steps, 0.0).ravel()
        show(f"lines of {len(pages)} pages, outlets left out", agreement(pages, lines, left_out))
        for sure, share, n in reliability(pages, lines, left_out):
            print(f"  chance {sure:.2f}: {share:.2f} of {n:,} lines are the article's")
    chances = Chains(pages, lines, names).chances(weights, steps_of(names, weights))
    show("  on all of them, seen", agreement(pages, lines, chances))
    return weights


def main():
    from quotelens.analysis.engine import engine_for

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("zones", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    options = parser.parse_args()
    names = LINES.names()
    known = LINES.read(names)
    weights = learn_article(engine_for(None).core, options, names, known)
    if not options.check:
        own = own_places(names, "line", "chain")
        LINES.write(names, np.where(own, np.clip(weights, -LIMIT / 1000, LIMIT / 1000), known))
        rebuild()


if __name__ == "__main__":
    main()
