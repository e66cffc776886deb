"""LineCounts: lines that recur over the pages of an outlet, counted first and asked for by an analysis."""

import threading

import pytest
from quotelens import _core

ENGINE = _core.Engine()
LINE = "News from the valley"
STORY = "The well ran dry in May, and nobody in the village knows why."
PAGES = [f"{LINE}\nThe pump in the yard was painted {colour} last week." for colour in ("red", "blue", "green")]


def counted(outlet="orm", pages=PAGES):
    counts = _core.LineCounts()
    counts.add(outlet, pages)
    return counts


def zones(counts, outlet="orm", line=LINE):
    """The zones of a plain text in which nothing but the counts makes a line boilerplate."""
    outlets = None if outlet is None else [outlet]
    batch = ENGINE.analyse([f"{STORY}\n{line}"], ["d"], ["zones"], outlets=outlets, lines=counts)["zones"]
    return batch.column("zone")


def test_lines_that_recur_are_boilerplate():
    assert zones(counted()) == ["body", "boilerplate"]
    assert zones(None) == zones(_core.LineCounts()) == ["body"]


def test_a_line_has_to_stand_on_two_pages():
    assert zones(counted(pages=[f"{LINE}\n{LINE}\n{LINE}"])) == ["body"]
    assert zones(counted(pages=[PAGES[0]] * 9)) == ["body"]
    assert zones(counted(pages=PAGES[:2])) == ["body", "boilerplate"]


def test_outlets_are_apart():
    assert zones(counted(), outlet="sorn") == ["body"]
    assert zones(counted(), outlet="") == zones(counted(), outlet=None) == ["body"]


def test_letters_and_digits_are_compared():
    assert zones(counted(), line="- NEWS FROM THE VALLEY |") == ["body", "boilerplate"]
    assert zones(counted(), line="News from the valleys") == ["body"]


def test_pages_added_one_by_one():
    counts = _core.LineCounts()
    for page in PAGES:
        counts.add("orm", (page,))
    counts.add("orm", [])
    assert zones(counts) == ["body", "boilerplate"]


def test_each_text_has_its_outlet():
    texts = [f"{STORY}\n{LINE}"] * 3
    found = ENGINE.analyse(texts, ["a", "b", "c"], ["zones"], outlets=["orm", "sorn", ""], lines=counted())["zones"]
    assert [row[0] for row in map(found.row, range(len(found)))] == ["a", "a", "b", "c"]


def test_nothing_can_be_added_once_used():
    counts = counted()
    zones(counts)
    with pytest.raises(RuntimeError, match="in use by an analysis"):
        counts.add("orm", PAGES)
    assert zones(counts) == ["body", "boilerplate"]


ODD = ["", "\n", "\x00\n\x00", "\ud800\n\udfff", "😀\n" * 1000, "a" * 100_000]


def test_any_text_can_be_counted():
    assert zones(counted(pages=ODD)) == ["body"]
    assert zones(counted(pages=[*ODD, *PAGES])) == zones(counted(pages=[*PAGES, *ODD])) == ["body", "boilerplate"]
    assert zones(counted("\ud800"), outlet="\ud800") == ["body", "boilerplate"]
    pages = [f"{page}\n{odd}" for page in PAGES for odd in ("News \ud800 from \x00 here", "😀 glad tidings")]
    for line in ("News \ud800 from \x00 here", "😀 glad tidings"):
        assert zones(counted(pages=pages), line=line) == ["body", "boilerplate"]
        assert zones(counted(), line=line) != ["body", "boilerplate"]


def test_threads_share_counts():
    counts, found = counted(), []
    threads = [threading.Thread(target=lambda: found.append(zones(counts))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["body", "boilerplate"]] * 8


@pytest.mark.parametrize("arguments", [(), ("orm",), ("orm", PAGES, 1), (b"orm", PAGES), ("orm", 5), ("orm", [5])])
def test_wrong_pages(arguments):
    with pytest.raises(TypeError):
        _core.LineCounts().add(*arguments)


def test_wrong_arguments_of_analyse():
    with pytest.raises(TypeError, match="LineCounts"):
        ENGINE.analyse(["a"], ["d"], ["zones"], outlets=["orm"], lines={})
    with pytest.raises(TypeError):
        ENGINE.analyse(["a"], ["d"], ["zones"], outlets=[5], lines=counted())
    with pytest.raises(ValueError, match="outlets"):
        ENGINE.analyse(["a"], ["d"], ["zones"], outlets=["orm", "sorn"], lines=counted())


def test_type():
    with pytest.raises(TypeError):
        _core.LineCounts(1)
    with pytest.raises(TypeError):
        type("More", (_core.LineCounts,), {})
