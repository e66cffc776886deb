"""Families: total on any strings, free of the order of the input, equal strings together."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from quotelens import _core
from quotelens.families.diff import word_diff
from quotelens.families.families import grouped

WORDS = [
    "the",
    "of",
    "a",
    "we",
    "is",
    "not",
    "harbour",
    "kiln",
    "U.S.",
    "US",
    "eel-trap",
    "12,000",
    "don't",
    "[mill]",
    "…",
    "co-op",
    "naïve",
    "“so”",
    "7",
    "percent",
    "moth",
]
QUOTES = st.lists(
    st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)), max_size=25
)


def partition(texts):
    """Which texts are together, as sets of what stands in each family."""
    families = {}
    for text, (family, *_) in zip(texts, grouped(texts).members(), strict=True):
        families.setdefault(family, []).append(text)
    return sorted(sorted(members) for members in families.values())


@settings(max_examples=300, deadline=None)
@given(QUOTES, st.randoms(use_true_random=False))
def test_order_makes_no_difference(texts, rng):
    shuffled = texts[:]
    rng.shuffle(shuffled)
    assert partition(texts) == partition(shuffled)


@settings(max_examples=300, deadline=None)
@given(QUOTES)
def test_families_are_numbered_as_they_appear(texts):
    families = grouped(texts + texts)
    members, canonical = families.members(), families.canonical()
    seen = -1
    for k, (family, similarity, is_exact, _, told) in enumerate(members):
        assert family <= seen + 1 and 0 <= similarity <= 1 and told > 0
        seen = max(seen, family)
        assert members[k % max(len(texts), 1)][0] == family
        assert not is_exact or similarity == 1
    assert sum(n for _, n in canonical) == len(members) and len(canonical) == seen + 1


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_differences_are_of_the_texts(a, b):
    similarity, edits = _core.diff(a, b)
    assert 0 <= similarity <= 1 and isinstance(word_diff(a, b), str)
    at_a = at_b = 0
    for step, start_a, end_a, start_b, end_b in edits:
        assert 0 <= step <= 3 and at_a <= start_a <= end_a <= len(a) and at_b <= start_b <= end_b <= len(b)
        at_a, at_b = end_a, end_b
    similarity, edits = _core.diff(a, a)
    assert similarity == 1 and {step for step, *_ in edits} == {0}


def test_odd_strings():
    rng = random.Random(5)
    huge = " ".join(f"word{rng.randrange(5000)}" for _ in range(120_000))
    assert len(huge) > 1_000_000
    odd = [
        "\0",
        "a\0b",
        "😀👩‍👩‍👧",
        "\ud800",
        "",
        " ",
        "\ufffd",
        "[" * 5000,
        "…" * 5000,
        "'s" * 5000,
        huge,
        huge[:1000],
    ]
    members = grouped(odd + odd).members()
    assert [row[0] for row in members[: len(odd)]] == [row[0] for row in members[len(odd) :]]
    assert members[-1][0] == members[-2][0]  # the beginning of the longest is a part of it
