"""What a table says of how it was made, and where that goes with it; and that everything can be pickled."""

import copy
import json
import pickle

import pytest
import quotelens as ql
from quotelens import Config, Table

MADE = {
    "documents": lambda c: c.documents(),
    "metadata": lambda c: c.metadata(),
    "zones": lambda c: c.zones(),
    "sentences": lambda c: c.sentences(),
    "tokens": lambda c: c.tokens(),
    "quotes": lambda c: c.quotes(),
    "pieces": lambda c: c.pieces(),
    "mentions": lambda c: c.mentions(),
    "entities": lambda c: c.entities(),
    "chains": lambda c: c.chains(),
    "sources": lambda c: c.sources(),
    "source_links": lambda c: c.source_links(),
    "share": lambda c: c.share(),
    "network": lambda c: c.network(),
    "unnamed": lambda c: c.unnamed(),
    "problems": lambda c: c.problems(),
    "kwic": lambda c: c.kwic("storm"),
    "families": lambda c: c.quotes().families(),
}


@pytest.mark.parametrize("name", MADE)
def test_every_table_says_what_made_it(name):
    info = MADE[name](ql.sample()).info
    assert info["table"] == name and info.items() >= ql.info().items()
    json.dumps(info)


def test_options_and_config_are_noted():
    config = Config().add_cues({"quip": "manner"}).drop_cues("hope")
    corpus = ql.Corpus(["“It rained,” Ann Lee said."], config=config)
    info = corpus.quotes(kind={"direct", "mixed"}, min_confidence=0.5).info
    assert info["options"] == {"kind": ["direct", "mixed"], "min_confidence": 0.5}
    assert info["lexicon"] == config._lexicon_hash != ql.info()["lexicon"]
    assert 'drop_cues = ["hope"]' in info["config"]
    assert "config" not in ql.annotate("").quotes().info
    assert corpus[0].quotes(acts="all").info["options"] == {"acts": "all"}


def test_what_is_made_of_a_table_says_the_same():
    table = ql.sample().quotes(kind="direct")
    made = [table[:2], table.filter(kind="direct"), table.select("text"), table.count("speaker"), table.sort("text")]
    made += [
        table.sample(2),
        table.share("speaker"),
        table.pivot("speaker", "kind"),
        pickle.loads(pickle.dumps(table)),
    ]
    steps = [other.info.pop("steps", []) for other in made]
    assert all({**other.info, "steps": None} == {**table.info, "steps": None} for other in made)
    assert [step for some in steps for step in some] == [
        *("rows :2", "filter kind='direct'", "select columns=['text']", "count by=['speaker']"),
        *("sort by=['text'] descending=False", "sample n=2 by=None seed=0 weights=False", "share by=['speaker']"),
        "pivot rows='speaker' columns='kind'",
    ]
    chosen = table.filter(lambda row: row["n_words"] > 3, doc_id=["x" * 200, None]).select("text")
    assert len(chosen.info["steps"]) == 2 and max(map(len, chosen.info["steps"])) < 120
    assert table.info.get("steps") is None and "steps" not in Table.from_columns({"n": [1]}, ["int32"])[:1].info
    table.info["table"] = "changed"
    assert table.info["table"] == "quotes"
    assert Table.from_columns({"n": [1]}, ["int32"]).info == {}


def test_info_reaches_pandas_arrow_and_parquet(tmp_path):
    pytest.importorskip("pandas")
    parquet = pytest.importorskip("pyarrow.parquet")
    corpus = ql.sample()
    table = corpus.quotes(kind="direct")
    assert table.to_pandas().attrs["quotelens"] == table.info
    assert json.loads(table.to_arrow().schema.metadata[b"quotelens"]) == table.info
    table.write(tmp_path / "q.parquet")
    assert json.loads(parquet.read_schema(tmp_path / "q.parquet").metadata[b"quotelens"]) == table.info
    batch = next(corpus.stream(kind="direct"))
    assert json.loads(batch.schema.metadata[b"quotelens"]) == table.info
    assert Table.from_columns({"n": [1]}, ["int32"]).to_pandas().attrs == {}


def test_a_streamed_file_says_it_too(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "a.txt").write_text("“It rained,” Ann Lee said.", encoding="utf-8")
    ql.read(tmp_path / "a.txt", lazy=True).stream(acts="all").write(tmp_path / "q.parquet")
    info = json.loads(parquet.read_schema(tmp_path / "q.parquet").metadata[b"quotelens"])
    assert info["options"] == {"acts": "all"} and info["model"] == ql.info()["model"]


def test_corpora_pickle_before_and_after_use():
    corpus = ql.sample()
    before = pickle.dumps(corpus)
    quotes = list(corpus.quotes())
    for copied in (pickle.loads(before), pickle.loads(pickle.dumps(corpus)), copy.deepcopy(corpus)):
        assert list(copied.quotes()) == quotes and list(copied.zones()) == list(corpus.zones())
        assert copied[0].text == corpus[0].text


def test_a_corpus_of_files_and_a_config_pickles(tmp_path):
    (tmp_path / "a.txt").write_text("“It rained,” Ann Lee quipped.", encoding="utf-8")
    corpus = ql.read(tmp_path, config=Config().add_cues({"quip": "manner"}))
    copied = pickle.loads(pickle.dumps(corpus))
    assert copied.quotes()["cue_class"] == ["manner"]


def test_families_and_indexes_keep_their_members():
    quotes = ql.sample().quotes()
    families = quotes.families()
    copied = pickle.loads(pickle.dumps(families))
    assert list(copied.variants()) == list(families.variants())
    assert copied.variants(0).show()._repr_html_() == families.variants(0).show()._repr_html_()
    index = ql.FamilyIndex().add(quotes)
    text = quotes["text"][0]
    assert list(pickle.loads(pickle.dumps(index)).search(text)) == list(index.search(text))


def test_a_document_pickles_alone_or_says_why_not():
    document = ql.annotate("“It rained,” Ann Lee said.", id="d7")
    assert list(pickle.loads(pickle.dumps(document)).quotes()) == list(document.quotes())
    with pytest.raises(TypeError, match="cannot be pickled alone: pickle the corpus"):
        pickle.dumps(ql.sample()[0])
