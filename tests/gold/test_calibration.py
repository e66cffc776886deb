"""Confidences mean what they say on news that nothing was fitted to: PolNeAR, which stays outside the project.

The most that the calibration error may be, and the least by which sure statements are righter than unsure ones.
"""

import json
import sys

import pytest
from quotelens.quality.calibration import calibration_error
from quotelens.quality.train import examples_of, measured_quotes, measured_sources

MOST_QUOTES, MOST_SOURCES, MOST_DIRECT, MOST_SPEAKERS = 0.10, 0.03, 0.05, 0.06


@pytest.fixture(scope="module")
def examples(shared):
    path = shared / "gold" / "polnear.jsonl"
    if not path.exists():
        pytest.skip("../shared/gold/polnear.jsonl is not there")
    with path.open(encoding="utf-8") as lines:
        return examples_of(map(json.loads, lines))


def test_confidence_is_calibrated(examples):
    measured = measured_quotes(examples.quotes)
    assert measured.error < MOST_QUOTES, measured.to_text()
    direct = measured_quotes([example for example in examples.quotes if example.kind == "direct"])
    assert direct.error < MOST_DIRECT, direct.to_text()


def test_source_confidence_is_calibrated(examples):
    measured = measured_sources(examples.sources)
    assert measured.error < MOST_SOURCES, measured.to_text()


def test_sure_statements_are_righter(examples):
    def share(least, most):
        right = [example.right for example in examples.quotes if least <= example.before < most]
        return sum(right) / len(right)

    assert share(0.8, 1.01) > share(0.5, 0.8) > share(0, 0.5)
    assert share(0.8, 1.01) - share(0, 0.5) > 0.3


def test_speaker_confidence_is_calibrated(root, shared, monkeypatch):
    """On labelled articles that nothing was fitted to."""
    pytest.importorskip("scipy", reason="tools/fit_speaker.py needs numpy and scipy")
    if not (shared / "reading").is_dir():
        pytest.skip("../shared/reading is not there")
    monkeypatch.setattr(sys, "path", [str(root / "tools"), *sys.path])
    import fit_speaker

    names = fit_speaker.CHOICES.names()
    articles = [a for a in fit_speaker.read_articles(shared / "reading") if a["meta"].get("split") != "train"]
    weights = fit_speaker.CHOICES.read(names)
    numbers = {name: k for k, name in enumerate(names)}
    found = fit_speaker.read(fit_speaker.engine_of(weights), articles, numbers).examples
    chances, right = fit_speaker.chances_of(found, weights), [example.right for example in found]
    assert len(found) > 300 and calibration_error(chances, right) < MOST_SPEAKERS
    sure = [is_right for chance, is_right in zip(chances, right, strict=True) if chance >= 0.9]
    unsure = [is_right for chance, is_right in zip(chances, right, strict=True) if chance < 0.7]
    assert sum(sure) / len(sure) > 0.92 and sum(unsure) / len(unsure) < 0.75
