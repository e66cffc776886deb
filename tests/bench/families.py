"""How fast families are found, and in how much memory, as the number of quotations grows.

    python tests/bench/families.py [--sizes 100000 300000 1000000]

Quotations are made of invented words whose frequencies fall as those of a language do, with set phrases in between;
some are printed once, some many times, shortened, with words left out or put in.  What is timed is the whole command
`quotelens families --quotes`, from a file to a file; and where they are installed, the near-duplicate sets of
datasketch and rensa (MinHash of runs of three words, 128 permutations, threshold 0.5) from strings in memory to
candidate pairs, which is less work: nothing is aligned, and what is a part of another quotation is not found.
"""

import argparse
import bisect
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ENGLISH = [
    "the",
    "of",
    "to",
    "and",
    "a",
    "in",
    "that",
    "is",
    "we",
    "it",
    "for",
    "not",
    "this",
    "be",
    "on",
    "with",
    "are",
    "have",
    "will",
    "they",
    "but",
    "as",
    "you",
    "was",
    "all",
    "at",
    "our",
]
VOCABULARY = 60_000


def words(rng):
    """The most common words of English, then invented ones, and the sums of their frequencies."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    made = dict.fromkeys(ENGLISH)
    while len(made) < VOCABULARY:
        made["".join(rng.choices(syllables, k=rng.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(made), list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))


def mutated(rng, quote, vocabulary):
    """A quotation as another outlet prints it."""
    what, n = rng.random(), len(quote)
    if what < 0.4:
        return quote
    if what < 0.6 and n > 8:
        first = rng.randrange(n // 2)
        return quote[first : first + max(5, n // 2)]
    if what < 0.75:
        at = rng.randrange(n)
        return [*quote[:at], rng.choice(vocabulary), *quote[at + rng.randrange(2) :]]
    if what < 0.9 and n > 6:
        at = rng.randrange(1, n - 3)
        return [*quote[:at], "…", *quote[at + 2 :]]
    at = rng.randrange(n)
    return [*quote[:at], f"[{quote[at]}]", *quote[at + 1 :]]


def quotations(n, seed=1):
    rng = random.Random(seed)
    vocabulary, sums = words(rng)
    pick = lambda k: [vocabulary[bisect.bisect(sums, rng.random() * sums[-1])] for _ in range(k)]  # noqa: E731
    phrases = [pick(rng.randrange(3, 6)) for _ in range(300)]
    made = 0
    while made < n:
        quote = pick(min(80, max(4, int(rng.lognormvariate(2.8, 0.6)))))
        if rng.random() < 0.3:
            quote[len(quote) // 2 : len(quote) // 2] = rng.choice(phrases)
        copies = 1 if rng.random() < 0.6 else min(400, int(rng.paretovariate(1.1)) + 1)
        for _ in range(min(copies, n - made)):
            yield " ".join(mutated(rng, quote, vocabulary))
            made += 1


def timed(size, folder):
    """(seconds, of them on a processor, megabytes, families) of the command on so many quotations."""
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for k, text in enumerate(quotations(size)):
            file.write(json.dumps({"id": k, "text": text, "published": f"2024-01-{k % 28 + 1:02}"}) + "\n")
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "quotelens", "families", "--quotes", source, "-o", target])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"families ended with {process.returncode}")
    with target.open(encoding="utf-8") as file:
        n_families = max(json.loads(line)["family_id"] for line in file) + 1
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, n_families


def shingles(text):
    split = text.split()
    return [" ".join(split[i : i + 3]) for i in range(max(1, len(split) - 2))]


def by_datasketch(texts):
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    pairs = 0
    for key, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([shingle.encode() for shingle in shingles(text)])
        pairs += len(index.query(sketch))
        index.insert(key, sketch)
    return pairs


def by_rensa(texts):
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    pairs = 0
    for key, text in enumerate(texts):
        sketch = RMinHash(num_perm=128, seed=1)
        sketch.update(shingles(text))
        pairs += len(index.query(sketch))
        index.insert(key, sketch)
    return pairs


def peers(size):
    texts = list(quotations(size))
    for name, work in (("datasketch", by_datasketch), ("rensa", by_rensa)):
        start = time.perf_counter()
        try:
            pairs = work(texts)
        except ImportError:
            continue
        print(
            f"{name}: {size:,} quotations in {time.perf_counter() - start:.1f} s, {pairs:,} candidate pairs",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 300_000, 1_000_000])
    options = parser.parse_args()
    print(f"{'quotations':>12} {'seconds':>9} {'CPU':>9} {'MB':>8} {'families':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            seconds, busy, megabytes, n_families = timed(size, pathlib.Path(folder))
            print(f"{size:>12,} {seconds:>9.1f} {busy:>9.1f} {megabytes:>8,.0f} {n_families:>10,}", flush=True)
    peers(min(options.sizes))


if __name__ == "__main__":
    main()
