"""What each layer of the pipeline costs: `python tests/bench/layers.py FILE`, with texts that NUL bytes separate.

A table in Markdown.  `build/bench/stages` (`make build/bench/stages`) times the pipeline up to each layer, and the
table has the differences: nanoseconds a token, and the share of the whole.
"""

import pathlib
import subprocess
import sys

STAGES = pathlib.Path(__file__).resolve().parents[2] / "build" / "bench" / "stages"
# Layer, and the stage that ends with it.
LAYERS = [
    ("lines, zones, tokens, sentences", "text to tokens and sentences"),
    ("tags and trees", "text to tokens, tags and trees"),
    ("mentions, cues, rules, scores, people, chains", "text to statements, without the reader"),
    ("the reader, with what its statements add to the later stages", "text to statements"),
]


def timed(path, program=STAGES):
    """{stage: seconds}, and the number of tokens."""
    printed = subprocess.run([program, path], capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in printed.splitlines()]
    return {name: float(seconds) for name, seconds, _, _ in rows}, int(rows[0][3])


def main():
    seconds, n_tokens = timed(*sys.argv[1:])
    whole, before = seconds[LAYERS[-1][1]], 0.0
    print("| layer | ns a token | share |\n| --- | ---: | ---: |")
    for layer, stage in LAYERS:
        own, before = seconds[stage] - before, seconds[stage]
        print(f"| {layer} | {own / n_tokens * 1e9:.0f} | {own / whole:.0%} |")
    print(f"| all | {whole / n_tokens * 1e9:.0f} | |")


if __name__ == "__main__":
    main()
