"""How fast it is, as ratios to what is measured in the same run.

    python tests/bench/throughput.py [--mb 20] [--markdown]

The corpus is made of the sample articles, paragraphs of two of them in each document, so that no two documents are
the same.  C stages are timed by tests/bench/stages.c, which `make bench` builds; `str.split` is the yardstick.  Peers
(spaCy blank, PyICU, blingfire, pySBD) are timed where they are installed, on a part of the corpus for the slow ones,
and CoreNLP's quotation rules where the environment variable CORENLP names a folder with its jars, for
CoreNlpQuotes.java.
"""

import argparse
import os
import pathlib
import platform
import subprocess
import tempfile
import time

import quotelens as ql

ROOT = pathlib.Path(__file__).resolve().parents[2]


def corpus(megabytes):
    articles = [document.text.split("\n") for document in ql.sample()]
    texts, size, k = [], 0, 0
    while size < megabytes * 1e6:
        k += 1
        for i, one in enumerate(articles):
            other = articles[(i + k) % len(articles)]
            text = "\n".join([*one[: len(one) // 2], f"Part {k}, {i}.", *other[len(other) // 2 :]])
            texts.append(text)
            size += len(text.encode())
    return texts


def best(work, runs=3):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def c_stages(texts):
    """[(stage, seconds, bytes, words)]"""
    program = ROOT / "build" / "bench" / "stages"
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(b"\0".join(text.encode() for text in texts))
        file.flush()
        printed = subprocess.run([program, file.name], capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in printed.splitlines()]
    return [(f"C: {name}", float(seconds), int(size), int(words)) for name, seconds, size, words in rows]


def words_per_second(split_rate, split_words, size, stages, trees):
    """[(what, words/s)]: words of str.split are those between blanks, all others are tokens."""
    yield "str.split", split_rate * split_words / size
    yield "str in, token table with trees out, one thread", trees
    for name, seconds, _, words in stages:
        if "tags" in name:
            yield name, words / seconds


def parsed_tokens(texts):
    return ql.Corpus(texts, threads=1).tokens(parse=True)


def python_stages(texts, size):
    yield "str.split", size / best(lambda: [text.split() for text in texts])
    yield "str in, token table out, one thread", size / best(lambda: len(ql.Corpus(texts, threads=1).tokens()))
    yield "str in, token table with trees out, one thread", size / best(lambda: len(parsed_tokens(texts)))
    yield "str in, statements out, one thread", size / best(lambda: len(ql.Corpus(texts, threads=1).quotes()))
    yield "str in, statements out, two threads", size / best(lambda: len(ql.Corpus(texts, threads=2).quotes()))


def spacy_blank():
    import spacy

    tokenizer = spacy.blank("en").tokenizer
    return "spaCy blank, tokens", lambda texts: [len(tokenizer(text)) for text in texts]


def icu_words():
    import icu

    breaker = icu.BreakIterator.createWordInstance(icu.Locale.getEnglish())

    def work(texts):
        for text in texts:
            breaker.setText(text)
            for _ in breaker:
                pass

    return "PyICU, word boundaries", work


def blingfire_sentences():
    import blingfire

    return "blingfire, sentences", lambda texts: [blingfire.text_to_sentences(text) for text in texts]


def pysbd_sentences():
    import pysbd

    segmenter = pysbd.Segmenter(language="en")
    return "pySBD, sentences", lambda texts: [segmenter.segment(text) for text in texts]


PEERS = [(spacy_blank, 400), (icu_words, 400), (blingfire_sentences, 400), (pysbd_sentences, 20)]


def peers(texts):
    for make, documents in PEERS:
        try:
            name, work = make()
        except ImportError:
            continue
        part = texts[:documents]
        yield name, sum(len(text.encode()) for text in part) / 1e6 / best(lambda work=work, part=part: work(part))


def corenlp(texts):
    """[(name, MB/s)] of CoreNLP's words, sentences and quotations, which need no models; nothing without its jars."""
    if not (folder := os.environ.get("CORENLP")):
        return
    part = texts[:400]
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write("\0".join(part).encode())
        file.flush()
        program = pathlib.Path(__file__).with_name("CoreNlpQuotes.java")
        command = ["java", "-cp", os.path.join(folder, "*"), program, file.name]
        printed = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
        ).stdout
    yield (
        "CoreNLP, quotations without speakers",
        sum(len(text.encode()) for text in part) / 1e6 / float(printed.split()[0]),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mb", type=float, default=20, help="megabytes of text (default 20)")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    options = parser.parse_args()
    texts = corpus(options.mb)
    size = sum(len(text.encode()) for text in texts) / 1e6
    python = list(python_stages(texts, size))
    yardstick = python[0][1]
    stages = c_stages(texts)
    rows = [*python, *((name, n / 1e6 / seconds) for name, seconds, n, _ in stages), *peers(texts), *corenlp(texts)]
    n_tokens = stages[0][3]
    trees = next(rate for name, rate in python if "trees" in name) * n_tokens / size
    n_split = sum(len(text.split()) for text in texts)
    words = list(words_per_second(yardstick, n_split, size, stages, trees))
    shape = "| {:<44} | {:>9} | {:>13} |" if options.markdown else "{:<46} {:>9} {:>13}"
    print(shape.format("stage", "MB/s", "of str.split"))
    if options.markdown:
        print("| --- | ---: | ---: |")
    for name, rate in rows:
        print(shape.format(name, f"{rate:,.0f}" if rate >= 10 else f"{rate:.2f}", f"{rate / yardstick:.3g}"))
    print("\n" + shape.format("stage", "words/s", "of str.split"))
    if options.markdown:
        print("| --- | ---: | ---: |")
    for name, rate in words:
        print(shape.format(name, f"{rate / 1e6:.2f} M", f"{rate / words[0][1]:.3g}"))
    system = f"Python {platform.python_version()}, {platform.machine()}"
    print(f"\n{len(texts):,} documents, {n_tokens:,} tokens, {size:.0f} MB; {system}.")


if __name__ == "__main__":
    main()
