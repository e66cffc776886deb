"""Fit the weights of the confidences to annotated text.

The core lists its features (its tables `features` and `candidates`), and this module learns their weights: a logistic
regression for quotes, another for scare quotes, and a softmax over the candidates for a source.  Each has an L2
penalty on the distance to the earlier weights, and is calibrated on documents left out of the fit.  Only the standard
library is needed, and the same gold always gives the same weights.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from quotelens.analysis.config import Config
from quotelens.analysis.engine import engine_for
from quotelens.analysis.filter import Choice as Names
from quotelens.analysis.weights import check_ending, is_toml, write_weights
from quotelens.annotations.gold import LEAST_JACCARD, LEAST_OPTIONAL, Gold, letters_of, paired, read_gold, spans_of
from quotelens.quality.calibration import Bin, calibration_error, reliability

FOLDS = 10
STRENGTH = 3.0  # of the penalty
FEWEST = 20  # examples, to learn from at all
_TABLES = ("quotes", "spans", "features", "candidates")
_DIGITS = 4

Vector = list[float]


# ------------------------------------------------------------------------------------------------------- the gold


@dataclass(slots=True)
class Example:
    """A quote with its features, and whether the gold has it."""

    doc: str
    kind: str
    features: tuple[str, ...]
    right: bool
    before: float
    weight: float = 1.0


@dataclass(slots=True)
class Sourced:
    """A correct quote with a source in the gold, and the candidates for that source."""

    doc: str
    candidates: list[tuple[str, ...]]
    right: list[bool]
    chosen: int
    before: float
    weight: float = 1.0


@dataclass(slots=True)
class Examples:
    """All examples to learn from."""

    quotes: list[Example] = field(default_factory=list)
    scares: list[Example] = field(default_factory=list)
    sources: list[Sourced] = field(default_factory=list)

    def extend(self, other: Examples) -> None:
        self.quotes += other.quotes
        self.scares += other.scares
        self.sources += other.sources


# --------------------------------------------------------------------------------------------------- the examples


def examples_of(
    documents: Iterable[Mapping[str, Any]],
    *,
    config: Config | None = None,
    kinds: Names = None,
    acts: Names = None,
    weight: float = 1.0,
) -> Examples:
    """What the core finds in annotated documents, together with the gold.

    `kinds` and `acts` say what was annotated: quotes of another kind or act are left out.
    """
    core = engine_for(config).core
    wanted_kinds, wanted_acts = _wanted(kinds), _wanted(acts)
    examples = Examples()
    for number, document in enumerate(documents):
        found = core.analyse([document["text"]], ["0"], _TABLES)
        part = _Document(document, str(number), {name: _rows(batch) for name, batch in found.items()}, weight)
        part.read(examples, wanted_kinds, wanted_acts)
    return examples


def _wanted(names: Names) -> set[str] | None:
    return None if names is None or names == "all" else {names} if isinstance(names, str) else set(names)


def _rows(batch: Any) -> list[dict[str, Any]]:
    columns = [batch.column(name) for name in batch.names]
    return [dict(zip(batch.names, row, strict=True)) for row in zip(*columns, strict=True)]


class _Document:
    """One annotated document beside what was found in it."""

    def __init__(
        self, gold: Mapping[str, Any], doc: str, found: dict[str, list[dict[str, Any]]], weight: float
    ) -> None:
        self.text, self.doc, self.weight = gold["text"], doc, weight
        self.quotes = [quote for quote in found["quotes"] if quote["zone"] != "boilerplate"]
        self.candidates = _by_quote(found["candidates"])
        self.features: dict[tuple[int, int], list[str]] = defaultdict(list)
        for row in found["features"]:
            self.features[row["quote_id"], row["candidate_id"]].append(row["feature"])
        spans = _by_quote(found["spans"])
        self.letters = {
            quote["quote_id"]: letters_of(self.text, [(s["start"], s["end"]) for s in spans[quote["quote_id"]]])
            for quote in self.quotes
        }
        self.gold = [quote for quote in gold["quotes"] if quote.get("type") != "scare"]
        self.wanted = [letters_of(self.text, spans_of(q)) for q in self.gold]

    def read(self, examples: Examples, kinds: set[str] | None, acts: set[str] | None) -> None:
        said = [quote for quote in self.quotes if quote["kind"] != "scare" and self.letters[quote["quote_id"]]]
        pairs = paired(self.wanted, [self.letters[quote["quote_id"]] for quote in said])
        partners = {j: (self.gold[i], jaccard) for i, j, jaccard in pairs}
        for j, quote in enumerate(said):
            partner, jaccard = partners.get(j, (None, 0.0))
            if partner is not None and partner.get("optional") and jaccard >= LEAST_OPTIONAL:
                continue
            if (kinds is not None and quote["kind"] not in kinds) or (acts is not None and quote["act"] not in acts):
                continue
            right = jaccard >= LEAST_JACCARD
            examples.quotes.append(self._example(quote, right))
            if right and partner is not None and partner.get("source"):
                examples.sources.append(self._sourced(quote, partner["source"]))
        if kinds is None or "scare" in kinds or "direct" in kinds:
            scares = [quote for quote in self.quotes if quote["kind"] == "scare" and self.letters[quote["quote_id"]]]
            examples.scares += [self._example(quote, not self._is_said(quote)) for quote in scares]

    def _is_said(self, quote: dict[str, Any]) -> bool:
        """Is a string that was taken for scare quotes a quote in the gold?"""
        mine = self.letters[quote["quote_id"]]
        return any(len(mine & other) >= LEAST_JACCARD * len(mine | other) for other in self.wanted)

    def _example(self, quote: dict[str, Any], right: bool) -> Example:
        features = tuple(self.features[quote["quote_id"], -1])
        return Example(self.doc, quote["kind"], features, right, quote["confidence"], self.weight)

    def _sourced(self, quote: dict[str, Any], source: dict[str, Any]) -> Sourced:
        wanted = letters_of(self.text, [(source["start"], source["end"])])
        rows = self.candidates[quote["quote_id"]]
        right = [
            row["mention_id"] >= 0 and bool(wanted & letters_of(self.text, [(row["start"], row["end"])]))
            for row in rows
        ]
        right[-1] = not any(right)  # none of them
        features = [tuple(self.features[quote["quote_id"], row["candidate_id"]]) for row in rows]
        chosen = next(k for k, row in enumerate(rows) if row["chosen"])
        return Sourced(self.doc, features, right, chosen, quote["source_confidence"], self.weight)


def _by_quote(rows: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["quote_id"]].append(row)
    return found


# ----------------------------------------------------------------------------------------------------- the fitting


def minimise(loss: Callable[[Vector], tuple[float, Vector]], start: Vector, *, steps: int = 200) -> Vector:
    """Minimise a smooth convex function by L-BFGS. `loss` returns value and gradient."""
    x, (value, gradient) = list(start), loss(start)
    moves: list[tuple[Vector, Vector, float]] = []
    for _ in range(steps):
        direction = _two_loops(gradient, moves)
        slope = _dot(direction, gradient)
        if slope > -1e-12:
            break
        size = 1.0 if moves else 1.0 / max(1.0, math.sqrt(_dot(gradient, gradient)))
        for _ in range(40):
            new = [a + size * d for a, d in zip(x, direction, strict=True)]
            new_value, new_gradient = loss(new)
            if new_value <= value + 1e-4 * size * slope:
                break
            size /= 2
        else:
            break
        step = [a - b for a, b in zip(new, x, strict=True)]
        turn = [a - b for a, b in zip(new_gradient, gradient, strict=True)]
        curve = _dot(step, turn)
        if curve > 1e-12:
            moves = [*moves[-9:], (step, turn, 1 / curve)]
        done = abs(value - new_value) < 1e-9 * max(1.0, abs(value))
        x, value, gradient = new, new_value, new_gradient
        if done:
            break
    return x


def _dot(a: Vector, b: Vector) -> float:
    return math.fsum(p * q for p, q in zip(a, b, strict=True))


def _two_loops(gradient: Vector, moves: list[tuple[Vector, Vector, float]]) -> Vector:
    q, shares = [-g for g in gradient], []
    for step, turn, rho in reversed(moves):
        share = rho * _dot(step, q)
        shares.append(share)
        q = [a - share * b for a, b in zip(q, turn, strict=True)]
    if moves:
        step, turn, _ = moves[-1]
        scale = _dot(step, turn) / _dot(turn, turn)
        q = [scale * a for a in q]
    for (step, turn, rho), share in zip(moves, reversed(shares), strict=True):
        back = rho * _dot(turn, q)
        q = [a + (share - back) * b for a, b in zip(q, step, strict=True)]
    return q


def _softplus(z: float) -> float:
    return z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))


def _logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def _penalised(weights: Vector, prior: Vector, strength: float, free: int) -> tuple[float, Vector]:
    """The penalty on the distance to `prior`; feature `free`, the bias, costs next to nothing."""
    apart = [w - p for w, p in zip(weights, prior, strict=True)]
    strengths = [strength * (0.01 if k == free else 1.0) for k in range(len(weights))]
    value = math.fsum(s * a * a / 2 for s, a in zip(strengths, apart, strict=True))
    return value, [s * a for s, a in zip(strengths, apart, strict=True)]


class _Model:
    """What two models share: the names of their features, and fitting with documents left out."""

    def __init__(self, prefix: str, prior: Mapping[str, float], strength: float) -> None:
        self.names: list[str] = sorted(name for name in prior if name.startswith(prefix + ":"))
        self.index: dict[str, int] = {name: k for k, name in enumerate(self.names)}
        self.prior: list[float] = [prior[name] for name in self.names]
        self.strength = strength
        self.bias: int = self.index.get(f"{prefix}:bias", -1)

    def number(self, features: Iterable[str]) -> tuple[int, ...]:
        return tuple(self.index[name] for name in features if name in self.index)


class Regression(_Model):
    """A logistic regression over examples."""

    def fit(self, examples: Sequence[Example]) -> Vector:
        counts: dict[tuple[tuple[int, ...], bool], float] = defaultdict(float)
        for example in examples:
            counts[self.number(example.features), example.right] += example.weight
        rows = [(features, right, n) for (features, right), n in counts.items()]

        def loss(weights: Vector) -> tuple[float, Vector]:
            value, gradient = _penalised(weights, self.prior, self.strength, self.bias)
            for features, right, n in rows:
                z = math.fsum(weights[k] for k in features)
                value += n * _softplus(-z if right else z)
                error = n * (_logistic(z) - right)
                for k in features:
                    gradient[k] += error
            return value, gradient

        return minimise(loss, self.prior)

    def logit(self, weights: Vector, example: Example) -> float:
        return math.fsum(weights[k] for k in self.number(example.features))

    def calibrate(self, logits: Sequence[float], examples: Sequence[Example]) -> tuple[float, float]:
        """(scale, shift) of logits of documents left out (Platt).  The penalty holds both where there is little."""

        def loss(at: Vector) -> tuple[float, Vector]:
            value, gradient = 2 * (at[0] - 1) ** 2 + 0.5 * at[1] ** 2, [4 * (at[0] - 1), at[1]]
            for logit, example in zip(logits, examples, strict=True):
                z = at[0] * logit + at[1]
                value += example.weight * _softplus(-z if example.right else z)
                error = example.weight * (_logistic(z) - example.right)
                gradient[0] += error * logit
                gradient[1] += error
            return value, gradient

        scale, shift = minimise(loss, [1.0, 0.0])
        return (scale, shift) if scale > 0 else (1.0, 0.0)

    def folded(self, weights: Vector, scale: float, shift: float) -> Vector:
        return [scale * w + (shift if k == self.bias else 0) for k, w in enumerate(weights)]


class Softmax(_Model):
    """A softmax over the candidates for a source."""

    def fit(self, examples: Sequence[Sourced]) -> Vector:
        rows = [([self.number(c) for c in e.candidates], e.right, e.weight) for e in examples]

        def loss(weights: Vector) -> tuple[float, Vector]:
            value, gradient = _penalised(weights, self.prior, self.strength, -1)
            for candidates, right, n in rows:
                scores = [math.fsum(weights[k] for k in features) for features in candidates]
                chances, good = _chances(scores, right)
                value -= n * math.log(max(good, 1e-300))
                for features, chance, is_right in zip(candidates, chances, right, strict=True):
                    error = n * (chance - (chance / max(good, 1e-300) if is_right else 0.0))
                    for k in features:
                        gradient[k] += error
            return value, gradient

        return minimise(loss, self.prior)

    def scores(self, weights: Vector, example: Sourced) -> Vector:
        return [math.fsum(weights[k] for k in self.number(features)) for features in example.candidates]

    def calibrate(self, scores: Sequence[Vector], examples: Sequence[Sourced]) -> float:
        """The scale of scores of documents left out."""

        def loss(at: Vector) -> tuple[float, Vector]:
            value, slope = 2 * (at[0] - 1) ** 2, 4 * (at[0] - 1)
            for row, example in zip(scores, examples, strict=True):
                chances, good = _chances([at[0] * s for s in row], example.right)
                value -= example.weight * math.log(max(good, 1e-300))
                mean = math.fsum(c * s for c, s in zip(chances, row, strict=True))
                of_right = zip(chances, row, example.right, strict=True)
                slope += example.weight * (mean - math.fsum(c * s for c, s, r in of_right if r) / max(good, 1e-300))
            return value, [slope]

        scale = minimise(loss, [1.0])[0]
        return scale if scale > 0 else 1.0


def _chances(scores: Vector, right: Sequence[bool]) -> tuple[Vector, float]:
    """The softmax, and the share of the right candidates."""
    largest = max(scores)
    parts = [math.exp(score - largest) for score in scores]
    total = math.fsum(parts)
    return [part / total for part in parts], math.fsum(p for p, r in zip(parts, right, strict=True) if r) / total


# ---------------------------------------------------------------------------------------------------- the training


@dataclass(slots=True)
class Measured:
    """Confidences and answers of one model."""

    confidences: list[float]
    right: list[bool]

    @property
    def error(self) -> float:
        """Expected calibration error."""
        return calibration_error(self.confidences, self.right)

    @property
    def brier(self) -> float:
        """Mean squared distance from the truth; it is also lower if sure and unsure quotes are well separated."""
        squares = ((c - r) ** 2 for c, r in zip(self.confidences, self.right, strict=True))
        return sum(squares) / len(self.right) if self.right else 0.0

    @property
    def share_right(self) -> float:
        return sum(self.right) / len(self.right) if self.right else 0.0

    def bins(self) -> list[Bin]:
        return reliability(self.confidences, self.right)

    def to_text(self) -> str:
        """A reliability table."""
        rows = [f"  {b.low:.1f}-{b.high:.1f} {b.n:>7,} {b.confidence:>10.3f} {b.right:>7.3f}" for b in self.bins()]
        return "\n".join(["  bin           n confidence   right", *rows])


def measured_quotes(examples: Sequence[Example]) -> Measured:
    """The confidences that the core gave, against the gold."""
    return Measured([e.before for e in examples], [e.right for e in examples])


def measured_sources(examples: Sequence[Sourced]) -> Measured:
    """The source confidences that the core gave, against the gold."""
    return Measured([e.before for e in examples], [e.right[e.chosen] for e in examples])


@dataclass(slots=True)
class Training:
    """Weights fitted to your own annotations, and how well they fit.

    `config` is the config you gave, with the new weights: `read(…, config=done.config)`.  `before` and `after` hold a
    `Measured` for quote, scare and source: `before` with the earlier weights, `after` with new weights, on documents
    left out of the fit.
    """

    weights: dict[str, float]
    n_documents: int
    before: dict[str, Measured]
    after: dict[str, Measured]
    given: Config = field(default_factory=Config)

    @property
    def config(self) -> Config:
        """The config with the new weights."""
        return self.given.set_weights(self.weights)

    @property
    def n_quotes(self) -> int:
        """How many quotes were found, without scare quotes."""
        return len(self.before["quote"].right)

    @property
    def precision(self) -> float:
        """The share of found quotes that the gold has."""
        return self.before["quote"].share_right

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a .toml file for `Config.load`, or a .tsv file with only the weights."""
        check_ending(path)
        if is_toml(path):
            self.config.save(path)
        else:
            write_weights(self.weights, path)

    def __repr__(self) -> str:
        return (
            f"<Training: {self.n_quotes:,} quotes of {self.n_documents:,} documents, "
            f"{100 * self.precision:.1f} % right>"
        )

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    def to_text(self) -> str:
        """Counts, precision, and reliability before and after."""
        parts = [
            f"{self.n_documents:,} documents, {self.n_quotes:,} quotes found, "
            f"{100 * self.precision:.1f} % of them right"
        ]
        for name, title in _TITLES.items():
            before, after = self.before[name], self.after[name]
            if not before.right:
                continue
            parts.append(f"\n{title}: {len(before.right):,}, right {100 * before.share_right:.1f} %")
            parts.append(f"before: calibration error {before.error:.3f}, Brier score {before.brier:.3f}")
            parts.append(before.to_text())
            if not after.right:
                parts.append("too few to learn from: the weights stay as they are")
                continue
            parts.append(
                f"after, on documents left out: calibration error {after.error:.3f}, Brier {after.brier:.3f}"
            )
            parts.append(after.to_text())
        return "\n".join(parts)


_TITLES = {
    "quote": "quotes (confidence)",
    "source": "their sources (source_confidence)",
    "scare": "marked strings taken for nobody's words (confidence)",
}


def train(
    gold: Gold,
    *,
    output: str | os.PathLike[str] | None = None,
    kinds: Names = None,
    acts: Names = None,
    config: Config | None = None,
) -> Training:
    """Fit the weights behind `confidence` and `source_confidence` to your own annotations.

    gold      a JSONL file, or the objects themselves: documents as `quotelens annotate` writes them, with their
              `text`, and with `quotes` corrected by a person.  The keys `type`, `spans` and `source` of a quote are
              read
    output    a .toml file that `Config.load` reads, or a .tsv file of the weights alone
    kinds     direct, mixed, indirect: what was annotated, if not everything
    acts      speech, evidence…: the same for acts
    config    your own options, which the output keeps; the new weights start from its weights

    A quote counts as right if a gold quote shares at least half of its letters, and its source if the two overlap.
    With few annotations the weights stay close to the earlier ones; a few hundred quotes are a good start.  Raises
    ValueError for malformed gold, or if no quote is found in it.
    """
    examples = examples_of(read_gold(gold), config=config, kinds=kinds, acts=acts)
    if not examples.quotes and not examples.scares:
        raise ValueError("There is nothing to learn from: no quote was found in the texts of the gold.")
    done = fit(examples, config or Config())
    if output is not None:
        done.write(output)
    return done


def fit(examples: Examples, config: Config, *, strength: float = STRENGTH) -> Training:
    """New weights from examples, starting from those of a config; a model with too few examples keeps its weights."""
    prior = config.weights()
    weights = dict(prior)
    docs = {e.doc for part in (examples.quotes, examples.scares, examples.sources) for e in part}
    before = {
        "quote": measured_quotes(examples.quotes),
        "scare": measured_quotes(examples.scares),
        "source": measured_sources(examples.sources),
    }
    after = {}
    for prefix, part in (("quote", examples.quotes), ("scare", examples.scares)):
        regression = Regression(prefix, prior, strength)
        fitted, after[prefix] = _fit_regression(regression, part)
        weights |= dict(zip(regression.names, fitted, strict=True))
    softmax = Softmax("source", prior, strength)
    fitted, after["source"] = _fit_softmax(softmax, examples.sources)
    weights |= dict(zip(softmax.names, fitted, strict=True))
    return Training({k: round(v, _DIGITS) + 0.0 for k, v in weights.items()}, len(docs), before, after, config)


def _folds(examples: Sequence[Example] | Sequence[Sourced]) -> list[int]:
    """The fold of each example: those of a document stay together."""
    docs = {doc: k for k, doc in enumerate(dict.fromkeys(e.doc for e in examples))}
    return [docs[e.doc] % FOLDS for e in examples]


def _can_learn(examples: Sequence[Example] | Sequence[Sourced], folds: list[int]) -> bool:
    return len(examples) >= FEWEST and len(set(folds)) > 1


def _others(items: Sequence[Any], folds: list[int], fold: int) -> list[Any]:
    return [item for item, of in zip(items, folds, strict=True) if of != fold]


def _fit_regression(model: Regression, examples: list[Example]) -> tuple[Vector, Measured]:
    folds = _folds(examples)
    if not _can_learn(examples, folds):
        return model.prior, Measured([], [])
    fitted = {fold: model.fit(_others(examples, folds, fold)) for fold in sorted(set(folds))}
    logits = [model.logit(fitted[fold], e) for e, fold in zip(examples, folds, strict=True)]
    lines = {f: model.calibrate(_others(logits, folds, f), _others(examples, folds, f)) for f in fitted}
    confidences = [_logistic(lines[f][0] * z + lines[f][1]) for z, f in zip(logits, folds, strict=True)]
    weights = model.folded(model.fit(examples), *model.calibrate(logits, examples))
    return weights, Measured(confidences, [e.right for e in examples])


def _fit_softmax(model: Softmax, examples: list[Sourced]) -> tuple[Vector, Measured]:
    folds = _folds(examples)
    if not _can_learn(examples, folds):
        return model.prior, Measured([], [])
    fitted = {fold: model.fit(_others(examples, folds, fold)) for fold in sorted(set(folds))}
    scores = [model.scores(fitted[fold], e) for e, fold in zip(examples, folds, strict=True)]
    scales = {f: model.calibrate(_others(scores, folds, f), _others(examples, folds, f)) for f in fitted}
    confidences = []
    for row, example, fold in zip(scores, examples, folds, strict=True):
        chances, _ = _chances([scales[fold] * s for s in row], example.right)
        confidences.append(chances[example.chosen])
    scale = model.calibrate(scores, examples)
    weights = [scale * w for w in model.fit(examples)]
    return weights, Measured(confidences, [e.right[e.chosen] for e in examples])
