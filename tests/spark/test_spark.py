"""Spark finds what one machine finds in documents.  Needs pyspark and Java."""

import pytest
import quotelens as ql
import quotelens.integrations.spark as qs

BY_QUOTE = ("doc_id", "quote_id")


def test_quotes_and_documents_are_those_of_one_machine(articles, corpus, rows_of):
    quotes = qs.quotes(articles)
    assert quotes.columns == corpus.quotes().columns
    assert rows_of(quotes, *BY_QUOTE) == rows_of(corpus.quotes(), *BY_QUOTE)
    documents = rows_of(qs.documents(articles), "doc_id")
    assert documents == rows_of(corpus.documents(), "doc_id")
    assert [row["status"] for row in documents].count("duplicate") == 1


def test_columns_of_the_users_own_follow(articles):
    from pyspark.sql import functions as f

    made = qs.documents(articles.where("outlet is not null").withColumn("desk.1", f.lit(7)))
    assert made.columns[-1] == "desk.1"
    assert {row["desk.1"] for row in made.collect()} == {7}


def pages(n):
    """Pages of one outlet with a line in common that is not a menu word, and a page of another."""
    common = "Holm said on Monday that the harbour would open early this year"
    rows = [(f"p{k:03}", f"Ann Lee said it rained {k} times.\n{common}", "https://www.a.example/") for k in range(n)]
    return [*rows, ("q", f"It rained.\n{common}", "https://b.example/")]


def test_recurring_lines_are_counted_by_outlet(spark, rows_of):
    rows = pages(100)  # more than are drawn of an outlet
    df = spark.createDataFrame(rows, "doc_id string, text string, url string")
    alone = ql.Corpus([{"doc_id": key, "text": text, "url": url} for key, text, url in rows])
    expected = rows_of(alone.quotes(zones="all"), *BY_QUOTE)
    zones = {row["doc_id"]: row["zone"] for row in expected if "harbour" in row["text"]}
    assert zones["p000"] == "boilerplate" and zones["q"] != "boilerplate"
    assert rows_of(qs.quotes(df.repartition(5), zones="all"), *BY_QUOTE) == expected


def test_options_config_and_corrections_reach_the_workers(spark, corpus, rows_of):
    config = ql.Config().drop_cues("say", "tell").add_cues({"harrumph": "manner"})
    rows = [("a.1", "Ann Lee harrumphed that it would rain. “It poured,” she said.")]
    rows += [(d.id, d.text) for d in corpus]
    df = spark.createDataFrame(rows, "`story.id` string, body string")
    options = {"kind": "indirect", "acts": "all", "zones": "all", "min_confidence": 0.3}
    same = ql.Corpus([{"doc_id": name, "text": text} for name, text in rows], config=config)
    same.correct("a.1", 0, speaker="Bo Ek")
    made = qs.quotes(df, text="body", id="story.id", config=config, corrections=same.corrections, **options)
    quotes = rows_of(made, *BY_QUOTE)
    assert quotes == rows_of(same.quotes(**options), *BY_QUOTE)
    assert any(row["cue_lemma"] == "harrumph" and row["speaker"] == "Bo Ek" for row in quotes)
    assert not any(row["cue_lemma"] == "tell" for row in quotes)


def test_verify_tells_the_place_that_one_machine_tells(articles, corpus):
    quotes = [row["content"] for row in corpus.quotes()[:40]]
    asked = [*quotes[:20], *(text[: len(text) // 2] for text in quotes[20:30])]
    asked += [" ".join([*text.split()[:4], "indeed", *text.split()[4:]]) for text in quotes[30:]]
    asked += ["Nobody ever said this about walruses", "said", "…", {"text": quotes[3], "doc_id": "no such one"}]
    asked += [{"text": quotes[5], "doc_id": corpus.ids[-2], "speaker": "Tarrant"}]
    expected = list(ql.verify(asked, corpus))
    assert [row.asDict() for row in qs.verify(asked, articles).collect()] == expected
    assert {row["verdict"] for row in expected} >= {"exact", "changed", "missing"}


def test_no_documents(spark):
    empty = spark.createDataFrame([], "doc_id string, text string, outlet string, published string")
    found = qs.quotes(empty, compared=True)
    assert found.collect() == qs.variants(found).collect() == qs.families(found).collect() == []
    assert qs.sources(empty).collect() == qs.documents(empty).collect() == []


def test_what_cannot_be_is_said_before_anything_runs(articles):
    found = qs.quotes(articles, compared=True)
    with pytest.raises(ValueError, match=r"text='body'.*'doc_id', 'text'"):
        qs.quotes(articles, text="body")
    with pytest.raises(ValueError, match="spoken"):
        qs.quotes(articles, acts="spoken")
    with pytest.raises(TypeError, match="give a Config"):
        qs.quotes(articles, config={"drop": "say"})
    with pytest.raises(ValueError, match="quotes has no column 'content'"):
        qs.families(found.drop("content"))
    with pytest.raises(ValueError, match="documents has no column 'doc_id'"):
        qs.variants(found, documents=articles.drop("doc_id"))
    with pytest.raises(ValueError, match="least is 0"):
        qs.families(found, least=0)
    with pytest.raises(ValueError, match="by='weekday'"):
        qs.share(articles, "weekday")


def test_a_document_without_an_id_is_an_error(spark):
    from pyspark.errors import PySparkException

    df = spark.createDataFrame([(None, "“It rained,” Ann Lee said.")], "doc_id string, text string")
    with pytest.raises(PySparkException, match="has no id"):
        qs.quotes(df).collect()
