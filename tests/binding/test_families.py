"""`_core.Families` and `_core.diff`: arguments, states, and what they say when something is wrong."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest
from quotelens import _core

TEXTS = ["the kiln has been cold since the potters left", "The kiln has been cold", "nobody paints the lighthouse"]


def test_nothing_is_there_before_it_is_grouped():
    families = _core.Families()
    for ask in (families.members, families.canonical, lambda: families.search("a", 1)):
        with pytest.raises(RuntimeError, match=r"group\(\)"):
            ask()
    assert families.group() == 0 and families.members() == [] and families.search("a", 1) == []


def test_groups_anew_after_more_was_added():
    families = _core.Families()
    families.add(TEXTS[1:])
    assert families.group() == 2 and families.canonical()[0] == (TEXTS[1], 1)
    families.add(TEXTS[:1])
    with pytest.raises(RuntimeError):
        families.members()
    assert families.group() == 2 and [row[0] for row in families.members()] == [0, 1, 0]
    assert families.canonical() == [(TEXTS[0], 2), (TEXTS[2], 1)]
    assert families.group() == 2


def test_options():
    families = _core.Families()
    families.add(TEXTS)
    assert families.group(least_shared=100_000, long_shared=100_000) == 3
    with pytest.raises(TypeError):
        families.group(1000)
    with pytest.raises(TypeError):
        families.group(mistake=1)


@pytest.mark.parametrize("given", ["a text", None, 3, [3], [b"a"], [None]])
def test_what_is_no_list_of_texts(given):
    with pytest.raises(TypeError, match="texts"):
        _core.Families().add(given)


def test_search_gives_no_more_than_asked_for():
    families = _core.Families()
    families.add([f"the cold kiln of potter number{k} in moldering{k} parish{k}" for k in range(300)])
    families.group()
    assert len(families.search("potter kiln cold parish", 5)) <= 5
    assert families.search("potter", 0) == [] == families.search("potter", -1)
    assert len(families.search("number7 moldering7", 10**9)) == 1
    with pytest.raises(TypeError):
        families.search(b"a", 1)


def test_differences():
    assert _core.diff("a b", "a b") == (1.0, [(0, 0, 3, 0, 3)])
    assert _core.diff("é 😀 b c", "é b d")[1] == [(0, 0, 5, 0, 3), (3, 6, 7, 4, 5)]
    with pytest.raises(TypeError):
        _core.diff("a", None)


def test_collected():
    families = [_core.Families() for _ in range(10)]
    families[0].add(TEXTS)
    del families
    gc.collect()


def test_one_thread_at_a_time():
    families = _core.Families()
    families.add([f"word{k} other{k} third{k} fourth{k % 50} fifth{k % 9}" for k in range(20_000)])
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(families.group) for _ in range(8)]
    errors = [task.exception() for task in done]
    assert all(error is None or "another thread" in str(error) for error in errors) and None in errors
    assert len(families.members()) == 20_000
