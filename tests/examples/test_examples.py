"""Examples as readable text: see the files beside this one.

A case is `=== name`, its text, `---`, and what is expected up to the first blank line; prose may stand between cases.
A line feed within a line of what is expected is written ⏎.
"""

import pathlib
import re

import pytest
import quotelens as ql
from quotelens.analysis.metadata import found_metadata

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


def not_yet(folder, found):
    """Cases, of which those that `not_yet.txt` of a folder names have to fail: one that does not leaves it."""
    failing = set((HERE / folder / "not_yet.txt").read_text(encoding="utf-8").split("\n"))
    mark = pytest.mark.xfail(strict=True, reason="not reached yet")
    return [pytest.param(*case.values, id=case.id, marks=[mark] if case.id in failing else []) for case in found]


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
    marks = ql.annotate(text)._table("marks")
    actual = [
        f"⟦{one_line(text[mark['start'] : mark['end']])}⟧ {'closed' if mark['closed'] else 'open'} "
        f"depth={mark['depth']}" + (" continues" if mark["continues_id"] >= 0 else "")
        for mark in marks
    ]
    check(text, expected, actual or ["-"], spans_of(marks))


@pytest.mark.parametrize(("text", "expected"), cases("forms"))
def test_forms(text, expected):
    marks = ql.annotate(text)._table("marks")
    actual = [f"⟦{one_line(text[mark['start'] : mark['end']])}⟧ {mark['form']}" for mark in marks]
    check(text, expected, actual or ["-"], spans_of(marks))


@pytest.mark.parametrize(("text", "expected"), not_yet(".", cases("mentions")))
def test_mentions(text, expected):
    mentions = ql.annotate(text).mentions()
    actual = [f"{mention['kind']} | {one_line(mention['text'])}" for mention in mentions]
    check(text, expected, actual or ["-"], spans_of(mentions))


@pytest.mark.parametrize(("text", "expected"), cases("names"))
def test_names(text, expected):
    """A mention a line; the numbers of their clusters."""
    mentions = text.split("\n")
    check(text, expected, [" ".join(map(str, ql.link_names(mentions)))], [])


@pytest.mark.parametrize(("text", "expected"), not_yet(".", cases("quotes")))
def test_quotes(text, expected):
    check_quotes(text, expected)


def phenomena():
    """The cases of the files in quotes/."""
    names = sorted(path.stem for path in (HERE / "quotes").glob("*.txt"))
    found = [case for name in names for case in cases(f"quotes/{name}")]
    return not_yet("quotes", found)


@pytest.mark.parametrize(("text", "expected"), phenomena())
def test_statements(text, expected):
    check_quotes(text, expected)


def check_quotes(text, expected):
    """A line is kind, content, cue, source, and then the act if it is not speech."""
    quotes = ql.annotate(text).quotes(acts="all", zones="all")
    actual = [
        " | ".join(one_line(quote[name] or "-") for name in ("kind", "content", "cue", "source")) for quote in quotes
    ]
    if any(line.count(" | ") == 4 for line in expected):
        acts = ["" if act in ("speech", "none") else f" | {act}" for act in quotes["act"]]
        actual = [line + act for line, act in zip(actual, acts, strict=True)]
    check(text, expected, actual or ["-"], spans_of(quotes))


def zone_of(zones, words, start):
    """The zone that holds the words at `start`, None where they lie in several or stand nowhere."""
    return next((z["zone"] for z in zones if z["start"] <= start and start + len(words) <= z["end"]), None)


def page_as_read(doc, expected):
    """What the document's zones and metadata say where `expected` says something."""
    rows = [tuple(row[name] for name in ("field", "value", "zone", "confidence")) for row in doc._table("metadata")]
    said, zones, actual, at = found_metadata(rows), list(doc.zones()), [], 0
    for line in expected:
        if not line.startswith("@"):
            words = line.partition(" | ")[2]
            start = doc.text.find(words, at)
            actual.append(f"{zone_of(zones, words, start)} | {words}")
            at = max(at, start + len(words))
    for field in dict.fromkeys(line[1:].split(" ")[0] for line in expected if line.startswith("@")):
        values = said[field] if isinstance(said[field], list) else [said[field]]
        actual += [f"@{field} {value or '-'}" for value in values]
    return actual


@pytest.mark.parametrize(("text", "expected"), not_yet(".", cases("pages")))
def test_pages(text, expected):
    doc = ql.annotate(text.replace("␍", "\r").replace("␌", "\f"))
    check(doc.text, expected, page_as_read(doc, expected), spans_of(doc.zones()))


@pytest.mark.parametrize(("text", "expected"), not_yet(".", cases("told")))
def test_told(text, expected):
    """A line is title, organisation and credential of the source."""
    quotes = ql.annotate(text).quotes(acts="all")
    told = ("source_title", "source_organisation", "credential")
    for quote in quotes:
        for name in told:
            start, end = quote[f"{name}_start"], quote[f"{name}_end"]
            assert (quote[name], (start, end)) == (None, (-1, -1)) or quote[name] == text[start:end]
    check(text, expected, [" | ".join(quote[name] or "-" for name in told) for quote in quotes], spans_of(quotes))


@pytest.mark.parametrize(("text", "expected"), not_yet("who", cases("who")))
def test_who(text, expected):
    doc = ql.annotate(text)
    quotes, chains = doc.quotes(), {}
    for step in doc._table("chains"):
        words = step["name"] or text[step["start"] : step["end"]]
        chains.setdefault(step["quote_id"], []).append(f"{step['role']}:{one_line(words)}")
    actual = [
        f"{quote['speaker'] or '-'} | {quote['anonymity']} | {' > '.join(chains.get(quote['quote_id'], '-'))}"
        for quote in quotes
    ]
    check(text, expected, actual or ["-"], spans_of(quotes))


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        (".", [*cases("mentions"), *cases("quotes"), *cases("told"), *cases("pages")]),
        ("quotes", phenomena()),
        ("who", cases("who")),
    ],
    ids=["mentions, quotes, told and pages", "quotes/", "who"],
)
def test_what_is_not_reached_yet_is_there(folder, found):
    """An example that leaves its file, or is called otherwise, is not forgotten with it."""
    named = (HERE / folder / "not_yet.txt").read_text(encoding="utf-8").splitlines()
    assert set(named) <= {case.id for case in found}
