"""Articles and quotes drawn for people to check: strata, weights, and what they estimate."""

from collections import Counter

import pytest
import quotelens as ql


@pytest.fixture(scope="module")
def corpus():
    return ql.sample()


def test_articles_of_each_outlet(corpus):
    drawn = corpus.sample_articles(2, by="outlet", seed=5)
    outlets = Counter(corpus.documents()["outlet"])
    rows = drawn.documents()
    assert Counter(rows["stratum"]) == {outlet: min(n, 2) for outlet, n in outlets.items()}
    assert [row["weight"] for row in rows] == [max(outlets[row["outlet"]] / 2, 1) for row in rows]
    assert sum(rows["weight"]) == len(corpus)
    assert [d.id for d in drawn] == [d.id for d in corpus if d.id in drawn]
    assert [d.id for d in corpus.sample_articles(2, by="outlet", seed=5)] == [d.id for d in drawn]
    assert "stratum" not in corpus.documents().columns


def test_articles_are_analysed_as_in_the_whole_corpus():
    pages = [
        {"id": str(k), "outlet": "Post", "text": f"Hear “{k}” today\n“Our promise to you,” we said.\nIt rained."}
        for k in range(9)
    ]
    corpus = ql.Corpus(pages)
    assert set(corpus.zones()["zone"]) != set(ql.Corpus(pages[:1]).zones()["zone"])  # by lines that recur
    drawn = corpus.sample_articles(1)
    assert list(drawn.zones()) == list(corpus.zones().filter(doc_id=drawn[0].id))


def test_strata_by_what_is_in_the_articles(corpus):
    quotes = corpus.quotes()
    for row in corpus.sample_articles(99, by=["kind", "confidence"], at=[0.75]).documents():
        own = quotes.filter(doc_id=row["doc_id"])
        if not len(own):  # the page in German
            assert row["stratum"] == "none | none"
            continue
        kind, confidence = row["stratum"].split(" | ")
        n = Counter(own["kind"])
        assert n[kind] == max(n.values())
        mean = sum(own["confidence"]) / len(own)
        assert confidence == ("below 0.75" if mean < 0.75 else "0.75 and up")
    none = ql.Corpus(["It rained."]).sample_articles(1, by=["kind", "confidence", "outlet"])
    assert none.documents()["stratum"] == ["none | none | none"]
    assert set(corpus.sample_articles(3).documents()["stratum"]) == {"all"}


def test_weighted_sums_are_right_on_average():
    texts = [("A", "“Go,” said Ann. " * n) for n in (1, 2, 6)] + [("B", "“Stay,” said Bo."), ("B", "It rained.")]
    corpus = ql.Corpus([{"outlet": outlet, "text": text} for outlet, text in texts])
    estimates, plain = [], []
    for seed in range(60):
        drawn = corpus.sample_articles(1, by="outlet", seed=seed)
        weighted = drawn.quotes().join(drawn.documents().select("doc_id", "weight"), on="doc_id")
        estimates.append(sum(weighted["weight"]))
        plain.append(len(weighted) * len(corpus) / len(drawn))
    n = len(corpus.quotes())
    assert n == 10 and abs(sum(estimates) / 60 - n) < 1.5
    assert len(set(estimates)) > 3 and estimates != plain


def test_statements_by_confidence_with_weights(corpus):
    quotes = corpus.quotes()
    binned = quotes.binned("confidence", at=(0.7, 0.9))
    assert type(binned) is type(quotes) and binned.columns[-1] == "confidence_bin"
    assert sorted(set(binned["confidence_bin"])) == ["0.7 to 0.9", "0.9 and up", "below 0.7"]
    for row in binned:
        name = "below 0.7" if row["confidence"] < 0.7 else "0.9 and up" if row["confidence"] >= 0.9 else "0.7 to 0.9"
        assert row["confidence_bin"] == name
    drawn = binned.sample(4, by="confidence_bin", weights=True)
    assert sum(drawn["weight"]) == pytest.approx(len(quotes))
    assert binned.sample(4, by="confidence_bin")["text"] == drawn["text"]
    assert ql.Table.from_columns({"n": [None, 1]}, ["int32"]).binned("n", at=[1])["n_bin"] == [None, "1 and up"]
    assert len(quotes.sample(0, weights=True)) == 0


def test_what_cannot_be_drawn(corpus):
    with pytest.raises(KeyError, match="section"):
        corpus.sample_articles(1, by="section")
    with pytest.raises(ValueError, match="n is -1"):
        corpus.sample_articles(-1)
    with pytest.raises(ValueError, match="column 'weight'"):
        ql.Corpus([{"text": "x", "weight": 1}]).sample_articles(1)
    with pytest.raises(TypeError, match="numbers are expected"):
        corpus.quotes().binned("kind")
    for at in ([], [0.5, 0.5], [0.8, 0.5]):
        with pytest.raises(ValueError, match="increasing"):
            corpus.quotes().binned("confidence", at=at)
    with pytest.raises(ValueError, match="column 'weight'"):
        corpus.quotes().sample(1, weights=True).sample(1, weights=True)
