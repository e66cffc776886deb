"""Every line of Unicode's own word and sentence break tests, through the public functions."""

import pathlib

import pytest
import quotelens as ql


def cases(path: pathlib.Path):
    """(line number, text, [positions of ÷ in code points]) of a break test file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text, boundaries = "", []
        for part in line.split("#")[0].split():
            if part == "÷":
                boundaries.append(len(text))
            elif part != "×":
                text += chr(int(part, 16))
        if text:
            yield number, text, boundaries


def sentence_boundaries(text: str) -> list[int]:
    return list(ql.sentence_boundaries(text, tailored=False))


@pytest.mark.parametrize(
    ("name", "function", "least"),
    [("WordBreakTest.txt", ql.word_boundaries, 1900), ("SentenceBreakTest.txt", sentence_boundaries, 500)],
)
def test_break_file(shared, name, function, least):
    path = shared / "ucd" / name
    if not path.exists():
        pytest.skip(f"../shared/ucd/{name} is not there")
    lines, wrong = 0, []
    for number, text, wanted in cases(path):
        lines += 1
        given = list(function(text))
        if given != wanted:
            wrong.append(f"{name}:{number}: {[f'{ord(c):04X}' for c in text]} wanted {wanted}, got {given}")
    assert lines >= least, "the file is shorter than any version of it"
    assert not wrong, f"{len(wrong)} of {lines} lines fail\n" + "\n".join(wrong[:10])


@pytest.mark.parametrize(
    ("text", "boundaries"),
    [
        ("", []),
        ("a", [0, 1]),
        ("\r\n", [0, 2]),
        ("can’t", [0, 5]),
        ("3.14", [0, 4]),
        ("a.b", [0, 3]),
        ("a. b", [0, 1, 2, 3, 4]),
        ("👩‍🚒!", [0, 3, 4]),
    ],
)
def test_words_without_data(text, boundaries):
    assert list(ql.word_boundaries(text)) == boundaries


def test_sentences_without_data():
    text = "It is late. “Go home,” she said."
    assert list(ql.sentence_boundaries(text, tailored=False)) == [0, 12, len(text)]
