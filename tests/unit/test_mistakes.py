"""What is wrong with arguments is said in words: what was given, what was wanted, how to mend it."""

import sys

import pytest
import quotelens as ql
from quotelens.reading.readers import check_needed
from quotelens.table.extras import libraries_of
from quotelens.table.table import Table

TEXT = "“It rained,” Ann Lee said."


def gold(**quote):
    return [{"doc_id": "a", "text": TEXT, "quotes": [quote]}]


@pytest.mark.parametrize(
    ("quote", "message"),
    [
        ({"spans": [[0, 12]], "type": "dirct"}, r'quotes\[0\] has the "type" \'dirct\'.* Did you mean \'direct\'\?'),
        ({"spans": [[0, 12]], "act": "speach"}, r"has the \"act\" 'speach'.* Did you mean 'speech'\?"),
        ({"span": [[0, 12]]}, r'neither "spans", such as .*its keys are: \'span\'\. Is \'span\' to be \'spans\'\?'),
        ({}, r'neither "spans", such as .*its keys are: none\.'),
    ],
)
def test_gold_that_is_mistyped(quote, message):
    with pytest.raises(ValueError, match=message):
        ql.evaluate(None, gold(**quote))


@pytest.mark.parametrize("act", ["other", "thought", None])
def test_gold_that_is_right(act):
    assert ql.evaluate(None, gold(start=0, end=12, type="direct", act=act)).n_documents == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda c: ql.verify("Every car stops", c), "quotes is 'Every car stops' .*give a list of quotations"),
        (lambda c: ql.verify(["x"], ["a text"]), r"corpus is \['a text'\] \(of type list\): give a Corpus"),
        (lambda c: ql.FamilyIndex().add("x"), r"quotes is 'x' \(of type str\): give the table"),
        (lambda c: c.quotes(kind=5), r"kind is 5 \(of type int\): give a name such as 'direct'"),
        (lambda c: c.quotes(min_confidence="0.8"), "min_confidence is '0.8' .*give a number between 0 and 1"),
        (lambda c: c.share(5), "by is 5 .*give a name such as 'source'"),
        (lambda c: ql.evaluate(None, 5), "gold is 5 .*give the name of a JSONL file"),
        (lambda c: ql.evaluate(None, gold(start=0, end=2), kinds=5), "kinds is 5 .*give a name"),
        (lambda c: c[1.5], "indexed by a document's id, its position or a slice of positions, not by 1.5"),
        (lambda c: ql.Config.load(5), "path is 5 .*give the name of a .toml file"),
        (lambda c: c.quotes().filter("x"), "filter.. takes values of columns, .*not 'x'"),
        (lambda c: c.quotes().head("x"), "n is 'x' .*give a number of rows"),
        (lambda c: c.quotes().select(5), "columns is 5 .*give a name such as 'doc_id'"),
        (lambda c: c.quotes().count(5), "by is 5 .*give a name such as 'kind'"),
        (lambda c: ql.Corpus([1, 2]), "holds no text: its values are of type int"),
        (lambda c: ql.Corpus([{"n": 1}, {"n": None}], text="n"), "The column 'n' holds no text: .*of type int"),
    ],
)
def test_arguments_of_another_type(wrong, message):
    with pytest.raises(TypeError, match=message):
        wrong(ql.Corpus([TEXT]))


def test_a_column_without_text_or_with_some():
    assert len(ql.Corpus([{"text": None}, {"text": float("nan")}])) == 2
    assert len(ql.Corpus([{"text": 5}, {"text": TEXT}]).problems()) == 1
    assert len(ql.Corpus([5, TEXT.encode()]).quotes()) == 1


def test_frames_without_text():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    import quotelens.integrations.pandas
    import quotelens.integrations.polars  # noqa: F401

    for series in (pandas.Series([1, 2], name="n"), polars.Series("n", [1])):
        with pytest.raises(TypeError, match=r"The series 'n' holds no text: its values are of type int"):
            series.ql.quotes()
    with pytest.raises(TypeError, match=r"The column 'n' holds no text"):
        ql.Corpus(pandas.DataFrame({"n": [1, 2]}), text="n")
    with pytest.raises(TypeError, match=r"LazyFrame.*\.collect\(\)"):
        ql.Corpus(polars.DataFrame({"text": [TEXT]}).lazy())


def test_a_slice_of_a_corpus_is_one():
    boilerplate = "Subscribe to our newsletter for more news like this"
    corpus = ql.Corpus([{"text": f"Day {k}\n\n{TEXT}\n\n{boilerplate}", "outlet": "Day"} for k in range(12)])
    part = corpus[:2]
    assert isinstance(part, ql.Corpus) and part.ids == ["0", "1"] and corpus[::-5].ids == ["11", "6", "1"]
    assert list(part.zones()) == [row for row in corpus.zones() if row["doc_id"] in ("0", "1")]
    with pytest.raises(KeyError, match=r"no document 'x'. Ids here: '0'"):
        corpus["x"]


def test_problems_are_counted_before_any_analysis(monkeypatch):
    corpus = ql.Corpus([TEXT, TEXT, "", "\ud800"])
    monkeypatch.setattr(corpus, "_analyse", None)
    assert repr(corpus).endswith("3 problems, see .problems()>") and len(corpus.problems()) == 3
    assert repr(ql.Corpus(["", "It rained."])) == "<Corpus: 2 documents, 10 characters; 1 problem, see .problems()>"
    assert repr(ql.Corpus(["a"])) == "<Corpus: 1 document, 1 character>"


@pytest.mark.parametrize("name", ["mannner", "stanse", "Neutral"])
def test_a_tone_that_is_nearly_one_of_ours(name):
    with pytest.warns(UserWarning, match=f"The tone '{name}' of the cue 'harrumph' is treated as your own"):
        config = ql.Config().add_cues({"harrumph": name})
    assert config.cues().filter(lemma="harrumph")["tone"] == [name]


def test_a_kind_that_is_nearly_one_of_ours():
    with pytest.warns(UserWarning, match=r"'organization' of 'Norvik'.* Did you mean 'organisation'\?"):
        ql.Config().add_sources([{"name": "Norvik", "kind": "organization"}])


def test_names_of_ones_own_are_no_slips(recwarn):
    ql.Config().add_cues({"harrumph": "grumpy", "quip": "manner"}).add_sources([{"name": "A", "kind": "person"}])
    assert not recwarn.list


# ------------------------------------------------------------------------------------------------------ tables


@pytest.fixture
def table():
    columns = {"kind": ["direct", "mixed", "direct"], "act": ["speech", "speech", "other"], "n": [3, 1, 2]}
    return Table.from_columns(columns, ["string", "string", "int64"])


def test_names_come_one_by_one_or_in_a_list(table):
    assert table.select(["act", "n"]).columns == table.select("act", "n").columns == ["act", "n"]
    for method in ("count", "share", "sort"):
        one, other = getattr(table, method)("kind", "act"), getattr(table, method)(["kind", "act"])
        assert list(one) == list(other) == list(getattr(table, method)(by=["kind", "act"]))
    assert len(table.count("kind", "act")) == 3
    with pytest.raises(ValueError, match=r"Name a column, or several\. The columns are: kind, act, n"):
        table.select()


def test_rows_by_a_predicate(table):
    assert table.filter(lambda row: row["n"] > 1)["n"] == [3, 2]
    assert table.filter(lambda row: row["n"] > 1, act="other")["n"] == [2]
    assert len(table.filter(lambda row: None)) == 0
    with pytest.raises(KeyError, match="no column 'm'"):
        table.filter(lambda row: True, m=1)


# -------------------------------------------------------------------------------------------- what is missing


def test_a_folder_is_read_without_the_library_of_one_file(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.html").write_text("<p>It rained.</p>", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    for path in (tmp_path, f"{tmp_path}/*"):
        corpus = ql.read(path)
        (row,) = [row for row in corpus.problems() if row["problem"] == "unreadable"]
        assert row["doc_id"] == "b" and "pip install trafilatura charset-normalizer" in row["detail"]
        assert len(corpus.quotes()) == 1
    with pytest.raises(ImportError, match="Reading HTML needs trafilatura"):
        ql.read([tmp_path / "b.html"])


def test_libraries_are_those_of_the_metadata(monkeypatch):
    assert libraries_of("html") == ["trafilatura", "charset-normalizer", "lxml-html-clean"]
    assert libraries_of("warc")[:2] == ["warcio", "trafilatura"] and libraries_of("nothing") == []
    monkeypatch.setattr("importlib.metadata.requires", lambda name: None)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ImportError, match="Try: pip install openpyxl "):
        check_needed(".xlsx")
