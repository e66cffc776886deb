#!/usr/bin/env python3
"""Fit the weights by which names in mentions, and whom pronouns and descriptions mean, are chosen.

    fit_people.py READING [ENTITIES] [--check]
                         READING is the folder of labelled articles, ENTITIES a file of texts in which mentions are
                         labelled with whom they mean; --check only measures

The core says which candidates each mention had, and with which features (tables `choices` and `choice_features`).
The label of a statement says who speaks: the candidate of its source mention that has this name is right, or none
of them. A softmax over the candidates with an L2 penalty learns from articles marked `train`; its accuracy is
measured on folds of them, and on the others.  Names are fitted first, as whom a pronoun can mean depends on them.
A source whose speaker is no candidate tells nothing of whom it means, and is left out.  The texts of ENTITIES tell
which candidate is meant, with less weight, but not how often it is nobody: their mentions are no sources.  Sentences
written for the purpose, in tools/labels, teach what labelled news has too rarely: "a lawyer for Ann Lee" does not
name the lawyer, and the lawsuit against her is not hers.
Rewrites ext/model/choices.tsv; needs numpy and scipy.
"""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import zlib
from collections import Counter
from difflib import SequenceMatcher

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from weights import ROOT, VALUES, Weights, own_places, rebuild

CHOICES = Weights("choices.tsv", "choices.tsv")
FOLDS = 5
LEAST_OVERLAP = 0.5
STRENGTH = {"name": 2.0, "referent": 6.0, "author": 1.0}
LEAN = {"author:nobody": 0.5}  # added to its weights: a wrong name is worse than none, and most documents have none
COREFERENCE = 0.5  # the weight of a mention of ENTITIES
WRITTEN = {decision: ROOT / "tools" / "labels" / f"{decision}s.tsv" for decision in ("name", "author")}
WRITTEN_WORTH = 0.5  # the weight of a sentence of WRITTEN
MOST_LETTERS = 6  # of an acronym
LEAST_MISSPELT = 4  # letters
LEAST_ALIKE = 0.7
TABLES = ("mentions", "choices", "choice_features")
SMALL = {"of", "and", "for", "in", "on", "to", "at", "s", "the"}


# -------------------------------------------------------------------------------------------------- whose name


def words_of(name):
    joined = re.sub(r"\b(?:\w\.){2,}", lambda letters: letters[0].replace(".", "") + " ", name or "")
    return [word for word in re.findall(r"\w+", joined.casefold()) if word != "the"]


def initials(words):
    return "".join(word[0] for word in words if word not in SMALL)


def most_starts(letters, text, at=0):
    """How many letters can stand where a word begins, if all of them stand in the text in their order; else -1."""
    if not letters:
        return 0
    best = -1
    for found in (text.find(" " + letters[0], at) + 1, text.find(letters[0], at)):
        if found > 0 and (rest := most_starts(letters[1:], text, found + 1)) >= 0:
            best = max(best, rest + (text[found - 1] == " "))
    return best


def is_acronym(letters, words):
    """Do the letters stand in these words in their order, the first and half of all of them where a word begins?
    "BBM" is BlackBerry Messenger, "USGS" the US Geological Survey."""
    if not 2 <= len(letters) <= MOST_LETTERS:
        return False
    begins = (k for k, word in enumerate(words) if word[0] == letters[0])
    return any(2 * most_starts(letters, " " + " ".join(words[k:])) >= len(letters) for k in begins)


def is_misspelt(mine, theirs):
    """ "Musveni" for Museveni: names of which the last word differs by a letter or two."""
    if mine[-1] == theirs[-1] or mine[-1][0] != theirs[-1][0] or not set(mine[:-1]) <= set(theirs):
        return False
    if min(len(mine[-1]), len(theirs[-1])) < LEAST_MISSPELT:
        return False
    return SequenceMatcher(None, mine[-1], theirs[-1]).ratio() >= LEAST_ALIKE


def is_called(name, speaker, is_person):
    """Can this be the speaker's name: all of it, a part of a person's, an acronym or a part of a body's?"""
    mine, theirs = words_of(name), words_of(speaker)
    if not mine or not theirs:
        return False
    if is_person:
        if len(theirs) > 1 and "".join(mine) == initials(theirs):  # "AL" in an interview
            return True
        if set(mine) <= set(theirs) or (set(theirs) <= set(mine) and mine[-1] == theirs[-1]):
            return True
        return is_misspelt(mine, theirs)
    if initials(theirs) == "".join(mine) or initials(mine) == "".join(theirs):
        return True
    if len(mine) == 1 and name.isupper() and is_acronym(mine[0], theirs):
        return True
    return set(mine) - SMALL <= set(theirs) or set(theirs) - SMALL <= set(mine)


def right_names(texts, speaker, is_person):
    """Which of the candidates are the name of the speaker; the first one is none of them."""
    parts = [words_of(part) for part in (speaker or "").split(" and ")]
    found = [words_of(text) for text in texts]
    if len(parts) > 1 and all(part in found for part in parts):  # two of them, or "Trade and Industry Board"
        is_one = [not is_person and " and the " not in (text or "") for text in texts]
        right = [
            words == parts[0] or (may_be and words == words_of(speaker))
            for words, may_be in zip(found, is_one, strict=True)
        ]
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
        sources = {row["mention_id"]: article["text"][row["start"] : row["end"]] for row in mentions}
        labels = labels_of(article, mentions)
        features = features_of(found["choice_features"], decision, labels, numbers)
        for mention, quote in labels.items():
            is_person = bool(quote["chain"]) and quote["chain"][0]["role"] == "speaker"
            texts = [row["text"] for row in choices[mention]]
            right = judge(texts, quote["speaker"], is_person)
            tells = named(texts, right) or not (decision == "referent" or is_whole(texts, sources[mention]))
            if quote["speaker"] and not tells:
                continue
            candidates = [features[mention, row["candidate_id"]] for row in choices[mention]]
            yield article["doc_id"], candidates, right


def named(texts, right):
    """Is a candidate with a name right?"""
    return any(bool(text) and is_so for text, is_so in zip(texts, right, strict=True))


def is_whole(texts, source):
    """Is a source nothing but a name, as "Tehran" is?  Then its speaker, who is called otherwise, does not tell."""
    return any(words_of(text) == words_of(source) for text in texts if text)


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


def clusters_of(text, mentions):
    """{mention: the labelled cluster of the one that begins with it and shares most with it}"""
    tokens, labelled, clusters = text["tokens"], {}, {}
    for mention in text["mentions"]:
        start, end = tokens[mention["start"]][0], tokens[max(mention["start"], mention["end"] - 1)][1]
        labelled.setdefault(start, []).append({"start": start, "end": end, "mention_id": mention["cluster"]})
    for mention in mentions:
        clusters[mention["mention_id"]] = mention_of(mention, labelled.get(mention["start"], ()))
    return clusters


def clusters_of_entities(mentions, chosen, clusters):
    """{entity: the cluster of most of the mentions that name it}"""
    counts = {}
    for mention in mentions:
        number, entity = mention["mention_id"], mention["entity_id"]
        if number not in chosen and entity is not None and entity >= 0 and clusters[number] is not None:
            counts.setdefault(entity, Counter())[clusters[number]] += 1
    return {entity: count.most_common(1)[0][0] for entity, count in counts.items()}


def coreference_of(core, texts, numbers):
    """As examples_of, of mentions that mean somebody with a name, among those alone; their document is None."""
    for text in texts:
        found = core.analyse([text["text"]], ["0"], TABLES)
        choices = {}
        for row in rows_of(found["choices"]):
            if row["decision"] == "referent":
                choices.setdefault(row["mention_id"], []).append(row)
        mentions = rows_of(found["mentions"])
        clusters = clusters_of(text, mentions)
        entities = clusters_of_entities(mentions, choices, clusters)
        features = features_of(found["choice_features"], "referent", choices, numbers)
        for mention, rows in choices.items():
            own = clusters[mention]
            right = [own is not None and bool(row["text"]) and entities.get(row["entity_id"]) == own for row in rows]
            if any(right):
                yield None, [features[mention, row["candidate_id"]] for row in rows[1:]], right[1:]


def written_examples(core, decision, numbers):
    """As examples_of, of the sentences of WRITTEN: a source in brackets, and the name that is right, "-" for none."""
    with WRITTEN[decision].open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for k, row in enumerate(rows):
        before, source, after = re.split(r"[\[\]]", row["sentence"])
        source = source.rstrip(", ")
        found = core.analyse([before + source + after], ["0"], TABLES)
        mention = mention_of({"start": len(before), "end": len(before) + len(source)}, rows_of(found["mentions"]))
        choices = [row for row in rows_of(found["choices"]) if row["decision"] == decision]
        candidates = [row for row in choices if row["mention_id"] == mention]
        features = features_of(found["choice_features"], decision, {mention}, numbers)
        right = [words_of(row["name"]) == words_of(choice["text"]) for choice in candidates]
        if any(right):
            yield k, [features[mention, row["candidate_id"]] for row in candidates], right


# ------------------------------------------------------------------------------------------------------ fitting


def is_written(document):
    return isinstance(document, int)


def worth_of(document):
    """The weight of an example: of an article, of the texts of ENTITIES, or of the sentences of WRITTEN."""
    if document is None:
        return COREFERENCE
    return WRITTEN_WORTH if is_written(document) else 1.0


def fit(examples, n, strength):
    rows = [features for _, candidates, _ in examples for features in candidates]
    right = np.array([is_right for _, _, rights in examples for is_right in rights], dtype=float)
    starts = np.cumsum([0, *(len(candidates) for _, candidates, _ in examples)])
    ends = np.cumsum([0, *map(len, rows)])
    matrix = csr_matrix((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(rows), n))
    example = np.repeat(np.arange(len(examples)), np.diff(starts))
    worth = np.array([worth_of(document) for document, _, _ in examples])

    def loss(weights):
        scores = matrix @ weights
        chances = np.exp(scores - np.maximum.reduceat(scores, starts[:-1])[example])
        chances /= np.add.reduceat(chances, starts[:-1])[example]
        good = np.maximum(np.add.reduceat(chances * right, starts[:-1]), 1e-12)
        gradient = matrix.T @ ((chances - chances * right / good[example]) * worth[example])
        return -(worth @ np.log(good)) + strength / 2 * (weights @ weights), gradient + strength * weights

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


def fold_of(document):
    """The fold of an article or a sentence; texts of ENTITIES are in none, and always learned from."""
    return zlib.crc32(str(document).encode()) % FOLDS if document is not None else None


def left_out(decision, examples, names):
    """Accuracy on what was left out, over all folds: on articles, and on written sentences where there are any."""
    fold = [fold_of(document) for document, _, _ in examples]
    right, n = Counter(), Counter()
    for k in range(FOLDS):
        others = [example for example, of in zip(examples, fold, strict=True) if of != k]
        weights = fit_decision(decision, others, names)
        for written in (False, True):
            part = [x for x, of in zip(examples, fold, strict=True) if of == k and is_written(x[0]) == written]
            right[written] += len(part) * accuracy(part, weights) if part else 0
            n[written] += len(part)
    return [right[written] / n[written] for written in (False, True) if n[written]]


def read_texts(path, folder):
    """The texts of ENTITIES, but those by which speakers are measured."""
    measured = folder.parent / "gold" / "chains.jsonl"
    kept_back = set()
    if measured.exists():
        with open(measured, encoding="utf-8") as lines:
            kept_back = {json.loads(line)["doc_id"] for line in lines}
    with open(path, encoding="utf-8") as lines:
        return [text for text in map(json.loads, lines) if text["doc_id"] not in kept_back]


def read_articles(folder):
    for path in sorted(folder.glob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def learn(decision, folder, entities, check):
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
    n_own = len(parts[False])
    if decision in WRITTEN and not check:
        parts[False] += written_examples(engine_for(None).core, decision, numbers)
    if decision == "referent" and entities and not check:
        parts[False] += coreference_of(engine_for(None).core, read_texts(entities, folder), numbers)
    if not check:
        fitted = fit_decision(decision, parts[False], names)
        own = own_places(names, decision)
        weights = np.where(own, fitted, weights)
        CHOICES.write(names, weights)
        shares = " and of written sentences ".join(
            f"{share:.4f}" for share in left_out(decision, parts[False], names)
        )
        print(f"{decision}: {n_own:,} choices, left out {shares}", end=", ")
    print(
        f"{decision}: on {len(parts[True]):,} of other articles {accuracy(parts[True], weights):.3f} right",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reading", type=pathlib.Path)
    parser.add_argument("entities", type=pathlib.Path, nargs="?")
    parser.add_argument("--check", action="store_true", help="measure, and leave the weights alone")
    parser.add_argument("--decision", choices=STRENGTH, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.decision:
        learn(options.decision, options.reading, options.entities, options.check)
        return
    for decision in STRENGTH:
        flags = ["--check"] if options.check else []
        given = [options.reading, *([options.entities] if options.entities else [])]
        subprocess.run([sys.executable, __file__, *given, "--decision", decision, *flags], check=True)
        if not options.check:
            rebuild()


if __name__ == "__main__":
    main()
