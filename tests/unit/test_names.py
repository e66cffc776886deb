"""`link_names`: its answers, its mistakes, its speed."""

import threading
import time

import pytest
import quotelens as ql


def test_a_document():
    assert ql.link_names(["Wei Lanying", "Wei", "Mr Wei", "Norvik"]) == [0, 0, 0, 1]
    assert ql.link_names(("Holm", "Ada Holm", "Omar Diaz", "Mayor Holm")) == [0, 0, 1, 0]
    assert ql.link_names([]) == ql.link_names(()) == []


@pytest.mark.parametrize(
    "mentions",
    [[""], ["\udcff", "\ud83d"], ["", " ", "\x00"], ["😀", "日本"], ["x" * 100_000], ["A " * 50_000], ["'"]],
)
def test_any_strings_have_an_answer(mentions):
    links = ql.link_names(mentions)
    assert len(links) == len(mentions) and links[0] == 0


@pytest.mark.parametrize(
    ("mentions", "message"),
    [
        ("Ada Holm", "mentions is of type str, not a list of str; put it in a list"),
        (b"Ada Holm", "mentions is of type bytes, not a list of str"),
        ({"Ada Holm"}, "mentions is of type set, not a list of str"),
        ((name for name in "ab"), "mentions is of type generator, not a list of str"),
        (None, "mentions is of type NoneType, not a list of str"),
        (["Ada", 1], r"mentions\[1\] is of type int, not str"),
        ([b"Ada"], r"mentions\[0\] is of type bytes, not str; decode it first"),
    ],
)
def test_mistakes(mentions, message):
    with pytest.raises(TypeError, match=message):
        ql.link_names(mentions)


@pytest.mark.parametrize(
    "mentions",
    [
        [f"Ada{i} Holm{i}" for i in range(10_000)],
        [f"Ada{i} Holm" for i in range(10_000)],
        [f"Ada {'Holm' * (i % 90)}{i}" for i in range(10_000)],
        ["President Ada Holm", *(f"the president of {i}" for i in range(10_000))],
        ["Holm"] * 100_000,
    ],
    ids=["all different", "one family", "one given name", "descriptions", "all equal"],
)
def test_many_mentions_are_quick(mentions):
    start = time.perf_counter()
    links = ql.link_names(mentions)
    assert len(links) == len(mentions)
    assert time.perf_counter() - start < 5  # a tenth of a second, on a machine with nothing else to do


def test_threads():
    mentions = ["Ada Holm", "Holm", "the mayor", "Mayor Omar Diaz", "he", "Diaz"] * 20
    expected, found = ql.link_names(mentions), []

    def work():
        found.extend(ql.link_names(mentions) == expected for _ in range(100))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 400
