"""Words and tokens with tags, lemmas, heads and relations."""

import threading

import pytest
import quotelens as ql
from quotelens import _core

TEXTS = [
    "The mayor said she would open the school. Nobody believed him.",
    "",
    "“It will rain,” Ann Lee said.\n\nShe didn’t stay; he'd left 😀.",
    "x\ud800y said so.",
]
SYNTAX = ("tag", "lemma", "head", "relation")


def rows(table, *names):
    return list(zip(*(table[name] for name in names), strict=True))


# ---------------------------------------------------------------------------------------------------- parse_words


def test_a_sentence():
    assert ql.parse_words(["He", "said", "so"]) == [("PRON", 2, "nsubj"), ("VERB", 0, "root"), ("ADV", 2, "advmod")]
    assert ql.parse_words(("She", "did", "n't", "leave", "."))[1:4] == [
        ("AUX", 4, "aux"),
        ("PART", 4, "advmod"),
        ("VERB", 0, "root"),
    ]
    assert ql.parse_words([]) == [] and ql.parse_words(()) == []


@pytest.mark.parametrize("words", [[""], ["\udcff"], ["said", "", "\x00", "\ud83d"], ["日本", "😀"], ["x" * 100_000]])
def test_any_strings_have_an_answer(words):
    parsed = ql.parse_words(words)
    assert len(parsed) == len(words)
    assert sum(head == 0 for _, head, _ in parsed) == 1
    assert all(0 <= head <= len(words) for _, head, _ in parsed)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("he said", "words is of type str, not a list of str; split it first"),
        (b"he said", "words is of type bytes, not a list of str"),
        ({"he"}, "words is of type set, not a list of str"),
        ((word for word in "ab"), "words is of type generator, not a list of str"),
        (None, "words is of type NoneType, not a list of str"),
        (["he", 1], r"words\[1\] is of type int, not str"),
        ([b"he"], r"words\[0\] is of type bytes, not str; decode it first"),
        ([["he"]], r"words\[0\] is of type list, not str"),
    ],
)
def test_mistakes(words, message):
    with pytest.raises(TypeError, match=message):
        ql.parse_words(words)


def test_many_words_have_a_root_for_each_thousand():
    parsed = ql.parse_words(["word"] * 2500)
    roots = [k for k, (_, head, relation) in enumerate(parsed) if head == 0 and relation == "root"]
    assert [k // 1000 for k in roots] == [0, 1, 2]
    assert all(head == 0 or (head - 1) // 1000 == k // 1000 for k, (_, head, _) in enumerate(parsed))


def test_threads_share_an_engine():
    engine, words = _core.Engine(), ["The", "mayor", "said", "she", "would", "open", "it", "."]
    expected, found = engine.parse_words(words), []

    def work():
        found.extend(engine.parse_words(words) == expected for _ in range(200))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 800 and all(found)


# --------------------------------------------------------------------------------------------------------- tokens


def test_tokens_without_parse_say_nothing():
    tokens = ql.Corpus(TEXTS).tokens()
    assert set(rows(tokens, *SYNTAX)) == {(None, None, -1, None)}


def test_tokens_with_parse():
    tokens = ql.Corpus(TEXTS[:1]).tokens(parse=True)
    assert rows(tokens, "token_id", "text", *SYNTAX)[:6] == [
        (0, "The", "DET", "the", 1, "det"),
        (1, "mayor", "NOUN", "mayor", 2, "nsubj"),
        (2, "said", "VERB", "say", -1, "root"),
        (3, "she", "PRON", "she", 5, "nsubj"),
        (4, "would", "AUX", "would", 5, "aux"),
        (5, "open", "VERB", "open", 2, "ccomp"),
    ]
    assert rows(tokens, *SYNTAX)[9:] == [
        ("PRON", "nobody", 10, "nsubj"),
        ("VERB", "believe", -1, "root"),
        ("PRON", "he", 10, "obj"),
        ("PUNCT", ".", 10, "punct"),
    ]


def test_parse_changes_no_other_column():
    corpus = ql.Corpus(TEXTS)
    plain, parsed = corpus.tokens(quotes=True), corpus.tokens(quotes=True, parse=True)
    others = [name for name in plain.columns if name not in SYNTAX]
    assert parsed.columns == plain.columns
    assert rows(parsed, *others) == rows(plain, *others)


def test_heads_lie_in_their_sentence():
    tokens = list(ql.sample().tokens(parse=True))
    by_place = {(row["doc_id"], row["token_id"]): row for row in tokens}
    roots = set()
    for row in tokens:
        assert row["tag"] and row["lemma"] and row["relation"]
        place = row["doc_id"], row["sentence_id"]
        if row["head"] < 0:
            assert row["relation"] == "root" and place not in roots
            roots.add(place)
        else:
            assert by_place[row["doc_id"], row["head"]]["sentence_id"] == row["sentence_id"]
    assert roots == {(row["doc_id"], row["sentence_id"]) for row in tokens}


def test_a_document_is_what_the_corpus_says():
    corpus = ql.Corpus(TEXTS)
    whole = list(corpus.tokens(quotes=True, parse=True))
    assert whole == [row for document in corpus for row in document.tokens(parse=True)]
    assert set(corpus[0].tokens()["tag"]) == {None}


def test_options_are_named():
    with pytest.raises(TypeError):
        ql.Corpus(TEXTS).tokens(True)
    with pytest.raises(TypeError):
        ql.annotate("x").tokens(True)


def test_threads_do_not_matter():
    texts = [document.text for document in ql.sample()] * 30
    one, two = (ql.Corpus(texts, threads=n).tokens(parse=True) for n in (1, 2))
    assert rows(one, *one.columns) == rows(two, *two.columns)


def test_the_order_of_documents_does_not_matter():
    texts = [document.text for document in ql.sample()]

    def by_text(order):
        tokens = ql.Corpus(order, threads=1).tokens(parse=True)
        found = {}
        for doc_id, *row in rows(tokens, "doc_id", "start", *SYNTAX):
            found.setdefault(order[int(doc_id)], []).append(row)
        return found

    assert by_text(texts) == by_text(texts[::-1])
