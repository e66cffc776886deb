"""How speed and memory change with threads, with the length of documents, and with the size of the corpus.

    python tests/bench/scaling.py [--mb 20] [--stream 100 300] [--markdown]

Texts are those of throughput.py.  Speed is statements out of strings, beside `str.split` on the same texts.  Memory
is the most that a process of its own held, less what it held before the texts were made.  `quotelens quotes` reads
JSON lines and writes Parquet, or CSV where pyarrow is missing; `--stream 1000` is a run over a gigabyte: minutes.
"""

import argparse
import importlib.util
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import quotelens as ql
import throughput


def rate(texts, threads=1):
    """Megabytes a second of statements, and the ratio to str.split."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    split = throughput.best(lambda: [text.split() for text in texts])
    seconds = throughput.best(lambda: len(ql.Corpus(texts, threads=threads).quotes()))
    return size / seconds, split / seconds


def of_length(texts, n):
    """The same text in documents of about n characters."""
    whole = "\n\n".join(texts)
    return [whole[at : at + n] for at in range(0, len(whole), n)]


def most_memory(process="self"):
    """The most bytes that a process held since it began to run its program; 0 where /proc does not tell, or no more.
    (What `getrusage` tells begins before, with what the process had that started it.)"""
    try:
        with open(f"/proc/{process}/status", encoding="utf-8") as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def in_memory(megabytes):
    """Print what `quotes()` held at most, as a ratio to its texts and table: the work of a process of its own."""
    before = most_memory()
    texts = throughput.corpus(megabytes)
    table = ql.Corpus(texts).quotes()
    size = sum(len(text.encode()) for text in texts)
    print((most_memory() - before) / (size + table.nbytes))


def own_process(megabytes):
    command = [sys.executable, __file__, "--in-memory", str(megabytes)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def stream(megabytes, folder):
    """(seconds, bytes held at most) of the command on a file of this size."""
    source = folder / "in.jsonl"
    target = folder / ("out.parquet" if importlib.util.find_spec("pyarrow") else "out.csv")
    texts, size = throughput.corpus(min(megabytes, 50)), 0
    with source.open("w", encoding="utf-8") as file:
        for i, text in zip(itertools.count(), itertools.cycle(texts)):
            if size >= megabytes * 1e6:
                break
            size += file.write(json.dumps({"id": i, "text": text}) + "\n")
    start = time.perf_counter()
    most = 0
    command = [sys.executable, "-m", "quotelens", "quotes", source, "-o", target]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, most_memory(process.pid))
            time.sleep(0.02)
    if process.returncode:
        sys.exit(f"quotes ended with {process.returncode}")
    return time.perf_counter() - start, most


def rows(options):
    """[(what, MB/s or None, of str.split or None, memory or None)]"""
    texts = throughput.corpus(options.mb)
    for threads in (1, 2, 4, 8):
        yield (f"{threads} thread{'s' * (threads > 1)}", *rate(texts, threads), None)
    for n in (1_000, 10_000, 100_000, 1_000_000):
        yield (f"documents of {n:,} characters", *rate(of_length(texts, n)), None)
    for megabytes in (options.mb / 4, options.mb / 2, options.mb, options.mb * 2):
        memory = f"{own_process(megabytes):.2f} × text and table"
        yield (f"corpus of {megabytes:g} MB", *rate(throughput.corpus(megabytes)), memory)
    for megabytes in options.stream:
        with tempfile.TemporaryDirectory() as folder:
            seconds, memory = stream(megabytes, pathlib.Path(folder))
        yield f"stream of {megabytes:g} MB, all processors", megabytes / seconds, None, f"{memory / 1e6:,.0f} MB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mb", type=float, default=20, help="megabytes of text (default 20)")
    parser.add_argument(
        "--stream", type=float, nargs="*", default=[100], help="megabytes of the streams (default 100)"
    )
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--in-memory", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_memory:
        in_memory(options.in_memory)
        return
    shape = "| {:<34} | {:>6} | {:>12} | {:>22} |" if options.markdown else "{:<36} {:>6} {:>13} {:>24}"
    print(shape.format("statements", "MB/s", "of str.split", "memory at most"))
    if options.markdown:
        print("| --- | ---: | ---: | ---: |")
    for what, speed, ratio, memory in rows(options):
        print(shape.format(what, f"{speed:.1f}", f"{ratio:.3f}" if ratio else "", memory or ""), flush=True)


if __name__ == "__main__":
    main()
