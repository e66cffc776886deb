"""Uses of the public interface, for a type checker to read; it is never run."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_type

import quotelens as ql
from matplotlib.axes import Axes
from quotelens.analysis.explain import Explanation
from quotelens.families.families import Families, Variants
from quotelens.families.quotes import Quotes
from quotelens.quality.agreement import Agreement
from quotelens.quality.evaluate import Evaluation
from quotelens.quality.train import Training

if TYPE_CHECKING:
    import quotelens.integrations.spacy
    import quotelens.integrations.spark
    from pyspark.sql import DataFrame


def uses() -> None:
    corpus = ql.read("articles/", text="body", id="story", threads=2, progress=False)
    assert_type(corpus, ql.Corpus)
    assert_type(ql.read([Path("a.txt"), "b.txt"]), ql.Corpus)
    assert_type(ql.read("a.csv", outlet="paper", published="date"), ql.Corpus)
    config = ql.Config().add_cues({"quip": "manner"}).drop_cues("say", "tell").drop_cues(["hope"])
    assert_type(config.add_cues([{"lemma": "quip", "hedge": True}]).add_cues(Path("cues.tsv")), ql.Config)
    assert_type(ql.Corpus(["one", b"two"], config=config), ql.Corpus)
    assert_type(ql.Config.load("options.toml"), ql.Config)
    assert_type(config.save(Path("options.toml")), None)
    assert_type(ql.Config.from_toml(config.to_toml()), ql.Config)
    assert_type(config.cues(), ql.Table)
    named = config.add_sources("sources.csv").add_sources([{"name": "Ada Holm", "aliases": ["Holm"], "born": 1961}])
    assert_type(named, ql.Config)
    assert_type(named.sources(), ql.Table)
    assert_type(ql.sample(), ql.Corpus)
    assert_type(len(corpus), int)
    assert_type(corpus["d17"], ql.Document)
    assert_type(corpus[0], ql.Document)
    assert_type(corpus["d17"].text, str)
    assert_type(ql.annotate("text", id="a", config=config), ql.Document)

    quotes = corpus.quotes(kind=["direct", "mixed"], acts="all", zones=("body", "title"))
    assert_type(quotes, Quotes)
    assert_type(quotes["text"], list[Any])
    assert_type(quotes[0], dict[str, Any])
    assert_type(quotes[1:3], Quotes)
    assert_type(quotes.families(), Families)
    assert_type(quotes.families().variants(0), Variants)
    assert_type(ql.verify(["a"], corpus), ql.Table)
    assert_type(ql.FamilyIndex().add(corpus.quotes()).search("a", speaker="b"), ql.Table)
    assert_type(iter(quotes), Iterator[dict[str, Any]])
    assert_type(quotes.columns, list[str])
    assert_type(quotes.head(3).filter(kind="direct").count("source"), ql.Table)
    assert_type(quotes.join([{"doc_id": "a", "beat": "rail"}], on="doc_id", how="inner"), Quotes)
    assert_type(quotes.sort(["doc_id", "start"], descending=True).sample(9, by="kind", seed=1), Quotes)
    assert_type(quotes.share(by=["outlet", "kind"]).pivot("outlet", "kind", values="n"), ql.Table)
    assert_type(quotes.info, dict[str, Any])
    assert_type(quotes.filter(lambda row: row["n_words"] > 3, kind="direct").select(["text", "kind"]), Quotes)
    assert_type(quotes.count("kind", "act"), ql.Table)
    assert_type(corpus[:2], ql.Corpus)
    assert_type(corpus.ids, list[str])
    assert_type(quotes.write("quotes.csv"), None)
    assert_type(quotes.write("quotes.csv", escape_formulas=True), None)

    assert_type(corpus[0].explain(0), Explanation)
    assert_type(ql.train("gold.jsonl", output="weights.toml", kinds="direct"), Training)
    assert_type(ql.evaluate(corpus, "gold.jsonl", kinds="direct", nested=False, level=0.9), Evaluation)
    assert_type(ql.evaluate(quotes, [{"doc_id": "a", "quotes": []}]).table(), ql.Table)
    assert_type(ql.evaluate(None, "gold.jsonl", config=config).errors(), ql.Table)
    corrections = ql.Corrections.between("found.jsonl", Path("back.jsonl"), by="Ada", time="2026-11-25")
    assert_type(corrections + ql.Corrections.load("more.jsonl"), ql.Corrections)
    assert_type(corrections.save(Path("corrections.jsonl")), None)
    assert_type(corrections.table(), ql.Table)
    assert_type(corrections.conflicts(), ql.Table)
    assert_type(corrections.unmatched("found.jsonl"), ql.Table)
    assert_type(corrections.apply("found.jsonl"), list[dict[str, Any]])
    assert_type(corrections.to_gold(corpus), list[dict[str, Any]])
    assert_type(corrections.counts(), dict[str, int])
    assert_type(corpus.corrected(corrections).quotes(acts="all"), Quotes)
    assert_type(corpus.correct("a", 0, speaker=None, span=(0, 4), remove=False).corrections, ql.Corrections)
    assert_type(ql.agreement("a.jsonl", "b.jsonl"), Agreement)
    assert_type(ql.agreement("a.jsonl", "b.jsonl").disagreements(), ql.Table)
    assert_type(corpus.sample_articles(2, by=["outlet", "confidence"], seed=1), ql.Corpus)
    assert_type(corpus.quotes().binned("confidence", at=(0.5,)).sample(2, weights=True), Quotes)
    assert_type(ql.train("gold.jsonl").config, ql.Config)
    assert_type(ql.Config().set_weights("weights.tsv").set_weights({"quote:bias": 1}).weights(), dict[str, float])
    assert_type(len(corpus.quotes(min_confidence=0.5)), int)

    assert_type(corpus.chains(), ql.Table)
    assert_type(corpus[0].chains(), ql.Table)
    assert_type(corpus.entities(), ql.Table)
    assert_type(corpus.sources(), ql.Table)
    assert_type(corpus.source_links(), ql.Table)
    assert_type(corpus.share(["outlet", "source"], quotes=corpus.quotes(kind="direct")), ql.Table)
    assert_type(corpus.network()[0], dict[str, Any])
    assert_type(corpus.unnamed(alone=False), ql.Table)
    assert_type(ql.plots.top_sources(corpus, n=5), Axes)
    assert_type(ql.plots.share_over_time(corpus, by="source_kind", n=3), Axes)
    assert_type(ql.plots.dispersion(corpus, "Ada Holm", ax=ql.plots.dispersion(corpus, 0)), Axes)
    assert_type(ql.plots.cues_by_outlet(corpus), Axes)
    assert_type(ql.plots.anonymity_by_outlet(corpus), Axes)
    assert_type(ql.plots.source_network(corpus), Axes)
    assert_type(ql.plots.family_timeline(corpus.quotes().families(), 0), Axes)
    assert_type(corpus.explore(quotes=quotes, corrections=[{"doc_id": "a"}]).corrections, Any)
    assert_type(corpus.report(Path("report.html"), title="Rain", full_text=False), None)

    assert_type(ql.word_boundaries("text"), list[int])
    assert_type(ql.sentence_boundaries("text", tailored=False), list[int])
    assert_type(ql.parse_words(["He", "left"]), list[tuple[str, int, str]])
    assert_type(ql.link_names(["Ada Holm", "Holm"]), list[int])
    assert_type(ql.parse_words(("He", "left")), list[tuple[str, int, str]])
    assert_type(corpus.tokens(parse=True, quotes=True), ql.Table)
    assert_type(corpus[0].tokens(parse=True), ql.Table)
    assert_type(ql.exchange.to_conllu(corpus, "out/"), int)
    assert_type(ql.exchange.to_conllu(corpus, Path("out.conllu")), int)
    assert_type(ql.exchange.to_brat(corpus, "to_annotate/"), int)
    assert_type(ql.exchange.to_labelstudio(corpus, Path("tasks.json")), int)
    assert_type(ql.exchange.to_doccano(corpus, "a.jsonl"), int)
    assert_type(ql.exchange.to_jsonld(corpus, "a.jsonld"), int)
    assert_type(ql.exchange.to_tei(corpus, Path("tei/")), int)
    assert_type(ql.exchange.to_quotebank(corpus, "a.jsonl"), int)
    assert_type(ql.exchange.from_brat(Path("annotated/")), list[dict[str, Any]])
    assert_type(ql.exchange.from_labelstudio("export.json"), list[dict[str, Any]])
    assert_type(ql.exchange.from_doccano("all.jsonl"), list[dict[str, Any]])
    assert_type(ql.exchange.from_jsonld("a.jsonld"), list[dict[str, Any]])
    assert_type(ql.exchange.from_tei("tei/"), list[dict[str, Any]])
    assert_type(ql.train(ql.exchange.from_brat("annotated/")).config, ql.Config)
    assert_type(ql.info(config), dict[str, str])
    assert_type(ql.__version__, str)


def uses_of_spark(df: "DataFrame") -> None:
    found = quotelens.integrations.spark.quotes(
        df, text="body", id="story", kind="direct", config=ql.Config(), compared=True
    )
    assert_type(found, DataFrame)
    assert_type(quotelens.integrations.spark.families(found, documents=df, least=3), DataFrame)
    assert_type(quotelens.integrations.spark.variants(found, folder="stages"), DataFrame)
    assert_type(quotelens.integrations.spark.share(df, ["month", "source"], quotes=found), DataFrame)
    assert_type(quotelens.integrations.spark.verify(["It rained"], df), DataFrame)


def uses_of_spacy() -> None:
    finder = quotelens.integrations.spacy.QuoteFinder(
        kind=["direct", "mixed"], acts="all", min_confidence=0.5, options=""
    )
    assert_type(finder.pipe([], batch_size=9), Iterator[Any])
