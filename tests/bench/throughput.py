"""How fast: characters a second of each step, on the sample articles repeated.

    python tests/bench/throughput.py [REPEATS]

`str.split` on the same text stands beside it, so that figures of two machines can be compared.
"""

import pathlib
import sys
import time

import quotelens as ql

SAMPLES = pathlib.Path(ql.__file__).parent / "samples"


def best(function, rounds=3):
    """Seconds of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def main(repeats):
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))] * repeats
    n_chars = sum(map(len, texts))
    steps = {
        "str.split": lambda: [text.split() for text in texts],
        "word boundaries": lambda: [ql.word_boundaries(text) for text in texts],
        "sentence boundaries": lambda: [ql.sentence_boundaries(text) for text in texts],
        "tokens, 1 thread": lambda: len(ql.Corpus(texts, threads=1).tokens()),
        "quotes, 1 thread": lambda: len(ql.Corpus(texts, threads=1).quotes()),
        "quotes, 2 threads": lambda: len(ql.Corpus(texts, threads=2).quotes()),
    }
    print(f"{len(texts):,} articles, {n_chars:,} characters")
    for name, step in steps.items():
        seconds = best(step)
        chars, articles = n_chars / seconds / 1e6, len(texts) / seconds
        print(f"{name:<22}{chars:8.1f} million characters/s {articles:10,.0f} articles/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
