"""Spark joins the sources that one machine joins, at any number of partitions.  Needs pyspark and Java."""

import pytest
import quotelens as ql
import quotelens.integrations.spark as qs

OWN = [
    {"name": "Anselm Quaye", "aliases": ["Dr Quaye"], "party": "Green", "seats": 3},
    {"name": "Transport Office", "aliases": ["Office of Inclined Transport"], "kind": "authority"},
    {"name": "Imogen Tarrant", "aliases": ["Tarrant"], "party": "Blue"},
]


@pytest.fixture(scope="module", params=["found", "own"])
def config(request):
    return ql.Config().add_sources(OWN) if request.param == "own" else None


@pytest.fixture(scope="module")
def alone(corpus, config):
    rows = [{"doc_id": d.id, "text": d.text, **d.meta} for d in corpus]
    return ql.Corpus(rows, config=config)


@pytest.mark.parametrize("partitions", [1, 3, 7])
def test_sources_links_shares_and_network(spark, articles, alone, config, partitions, tmp_path, rows_of):
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    options = {"config": config, "folder": str(tmp_path)}
    df = articles.repartition(partitions)
    sources = qs.sources(df, **options)
    expected = alone.sources()
    assert set(sources.columns) == set(expected.columns)
    assert rows_of(sources.select(*expected.columns), "source_id") == rows_of(expected, "source_id")
    links = qs.source_links(df, **options)
    assert links.columns == alone.source_links().columns
    assert rows_of(links, "doc_id", "entity_id") == rows_of(alone.source_links(), "doc_id", "entity_id")
    for by in ("source", ["outlet", "anonymity"], ["month", "source_kind"]):
        shares, same = qs.share(df, by, **options), alone.share(by)
        assert shares.columns == same.columns
        assert rows_of(shares, *same.columns) == rows_of(same, *same.columns)
    edges, same = qs.network(df, **options), alone.network()
    assert rows_of(edges, *same.columns) == rows_of(same, *same.columns)


def test_only_some_quotes_count(spark, articles, corpus, rows_of):
    direct = qs.quotes(articles, kind="direct")
    same = corpus.sources(quotes=corpus.quotes(kind="direct"))
    made = qs.sources(articles, quotes=direct).select(*same.columns)
    assert rows_of(made, "source_id") == rows_of(same, "source_id")


def test_quotes_carry_the_names_of_own_sources(articles, corpus, rows_of):
    config = ql.Config().add_sources(OWN)
    alone = ql.Corpus([{"doc_id": d.id, "text": d.text, **d.meta} for d in corpus], config=config)
    made = rows_of(qs.quotes(articles, config=config), "doc_id", "quote_id")
    assert made == rows_of(alone.quotes(), "doc_id", "quote_id")


OTHERS = [(f"o{k}", f"Person{k} Other{k} said it was dry.", None) for k in range(25)]
EVIDENCE = [
    ("a", "Senator Ada Holm said it rained. Nils Berg denied it.", "2026-11-02"),
    ("b", "Sen. Holm said it poured. Nils Berg denied it.", "2026-11-04"),
    ("c", "The Supreme Court said it rained. Omar Diaz denied it. Amos Lind denied it.", "2026-11-02"),
    ("d", "The Supreme Court said it poured. Ida Brandt denied it.", "2026-11-03"),
    ("e", "The Supreme Court said it froze. Omar Diaz denied it. Amos Lind denied it.", None),
    ("f", "Senator Thomas B. Diaz said it rained.", None),
    ("g", "Sen. Tom Diaz said no.", None),
    ("h", "A Gallup poll showed that it rained.", None),
    ("i", "A Gallup poll showed that it poured.", None),
    ("j", "The Saltby Canal Authority (SCA) said it rained. The SCA said it would stop.", None),
    ("k", "The SCA said it poured. The Saltby Canal Authority said it would stop.", None),
    ("l", "The SCA said it froze.", None),
]


@pytest.mark.parametrize("partitions", [1, 5])
def test_evidence_is_that_of_one_machine(spark, partitions, rows_of):
    spark.conf.set("spark.sql.shuffle.partitions", partitions)
    rows = [*EVIDENCE, *OTHERS]
    columns = ("doc_id", "text", "published")
    corpus = ql.Corpus([dict(zip(columns, row, strict=True)) for row in rows])
    df = spark.createDataFrame(rows, "doc_id string, text string, published string").repartition(partitions)
    links = rows_of(corpus.source_links(), "doc_id", "entity_id")
    assert rows_of(qs.source_links(df), "doc_id", "entity_id") == links
    sources = corpus.sources()
    assert rows_of(qs.sources(df).select(*sources.columns), "source_id") == rows_of(sources, "source_id")
    told = {row["evidence"] for row in links}
    together = "named with: amos lind | named with: omar diaz"
    assert {"given name | title: senator", "title: senator | named with: nils berg | dates", together} <= told
    assert len({row["source_id"] for row in links if row["name"] == "Supreme Court"}) == 2
    assert len({row["source_id"] for row in links if row["name"] == "Gallup poll"}) == 2
