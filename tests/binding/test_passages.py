"""`_core.Passages`: arguments, states, and what it says when something is wrong."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest
from quotelens import _core

TEXTS = ["Enough is enough, said the potter.", "😀 Enough is\u00a0ENOUGH", "nobody paints the lighthouse at dusk"]


def made(texts=TEXTS):
    passages = _core.Passages()
    passages.add(texts)
    return passages


def test_places_are_code_points():
    places = made().find(["“enough is enough”", "the", "zebra", ""], [-1] * 4, 9)
    assert places == [[(0, 0, 16), (1, 2, 18)], [(0, 23, 26), (2, 14, 17)], [], []]
    assert TEXTS[1][2:18] == "Enough is\u00a0ENOUGH"
    assert made().find(["enough is enough"] * 2, [1, 2], 9) == [[(1, 2, 18)], []]


def test_no_more_places_than_asked_for():
    passages = made(["again and again"] * 50)
    assert [len(passages.find(["again"], [-1], most)[0]) for most in (0, -3, 1, 70, 1000)] == [0, 0, 1, 70, 100]
    assert passages.find(["again"], [-1], 1) == [[(0, 0, 5)]]


def test_nearest_stretches():
    ((text, start, end, told, n_words, share),) = made().near(["nobody paints a lighthouse at dawn"], [-1])[0]
    assert (text, start, end, n_words) == (2, 0, 36, 4) and told > 0 and 0.5 < share < 1
    assert made().near(["zebra"], [-1]) == [[]] == _core.Passages().near(["a"], [-1])


def test_texts_may_come_later():
    passages = made(TEXTS[:1])
    assert passages.find(["lighthouse"], [-1], 9) == [[]]
    passages.add(TEXTS[1:])
    assert passages.find(["lighthouse"], [-1], 9) == [[(2, 18, 28)]]


@pytest.mark.parametrize("given", ["a text", None, 3, [3], [b"a"], [None]])
def test_what_is_no_list_of_texts(given):
    with pytest.raises(TypeError, match="texts"):
        _core.Passages().add(given)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("a", [-1]), TypeError, "quotes"),
        ((["a"], 3), TypeError, "within"),
        ((["a"], [None]), TypeError, "int"),
        ((["a"], [-2]), ValueError, r"within\[0\]"),
        ((["a"], [2**40]), ValueError, r"within\[0\]"),
        ((["a", "b"], [-1]), ValueError, "same length"),
        (([3], [-1]), TypeError, r"quotes\[0\]"),
        ((["a"],), TypeError, "argument"),
    ],
)
def test_what_cannot_be_looked_for(arguments, error, words):
    with pytest.raises(error, match=words):
        made().near(*arguments)
    with pytest.raises(error, match=words):
        made().find(*arguments, *[1] * (len(arguments) - 1))


def test_collected():
    passages = [made() for _ in range(10)]
    del passages
    gc.collect()


def test_one_thread_at_a_time():
    passages = made([f"word{k} other{k} third{k} fourth{k % 50} fifth{k % 9}" for k in range(20_000)])
    quotes = [f"fourth{k % 50} fifth{k % 9}" for k in range(5_000)]
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(passages.find, quotes, [-1] * len(quotes), 3) for _ in range(8)]
    errors = [task.exception() for task in done]
    assert all(error is None or "another thread" in str(error) for error in errors) and None in errors
    assert len(passages.find(["word7 other7"], [-1], 9)[0]) == 1
