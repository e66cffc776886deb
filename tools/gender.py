#!/usr/bin/env python3
"""How often `entities().gender` is right, on people whom annotators tied to "he" or "she".

    gender.py GUM READING...     ../shared/entities/gum.jsonl and files of ../shared/reading

Two kinds of annotation say whether somebody is "he" or "she": coreference (GUM), where a person with a name and a
pronoun are one, and statements of "he" or "she" whose speaker has a name (READING).  Everybody counts once per
article.
"Without pronouns" is the same where every such pronoun was put out of reach: what names and titles alone tell.
"""

import argparse
import json
import pathlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import quotelens as ql

PRONOUNS = {
    **dict.fromkeys(("he", "him", "his", "himself"), "male"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "female"),
}
NOT_TOLD = "not told"
PRONOUN = re.compile(rf"\b({'|'.join(PRONOUNS)})\b", re.I)
People = Iterator[tuple[str, list[tuple[int, int]], str]]
"""A text, the places of one person's names in it, and what the person is."""


def people_of_gum(path: pathlib.Path) -> People:
    """People with a name and pronouns of one gender, by their coreference."""
    for line in path.read_text(encoding="utf-8").splitlines():
        doc = json.loads(line)
        text, tokens, clusters = doc["text"], doc["tokens"], {}
        for mention in doc["mentions"]:
            if mention["type"] == "person":
                place = tokens[mention["start"]][0], tokens[mention["end"] - 1][1]
                clusters.setdefault(mention["cluster"], []).append(place)
        for places in clusters.values():
            said = {PRONOUNS[w] for start, end in places if (w := text[start:end].lower()) in PRONOUNS}
            named = [(s, e) for s, e in places if text[s].isupper() and text[s:e].lower() not in PRONOUNS]
            if len(said) == 1 and named:
                yield text, named, said.pop()


def people_of_reading(path: pathlib.Path) -> People:
    """People with a name who speak as "he" or "she", by the labels of statements."""
    for line in path.read_text(encoding="utf-8").splitlines():
        doc = json.loads(line)
        text, people = doc["text"], {}
        for quote in doc["quotes"]:
            source = quote.get("source") or {}
            gender = PRONOUNS.get(str(source.get("text")).lower())
            if gender and quote.get("speaker"):
                people.setdefault(quote["speaker"], set()).add(gender)
        for name, said in people.items():
            places = [match.span() for match in re.finditer(re.escape(name), text)]
            if len(said) == 1 and places:
                yield text, places, said.pop()


def gender_of(text: str, places: list[tuple[int, int]]) -> str | None:
    """What quotelens says of the person whose names stand there, None where it does not say or has nobody there."""
    doc = ql.annotate(text)
    genders = dict(zip(doc.entities()["entity_id"], doc.entities()["gender"], strict=True))
    votes: Counter[int] = Counter()
    for mention in doc.mentions():
        is_there = any(mention["start"] < end and start < mention["end"] for start, end in places)
        if is_there and mention["kind"] == "name" and mention["entity_id"] >= 0:
            votes[mention["entity_id"]] += 1
    return genders.get(votes.most_common(1)[0][0]) if votes else None


def without_pronouns(text: str) -> str:
    """The text with "it" for each pronoun that tells, and every place as it was."""
    return PRONOUN.sub(lambda found: "it".ljust(len(found[0])), text)


def counts_of(people: People) -> Counter[tuple[str, str, str]]:
    """How many people there are by way, gender and answer."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for text, places, gold in people:
        for way, read in (("with", text), ("without", without_pronouns(text))):
            counts[way, gold, gender_of(read, places) or NOT_TOLD] += 1
    return counts


def measured(gum: pathlib.Path, readings: Iterable[pathlib.Path]) -> dict[str, float]:
    """{figure: value}: in GUM, and in the news of READING together."""
    found = {"gum": counts_of(people_of_gum(gum)), "news": Counter()}
    for path in readings:
        found["news"] += counts_of(people_of_reading(path))
    figures: dict[str, float] = {}
    for name, counts in found.items():
        for way in ("with", "without"):
            for gold, other in (("female", "male"), ("male", "female")):
                n = sum(count for (w, g, _), count in counts.items() if (w, g) == (way, gold))
                figures[f"{name}, {way} pronouns, {gold}: people"] = n
                for what, answer in (("right", gold), ("wrong", other), ("not told", NOT_TOLD)):
                    figures[f"{name}, {way} pronouns, {gold}: {what}, %"] = round(
                        100 * counts[way, gold, answer] / n, 2
                    )
        told = {
            g: sum(n for (w, _, answer), n in counts.items() if w == "with" and answer == g)
            for g in ("female", "male")
        }
        gold = {
            g: sum(n for (w, own, _), n in counts.items() if w == "with" and own == g) for g in ("female", "male")
        }
        for what, by in (("found", told), ("annotated", gold)):
            figures[f"{name}: share of women as {what}, %"] = round(100 * by["female"] / sum(by.values()), 2)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gum", type=pathlib.Path)
    parser.add_argument("reading", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    for figure, value in measured(options.gum, options.reading).items():
        print(f"{figure:<50} {value:8g}")


if __name__ == "__main__":
    main()
