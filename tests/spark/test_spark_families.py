"""Spark groups the families that one machine groups, at any number of partitions.  Needs pyspark and Java."""

import importlib.util
import json
import shutil
import subprocess
import sys
from collections import Counter

import pytest
import quotelens.integrations.spark as qs
from quotelens.families.families import VARIANT_COLUMNS, Families, grouped
from quotelens.integrations.spark import blocks, grouping

BY_QUOTE = ("doc_id", "quote_id")


@pytest.fixture(scope="module")
def found(articles):
    return qs.quotes(articles, compared=True).cache()


@pytest.fixture(scope="module")
def facts(spark, corpus):
    rows = [(row["doc_id"], row["outlet"], row["published"]) for row in corpus._provenance()]
    return spark.createDataFrame(rows, "doc_id string, outlet string, published string")


@pytest.mark.parametrize("partitions", [1, 3, 7])
def test_families_are_those_of_one_machine(spark, corpus, found, facts, partitions, tmp_path, rows_of):
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    quotes, folder = found.repartition(partitions), str(tmp_path)
    variants = qs.variants(quotes, documents=facts, folder=folder)
    assert variants.columns == list(VARIANT_COLUMNS)
    assert rows_of(variants, *BY_QUOTE) == rows_of(corpus.quotes().families(least=1).variants(), *BY_QUOTE)
    families = rows_of(qs.families(quotes, documents=facts, folder=folder), "family_id")
    assert families == rows_of(corpus.quotes().families(), "family_id")
    assert any(row["outside"] for row in families) and any(row["n_members"] > 2 for row in families)


def test_dates_may_be_timestamps(spark, corpus, found, articles, rows_of):
    spark.conf.set("spark.sql.shuffle.partitions", 3)
    documents = list(corpus.documents())
    expected = rows_of(corpus.quotes().families(least=1, documents=documents).variants(), *BY_QUOTE)
    assert rows_of(qs.variants(found, documents=qs.documents(articles)), *BY_QUOTE) == expected


def test_without_marked_words_and_speakers_content_is_compared(spark, corpus, found, rows_of):
    spark.conf.set("spark.sql.shuffle.partitions", 3)
    families = rows_of(qs.variants(found.select("doc_id", "quote_id", "content")), *BY_QUOTE)
    table = corpus.quotes().select("doc_id", "quote_id", "content")
    texts = [text or "" for text in table["content"]]
    assert families == rows_of(Families._of(table, texts, {}).variants(), *BY_QUOTE)


def family_of(spark, texts, **options):
    """The family of each text."""
    df = spark.createDataFrame(
        [(f"{k:09}", 0, text) for k, text in enumerate(texts)], "doc_id string, quote_id int, content string"
    )
    rows = qs.variants(df, **options).select("doc_id", "family_id").collect()
    return [family for _, family in sorted(rows)]


def pairs_of(labels):
    sizes = Counter(labels).values()
    return sum(n * (n - 1) // 2 for n in sizes)


def agreement(one, other):
    """F1 of the pairs that are together."""
    both = pairs_of(list(zip(one, other, strict=True)))
    return 2 * both / (pairs_of(one) + pairs_of(other))


@pytest.fixture(scope="module")
def made_up(root):
    """Quotations with set phrases, copies and mutations."""
    spec = importlib.util.spec_from_file_location("bench_families", root / "tests" / "bench" / "families.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    return list(bench.quotations(3000))


@pytest.mark.parametrize("partitions", [1, 3, 7])
def test_made_up_quotations_are_grouped_alike(spark, made_up, partitions, monkeypatch):
    """Nothing depends on the number of partitions, nor on that of the buckets that rows travel in."""
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    monkeypatch.setattr(blocks, "_PER_BUCKET", 3000 // partitions)
    alone = [family for family, *_ in grouped(made_up).members()]
    found = family_of(spark, made_up)
    assert agreement(found, alone) > 0.995
    assert grouping_of.setdefault("made up", found) == found


grouping_of = {}


def test_a_graph_that_no_task_holds_gives_the_same_families(spark, made_up, monkeypatch):
    """Rounds of joins decide what one task decides where it holds all edges."""
    spark.conf.set("spark.sql.shuffle.partitions", 2)
    alone = family_of(spark, made_up)
    monkeypatch.setattr(grouping, "_SMALL_GRAPH", 0)
    assert family_of(spark, made_up) == alone


def test_a_slogan_and_a_common_word_are_no_burden(spark, tmp_path):
    """A text printed many times is one text, and a word in a tenth of all texts gives no candidates."""
    spark.conf.set("spark.sql.shuffle.partitions", 3)
    texts = ["Make the harbour deep again"] * 5000
    texts += [f"zymurgy{k} {'quixotry' if k % 10 == 0 else f'word{k}'} lantern{k}" for k in range(5000)]
    families = family_of(spark, texts, folder=str(tmp_path))
    assert len(set(families[:5000])) == 1 and len(set(families[5000:])) == 5000
    stages = tmp_path / "families"
    assert spark.read.parquet(str(stages / "texts")).count() == 5001
    assert spark.read.parquet(str(stages / "candidates")).count() == 0


def test_a_run_that_was_stopped_goes_on_from_what_was_written(spark, tmp_path):
    spark.conf.set("spark.sql.shuffle.partitions", 3)
    texts = [f"The harbour opens early on day {k % 7} of this year" for k in range(50)]
    families = family_of(spark, texts, folder=str(tmp_path))
    stages = tmp_path / "families"
    shutil.rmtree(stages / "done" / "edges")  # as of a stage that was stopped
    before = {path.name: path.stat().st_mtime_ns for path in stages.iterdir() if path.name != "done"}
    assert family_of(spark, texts, folder=str(tmp_path)) == families
    after = {path.name: path.stat().st_mtime_ns for path in stages.iterdir() if path.name != "done"}
    assert {name for name in before if before[name] != after[name]} == {"edges"}


def test_a_session_that_was_killed_goes_on_from_what_was_written(spark, root, tmp_path):
    """The driver, its JVM and its workers are killed as soon as candidates are there."""
    spark.conf.set("spark.sql.shuffle.partitions", 2)
    bench = root / "tests" / "bench"
    command = [sys.executable, bench / "many.py", "killed", "--sizes", "2000", "--keep", tmp_path]
    subprocess.run(command, check=True, timeout=900)
    done = tmp_path / "stages" / "families" / "done"
    written = {path.name: path.stat().st_mtime_ns for path in done.iterdir()}
    assert "candidates" in written and "family_id-sorted" not in written
    quotes = spark.read.parquet(str(tmp_path / "quotes"))
    again = qs.variants(quotes, folder=str(tmp_path / "stages")).select("doc_id", "quote_id", "family_id")
    anew = qs.variants(quotes).select("doc_id", "quote_id", "family_id")
    assert sorted(again.collect()) == sorted(anew.collect())
    after = {path.name: path.stat().st_mtime_ns for path in done.iterdir()}
    assert "family_id-sorted" in after and {name: after[name] for name in written} == written


def test_pairs_of_annotated_quotations(spark, root):
    """Pair F1 on quotations of one event by three outlets is within half a point of one machine."""
    folder = root.parent / "shared" / "families"
    if not folder.is_dir():
        pytest.skip("../shared/families is not there")
    spark.conf.set("spark.sql.shuffle.partitions", 7)
    read = lambda name: [json.loads(line) for line in (folder / name).read_text("utf-8").split("\n") if line]  # noqa: E731
    quotes = read("basil_quotes.jsonl") + read("distractors.jsonl")
    texts = [quote["text"] for quote in quotes]
    alone = [family for family, *_ in grouped(texts).members()]
    place = {quote["id"]: k for k, quote in enumerate(quotes)}
    pairs = [(place[p["a"]], place[p["b"]], p["label"]) for p in read("basil_pairs.jsonl") if p["label"] != 2]

    def f1(families):
        said = [(families[a] == families[b], label == 1) for a, b, label in pairs]
        right = sum(one and other for one, other in said)
        return 200 * right / (sum(one for one, _ in said) + sum(other for _, other in said))

    assert abs(f1(family_of(spark, texts)) - f1(alone)) <= 0.5
