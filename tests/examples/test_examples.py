"""Examples as readable text: see the files beside this one.

A case is `=== name`, its text, `---`, and what is expected up to the first blank line; prose may stand between cases.
A line feed within a line of what is expected is written ⏎.
"""

import pathlib
import re

import pytest
import quotelens as ql

HERE = pathlib.Path(__file__).resolve().parent
CLASSES = "word|number|punct|mark|dash|symbol|emoji|url|email|handle|hashtag|date|time|ordinal|abbreviation|clitic"


def cases(name):
    """[(name of the case, text, [lines expected])] of a file, which may be absent."""
    path = HERE / f"{name}.txt"
    found = []
    for part in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:] if path.exists() else []:
        title, _, rest = part.partition("\n")
        text, _, expected = ("\n" + rest).partition("\n---\n")
        found.append((title, text[1:], expected.split("\n\n")[0].rstrip("\n").split("\n")))
    return [pytest.param(text, expected, id=f"{name}: {title}") for title, text, expected in found]


def one_line(text):
    return text.replace("\r\n", "⏎").replace("\n", "⏎")


def marked(text, spans):
    """The text with ⟦ ⟧ around each span."""
    edges = sorted([(end, 0, "⟧") for _, end in spans] + [(start, 1, "⟦") for start, _ in spans], reverse=True)
    for at, _, bracket in edges:
        text = text[:at] + bracket + text[at:]
    return text


def check(text, expected, actual, spans):
    """Compare lines; a failure shows the text with the actual spans."""
    if expected != actual:
        shown = ["", "text:      " + one_line(marked(text, spans))]
        shown += ["expected:  " + line for line in expected] + ["actual:    " + line for line in actual]
        pytest.fail("\n".join(shown), pytrace=False)


def spans_of(table):
    return list(zip(table["start"], table["end"], strict=True))


@pytest.mark.parametrize(("text", "expected"), cases("tokens"))
def test_tokens(text, expected):
    tokens = ql.annotate(text).tokens()
    wanted = [re.fullmatch(rf"(.+?)(?:/({CLASSES}))?", token).groups() for token in expected[0].split(" | ")]
    asked = [kind for _, kind in wanted] if len(wanted) == len(tokens) else [None] * len(tokens)
    actual = [
        f"{token}/{kind}" if ask else token
        for token, kind, ask in zip(tokens["text"], tokens["class"], asked, strict=True)
    ]
    check(text, expected[:1], [" | ".join(actual)], spans_of(tokens))


@pytest.mark.parametrize(("text", "expected"), cases("sentences"))
def test_sentences(text, expected):
    spans = spans_of(ql.annotate(text).sentences())
    check(text, expected, [one_line(text[start:end]) for start, end in spans], spans)


@pytest.mark.parametrize(("text", "expected"), cases("marks"))
def test_marks(text, expected):
    marks = ql.annotate(text).table("marks")
    actual = [
        f"⟦{one_line(text[mark['start'] : mark['end']])}⟧ {'closed' if mark['closed'] else 'open'} "
        f"depth={mark['depth']}" + (" continues" if mark["continues_id"] >= 0 else "")
        for mark in marks
    ]
    check(text, expected, actual or ["-"], spans_of(marks))


@pytest.mark.parametrize(("text", "expected"), cases("forms"))
def test_forms(text, expected):
    marks = ql.annotate(text).table("marks")
    actual = [f"⟦{one_line(text[mark['start'] : mark['end']])}⟧ {mark['form']}" for mark in marks]
    check(text, expected, actual or ["-"], spans_of(marks))


@pytest.mark.parametrize(("text", "expected"), cases("quotes"))
def test_quotes(text, expected):
    quotes = ql.annotate(text).quotes(acts="all", zones="all")
    actual = [
        " | ".join(one_line(quote[name] or "-") for name in ("kind", "content", "cue", "source")) for quote in quotes
    ]
    check(text, expected, actual or ["-"], spans_of(quotes))
