"""A session of Spark, and the sample in it.  Needs pyspark and Java."""

import os
import shutil
import sys

import pytest
import quotelens as ql


@pytest.fixture(scope="session")
def spark():
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=os.path.join(home, "bin") if home else None) is None:
        pytest.skip("there is no Java: neither JAVA_HOME nor PATH leads to it")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # no time is lost on code that runs a few times
    os.environ["PYSPARK_SUBMIT_ARGS"] = f'--driver-java-options "{quick}" pyspark-shell'
    builder = sql.SparkSession.builder.master("local[2]").appName("quotelens").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "3").config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.sql.codegen.wholeStage", "false").config("spark.sql.adaptive.enabled", "false")
    session = builder.config("spark.sql.session.timeZone", "America/New_York").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def corpus():
    """The sample in order of its ids, with outlets and dates, a copy of an article, and a document without text."""
    sample = ql.sample()
    rows = [row | {"text": sample[row["doc_id"]].text} for row in sample._provenance()]
    rows += [{"doc_id": "z copy", "text": rows[0]["text"]}, {"doc_id": "z nothing", "text": None}]
    return ql.Corpus(sorted(rows, key=lambda row: row["doc_id"]))


@pytest.fixture(scope="session")
def articles(spark, corpus):
    rows = [(d.id, d.text or None, d.meta.get("outlet"), d.meta.get("published")) for d in corpus]
    columns = "doc_id string, text string, outlet string, published string"
    return spark.createDataFrame(rows, columns).repartition(4).cache()


@pytest.fixture(scope="session")
def rows_of():
    return ordered_rows


def ordered_rows(df, *by):
    """The rows of a table here or of a DataFrame there, in order, and moments as numbers.

    Spark hands out local times without a zone.
    """
    rows = [row.asDict() for row in df.collect()] if hasattr(df, "collect") else list(df)
    for row in rows:
        for name, value in row.items():
            row[name] = value.timestamp() if hasattr(value, "timestamp") else value
    return sorted(rows, key=lambda row: tuple((row[name] is None, row[name]) for name in by))
