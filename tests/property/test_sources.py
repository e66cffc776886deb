"""What holds for the sources of any corpus: its order tells nothing, a name has one cluster, all shares add up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quotelens import Config, Corpus
from quotelens.sources.linking import Name, joined, side

WORDS = st.sampled_from(["Ada", "Bo", "A.", "M.", "Holm", "Lind", "Diaz-Li", "Norvik", "Wire", "NW", "de", "ADA"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
KINDS = st.sampled_from(["person", "organisation", "outlet", "agency", "document"])
TEXTS = st.builds(
    "{} said it rained. “{},” {} told {}.".format, NAMES, WORDS, NAMES, st.sampled_from(["CNN", "Reuters", "us"])
)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.builds(Name, NAMES | st.text(max_size=8), KINDS), st.integers(1, 9)), st.randoms())
def test_clusters_are_a_partition_whatever_the_order(names, random):
    clusters = joined(names, {})
    assert set(clusters) == set(names)
    for name, cluster in clusters.items():
        assert name in cluster and all(clusters[other] is cluster for other in cluster)
        whole = {other.text.casefold() for other in cluster}
        assert len(whole) == 1 or len({side(other.kind) for other in cluster if " " not in other.text}) < 2
    shuffled = list(names.items())
    random.shuffle(shuffled)
    assert joined(dict(shuffled), {}) == clusters


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXTS, max_size=5), st.permutations(range(5)), st.booleans())
def test_the_order_of_documents_tells_nothing(texts, order, has_table):
    config = Config().add_sources([{"name": "Ada Lind", "aliases": "Holm", "party": "Green"}]) if has_table else None
    documents = [{"id": str(k), "text": text} for k, text in enumerate(texts)]
    corpus = Corpus(documents, config=config)
    again = Corpus([documents[k] for k in order if k < len(documents)], config=config, threads=2)
    assert list(again.sources()) == list(corpus.sources())
    assert list(again.network()) == list(corpus.network())
    assert list(again.share(["source", "anonymity"])) == list(corpus.share(["source", "anonymity"]))
    assert sorted(map(repr, again.source_links())) == sorted(map(repr, corpus.source_links()))


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXTS, max_size=4))
def test_tables_agree(texts):
    corpus = Corpus(texts)
    sources, links, quotes = corpus.sources(), list(corpus.source_links()), corpus.quotes()
    assert sources["source_id"] == list(range(len(sources)))
    assert {row["source_id"] for row in links} == set(sources["source_id"])
    source_of = {(row["doc_id"], row["entity_id"]): row["source_id"] for row in links}
    said = [source_of.get(key, -1) for key in zip(quotes["doc_id"], quotes["entity_id"], strict=True)]
    assert [said.count(number) for number in sources["source_id"]] == sources["n_quotes"]
    if len(quotes):
        assert sum(corpus.share()["share_quotes"]) == pytest.approx(1)
