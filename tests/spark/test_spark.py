"""Spark finds what one machine finds.  Needs pyspark and Java."""

import os
import shutil
import sys

import pytest
import quotelens as ql
import quotelens.integrations.spark as qs
from quotelens.families.families import VARIANT_COLUMNS, Families

pytest.importorskip("pyspark", reason="pyspark is not installed")
HOME = os.environ.get("JAVA_HOME")
if shutil.which("java", path=os.path.join(HOME, "bin") if HOME else None) is None:
    pytest.skip("there is no Java: neither JAVA_HOME nor PATH leads to it", allow_module_level=True)


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("quotelens").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "3").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.sql.session.timeZone", "America/New_York").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def corpus():
    """The sample in order of its ids, with outlets and dates, a copy of an article, and a document without text."""
    sample = ql.sample()
    rows = [row | {"text": sample[row["doc_id"]].text} for row in sample._provenance()]
    rows += [{"doc_id": "z copy", "text": rows[0]["text"]}, {"doc_id": "z nothing", "text": None}]
    return ql.Corpus(sorted(rows, key=lambda row: row["doc_id"]))


@pytest.fixture(scope="module")
def documents(spark, corpus):
    rows = [(document.id, document.text or None) for document in corpus]
    return spark.createDataFrame(rows, "doc_id string, text string").repartition(4)


@pytest.fixture(scope="module")
def found(documents):
    return qs.quotes(documents, compared=True).cache()


def rows_of(df):
    return sorted((row.asDict() for row in df.collect()), key=lambda row: (row["doc_id"], row["quote_id"]))


def by_quote(table):
    return sorted(table, key=lambda row: (row["doc_id"], row["quote_id"]))


def with_seconds(rows):
    """Rows whose moments are numbers, as Spark hands out local times without a zone."""
    return [row | {"published": row["published"] and row["published"].timestamp()} for row in rows]


def test_quotes_are_those_of_one_machine(corpus, documents):
    """Without outlets: lines that recur over one are not counted on Spark."""
    quotes = qs.quotes(documents)
    alone = ql.Corpus([{"doc_id": document.id, "text": document.text} for document in corpus]).quotes()
    assert quotes.columns == alone.columns
    assert rows_of(quotes) == by_quote(alone)


def test_options_and_config_reach_the_workers(spark, corpus):
    config = ql.Config().drop_cues("say", "tell").add_cues({"harrumph": "manner"})
    rows = [("a.1", "Ann Lee harrumphed that it would rain. “It poured,” she said.")]
    rows += [(d.id, d.text) for d in corpus]
    df = spark.createDataFrame(rows, "`story.id` string, body string")
    options = {"kind": "indirect", "acts": "all", "zones": "all", "min_confidence": 0.3, "config": config}
    quotes = rows_of(qs.quotes(df, text="body", id="story.id", **options))
    same = ql.Corpus([{"doc_id": name, "text": text} for name, text in rows], config=options.pop("config"))
    assert quotes == by_quote(same.quotes(**options))
    assert any(row["cue_lemma"] == "harrumph" for row in quotes)
    assert not any(row["cue_lemma"] == "tell" for row in quotes)


def test_families_are_those_of_one_machine(corpus, found):
    families = qs.families(found)
    assert families.columns == list(VARIANT_COLUMNS)
    expected = by_quote(corpus.quotes().families(least=1, documents=[]).variants())
    assert rows_of(families) == expected
    assert len({row["family_id"] for row in expected}) < len(expected) - 5


@pytest.mark.parametrize("kind", ["string", "timestamp"])
def test_ranks_and_lags_are_those_of_one_machine(spark, corpus, found, kind):
    known = corpus._provenance() if kind == "string" else list(corpus.documents())
    rows = [(row["doc_id"], row["outlet"], row["published"]) for row in known]
    documents = spark.createDataFrame(rows, f"doc_id string, outlet string, published {kind}")
    quotes = corpus.quotes()
    given = None if kind == "string" else known
    expected = by_quote(quotes.families(least=1, documents=given).variants())
    assert with_seconds(rows_of(qs.families(found, documents=documents))) == with_seconds(expected)
    assert any(row["rank"] > 1 for row in expected) and any(row["lag_seconds"] for row in expected)


def test_without_marked_words_and_speakers_content_is_compared(corpus, found):
    families = rows_of(qs.families(found.select("doc_id", "quote_id", "content")))
    table = corpus.quotes().select("doc_id", "quote_id", "content")
    texts = [text or "" for text in table["content"]]
    assert families == by_quote(Families._of(table, texts, {}).variants())


def test_no_documents_and_no_quotes(spark):
    empty = qs.quotes(spark.createDataFrame([], "doc_id string, text string"), compared=True)
    assert empty.collect() == []
    assert qs.families(empty).collect() == []


def test_what_cannot_be_is_said_before_anything_runs(spark, documents, found):
    with pytest.raises(ValueError, match=r"text='body'.*'doc_id', 'text'"):
        qs.quotes(documents, text="body")
    with pytest.raises(ValueError, match="spoken"):
        qs.quotes(documents, acts="spoken")
    with pytest.raises(TypeError, match="give a Config"):
        qs.quotes(documents, config={"drop": "say"})
    with pytest.raises(ValueError, match="quotes has no column 'content'"):
        qs.families(found.drop("content"))
    with pytest.raises(ValueError, match="documents has no column 'doc_id'"):
        qs.families(found, documents=documents.drop("doc_id"))


def test_a_document_without_an_id_is_an_error(spark):
    from pyspark.errors import PySparkException

    df = spark.createDataFrame([(None, "“It rained,” Ann Lee said.")], "doc_id string, text string")
    with pytest.raises(PySparkException, match="has no id"):
        qs.quotes(df).collect()
