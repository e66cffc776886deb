"""What `read` takes beside paths, common names of columns, and standard input that is not JSON lines."""

import io
import json
import subprocess
import sys

import pytest
import quotelens as ql
from quotelens.command.cli import main

SPOKEN = "“It will rain,” Ann Lee said."
ROW = {
    "content": SPOKEN,
    "date": "2024-05-02",
    "author": "Bo Ek",
    "source": "The Day",
    "headline": "Rain",
    "live": True,
}


def told(corpus):
    [row] = corpus.documents().select("title", "published", "byline", "outlet")
    return row["title"], str(row["published"])[:10], row["byline"], row["outlet"]


# -------------------------------------------------------------------------------------------- what can be given


@pytest.mark.parametrize(
    "given",
    [
        [{"id": "a", "text": SPOKEN}],
        ({"id": "a", "text": SPOKEN} for _ in range(1)),
        [SPOKEN],
        [SPOKEN.encode()],
        ["Rain\n\n" + SPOKEN.removesuffix(".")],
    ],
)
def test_read_takes_what_a_corpus_takes(given):
    corpus = ql.read(given, threads=1)
    assert len(corpus) == 1 and corpus.quotes()["speaker"] == ["Ann Lee"]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "duckdb"])
def test_read_takes_dataframes(library):
    module = pytest.importorskip(library)
    columns = {"story": ["x", "y"], "body": [SPOKEN, "Rain fell."], "paper": ["Day", "Post"]}
    if library == "pyarrow":
        frame = module.table(columns)
    elif library == "duckdb":
        made = pytest.importorskip("pandas").DataFrame(columns)
        frame = module.sql("select * from made") if made is not None else None
    else:
        frame = module.DataFrame(columns)
    corpus = ql.read(frame, id="story", outlet="paper")
    assert corpus.ids == ["x", "y"] and corpus.documents()["outlet"] == ["Day", "Post"]
    assert corpus.quotes()["speaker"] == ["Ann Lee"]


def test_read_says_what_it_cannot_take():
    with pytest.raises(FileNotFoundError, match=r"Is it a text\? annotate"):
        ql.read(SPOKEN)
    with pytest.raises(FileNotFoundError, match="There is no file or folder 'my articles'"):
        ql.read(["my articles"])
    with pytest.raises(TypeError, match="Cannot make a corpus of a dict"):
        ql.read({"text": SPOKEN})


def test_paths_stay_paths(tmp_path):
    (tmp_path / "It rained. It poured.txt").write_text(SPOKEN, encoding="utf-8")
    (tmp_path / "b.txt").write_text(SPOKEN, encoding="utf-8")
    assert len(ql.read([str(path) for path in tmp_path.iterdir()])) == 2
    assert len(ql.read(iter(tmp_path.iterdir()))) == 2


# ------------------------------------------------------------------------------------------------ common names


def corpora(tmp_path):
    yield ql.Corpus([ROW])
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text(
        ",".join(ROW) + "\n" + ",".join(f'"{value}"' for value in ROW.values()) + "\n", encoding="utf-8"
    )
    for name in ("a.jsonl", "a.csv"):
        yield ql.read(tmp_path / name)


def test_common_names_are_known_and_shown(tmp_path):
    for corpus in corpora(tmp_path):
        assert told(corpus) == ("Rain", "2024-05-02", "Bo Ek", "The Day")
        assert corpus[0].text == SPOKEN and corpus[0].meta["headline"] == "Rain"
        taken = "content as text, headline as title, date as published, author as byline, source as outlet"
        assert str(corpus.taken) == taken and f"; {taken}>" in repr(corpus)
        assert len(corpus.problems()) == 0


def test_case_and_blanks_do_not_count():
    row = {"Article Text": SPOKEN, "Published_At": "2024-05-02", "AUTHORS": ["Bo Ek", "Ida Falk"], "ID": 7}
    corpus = ql.Corpus([row])
    assert corpus.ids == ["7"] and str(corpus.documents()["published"][0])[:10] == "2024-05-02"


def test_our_own_names_win_and_so_does_what_is_asked_for():
    own = ql.Corpus(
        [ROW | {"text": "Rain fell.", "published": "2020-01-01", "outlet": "Post", "title": "T", "byline": "X"}]
    )
    assert told(own) == ("T", "2020-01-01", "X", "Post") and own[0].text == "Rain fell."
    assert not own.taken and "as" not in repr(own)
    asked = ql.Corpus(
        [ROW | {"paper": "Post", "day": "2020-01-01"}], outlet="paper", published="day", text="headline"
    )
    assert told(asked)[1] == "2020-01-01" and asked.documents()["outlet"] == ["Post"] and asked[0].text == "Rain"
    assert asked.taken.to_dict() == {"byline": ["author"], "title": ["headline"]}


def test_a_source_may_be_an_address_or_an_object():
    rows = [
        {"text": "x", "source": "https://day.example/1"},
        {"text": "y", "source": {"id": None, "name": "The Day"}},
    ]
    assert ql.Corpus(rows).documents()["outlet"] == [None, "The Day"]


def test_commands_say_what_they_took(tmp_path, capsys):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    for command in (
        ["quotes"],
        ["quotes", "-o", str(tmp_path / "q.csv")],
        ["annotate", "-o", str(tmp_path / "o.jsonl")],
    ):
        assert main([*command, str(tmp_path / "a.jsonl")]) == 0
        assert "content as text, headline as title, date as published" in capsys.readouterr().err
    assert main(["quotes", str(tmp_path / "a.jsonl"), "--json"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert next(row["columns"] for row in said if row["event"] == "columns").startswith("content as text")


# ---------------------------------------------------------------------------------------------- standard input


def stdin(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        (f"Rain\n\n{SPOKEN}\n", ["stdin"]),
        (json.dumps({"id": "a", "text": SPOKEN}) + "\n", ["a"]),
        ("\n" + json.dumps({"id": "a", "text": SPOKEN}) + "\nbroken\n", ["a", "stdin:3"]),
        (json.dumps([{"id": "a", "text": SPOKEN}, {"id": "b", "text": "x"}], indent=1), ["a", "b"]),
    ],
)
def test_standard_input(monkeypatch, given, ids):
    stdin(monkeypatch, given)
    corpus = ql.read("-")
    assert corpus.ids == ids and corpus.quotes()["speaker"] == ["Ann Lee"]


def test_nothing_on_standard_input_is_no_document(monkeypatch):
    stdin(monkeypatch, "\n")
    assert len(ql.read("-")) == 0


@pytest.mark.parametrize("command", [["quotes", "--format", "jsonl"], ["annotate"]])
def test_commands_take_a_text(command):
    done = subprocess.run(
        [sys.executable, "-m", "quotelens", *command, "-"], input=SPOKEN.encode(), capture_output=True, check=True
    )
    [row] = map(json.loads, done.stdout.splitlines())
    assert row["doc_id"] == "stdin" and "Ann Lee" in json.dumps(row)


def test_the_folder_of_the_samples_is_fifteen_articles(samples):
    corpus = ql.read(samples)
    assert len(corpus) == 15 == len(ql.sample()) and len(corpus.problems()) == 0
    assert sorted(corpus.ids) == sorted(ql.sample().ids)
