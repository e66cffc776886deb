"""A corrected corpus is a corpus: what one line puts right shows in every table, figure and file."""

import json
import pickle

import pytest
import quotelens as ql
from quotelens import exchange
from quotelens.command.cli import main

FIRST = (
    "“The mill will open again by May,” Ada Holm said. “Nobody asked the miners,” she said.\n\n"
    "Officials said the road was closed. The owner told Reuters that it rained on Monday."
)
SECOND = "“The mill will open again by May,” said Ada Holm, the mayor of Tarn. Omar Diaz denied that it was safe."


def made(**options):
    texts = [{"id": "a", "text": FIRST, "outlet": "Herald"}, {"id": "b", "text": SECOND, "outlet": "Courier"}]
    return ql.Corpus(texts, **options)


@pytest.fixture
def corpus():
    return made()


def row_of(corpus, quote_id=1, doc_id="a"):
    [row] = corpus.quotes(kind="all", acts="all").filter(doc_id=doc_id, quote_id=quote_id)
    return row


def test_what_the_texts_have(corpus):
    found = [(row["quote_id"], row["source"], row["speaker"]) for row in corpus.quotes().filter(doc_id="a")]
    assert found == [
        (0, "Ada Holm", "Ada Holm"),
        (1, "she", "Ada Holm"),
        (2, "Officials", None),
        (3, "The owner", None),
    ]


# -------------------------------------------------------------------------------------------------- every answer


def test_a_new_speaker_is_in_every_answer(corpus, tmp_path):
    before = corpus.quotes()
    corpus.correct("a", 1, speaker="Bo  Ek")
    row = row_of(corpus)
    assert (row["speaker"], row["anonymity"], row["correction"], row["source"]) == (
        "Bo Ek",
        "named",
        "changed",
        "she",
    )
    assert before.filter(doc_id="a", quote_id=1)["speaker"] == ["Ada Holm"]  # what was made before stays
    [entity] = corpus.entities().filter(doc_id="a", entity_id=row["entity_id"])
    assert (entity["name"], entity["role"]) == ("Bo Ek", "speaker")
    [step] = corpus.chains().filter(doc_id="a", quote_id=1)
    assert (step["name"], step["entity_id"], FIRST[step["start"] : step["end"]]) == ("Bo Ek", row["entity_id"], "she")
    assert corpus.sources().filter(name="Bo Ek")["n_quotes"] == [1]
    assert corpus.sources().filter(name="Ada Holm")["n_quotes"] == [2]
    source_id = corpus.sources().filter(name="Bo Ek")["source_id"]
    assert corpus.source_links().filter(doc_id="a", entity_id=row["entity_id"])["source_id"] == source_id
    assert corpus.share().filter(source="Bo Ek")["n_quotes"] == [1]
    assert corpus["a"].quotes()["speaker"][1] == "Bo Ek" and "Bo Ek" in corpus["a"].show()._repr_html_()
    assert [match["source"] for match in corpus.kwic("miners")] == ["she"]
    assert corpus[:1].quotes()["speaker"][1] == "Bo Ek"
    corpus.report(tmp_path / "report.html")
    assert "Bo Ek" in (tmp_path / "report.html").read_text(encoding="utf-8")
    exchange.to_quotebank(corpus, tmp_path / "quotes.jsonl")
    assert "Bo Ek" in (tmp_path / "quotes.jsonl").read_text(encoding="utf-8")
    exchange.to_jsonld(corpus, tmp_path / "a.jsonld")
    assert "Bo Ek" in (tmp_path / "a.jsonld").read_text(encoding="utf-8")


def test_streams_and_files_are_corrected(corpus, tmp_path):
    corpus.correct("a", 1, speaker="Bo Ek").correct("b", 0, remove=True)
    corpus.quotes().write(tmp_path / "quotes.jsonl")
    corpus.stream(batch=1).write(tmp_path / "stream.jsonl")
    written = (tmp_path / "stream.jsonl").read_text(encoding="utf-8")
    assert written == (tmp_path / "quotes.jsonl").read_text(encoding="utf-8") and '"Bo Ek"' in written
    corpus.stream(batch=1).write(tmp_path / "stream.csv")
    assert (tmp_path / "stream.csv").read_text(encoding="utf-8").splitlines()[0].endswith(",correction")
    pa = pytest.importorskip("pyarrow")
    batches = list(corpus.stream(batch=1))
    assert pa.Table.from_batches(batches).column("correction").to_pylist() == corpus.quotes()["correction"]
    corpus.stream(batch=1).write(tmp_path / "stream.parquet")
    assert "correction" in pa.parquet.read_schema(tmp_path / "stream.parquet").names


def test_a_removed_quote_is_nowhere(corpus):
    corpus.correct("a", 0, remove=True)
    assert corpus.quotes().filter(doc_id="a")["quote_id"] == [1, 2, 3]
    for table in (corpus.chains(), corpus.pieces(), corpus.quotes(kind="all", acts="all", zones="all")):
        assert ("a", 0) not in set(zip(table["doc_id"], table["quote_id"], strict=True))
    assert 0 not in corpus.tokens(quotes=True).filter(doc_id="a")["quote_id"]
    assert corpus.documents()["n_quotes"] == [3, 2]
    assert len(corpus.quotes().families()) == 0 < len(made().quotes().families())
    assert len(corpus.corrections.table().filter(what="removed")) == 1


def test_kind_and_act(corpus):
    corpus.correct("a", 2, kind="mixed").correct("a", 3, act="thought")
    assert corpus.quotes(kind="mixed").filter(doc_id="a")["quote_id"] == [2]
    assert corpus.quotes().filter(doc_id="a")["quote_id"] == [0, 1, 2]
    assert row_of(corpus, 2)["confidence"] is None and row_of(corpus, 2)["source"] == "Officials"


@pytest.mark.parametrize("span", ["the  road", (FIRST.index("the road"), FIRST.index("the road") + 8)])
def test_a_span_by_words_or_by_place(corpus, span):
    row = row_of(corpus.correct("a", 2, span=span), 2)
    assert (row["text"], row["content"], row["n_words"], row["kind"]) == ("the road", "the road", 2, "indirect")


def test_the_kind_follows_the_span(corpus):
    start = FIRST.index("Officials")
    corpus.correct("a", 0, span=(0, FIRST.index(" Ada")))
    assert row_of(corpus, 0)["kind"] == "direct" and row_of(corpus, 0)["n_pieces"] == 1
    corpus.correct("a", 0, span=(0, FIRST.index(" said")))
    assert (row_of(corpus, 0)["kind"], row_of(corpus, 0)["n_pieces"]) == ("mixed", 1)
    corpus.correct("a", 0, span=[(0, 10), (start, start + 9)], kind="direct")
    assert (row_of(corpus, 0)["kind"], row_of(corpus, 0)["n_spans"], row_of(corpus, 0)["n_pieces"]) == (
        "direct",
        2,
        0,
    )


def test_a_quote_that_was_missed(corpus):
    corpus.correct("b", None, span="the mayor of Tarn", speaker="Omar Diaz", source="Omar Diaz", cue="said")
    row = corpus.quotes().filter(correction="added")[0]
    assert (row["quote_id"], row["kind"], row["cue"], row["source"]) == (2, "indirect", "said", "Omar Diaz")
    same = row_of(corpus, 1, "b")
    assert row["entity_id"] == same["entity_id"] and row["source_kind"] == "name"
    assert corpus.sources().filter(name="Omar Diaz")["n_quotes"] == [2]
    words = [t["text"] for t in corpus.tokens(quotes=True).filter(doc_id="b", quote_id=2)]
    assert words == ["the", "mayor", "of", "Tarn"]


# ---------------------------------------------------------------------------------------------------- linked again


def test_another_source_brings_its_own_entity(corpus):
    corpus.correct("b", 1, source="Ada Holm, the mayor of Tarn")
    row = row_of(corpus, 1, "b")
    assert (row["speaker"], row["entity_id"]) == ("Ada Holm", row_of(corpus, 0, "b")["entity_id"])
    [step] = corpus.chains().filter(doc_id="b", quote_id=1)
    assert step["name"] == "Ada Holm"


def test_whoever_passed_it_on_stays(corpus):
    [_, reuters] = corpus.chains().filter(doc_id="a", quote_id=3)
    assert reuters["name"] == "Reuters"
    corpus.correct("a", 3, speaker="Ida Berg")
    steps = corpus.chains().filter(doc_id="a", quote_id=3)
    assert steps["name"] == ["Ida Berg", "Reuters"] and steps["step"] == [0, 1]
    assert ("Ida Berg", "Reuters") in {(row["quoted"], row["through"]) for row in corpus.network()}


def test_nobody_named(corpus):
    assert "she" not in corpus.unnamed(alone=False)["source"]
    corpus.correct("a", 1, speaker=None)
    row = row_of(corpus)
    assert (row["speaker"], row["entity_id"], row["source"]) == (None, -1, "she")
    assert corpus.chains().filter(doc_id="a", quote_id=1)["name"] == ["she"]
    assert "she" in corpus.unnamed(alone=False)["source"]
    corpus.correct("a", 2, speaker="Ida Berg")
    assert "Officials" not in corpus.unnamed(alone=False)["source"]
    corpus.correct("a", 1, source=None)
    assert (row_of(corpus)["source"], row_of(corpus)["source_kind"], row_of(corpus)["anonymity"]) == (
        None,
        "none",
        "none",
    )
    assert len(corpus.chains().filter(doc_id="a", quote_id=1)) == 0


def test_a_short_name_is_the_one_it_can_only_mean(corpus):
    corpus.correct("b", 1, speaker="Holm")
    assert row_of(corpus, 1, "b")["entity_id"] == row_of(corpus, 0, "b")["entity_id"]
    assert corpus.sources().filter(name="Ada Holm")["n_quotes"] == [4]


# -------------------------------------------------------------------------------------------- kept and applied again


def test_saved_and_laid_over_another_day(corpus, tmp_path):
    corpus.correct("a", 1, speaker="Bo Ek", by="Cy", time="Monday").correct("a", 1, kind="mixed").correct(
        "b", 0, remove=True
    )
    corpus.corrections.save(tmp_path / "c.jsonl")
    again = made().corrected(tmp_path / "c.jsonl")
    assert again.corrections == corpus.corrections and again.corrections == ql.Corrections.load(tmp_path / "c.jsonl")
    assert list(again.quotes()) == list(corpus.quotes())
    assert list(pickle.loads(pickle.dumps(again)).quotes()) == list(corpus.quotes())
    assert row_of(again)["kind"] == "mixed" and row_of(again)["speaker"] == "Bo Ek"
    assert repr(again).endswith("; 3 corrections>")
    assert again.quotes().info["corrections"]["sha1"] == corpus.corrections.sha1
    assert list(made(threads=1).corrected(again.corrections).quotes()) == list(
        made(threads=3).corrected(again.corrections).quotes()
    )


def test_without_corrections_nothing_is_changed(corpus):
    assert list(corpus.corrected(ql.Corrections()).quotes()) == [
        row | {"correction": None} for row in corpus.quotes()
    ]
    assert len(corpus.corrections) == 0 and "correction" not in corpus.quotes().columns


def test_single_quotes_are_no_gold(corpus):
    corpus.correct("a", 1, speaker="Bo Ek")
    with pytest.warns(UserWarning, match="1 document had only single quotes corrected"):
        assert corpus.corrections.to_gold(corpus) == []


def test_corrections_without_a_place_are_named():
    corrections = made().correct("a", 1, speaker="Bo Ek").correct("b", 0, remove=True).corrections
    other = ql.Corpus([{"id": "a", "text": FIRST + " More."}, {"id": "c", "text": SECOND}]).corrected(corrections)
    said = [
        (row["doc_id"], row["problem"], row["done"], row["detail"])
        for row in other.problems().filter(problem="unmatched")
    ]
    assert said == [
        (
            "a",
            "unmatched",
            "not applied",
            "1 correction: they were made on another text: changed “Nobody asked the miners,”",
        ),
        (None, "unmatched", "not applied", "1 correction: there is no document 'b'"),
    ]
    stream = other.stream(batch=1)
    assert sum(map(len, stream.tables())) == len(other.quotes())
    assert list(stream.problems()) == list(other.problems().filter(problem="unmatched"))


# ----------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("quote_id", "changes", "error", "message"),
    [
        (9, {"kind": "mixed"}, KeyError, "There is no quote 9 in document 'a'. Its quotes are: 0, 1, 2, 3"),
        (0, {}, ValueError, "Say what to correct: speaker, kind"),
        (0, {"kind": "dirct"}, ValueError, "Did you mean 'direct'"),
        (0, {"speakr": "X"}, TypeError, "Did you mean 'speaker'"),
        (0, {"speaker": " "}, TypeError, "give a name, or None for nobody"),
        (0, {"span": (5, 5000)}, ValueError, "inside its"),
        (0, {"source": "Olga"}, ValueError, "source='Olga' is not in the text"),
        (0, {"remove": True, "kind": "mixed"}, ValueError, "nothing else"),
        (None, {"kind": "mixed"}, ValueError, "needs its span"),
    ],
)
def test_mistakes_are_told(corpus, quote_id, changes, error, message):
    with pytest.raises(error, match=message):
        corpus.correct("a", quote_id, **changes)
    assert len(corpus.corrections) == 0


def test_what_is_no_corrections(corpus, tmp_path):
    with pytest.raises(TypeError, match="or the name of a file"):
        corpus.corrected(5)
    with pytest.raises(KeyError, match="There is no document 'z'"):
        corpus.correct("z", 0, remove=True)


# -------------------------------------------------------------------------------------------------- command line


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    for name, text in (("a", FIRST), ("b", SECOND)):
        (tmp_path / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
    ql.read("articles").correct("a", 0, speaker="Bo Ek").corrections.save("c.jsonl")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "written"),
    [
        (["quotes", "articles", "-o", "out.csv"], "out.csv"),
        (["quotes", "articles", "-o", "out.jsonl", "--resume"], "out.jsonl"),
        (["annotate", "articles", "-o", "out.jsonl"], "out.jsonl"),
        (["report", "articles", "-o", "out.html"], "out.html"),
        (["families", "articles", "-o", "out.jsonl", "--variants", "members.csv"], "members.csv"),
        (["sample", "articles", "-n", "2", "-o", "out.jsonl"], "out.jsonl"),
        (["export", "quotebank", "articles", "-o", "out.jsonl"], "out.jsonl"),
    ],
)
def test_every_command_that_reads_articles_takes_corrections(desk, command, written):
    assert main(command) == 0 and "Bo Ek" not in (desk / written).read_text(encoding="utf-8")
    assert main([*command, "--corrections", "c.jsonl"]) == 0
    assert "Bo Ek" in (desk / written).read_text(encoding="utf-8")


def test_a_listing_and_rows_say_what_was_corrected(desk, capsys):
    assert main(["quotes", "articles", "--corrections", "c.jsonl"]) == 0
    assert "changed" in capsys.readouterr().out
    assert main(["quotes", "articles", "--corrections", "c.jsonl", "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(",correction")


@pytest.mark.parametrize("command", [["quotes", "articles/b.txt"], ["annotate", "articles/b.txt", "-o", "out.jsonl"]])
def test_commands_name_corrections_without_a_place(desk, command, capsys):
    assert main([*command, "--corrections", "c.jsonl"]) == 0
    assert "unmatched: 1 correction: there is no document 'a'; not applied" in capsys.readouterr().err


def test_annotate_reads_folders_as_the_others_do(desk, capsys):
    (desk / "articles" / "broken.json").write_text("{", encoding="utf-8")
    (desk / "articles" / "notes.pdf").write_text("x", encoding="utf-8")
    assert main(["annotate", "articles", "-o", "out.jsonl"]) == 1
    rows = [json.loads(line) for line in (desk / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["doc_id"] for row in rows] == ql.read("articles").ids
    assert [len(row.get("quotes", ())) for row in rows] == [4, 2, 0] and "error" in rows[2]
    assert "notes.pdf: skipped" in capsys.readouterr().err
    (desk / "in.jsonl").write_text(
        "\n".join(json.dumps({"id": d.id, "text": d.text}) for d in ql.read("articles")[:2])
    )
    assert main(["annotate", "in.jsonl", "-o", "lines.jsonl"]) == 0
    lines = (desk / "lines.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == (desk / "out.jsonl").read_text(encoding="utf-8").splitlines()[:2]
