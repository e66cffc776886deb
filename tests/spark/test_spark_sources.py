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
