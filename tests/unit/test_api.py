"""One text at a time, and the functions on plain strings."""

import subprocess
import sys

import pytest
import quotelens as ql

TEXT = "RAIN AHEAD\n“It will rain,” Ann Lee said. “Stay in.”"


def test_the_table_of_contents():
    assert set(ql.__all__) <= set(dir(ql))
    assert ql.__version__ == ql.info()["version"]


def test_import_needs_only_the_standard_library():
    code = (
        "import sys; before = set(sys.modules); import quotelens; "
        "own = {m.partition('.')[0] for m in set(sys.modules) - before}; "
        "print(*sorted(own - sys.stdlib_module_names))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [name for name in run.stdout.split() if not name.startswith("__editable__")] == ["quotelens"]


def test_a_document_and_its_tables():
    doc = ql.annotate(TEXT, id="rain")
    assert (doc.id, doc.text) == ("rain", TEXT)
    assert set(doc.quotes()["doc_id"]) == {"rain"}
    for table in (doc.quotes(acts="all", zones="all"), doc.tokens(), doc.mentions()):
        assert table["text"] == [TEXT[row["start"] : row["end"]] for row in table]
    assert len(doc.sentences()) and len(doc.zones()) and len(doc.pieces())
    assert repr(doc).startswith("<Document 'rain': 51 characters, ")


def test_a_document_is_what_the_corpus_says():
    corpus = ql.Corpus([TEXT])
    assert list(corpus[0].quotes()) == list(corpus.quotes())
    assert list(corpus[0].tokens()) == list(corpus.tokens(quotes=True))


def test_text_must_be_a_string():
    with pytest.raises(TypeError, match="should be a string and is of type bytes"):
        ql.annotate(b"bytes")


def test_boundaries():
    assert ql.word_boundaries("") == [] and ql.sentence_boundaries("") == []
    assert ql.word_boundaries("😀 ok") == [0, 1, 2, 4]
    assert ql.sentence_boundaries("One. Two.", tailored=False) == [0, 5, 9]
    assert ql.sentence_boundaries("Mr. Lee left. He ran.") == [0, 14, 21]


def test_info_names_versions():
    assert {"version", "unicode", "utf8proc", "pcre2", "lexicon", "model"} <= set(ql.info())
    changed = ql.info(ql.Config().drop_cues("say"))
    assert changed["lexicon"] != ql.info()["lexicon"] and len(changed["lexicon"]) == 16
    assert changed | {"lexicon": ""} == ql.info() | {"lexicon": ""}


def test_the_sample_corpus():
    corpus = ql.sample()
    table = corpus.documents()
    assert len(corpus) > 5 and set(table["status"]) == {"ok", "not_english"}
    assert None not in table["outlet"] and len(corpus.problems()) == 0
