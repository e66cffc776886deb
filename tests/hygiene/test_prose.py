"""A lint of the prose, in pages, docstrings and comments: turns of phrase at which a native reader stops, and what to
write instead."""

import re

import pytest

# The turn of phrase, and what to write.
TICS = {
    r"(?i)\bwhoever\b": "say who: the speaker, the reader",
    r"(?i)\bfor want of\b": "for lack of; because there is no",
    r"(?i)\bbe it\b": "whether it is",
    r"(?i)\bin the midst of\b": "during",
    r"(?<![Tt]here )(?<!uck )\b(?:is|are) no (?!longer\b|more\b|such\b|other\b)\w": "is not a",
    r"(?<![Tt]here )\b(?:is|are) none\b(?! of)": "does not count; is not one",
    r"(?i)\b(?:right|stands?|comes?|not) behind\b": "after",
    r"\btold (?:apart|from)\b": "distinguished",
    r"\bput right\b": "corrected",
    r"\bl(?:aid|ay) (?:it |them )?over\b": "applied to",
    r"\bcomplete or not there at all\b": "appears only once it is complete",
    r"\b(?:text|label|line|space|blank|comma)s? with (?:an? )?\w+ behind\b": "followed by; with … added",
    r"\b(?:is|are) not what (?:is|was) wanted\b|\bnone of those wanted\b": "say what was expected",
    r"\bwants? an? (?:lemma|name|file|path|number)\b": "needs",
    r"\bexpected is one of\b": "expected one of",
    r"(?<!no )\b(?:stands?|stood) (?:in|on) (?:the|a|an|its) (?:text|corpus|table|file|index|document)\b": "is in",
    r"(?i)\b(?:row|line|object|file|folder|dict) an? (?:document|quote|quotation|line|row|family|article)\b": "per",
    r"^Of (?!course\b)[^.]{3,60} (?:is|are) (?:compared|read|kept|counted|found)\b": "subject first",
    r"\bat the most\b": "at most",
    r"\banew\b": "again",
    r"\bbut for (?:the|those|that|its|one|small)\b": "except",
    r"\b(?:held|holds?) (?:it |them )?for (?:an?|likely|right|nobody)\b": "taken for; takes for",
    r"\bis told (?:of|in|by)\b": "is said about; is given in",
    r"\b(?:by|of|than) so many (?!of)\w": "this many; a number of",
    r"\bnone of ours\b": "not ours",
    r"\bsays? of (?:it|them)sel(?:f|ves)\b": "says about itself",
    r"(?i)\bone an? (?:entity|mention|cue|token|document|value)\b": "one per",
    r"\bso long as it is there\b": "while it is there",
}

# In comments of the C files, which have them most; what stands in quotation marks is an example.
C_TICS = TICS | {r"(?i)\bbehind\b": "after; follows"}
C_COMMENT = re.compile(r'/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', re.S)
QUOTED = re.compile(r'"[^"\n]*"|“[^”]*”|‘[^’]*’|`[^`]*`')


def prose_files(root):
    """README, pages and what the Python package says."""
    yield from (root / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"))
    yield from sorted((root / "docs").rglob("*.md"))
    yield from sorted((root / "python").rglob("*.py"))
    yield from sorted((root / "python").rglob("*.pyi"))


def tics_in(text, tics=TICS):
    """(number of the line, what to write) for each tic; a line has one at most."""
    for number, line in enumerate(text.splitlines(), 1):
        better = next((better for tic, better in tics.items() if re.search(tic, line)), None)
        if better is not None:
            yield number, better


def comments_of(source):
    """The comments of a C file in their lines, with everything else and all examples left out."""

    def blank(text):
        return "\n" * text.count("\n")

    kept, end = [], 0
    for match in C_COMMENT.finditer(source):
        text = QUOTED.sub(lambda quoted: blank(quoted[0]), match[0]) if match[0].startswith("/*") else blank(match[0])
        kept += [blank(source[end : match.start()]), text]
        end = match.end()
    return "".join(kept)


def test_prose_has_no_tics(root):
    found = [
        f"{path.relative_to(root)}:{number}: rather {better}"
        for path in prose_files(root)
        for number, better in tics_in(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_comments_in_c_have_no_tics(root):
    sources = [
        path for folder in ("core", "binding", "train") for path in sorted((root / "ext" / folder).rglob("*.[ch]"))
    ]
    assert len(sources) > 100
    found = [
        f"{path.relative_to(root)}:{number}: rather {better}"
        for path in sources
        for number, better in tics_in(comments_of(path.read_text(encoding="utf-8")), C_TICS)
    ]
    assert not found, "\n".join(found)


def test_comments_keep_their_lines():
    source = 'int n; /* one\n   two behind */\nputs("/* no */"); /* "three behind" four */\n'
    assert comments_of(source) == "/* one\n   two behind */\n/*  four */"
    assert list(tics_in(comments_of(source), C_TICS)) == [(2, "after; follows")]


@pytest.mark.parametrize(
    "line",
    [
        "the name of whoever spoke",
        "left out for want of a date",
        "a folder, be it empty or not",
        "this is no JSON",
        "empty lines are none",
        "columns of your own stand behind these",
        "speech told from scare quotes",
        "One row a quote.",
        "Of mixed quotes the words in marks are compared.",
        "documents as annotate writes them, put right by a person",
        "corrections laid over a corpus",
        "The file is complete or not there at all.",
        "A cue wants a lemma.",
        "The label stands in the index twice.",
        "two of them at the most",
        "weights learned anew",
        "everything but for the last one",
        "a word that the reader held for a cue",
        "what is told of it",
        "what a page says of itself",
        "one an entity: how often it is mentioned",
    ],
)
def test_tics_are_seen(line):
    assert list(tics_in(line))


@pytest.mark.parametrize(
    "line",
    [
        "There is no column 'x'.",
        "“Luck is no plan”",
        "null where there is none",
        "if text is None",
        "one of them is none of these",
    ],
)
def test_plain_lines_are_not(line):
    assert not list(tics_in(line))
