"""Quotations and pages of which each process has a part: what the parts say together is what the whole says."""

from array import array

import pytest
from quotelens import _core

TEXTS = [
    "Every cable of the funicular has to be replaced by the end of May",
    "Every cable of the funicular has to be replaced",
    "every CABLE of the funicular has to be replaced!",
    "It rained all day in the upper town",
]


def families(texts, *known):
    made = _core.Families()
    if known:
        made.know(*known)
    made.add(texts)
    return made


def test_a_part_weighs_words_as_the_whole_does():
    whole = families(TEXTS)
    keys, masses, lengths = (array(kind, data) for kind, data in zip("qii", whole.types(), strict=True))
    assert keys[1] == keys[2] != keys[0] and lengths[1] < lengths[0]
    words = whole.words()
    assert ("cable", 2) in {(form, n) for form, n, _ in words}
    part = families(TEXTS[1:2], [form for form, _, _ in words], [n for _, n, _ in words], 3)
    same = [array(kind, data) for kind, data in zip("qii", part.types(), strict=True)]
    assert same == [keys[1:2], masses[1:2], lengths[1:2]]
    assert families(TEXTS[1:2]).types()[1] != part.types()[1]


def test_words_that_nobody_told_of_are_in_one_quotation():
    part = families(["cable zymurgy"], ["cable"], [900], 1000)
    part.types()
    weights = {form: weight for form, _, weight in part.words()}
    assert weights["zymurgy"] > weights["cable"]


def test_seeds_are_shared_by_what_shares_words():
    found = families(TEXTS)
    found.types()
    sizes, keys, told = (array(kind, data) for kind, data in zip("iqi", found.seeds(), strict=True))
    assert sum(sizes) == len(keys) == len(told) and min(told) > 0
    ends = [sum(sizes[:k]) for k in range(len(sizes) + 1)]
    seeds = [set(keys[ends[k] : ends[k + 1]]) for k in range(len(sizes))]
    assert len(seeds[0] & seeds[1]) > 3 and not seeds[0] & seeds[3]
    found.group()
    found.seeds()
    assert found.search(TEXTS[3], 1)[0][0] == found.members()[3][0]  # the lists of the grouping are whole


def test_what_pairs_share():
    found = families(TEXTS)
    masses = array("i", found.types()[1])
    pairs = array("i", [1, 0, 0, 1, 3, 0, 1, 2, 7, 0, -1, 0])
    shared = array("i", found.shared(pairs.tobytes()))
    assert list(shared) == [masses[1], 0, 0, 0, 0, 0]  # the shorter one after the longer one, of one quotation


def test_wrong_arguments():
    found = _core.Families()
    with pytest.raises(ValueError, match="not of one length"):
        found.know(["a"], [], 1)
    with pytest.raises(TypeError):
        found.know(["a"], ["b"], 1)
    with pytest.raises(TypeError):
        found.shared("pairs")


def test_lines_that_recur_are_handed_on():
    engine = _core.Engine()
    line, text = "Get our newsletter every morning", "Ann Lee said it rained in the upper town.\n"
    pages = {outlet: [f"{text}{line} {outlet}\n{k}" for k in range(4)] for outlet in ("a", "b")}
    parts = []
    for outlet, own in pages.items():
        counts = _core.LineCounts()
        counts.add(outlet, own)
        parts.append(counts.recurring())
    known = _core.LineCounts()
    known.take(b"".join(parts))
    alone = _core.LineCounts()
    for outlet, own in pages.items():
        alone.add(outlet, own)
    texts = [page for own in pages.values() for page in own]
    ids, outlets = [str(k) for k in range(8)], ["a"] * 4 + ["b"] * 4
    zones = [
        engine.analyse(texts, ids, ["zones"], outlets=outlets, lines=lines)["zones"].column("zone")
        for lines in (known, alone)
    ]
    assert zones[0] == zones[1]
    with pytest.raises(RuntimeError, match="in use"):
        known.take(b"")
    with pytest.raises(ValueError, match="not lines that recur"):
        _core.LineCounts().take(b"abc")


def test_pages_are_drawn_by_their_hash():
    assert _core.page_hash("It rained.") == _core.page_hash("It rained.") != _core.page_hash("It rained!")
