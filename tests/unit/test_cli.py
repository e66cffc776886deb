"""The command line."""

import csv
import hashlib
import io
import json
import subprocess
import sys

import pytest
from quotelens import Config, __version__
from quotelens.cli import main

SPOKEN = "“It will rain,” Ann Lee said."
KEYS = {"doc_id", "text_sha1", "meta", "zones", "sentences", "tokens", "quotes", "mentions"}
QUOTE_KEYS = {
    *("quote_id", "type", "act", "parent_id", "zone", "spans", "pieces", "closed", "source", "cue", "speaker"),
    *("entity_id", "anonymity", "hedged", "confidence", "source_confidence", "rule", "chain"),
}


@pytest.fixture
def articles(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "rain.txt").write_text(SPOKEN, encoding="utf-8")
    (tmp_path / "articles" / "dry.txt").write_text("Nothing was said.", encoding="utf-8")
    return tmp_path / "articles"


def write_lines(path, *lines):
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def annotated(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_quotes_are_printed(articles, capsys):
    assert main(["quotes", str(articles)]) == 0
    out = capsys.readouterr().out
    assert out.split()[:5] == ["doc_id", "speaker", "source", "cue", "kind"]
    assert "Ann Lee" in out and "It will rain" in out


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_quotes_are_written(articles, tmp_path, ending, capsys):
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    out = tmp_path / f"q.{ending}"
    assert main(["quotes", str(articles), "-o", str(out), "--kind", "direct"]) == 0
    assert f"1 quotes of 2 documents written to {out}" in capsys.readouterr().err
    if ending == "csv":
        rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
        assert rows[0]["doc_id"] == "rain"


def test_quotes_from_standard_input(monkeypatch, capsys):
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps({"id": "x", "text": SPOKEN}).encode() + b"\n\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["quotes", "-"]) == 0
    assert "Ann Lee" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["quotes", "nowhere"], "There is no file or folder 'nowhere'"),
        (["quotes", ".", "-o", "q.xls"], "use .parquet, .csv or .jsonl"),
        (["quotes", "-", "."], "Standard input (-) cannot be mixed with files."),
        (["annotate", "nowhere.jsonl"], "nowhere.jsonl: No such file"),
        (["annotate", "nowhere.jsonl", "--threads", "0"], "threads is 0"),
    ],
)
def test_mistakes_are_said_in_a_line(arguments, message, capsys):
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert message in err and err.startswith("quotelens: ") and len(err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["quotes"], ["nonsense"], ["quotes", ".", "--kind", "spoken"]])
def test_commands_not_understood(arguments, capsys):
    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert error.value.code == 2
    assert "usage: quotelens" in capsys.readouterr().err


def test_help_has_examples(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    assert "quotelens quotes articles/ -o quotes.parquet" in capsys.readouterr().out


def test_annotate_gives_every_key(tmp_path):
    text = SPOKEN + " 😀 A “so-called” plan \ud83d."
    source = write_lines(
        tmp_path / "in.jsonl", {"doc_id": "a", "text": text, "outlet": "The Day", "byline": "Ann Ek"}
    )
    assert main(["annotate", str(source), "-o", str(tmp_path / "out.jsonl")]) == 0
    (got,) = annotated(tmp_path / "out.jsonl")
    assert set(got) == KEYS
    assert got["text_sha1"] == hashlib.sha1(text.encode("utf-8", "surrogatepass")).hexdigest()
    assert set(got["meta"]) == {"title", "published", "byline", "outlet", "agency", "place"}
    assert got["meta"]["outlet"] == "The Day" and got["meta"]["byline"] == ["Ann Ek"]
    quote = got["quotes"][0]
    assert set(quote) == QUOTE_KEYS
    assert quote["type"] == "direct"
    assert [(step["role"], step["name"]) for step in quote["chain"]][:1] == [("speaker", "Ann Lee")]
    source, cue = quote["source"], quote["cue"]
    assert text[source["start"] : source["end"]] == source["text"] == "Ann Lee" and source["kind"] == "name"
    assert text[cue["start"] : cue["end"]] == cue["text"] == "said" and "lemma" in cue
    assert [text[start:end] for start, end in quote["pieces"]] == ["“It will rain,”"]
    assert [text[start:end] for start, end in got["tokens"]][:3] == ["“", "It", "will"]


def test_annotate_parse_adds_tags(tmp_path):
    source = write_lines(
        tmp_path / "in.jsonl", {"doc_id": "a", "text": SPOKEN}, "nonsense", {"doc_id": "b", "text": ""}
    )
    assert main(["annotate", str(source), "-o", str(tmp_path / "out.jsonl"), "--parse"]) == 1
    got, wrong, empty = annotated(tmp_path / "out.jsonl")
    assert set(got) == KEYS | {"tags"} and set(wrong) == {"doc_id", "error"} and empty["tags"] == []
    assert len(got["tags"]) == len(got["tokens"])
    assert got["tags"][6:9] == [
        ["PROPN", "Ann", 8, "nsubj"],
        ["PROPN", "Lee", 6, "flat"],
        ["VERB", "say", -1, "root"],
    ]


def test_annotate_keeps_line_numbers(tmp_path, capsys):
    lines = [
        {"doc_id": "a", "text": SPOKEN},
        "nonsense",
        {"doc_id": "a", "text": "x"},
        "",
        "[]",
        {"id": "c", "body": 1},
    ]
    source = write_lines(tmp_path / "in.jsonl", *lines)
    out = tmp_path / "out.jsonl"
    assert main(["annotate", str(source), "-o", str(out)]) == 1
    got = annotated(out)
    assert ["error" in line for line in got] == [False, True, False, True, True, True]
    assert set(got[1]) == {"doc_id", "error"} and got[1]["doc_id"] == "in:2" and got[5]["doc_id"] == "c"
    assert len(got[0]["quotes"]) == 1 and got[2]["quotes"] == []
    assert "4 lines could not be read" in capsys.readouterr().err


def test_annotate_does_not_depend_on_threads(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", *({"doc_id": str(k), "text": f"{SPOKEN} {k}"} for k in range(1200)))
    outs = []
    for threads in (1, 2, 5):
        out = tmp_path / f"{threads}.jsonl"
        assert main(["annotate", str(source), "-o", str(out), "--threads", str(threads)]) == 0
        outs.append(out.read_bytes())
    assert outs[0] == outs[1] == outs[2]
    assert [json.loads(line)["doc_id"] for line in outs[0].splitlines()] == [str(k) for k in range(1200)]


def test_page_and_demo(articles, tmp_path, capsys):
    out = tmp_path / "page.html"
    assert main(["page", str(articles), "-o", str(out)]) == 0
    assert "Ann Lee" in out.read_text(encoding="utf-8")
    assert main(["demo", "-o", str(tmp_path / "demo.html")]) == 0
    assert str(tmp_path / "demo.html") in capsys.readouterr().out


def test_info(capsys):
    assert main(["info", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == __version__
    assert main(["info"]) == 0
    assert "unicode" in capsys.readouterr().out


def test_unreadable_lines_set_the_status(tmp_path, capsys):
    source = write_lines(tmp_path / "in.jsonl", {"doc_id": "a", "text": SPOKEN}, "nonsense")
    assert main(["quotes", str(source)]) == 1
    assert "in.jsonl:2: unreadable: not JSON" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipes")
def test_a_reader_that_leaves_early(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", *({"doc_id": str(k), "text": SPOKEN * 20} for k in range(2000)))
    command = [sys.executable, "-m", "quotelens", "annotate", str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 1
        assert process.stderr.read() == b""


@pytest.fixture
def options(tmp_path):
    path = tmp_path / "options.toml"
    Config().add_cues({"glorp": "manner"}).drop_cues("hope").save(path)
    return str(path)


def test_quotes_with_a_config(tmp_path, options, capsys):
    (tmp_path / "a.txt").write_text("Ann Lee glorped that it would rain. Bo Ek hopes it will.", encoding="utf-8")
    command = ["quotes", str(tmp_path / "a.txt"), "--acts", "all"]
    assert main(command) == 0 and "hopes" in capsys.readouterr().out
    assert main([*command, "--config", options]) == 0
    out = capsys.readouterr().out
    assert "glorped" in out and "hopes" not in out
    written = tmp_path / "q.jsonl"
    assert main([*command, "--config", options, "-o", str(written)]) == 0
    assert [json.loads(line)["cue_lemma"] for line in written.read_text(encoding="utf-8").splitlines()] == ["glorp"]


def test_annotate_and_page_with_a_config(tmp_path, options):
    lines = write_lines(tmp_path / "in.jsonl", {"doc_id": "a", "text": "Ann Lee glorped that it would rain."})
    out, page = tmp_path / "out.jsonl", tmp_path / "page.html"
    assert main(["annotate", str(lines), "-o", str(out), "--config", options]) == 0
    assert [quote["cue"]["lemma"] for quote in annotated(out)[0]["quotes"]] == ["glorp"]
    assert main(["page", str(lines), "-o", str(page), "--config", options]) == 0
    assert ">glorped<" in page.read_text(encoding="utf-8")


def test_info_says_which_lexicon(options, capsys):
    assert main(["info", "--json", "--config", options]) == 0
    assert json.loads(capsys.readouterr().out)["lexicon"] == Config.load(options).lexicon_hash


@pytest.mark.parametrize("command", [["quotes", "-"], ["annotate", "-"], ["page", "-", "-o", "p.html"], ["info"]])
def test_a_config_that_cannot_be_used(tmp_path, command, capsys):
    (tmp_path / "options.toml").write_text("drop_cues = ['said']", encoding="utf-8")
    assert main([*command, "--config", str(tmp_path / "options.toml")]) == 1
    assert "options.toml: There is no cue with the lemma 'said' to drop." in capsys.readouterr().err
    assert main([*command, "--config", str(tmp_path / "none.toml")]) == 1
    assert "none.toml: No such file" in capsys.readouterr().err
