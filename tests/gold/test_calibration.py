"""Confidences mean what they say on news that nothing was fitted to: PolNeAR, which stays outside the project.

The most that the calibration error may be, and the least by which sure statements are righter than unsure ones.
"""

import json

import pytest
from quotelens.quality.train import examples_of, measured_quotes, measured_sources

MOST_QUOTES, MOST_SOURCES, MOST_DIRECT = 0.10, 0.03, 0.05


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
