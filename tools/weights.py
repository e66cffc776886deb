"""The tables of weights that the fitting tools share: a row for each feature and value, in thousandths."""

import pathlib
import subprocess
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
VALUES = 256  # of a feature


def own_places(names, *prefixes):
    """The places of the weights of some decisions, "name" or "line", in an array for all of them."""
    return np.repeat([name.split(":")[0] in prefixes for name in names], VALUES)


class Weights:
    """A file of features and the file of their weights; in memory, an array with VALUES places for each feature."""

    def __init__(self, features, weights):
        self.features = ROOT / "ext" / "data" / features
        self.weights = ROOT / "ext" / "model" / weights

    def names(self):
        lines = self.features.read_text(encoding="utf-8").splitlines()
        return [line.split("\t")[0] for line in lines[1:]]

    def read(self, names):
        weights = np.zeros(len(names) * VALUES)
        for line in self.weights.read_text(encoding="utf-8").splitlines()[1:]:
            feature, value, weight = line.split("\t")
            weights[names.index(feature) * VALUES + int(value)] = int(weight) / 1000
        return weights

    def write(self, names, weights):
        lines = ["feature\tvalue\tweight"]
        for at, weight in enumerate(np.rint(weights * 1000).astype(int).tolist()):
            if weight:
                lines.append(f"{names[at // VALUES]}\t{at % VALUES}\t{weight}")
        self.weights.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rebuild():
    subprocess.run([sys.executable, ROOT / "ext" / "gen" / "choices.py"], check=True)
    subprocess.run(["make", "-s", "-C", ROOT, "build"], check=True)
