"""What holds for any words and any text: one tree a sentence, and CoNLL-U that keeps its rules."""

import re
import unicodedata

import quotelens as ql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ANY = st.text(st.characters(codec=None), max_size=10)
WORDS = st.sampled_from(
    [
        *(
            "the",
            "said",
            "that",
            "it",
            "n't",
            "’s",
            "“",
            "”",
            ",",
            ".",
            "Ann",
            "cannot",
            "don't",
            "gonna",
            "U.S.",
            "5",
        ),
        *(" ", "\n\n", "—", "\u0301", "e\u0301", "\u1161", "\ud800", "\ufffd", "\x00", "\x1f", "\u2028", "\u200b"),
        *("日本", "\r", "\t", "http://a.example", "😀"),
    ]
)
TEXTS = st.lists(st.one_of(WORDS, ANY), max_size=40).map("".join)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TAGS = {
    *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ"),
    *("SYM", "VERB", "X"),
}
RELATIONS = {
    *("acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "clf", "compound", "conj", "cop"),
    *("csubj", "dep", "det", "discourse", "dislocated", "expl", "fixed", "flat", "goeswith", "iobj", "list", "mark"),
    *("nmod", "nsubj", "nummod", "obj", "obl", "orphan", "parataxis", "punct", "reparandum", "root", "vocative"),
    "xcomp",
}


def is_tree(heads):
    """One root (0), and every word led to it by its heads."""
    for k in range(1, len(heads) + 1):
        steps = 0
        while k and steps <= len(heads):
            k, steps = heads[k - 1], steps + 1
        if k:
            return False
    return heads.count(0) == 1


def crossing(heads):
    """Pairs of arcs that cross; the root hangs on a place after the last word."""
    arcs = [sorted((k, head or len(heads) + 1)) for k, head in enumerate(heads, 1)]
    return [(a, b) for a in arcs for b in arcs if a[0] < b[0] < a[1] < b[1]]


@QUICK
@given(st.lists(st.one_of(WORDS, ANY), max_size=40))
def test_any_words(words):
    parsed = ql.parse_words(words)
    heads = [head for _, head, _ in parsed]
    assert len(parsed) == len(words)
    assert {tag for tag, _, _ in parsed} <= TAGS
    assert {relation.partition(":")[0] for _, _, relation in parsed} <= RELATIONS
    assert all((relation == "root") == (head == 0) for _, head, relation in parsed)
    assert not words or (is_tree(heads) and not crossing(heads))
    assert ql.parse_words(tuple(words)) == parsed


@QUICK
@given(TEXTS)
def test_any_text(text):
    tokens = list(ql.Corpus([text], threads=1).tokens(parse=True))
    assert [row["token_id"] for row in tokens] == list(range(len(tokens)))
    sentences = {}
    for row in tokens:
        assert row["tag"] in TAGS and row["lemma"] and row["relation"].partition(":")[0] in RELATIONS
        sentences.setdefault(row["sentence_id"], []).append(row)
    for rows in sentences.values():
        first = rows[0]["token_id"]
        heads = [row["head"] - first + 1 if row["head"] >= 0 else 0 for row in rows]
        assert all(0 <= head <= len(rows) for head in heads) and is_tree(heads)


def problems(conllu):
    """What breaks the rules of CoNLL-U and of levels 1 and 2 of UD's validation, of what we write."""
    lines = conllu.split("\n")
    if any(unicodedata.normalize("NFC", line) != line or "\ufffd" in line for line in lines):
        yield "normal form C, nothing damaged"
    ids = re.findall(r"(?m)^# sent_id = (\S+)$", conllu)
    blocks = conllu.split("\n\n")
    if blocks.pop() != "" or len(ids) != len(blocks) or len(set(ids)) != len(ids) or any("/" in name for name in ids):
        yield "a sent_id of its own for each sentence, and an empty line behind"
    open_end = False
    for block in blocks:
        comments = [line for line in block.split("\n") if line.startswith("#")]
        rows = [line.split("\t") for line in block.split("\n")[len(comments) :]]
        if open_end and any(comment.startswith(("# newdoc", "# newpar")) for comment in comments):
            yield "white space before a paragraph"
        yield from problems_of_a_sentence(comments, rows)
        open_end = rows[-1][9].endswith("SpaceAfter=No")


def problems_of_a_sentence(comments, rows):
    if any(len(row) != 10 or not all(row) or any(re.search(r"\s", field) for field in row) for row in rows):
        yield "ten fields, filled, without white space"
        return
    words = [row for row in rows if "-" not in row[0]]
    ranges = [(*map(int, row[0].split("-")), k) for k, row in enumerate(rows) if "-" in row[0]]
    if [row[0] for row in words] != [str(k) for k in range(1, len(words) + 1)]:
        yield "ids in order"
    inside = [k for first, last, _ in ranges for k in range(first, last + 1)]
    if len(inside) != len(set(inside)) or not all(0 < first < last <= len(words) for first, last, _ in ranges):
        yield "ranges apart, of two words or more"
    if any(rows[k][2:9] != ["_"] * 7 or rows[k + 1][0] != str(first) for first, _, k in ranges):
        yield "ranges before their words, with nothing but form and MISC"
    if any(row[3] not in TAGS or row[7].partition(":")[0] not in RELATIONS for row in words):
        yield "universal tags and relations"
    if any(not re.fullmatch(r"[a-z]+(:[a-z]+)?", row[7]) or row[4:6] + row[8:9] != ["_"] * 3 for row in words):
        yield "relations as they are written, nothing in XPOS, FEATS and DEPS"
    heads = [int(row[6]) for row in words]
    if not all(0 <= head <= len(words) for head in heads) or not is_tree(heads):
        yield "a tree"
    if any((row[6] == "0") != (row[7] == "root") for row in words):
        yield "root where the head is 0"
    tokens = [row for row in rows if "-" in row[0] or int(row[0]) not in inside]
    text = "".join(row[1] + ("" if row[9].endswith("|SpaceAfter=No") else " ") for row in tokens)
    if comments[-1] != f"# text = {text.rstrip(' ')}":
        yield "the text is that of its tokens"
    if any("SpaceAfter" in row[9] for row in words if int(row[0]) in inside):
        yield "SpaceAfter on tokens"


@QUICK
@given(st.lists(TEXTS, max_size=3), st.lists(ANY, min_size=3, max_size=3, unique=True))
def test_conllu(tmp_path_factory, texts, names):
    corpus = ql.Corpus([{"doc_id": name, "text": text} for name, text in zip(names, texts, strict=False)], threads=1)
    path = tmp_path_factory.mktemp("conllu") / "a.conllu"
    n = ql.exchange.to_conllu(corpus, path)
    written = path.read_bytes().decode("utf-8")
    assert list(problems(written)) == []
    assert written.count("# newdoc id = ") == n == len(set(corpus.tokens()["doc_id"]))
    assert len(re.findall(r"(?m)^[0-9]+\t", written)) == len(corpus.tokens())
    assert ql.exchange.to_conllu(corpus, path.parent) == n
