"""What each layer of the pipeline costs: `python tests/bench/layers.py FILE`, with texts that NUL bytes separate.

A table in Markdown.  `build/bench/stages` (`make build/bench/stages`) times the pipeline up to each layer, and the
table has the differences: nanoseconds a token, and the share of the whole.

`python tests/bench/layers.py --without LAYER SCRIPT ...` runs a script, with its arguments, in an environment where
that layer is off in this process and in those that it starts: one of `reader`, which leaves statements to the rules,
and `choices`, which takes the first candidate wherever one is chosen among names, entities and people.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

STAGES = pathlib.Path(__file__).resolve().parents[2] / "build" / "bench" / "stages"
# Layer, and the stage that ends with it.
LAYERS = [
    ("lines, zones, tokens, sentences", "text to tokens and sentences"),
    ("tags and trees", "text to tokens, tags and trees"),
    ("mentions, cues, rules, scores, people, chains", "text to statements, without the reader"),
    ("the reader, with what its statements add to the later stages", "text to statements"),
]

# Python runs it at the start of each process.
SITE = """
from quotelens import _core
from quotelens.analysis.config import Config

usual = Config._core_options
changed = {{"reader": {{"rules_alone": True}}, "choices": {{"choices": bytes(2 * {n_weights})}}}}["{layer}"]
Config._core_options = lambda config: {{**usual(config), **changed}}
"""


def n_choice_weights():
    """How many the core wants, as it says if it gets too few."""
    from quotelens import _core

    try:
        _core.Engine(choices=b"12")
    except ValueError as error:
        return int(str(error).split(" given, ")[1].split()[0])


def run_without(layer, *command):
    with tempfile.TemporaryDirectory() as folder:
        site = SITE.format(layer=layer, n_weights=n_choice_weights())
        pathlib.Path(folder, "sitecustomize.py").write_text(site)
        path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
        return subprocess.run([sys.executable, *command], env={**os.environ, "PYTHONPATH": path}).returncode


def timed(path, program=STAGES):
    """{stage: seconds}, and the number of tokens."""
    printed = subprocess.run([program, path], capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in printed.splitlines()]
    return {name: float(seconds) for name, seconds, _, _ in rows}, int(rows[0][3])


def main():
    if sys.argv[1] == "--without":
        sys.exit(run_without(*sys.argv[2:]))
    seconds, n_tokens = timed(*sys.argv[1:])
    whole, before = seconds[LAYERS[-1][1]], 0.0
    print("| layer | ns a token | share |\n| --- | ---: | ---: |")
    for layer, stage in LAYERS:
        own, before = seconds[stage] - before, seconds[stage]
        print(f"| {layer} | {own / n_tokens * 1e9:.0f} | {own / whole:.0%} |")
    print(f"| all | {whole / n_tokens * 1e9:.0f} | |")


if __name__ == "__main__":
    main()
