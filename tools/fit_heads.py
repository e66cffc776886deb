#!/usr/bin/env python3
"""Fit the weights by which a page's title and byline are chosen among its lines.

    fit_heads.py ZONES [--check]        --check only measures

ZONES is the folder of labelled pages.  The core says which candidates each page has, and with which features (table
`page_features`); none of them is a candidate too.  What is right comes from the labels or, where a page has none,
from its address, which often repeats the title: the line that shares most words with it is the title.  A softmax with
an L2 penalty learns from pages in all languages, and from the same pages cut down to the article, with its title and
without, as no feature is a word.  What it chooses is measured on folds of outlets that were left out.  Runs after
fit_pages.py; rewrites ext/model/pages.tsv; needs numpy and scipy.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import zlib
from urllib.parse import urlsplit

import numpy as np
from fit_pages import FOLDS, LIMIT, LINES, fold_of, read_pages
from fit_people import fit
from weights import VALUES, own_places, rebuild

STRENGTHS = {"title": 2.0, "byline": 2.0}
LEAST_NEAR = 0.4  # of the words of two titles that they share
FACTORS = np.arange(0.6, 2.6, 0.1)
GIVEN = 0.7  # LEAST_CONFIDENCE of python/quotelens/analysis/metadata.py
LEAST_ADDRESS = 4  # words of an address that can repeat a title
LEAST_SHARE, LEAST_COVER = 0.5, 0.85  # of the words of both that they share, of the address's that the line has
MOST_WORDS = 30  # of a title
ABOVE = (0, 0, 0, 0, 1, 3, 6)  # lines above the title of a page that was cut down
MOST_AROUND = 6  # … and below its article
BARE_SHARE = 4  # one page in this many is also learned from without its head
PARTS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01))


# ------------------------------------------------------------------------------------------------ what is right


def plain(text):
    return re.sub(r"\W+", " ", text.casefold()).strip()


def words_of_address(url):
    """The words of that part of an address that has most of them, without numbers of the page."""
    parts = [part.lower() for part in urlsplit(url).path.split("/")]
    longest = max(parts, key=lambda part: len(re.findall(r"[a-z]{2,}", part)))
    words = re.split(r"[^a-z0-9]+", longest)
    return {word for word in words if word and not re.fullmatch(r"[a-z]?\d{4,}|html?|[0-9a-f]{8,}", word)}


def first_line(page):
    return next((at for at, label in enumerate(page["labels"]) if label), None)


def title_by_address(page):
    """The line above the article that has the words of the page's address, or None."""
    words, first, best = words_of_address(page.get("url", "")), first_line(page), None
    if len(words) < LEAST_ADDRESS or first is None:
        return None
    for line in page["lines"][: first + 1]:
        own = set(plain(re.sub("['’]", "", line)).split())
        shared = len(own & words)
        is_like = shared >= LEAST_COVER * len(words) and shared >= LEAST_SHARE * len(own | words)
        if is_like and len(own) <= MOST_WORDS and "://" not in line:
            best = max(best or (0, ""), (shared / len(own | words), line))
    return best and best[1]


def read_labels(folder, pages):
    """{page: {"title": text, "authors": names, "is_given": whether somebody labelled it}}"""
    with open(folder / "metadata.jsonl", encoding="utf-8") as lines:
        labels = {said["doc_id"]: said | {"is_given": True} for said in map(json.loads, lines)}
    for page in pages:
        if page["doc_id"] not in labels and (title := title_by_address(page)):
            labels[page["doc_id"]] = {"title": title, "authors": [], "is_given": False}
    return labels


def is_title(text, said):
    return plain(text) == plain(said["title"])


def is_byline(text, said):
    return any(f" {plain(author)} " in f" {plain(text)} " for author in said["authors"])


RIGHT = {"title": (is_title, "title"), "byline": (is_byline, "authors")}


# ----------------------------------------------------------------------------------------------------- examples


def cut_down(page, title):
    """The article with its title and a few lines around, as somebody might copy it."""
    draw = zlib.crc32(page["doc_id"].encode())
    first = first_line(page)
    end = len(page["labels"]) - next(k for k, label in enumerate(reversed(page["labels"])) if label)
    heads = [at for at in range(first) if plain(page["lines"][at]) == plain(title)]
    start = max(0, (heads[-1] if heads else first) - ABOVE[draw % len(ABOVE)])
    return page | {"lines": page["lines"][start : end + draw // 8 % MOST_AROUND], "is_cut": True}


def without_head(page):
    """The article from its first line on: it has no title, and no byline above."""
    return page | {"lines": page["lines"][first_line(page) :], "is_cut": True, "is_bare": True}


def candidates_of(core, counts, page, decision, numbers):
    """[(text, features)] of the candidates; the first is none of them, without text."""
    text = "\n".join(page["lines"])
    given = {} if page.get("is_cut") else {"outlets": [page["outlet"]], "lines": counts}
    batch = core.analyse([text], ["0"], ("page_features",), **given)["page_features"]
    found = {}
    columns = (batch.column(name) for name in ("candidate_id", "start", "end", "feature", "value"))
    for candidate, start, end, feature, value in zip(*columns, strict=True):
        if feature.startswith(decision + ":"):
            found.setdefault(candidate, (text[start:end], []))[1].append(numbers[feature] + value)
    return [found[key] for key in sorted(found)]


def example_of(page, decision, said, candidates):
    """(page, features of the candidates, which are right, their texts)"""
    judge, _ = RIGHT[decision]
    right = [bool(text) and judge(text, said) for text, _ in candidates]
    if decision == "title" and page.get("is_bare"):
        right = [False] * len(right)
    right[0] = not any(right)
    return page, [features for _, features in candidates], right, [plain(text) for text, _ in candidates]


def examples_of(core, counts, pages, decision, labels):
    names = LINES.names()
    numbers = {name: k * VALUES for k, name in enumerate(names)}
    _, wanted = RIGHT[decision]
    for page in pages:
        said = labels.get(page["doc_id"])
        if not said or not said.get(wanted):
            continue
        shapes = [page]
        if any(page["labels"]):
            shapes.append(cut_down(page, said["title"]))
            if zlib.crc32(page["doc_id"].encode()) % BARE_SHARE == 0:
                shapes.append(without_head(page))
        for shape in shapes:
            candidates = candidates_of(core, counts, shape, decision, numbers)
            if candidates:
                yield example_of(shape | {"is_given": said["is_given"]}, decision, said, candidates)


# -------------------------------------------------------------------------------------------------- what comes of it


def chosen(example, weights):
    """(chance of the best candidate and its twins, whether it is one at all, whether it is right)"""
    _, candidates, right, texts = example
    sums = np.array([weights[features].sum() for features in candidates])
    chances = np.exp(sums - sums.max())
    best = int(sums.argmax())
    own = sum(chance for chance, text in zip(chances, texts, strict=True) if text == texts[best])
    return own / chances.sum(), best > 0, best > 0 and right[best]


def is_given(answer):
    sure, is_some, _ = answer
    return is_some and sure >= GIVEN


def tell(title, answers):
    if not answers:
        return
    given = [right for sure, is_some, right in answers if is_given((sure, is_some, right))]
    share = 100 * sum(given) / max(1, len(given))
    print(f"{title}: right on {100 * sum(given) / len(answers):.0f} % of {len(answers)}, {share:.0f} % when given")


def is_near(example, said):
    """Is no candidate the title of the labels, but one much like it, as where a page shows another than it tells?"""
    page, _, right, texts = example
    words = set(plain(said["title"]).split())
    shares = (len(words & set(text.split())) / len(words | set(text.split())) for text in texts)
    return right[0] and not page.get("is_bare") and max(shares) >= LEAST_NEAR


def sharpened(answers):
    """The factor by which sums tell best how sure they are, on what was left out: [(sums, which are right)]."""

    def loss(factor):
        return -sum(
            np.log(max((shares := np.exp(factor * (sums - sums.max())))[right].sum() / shares.sum(), 1e-9))
            for sums, right in answers
        )

    return min(FACTORS, key=loss)


def learn(decision, options):
    """Fit one decision in a process that has the core as it is now; the others keep their weights."""
    from quotelens.analysis.engine import engine_for

    names = LINES.names()
    weights, n = LINES.read(names), len(names) * VALUES
    pages, counts = read_pages(options.zones)
    labels = read_labels(options.zones, pages)
    examples = list(examples_of(engine_for(None).core, counts, pages, decision, labels))
    whole = [one for one in examples if one[0].get("lang_en", True) and not one[0].get("is_cut")]
    if options.check:
        show(decision, [(one[0], chosen(one, weights)) for one in whole])
        return
    learned = [one for one in examples if decision != "title" or not is_near(one, labels[one[0]["doc_id"]])]
    fold_weights = [
        fit([plain_example(one) for one in learned if fold_of(one[0]["outlet"]) != fold], n, STRENGTHS[decision])
        for fold in range(FOLDS)
    ]
    kept = {page["doc_id"] for page, *_ in learned if not page.get("is_cut")}
    left_out = [(one, fold_weights[fold_of(one[0]["outlet"])]) for one in whole]
    factor = sharpened(
        [
            (np.array([own[features].sum() for features in candidates]), np.array(right))
            for (page, candidates, right, _), own in left_out
            if page["doc_id"] in kept
        ]
    )
    print(f"{decision}: sums times {factor:.1f}")
    show(f"{decision}, outlets left out", [(one[0], chosen(one, factor * own)) for one, own in left_out])
    fitted = factor * fit([plain_example(one) for one in learned], n, STRENGTHS[decision])
    show(f"{decision}, on all pages, seen", [(one[0], chosen(one, fitted)) for one in whole])
    own = own_places(names, decision)
    LINES.write(names, np.where(own, np.clip(fitted, -LIMIT / 1000, LIMIT / 1000), weights))


def plain_example(example):
    page, candidates, right, _ = example
    return page["doc_id"], candidates, right


def show(title, answers):
    tell(f"{title}: labelled English pages", [answer for page, answer in answers if page["is_given"]])
    tell("  pages whose address tells it", [answer for page, answer in answers if not page["is_given"]])
    for least, most in PARTS:
        part = [(sure, right) for _, (sure, is_some, right) in answers if is_some and least <= sure < most]
        if part:
            mean = sum(sure for sure, _ in part) / len(part)
            print(f"  chance {mean:.2f}: {sum(right for _, right in part)} of {len(part)} right", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("zones", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    parser.add_argument("--decision", choices=STRENGTHS, help="only this one; the core is not built again")
    options = parser.parse_args()
    if options.decision:
        learn(options.decision, options)
        return
    for decision in STRENGTHS:
        flags = ["--check"] if options.check else []
        subprocess.run([sys.executable, __file__, options.zones, "--decision", decision, *flags], check=True)
        if not options.check:
            rebuild()


if __name__ == "__main__":
    main()
