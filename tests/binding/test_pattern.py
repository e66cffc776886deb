"""Regular expressions: what compiles, where it matches in code points, and what is refused."""

import gc
import sys
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from quotelens._core import Pattern


def found(source, text, **options):
    return Pattern(source, **options).find_all([text])[0]


def test_each_text_has_its_list():
    assert Pattern("b").find_all(["abab", "", "xyz", "b"]) == [[(1, 2), (3, 4)], [], [], [(0, 1)]]
    assert Pattern("b").find_all([]) == []
    assert Pattern("b").find_all(("ab",)) == [[(1, 2)]]


def test_case():
    assert found("é", "éÉ") == [(0, 1)]
    assert found("é", "éÉ", ignore_case=True) == [(0, 1), (1, 2)]


@pytest.mark.parametrize("text", ["rain", "😀 rain", "naïve 🇬🇧 rain 👩‍👩‍👧 rain", "雨 rain\nrain", "e\u0301 rain"])
def test_offsets_are_code_points(text):
    places = found("rain", text)
    assert len(places) == text.count("rain")
    assert {text[start:end] for start, end in places} == {"rain"}


def test_classes_are_unicode():
    assert found(r"\w+", "Łódź größe") == [(0, 4), (5, 10)]
    assert found("^.$", "😀") == [(0, 1)]


def test_empty_matches_advance():
    assert found("", "a😀b") == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert found("", "") == [(0, 0)]
    assert found("x*", "axxb") == [(0, 0), (1, 3), (3, 3), (4, 4)]
    assert found(r"\b", "an ox") == [(0, 0), (2, 2), (3, 3), (5, 5)]
    assert found(r"(?=b)", "abab") == [(1, 1), (3, 3)]


@pytest.mark.parametrize("source", [r"a\K", r"a\Kb", r"(?=ab\K)", r"(?<=\Ka)b"])
def test_a_start_that_was_set_again(source):
    """Old releases of PCRE2 have \\K in lookarounds, which puts a match's start after its end, or goes back."""
    try:
        places = found(source, "abab aab")
    except ValueError as error:
        assert "lookaround" in str(error)
    else:
        assert places and all(0 <= start <= end <= 8 for start, end in places)


def test_lone_surrogates_match_nothing_and_stop_nothing():
    text = "a\ud800b\udfffrain \ud83d rain"
    assert [text[start:end] for start, end in found("rain", text)] == ["rain", "rain"]
    assert found(".", "\ud800x\udc00") == [(1, 2)]
    assert found("", "\ud800x") == [(0, 0), (1, 1), (2, 2)]


def test_nul():
    assert found("b", "a\0b\0") == [(2, 3)]
    assert found("\0", "a\0b\0") == [(1, 2), (3, 4)]
    assert found("a\0b", "ab a\0b") == [(3, 6)]


@pytest.mark.parametrize(
    ("source", "byte", "words"),
    [("a(b", 3, "parenthesis"), ("é[z-a]", 5, "range out of order"), ("*", 0, "quantifier"), ("\ud800", 0, "UTF-8")],
)
def test_a_bad_pattern_says_where_and_why(source, byte, words):
    with pytest.raises(ValueError, match=rf"at byte {byte}\b.*{words}"):
        Pattern(source)


def test_a_pattern_that_takes_too_long_names_the_text():
    began = time.perf_counter()
    with pytest.raises(ValueError, match=r"^texts\[1\]: .*too long"):
        Pattern("(a+)+$").find_all(["fine", "a" * 40 + "b", "fine"])
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("call", [lambda p: p.find_all("ab"), lambda p: p.find_all(3), lambda p: p.find_all(b"ab")])
def test_texts_have_to_be_a_list(call):
    with pytest.raises(TypeError, match="texts is"):
        call(Pattern("a"))


@pytest.mark.parametrize("bad", [None, 3, b"ab"])
def test_items_have_to_be_str(bad):
    with pytest.raises(TypeError, match=r"texts\[1\]"):
        Pattern("a").find_all(["a", bad])


@pytest.mark.parametrize("arguments", [(), (b"a",), (None,), ("a", True)])
def test_wrong_arguments(arguments):
    with pytest.raises(TypeError):
        Pattern(*arguments)


def test_threads_share_a_pattern():
    pattern = Pattern(r"\brain\w*", ignore_case=True)
    texts = [f"{'😀' * (k % 7)} Rain and raincoats {k}" for k in range(500)]
    once = pattern.find_all(texts)
    with ThreadPoolExecutor(8) as pool:
        assert all(again == once for again in pool.map(lambda _: pattern.find_all(texts), range(32)))


def test_time_is_linear_in_the_text():
    """A map that was made again, or searched, for every match would take minutes."""
    began = time.perf_counter()
    assert len(found("é", "éa" * 500_000)) == 500_000
    assert len(found("", "é" * 300_000)) == 300_001
    assert time.perf_counter() - began < 20


def test_no_references_are_kept():
    text = "".join(["rain ", "and é ", "rain"])
    before = sys.getrefcount(text)
    pattern = Pattern("rain")
    for _ in range(100):
        pattern.find_all([text])
        with pytest.raises(TypeError):
            pattern.find_all([text, None])
    assert sys.getrefcount(text) == before


def test_a_pattern_is_final():
    with pytest.raises(TypeError):
        type("Sub", (Pattern,), {})
    with pytest.raises(TypeError):
        Pattern.find_all = None
    with pytest.raises(TypeError):
        weakref.ref(Pattern("a"))
    gc.collect()
