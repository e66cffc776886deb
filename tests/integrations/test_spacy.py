"""The spaCy component says what a corpus says, in spans of spaCy's tokens.  Needs spaCy; no model."""

import pickle
import subprocess
import sys
from types import SimpleNamespace

import pytest
import quotelens as ql

spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
import quotelens.integrations.spacy  # noqa: E402 - it needs spaCy
from spacy.tokens import Doc, DocBin  # noqa: E402

SPLIT = "It is a 😀 day. “The well,” Ann Lee said, “is dry.” Bo Li denied that it was his."


def pipeline(**config):
    nlp = spacy.blank("en")
    nlp.add_pipe("quotelens", config=config)
    return nlp


def texts_of_samples():
    return [document.text for document in ql.sample()]


def without_ids(quotes):
    return [{name: value for name, value in row.items() if name != "doc_id"} for row in quotes]


def test_spacy_finds_the_component_by_its_name():
    code = (
        "import spacy, sys; nlp = spacy.blank('en'); nlp.add_pipe('quotelens'); "
        "print(len(nlp('“It rained,” Ann Lee said.')._.quotes))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == "1\n", run.stderr


def test_statements_are_those_of_a_corpus():
    texts = texts_of_samples()
    corpus = ql.Corpus(texts)
    n_statements = 0
    for document, doc in zip(corpus, pipeline().pipe(texts), strict=True):
        assert doc.text == document.text
        found = [{k: v for k, v in row.items() if k not in ("spans", "chain")} for row in doc._.quotes]
        assert found == without_ids(document.quotes())
        spans, chains = document._table("spans"), document.chains()
        for row in doc._.quotes:
            of = {"quote_id": row["quote_id"]}
            assert row["spans"] == [[span["start"], span["end"]] for span in spans.filter(**of)]
            assert [step["name"] for step in row["chain"]] == chains.filter(**of)["name"]
        n_statements += len(found)
    assert n_statements > 150


def test_every_span_holds_what_it_stands_for():
    n_spans, labels = 0, {"quotes": "kind", "sources": "source_kind", "cues": "cue_class"}
    for doc in pipeline(acts="all", zones="all").pipe(texts_of_samples()):
        for group, name in (("quotes", "text"), ("sources", "source"), ("cues", "cue")):
            for span in doc.spans[group]:
                row = span._.quote
                parts = [doc.text[start:end] for start, end in row["spans"]] if group == "quotes" else [row[name]]
                assert any(part in span.text for part in parts)
                assert span.label_ == (row[labels[group]] or "")
                n_spans += 1
        assert len(doc.spans["quotes"]) == sum(row["n_spans"] for row in doc._.quotes)
        assert len(doc.spans["sources"]) == sum(row["source"] is not None for row in doc._.quotes)
        assert len(doc.spans["cues"]) == sum(row["cue"] is not None for row in doc._.quotes)
    assert n_spans > 500


def test_a_statement_in_two_halves_has_two_spans_and_one_row():
    doc = pipeline()(SPLIT)
    first, second, third = doc.spans["quotes"]
    assert (first.text, second.text, third.text) == ("“The well,”", "“is dry.”", "that it was his")
    assert first._.quote is second._.quote is doc._.quotes[0]
    assert first._.quote["spans"] == [[15, 26], [41, 50]]  # code points, the emoji being one
    assert third._.quote["speaker"] == "Bo Li" and third._.quote["chain"][0]["name"] == "Bo Li"
    assert doc[:2]._.quote is None


def test_tokens_that_do_not_fit_are_taken_whole():
    nlp = pipeline()
    doc = nlp(Doc(nlp.vocab, words=["So:“It", "rained,”Ann", "Lee", "said."], spaces=[True] * 3 + [False]))
    (span,) = doc.spans["quotes"]
    assert span.text == "So:“It rained,”Ann"
    assert doc.text[slice(*doc._.quotes[0]["spans"][0])] == "“It rained,”"
    assert doc.spans["sources"][0].text == "rained,”Ann Lee"


def test_options():
    text = "“It rained,” Ann Lee harrumphed. Bo Li hoped that it would stop. Sources said it had."
    assert [row["kind"] for row in pipeline()(text)._.quotes] == ["direct", "indirect"]
    assert [row["source"] for row in pipeline(kind=["indirect"], acts="all")(text)._.quotes] == ["Bo Li", "Sources"]
    assert len(pipeline(min_confidence=1.0)(text)._.quotes) == 0
    assert len(pipeline(zones="title")(text)._.quotes) == 0
    options = ql.Config().drop_cues("say").add_cues({"harrumph": "manner"}).to_toml()
    assert [row["cue_class"] for row in pipeline(options=options)(text)._.quotes] == ["manner"]


@pytest.mark.parametrize(
    "config, told",
    [
        ({"kind": "spoken"}, "kind='spoken' is not one of"),
        ({"min_confidence": 7}, "between 0 and 1"),
        ({"options": "drop = 1"}, "The option 'drop' is not one of"),
        ({"options": "= ="}, "TOML|Invalid"),
        ({"acts": 3}, "acts"),
        ({"verbs": "say"}, "verbs"),
    ],
)
def test_options_that_are_none(config, told):
    with pytest.raises(ValueError, match=told):
        pipeline(**config)


def test_documents_without_statements_and_without_text():
    for text in ("", "   \n", "Rain fell."):
        doc = pipeline()(text)
        assert doc._.quotes == [] and [len(doc.spans[name]) for name in ("quotes", "sources", "cues")] == [0, 0, 0]
    assert spacy.blank("en")("Rain fell.")._.quotes is None


def test_a_batch_is_one_call():
    component = quotelens.integrations.spacy.QuoteFinder()
    engine, sizes = component._engine.core, []

    def analyse(texts, *arguments):
        sizes.append(len(texts))
        return engine.analyse(texts, *arguments)

    component._engine = SimpleNamespace(core=SimpleNamespace(analyse=analyse))
    blank = spacy.blank("en")
    docs = list(component.pipe((blank.make_doc(f"“No {k},” she said.") for k in range(5)), batch_size=2))
    assert sizes == [2, 2, 1]
    assert [doc._.quotes[0]["content"] for doc in docs] == [f"“No {k},”" for k in range(5)]


def test_several_processes():
    nlp, texts = pipeline(kind="direct"), texts_of_samples()
    one = [doc._.quotes for doc in nlp.pipe(texts)]
    two = list(nlp.pipe(texts, n_process=2, batch_size=4))
    assert [doc._.quotes for doc in two] == one
    assert any(two[0].spans["quotes"][0]._.quote == row for row in one[0])
    component = pickle.loads(pickle.dumps(nlp.get_pipe("quotelens")))
    assert [doc._.quotes for doc in component.pipe(map(nlp.make_doc, texts))] == one


def test_a_pipeline_is_kept_with_its_options(tmp_path):
    options = ql.Config().add_cues({"harrumph": "manner"}).to_toml()
    nlp = pipeline(kind=["direct", "mixed"], options=options)
    text = "“It rained,” Ann Lee harrumphed. Bo Li said that it poured."
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert again(text)._.quotes == nlp(text)._.quotes and len(again(text)._.quotes) == 1
    from_bytes = spacy.util.load_model_from_config(nlp.config).from_bytes(nlp.to_bytes())
    assert from_bytes(text)._.quotes == again(text)._.quotes


def test_documents_are_kept():
    doc, vocab = pipeline()(SPLIT), spacy.blank("en").vocab
    again = Doc(vocab).from_bytes(doc.to_bytes())
    (kept,) = (
        DocBin().from_bytes(DocBin(store_user_data=True, docs=[doc]).to_bytes()).get_docs(spacy.blank("en").vocab)
    )
    (bare,) = DocBin().from_bytes(DocBin(docs=[doc]).to_bytes()).get_docs(spacy.blank("en").vocab)
    assert again._.quotes == doc._.quotes
    for name in ("quotes", "sources", "cues"):
        expected = [(span.text, span.label_) for span in doc.spans[name]]
        for other in (again, kept, bare):
            assert [(span.text, span.label_) for span in other.spans[name]] == expected
    assert kept.spans["quotes"][1]._.quote["speaker"] == "Ann Lee"
    assert bare._.quotes is None and bare.spans["quotes"][1]._.quote is None
