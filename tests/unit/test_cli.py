"""The command line."""

import csv
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import warnings

import pytest
from quotelens import Config, Corrections, __version__, exchange, read
from quotelens.command import arguments, cli
from quotelens.command.cli import main
from quotelens.reading import progress

SPOKEN = "“It will rain,” Ann Lee said."
KEYS = {"doc_id", "text_sha1", "meta", "zones", "sentences", "tokens", "quotes", "mentions"}
QUOTE_KEYS = {
    *("quote_id", "type", "act", "parent_id", "zone", "spans", "pieces", "closed", "source", "cue", "speaker"),
    *("entity_id", "anonymity", "hedged", "confidence", "source_confidence", "rule", "chain"),
    *("speaker_confidence", "source_title", "source_organisation", "credential"),
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
    assert f"1 quote of 2 documents written to {out}" in capsys.readouterr().err
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
        (["quotes", ".", "-o", "q.xls"], "use .parquet, .xlsx, .csv or .jsonl"),
        (["quotes", "-", "."], "Standard input (-) cannot be mixed with files."),
        (["quotes", ".", "-o", "nowhere/q.csv"], "The folder 'nowhere' does not exist: make it first."),
        (["quotes", ".", "-o", "q.csv", "--format", "csv"], "--format is for standard output"),
        (["quotes", ".", "--resume"], "say which with -o"),
        (["quotes", ".", "--format", "csv", "--resume"], "say which with -o"),
        (["annotate", "nowhere.jsonl"], "There is no file or folder 'nowhere.jsonl'"),
        (["annotate", "nowhere.jsonl", "--threads", "0"], "threads is 0"),
        (["families", "--quotes", "folder"], "'folder' is a folder"),
        (["families", "--quotes", "page.txt"], "Cannot read 'page.txt' here: give JSON lines"),
        (["annotate", "-", "-o", "folder"], "'folder' is a folder: give the name of a file in it."),
        (["annotate", "-", "-o", "out.csv"], "The output is JSON lines, which 'out.csv' does not look like"),
        (["report", ".", "--articles", "-o", "page.pdf"], "use .html or .htm"),
        (["report", "nowhere.txt", "-o", "nowhere/report.html"], "The folder 'nowhere' does not exist"),
        (["families", "--quotes", "-", "--format", "csv"], "leave out --format csv"),
        (["families", ".", "--variants", "-"], "Cannot tell from '-' how to write it"),
        (["train", "gold.jsonl", "-o", "own.csv"], "use .toml or .tsv"),
        (["demo", "-o", "-"], "Cannot tell from '-' how to write it"),
    ],
)
def test_mistakes_are_said_in_a_line(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "page.txt").write_text(SPOKEN, encoding="utf-8")
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert message in err and err.startswith("quotelens: ") and len(err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["quotes"], ["nonsense"], ["quotes", ".", "--kind", "spoken"]])
def test_commands_not_understood(arguments, capsys):
    assert main(arguments) == 2
    assert "usage: quotelens" in capsys.readouterr().err


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
    assert main(["report", "--articles", str(articles), "-o", str(out)]) == 0
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
        assert process.wait(60) == 141
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
    assert main(["report", "--articles", str(lines), "-o", str(page), "--config", options]) == 0
    assert ">glorped<" in page.read_text(encoding="utf-8")


def test_info_says_which_lexicon(options, capsys):
    assert main(["info", "--json", "--config", options]) == 0
    assert json.loads(capsys.readouterr().out)["lexicon"] == Config.load(options)._lexicon_hash


@pytest.mark.parametrize(
    "command", [["quotes", "-"], ["annotate", "-"], ["report", "--articles", "-", "-o", "p.html"], ["info"]]
)
def test_a_config_that_cannot_be_used(tmp_path, command, capsys):
    (tmp_path / "options.toml").write_text("drop_cues = ['said']", encoding="utf-8")
    assert main([*command, "--config", str(tmp_path / "options.toml")]) == 2
    assert "options.toml: There is no cue with the lemma 'said' to drop." in capsys.readouterr().err
    assert main([*command, "--config", str(tmp_path / "none.toml")]) == 2
    assert "none.toml: No such file" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------- help, examples

COMMANDS = [*cli._COMMANDS]
BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None or sys.platform == "win32", reason="there is no bash")


def help_of(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


def examples_in(text):
    """The lines of examples, without what is said beside them."""
    lines = re.findall(r"^ *((?:cat \S+ \| |source <\()?quotelens .*)$", text, re.M)
    return [re.split(r"\s{2,}|\s+#\s", line)[0] for line in lines]


def test_every_command_has_help_and_examples(capsys):
    whole = help_of([], capsys)
    for status in ("0 ", "1 ", "2 ", "130", "141"):
        assert re.search(rf"^  {status} ", whole, re.M)
    for command in COMMANDS:
        assert re.search(rf"^    {command}\b", whole, re.M)
        text = help_of([command], capsys)
        description, epilog = text.split("\n\n")[1], text.split("examples:\n")[1]
        assert 20 < len(description) < 250 and description.endswith(".")
        assert 2 <= len(examples_in(epilog)) == len(epilog.strip().splitlines()) <= 4
        assert all(f"quotelens {command}" in example for example in examples_in(epilog))


@pytest.fixture(scope="module")
def desk(samples, tmp_path_factory):
    """A folder with the files that examples name: the sample articles in all their forms."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "articles").mkdir()
    documents = []
    for line in (samples.parent / "samples.jsonl").read_text(encoding="utf-8").splitlines():
        meta = json.loads(line)
        shutil.copy(samples / meta["file"], folder / "articles")
        documents.append(meta | {"text": (samples / meta["file"]).read_text(encoding="utf-8")})
    write_lines(folder / "in.jsonl", *documents)
    with open(folder / "stories.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["story", "body"], *([d["doc_id"], d["text"]] for d in documents)])
    assert main(["annotate", str(folder / "in.jsonl"), "-o", str(folder / "out.jsonl")]) == 0
    shutil.copy(folder / "out.jsonl", folder / "pred.jsonl")
    gold = [row | {"text": d["text"]} for row, d in zip(annotated(folder / "out.jsonl"), documents, strict=True)]
    write_lines(folder / "gold.jsonl", *gold)
    for name in ("ada", "bo", "found", "back"):
        shutil.copy(folder / "gold.jsonl", folder / f"{name}.jsonl")
    exchange.to_brat(read(folder / "in.jsonl"), folder / "annotated")
    exchange.to_labelstudio(read(folder / "in.jsonl"), folder / "tasks.json")
    Corrections.between(folder / "found.jsonl", folder / "back.jsonl", by="Ada").save(folder / "corrections.jsonl")
    write_lines(folder / "ready.jsonl", {"id": 1, "text": "The line is safe"}, {"id": 2, "text": "The line is safe"})
    Config().drop_cues("hope").save(folder / "options.toml")
    return folder


def in_bash(script, folder):
    """Run a script in bash, where `quotelens` is the one under test."""
    run = f'quotelens() {{ {shlex.quote(sys.executable)} -m quotelens "$@"; }}\nset -e -o pipefail\n'
    return subprocess.run([BASH, "-c", run + script], cwd=folder, capture_output=True, text=True, timeout=60)


def run_line(line, folder, monkeypatch, capsys):
    """(exit status, standard output, errors) of a command line: here, unless it needs a shell."""
    if not re.fullmatch(r"quotelens [\w ./=:,-]*", line):
        done = in_bash(line, folder)
        return done.returncode, done.stdout, done.stderr
    monkeypatch.chdir(folder)
    try:
        status = main(shlex.split(line)[1:])
    except SystemExit as end:
        status = end.code
    return status, *capsys.readouterr()


@needs_bash
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_examples_of_the_help_work(command, desk, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder)
    examples = [
        example
        for example in examples_in(help_of([command] if command else [], capsys).split("examples:\n")[1])
        if not any(shell in example for shell in (" zsh", " fish"))  # tested below, where there is one
    ]
    assert examples
    for example in examples:
        before = set(folder.iterdir())
        status, out, err = run_line(example, folder, monkeypatch, capsys)
        assert status in (0, 141 if "| head" in example else 0), (example, err)
        assert "Traceback" not in err
        named = re.search(r"(?:-o|>) ([\w.]+)", example)
        if named:
            assert (folder / named[1]).stat().st_size > 10, example
        else:
            assert out or "source" in example, example
            assert set(folder.iterdir()) - before <= {folder / "quotelens-demo.html"}


@needs_bash
def test_command_lines_of_the_page_work(root, desk, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder)
    text = (root / "docs" / "guide" / "command_line.md").read_text(encoding="utf-8")
    examples = examples_in(re.search(r"```sh\n(.*?)```", text, re.S)[1])
    assert len(examples) >= 10
    for example in examples:
        status, _, err = run_line(example, folder, monkeypatch, capsys)
        assert status == 0, (example, err)


# ------------------------------------------------------------------------------------------- streams of lines


def test_quotes_to_standard_output(desk, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    assert main(["quotes", "in.jsonl", "-o", "q.jsonl"]) == 0
    assert main(["quotes", "in.jsonl", "-o", "q.csv"]) == 0
    capsys.readouterr()
    for options in (["-o", "-"], ["--format", "jsonl"], ["-o", "-", "--format", "jsonl"]):
        assert main(["quotes", "in.jsonl", *options]) == 0
        out, err = capsys.readouterr()
        assert out == (desk / "q.jsonl").read_text(encoding="utf-8") and err == ""
    assert main(["quotes", "in.jsonl", "--format", "csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    assert rows == list(csv.reader(io.StringIO((desk / "q.csv").read_text(encoding="utf-8"), newline="")))


def test_no_documents_have_a_head(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    assert main(["quotes", "-", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("doc_id,quote_id,kind,")


def test_pages_and_families_to_standard_output(desk, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    for options in (["--articles"], []):
        assert main(["report", *options, "in.jsonl", "-o", "-"]) == 0
        assert capsys.readouterr().out.rstrip().endswith("</html>")
    assert main(["families", "in.jsonl", "-o", "f.jsonl"]) == 0
    assert main(["families", "in.jsonl", "-o", "-"]) == 0
    assert capsys.readouterr().out == (desk / "f.jsonl").read_text(encoding="utf-8")
    assert not (desk / "-").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a device")
def test_a_device_is_not_replaced(desk, capsys):
    assert main(["annotate", str(desk / "in.jsonl"), "-o", os.devnull]) == 2
    assert "not a file that could be replaced" in capsys.readouterr().err


def test_each_line_is_answered_before_the_next():
    command = [sys.executable, "-m", "quotelens", "annotate", "-", "--threads", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for k in range(3):
            print(json.dumps({"doc_id": str(k), "text": "It rained, she said."}), file=process.stdin, flush=True)
            assert json.loads(process.stdout.readline())["doc_id"] == str(k)
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("as_json", [False, True])
def test_an_interrupted_run(as_json):
    command = [sys.executable, "-m", "quotelens", "annotate", "-", "--threads", "1", *["--json"] * as_json]
    pipe = subprocess.PIPE

    def listen():  # whoever runs the tests in the background may ignore the signal, and what it starts would too
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, preexec_fn=listen) as process:
        print(json.dumps({"text": SPOKEN}), file=process.stdin, flush=True)
        process.stdout.readline()  # it is at work
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        err = process.stderr.read()
    if as_json:
        assert [json.loads(line)["event"] for line in err.splitlines()] == ["interrupted", "end"]
    else:
        assert err == "quotelens: interrupted\n"


# ------------------------------------------------------------------------------------------- messages as JSON


def said(capsys):
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert all([*event][:3] == ["level", "event", "message"] for event in events)
    assert {event["level"] for event in events} <= {"info", "warning", "error"}
    return {event["event"]: event for event in events}


def test_messages_as_json(articles, tmp_path, capsys):
    for k in range(7):
        (articles / f"{k}.docx").write_text("x")
    write_lines(articles / "more.jsonl", "nonsense")
    out = str(tmp_path / "q.csv")
    assert main(["quotes", str(articles), "-o", out, "--json"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["written", *["problem"] * 8, "problems", "end"]
    written, problem, problems, end = (json.loads(lines[k]) for k in (0, -3, -2, -1))
    assert (written["output"], written["quotes"], written["documents"]) == (out, 1, 3)
    assert problem["level"] == "warning" and problem["doc_id"] == "more:1" and problem["problem"] == "unreadable"
    assert problems["count"] == 8 and problems["counts"] == {"skipped": 7, "unreadable": 1}
    assert end["status"] == 1 and end["seconds"] >= 0


def test_mistakes_as_json(capsys):
    assert main(["quotes", "nowhere", "--json"]) == 2
    events = said(capsys)
    assert [*events] == ["error", "end"] and events["error"]["error"] == "FileNotFoundError"
    assert main(["quotes", ".", "--kind", "spoken", "--json"]) == 2
    events = said(capsys)
    assert [*events] == ["usage", "end"] and "'spoken'" in events["usage"]["message"]


def test_warnings_progress_and_crashes_as_json(desk, monkeypatch, capsys):
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_TOLD_INTERVAL", 0)
    monkeypatch.chdir(desk)
    assert main(["annotate", "in.jsonl", "-o", "again.jsonl", "--json"]) == 0
    event = said(capsys)["progress"]
    assert (event["count"], event["total"], event["unit"]) == (15, None, "documents")

    def broken(options, messages):
        warnings.warn("careful", stacklevel=1)
        raise ZeroDivisionError("no")

    monkeypatch.setitem(cli._COMMANDS, "info", broken)
    assert main(["info", "--json"]) == 2
    events = said(capsys)
    assert [*events] == ["warning", "crash", "end"]
    assert events["warning"]["message"] == "careful" and "ZeroDivisionError" in events["crash"]["traceback"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert main(["info"]) == 2
    assert capsys.readouterr().err.endswith("ZeroDivisionError: no\n")


def test_an_unknown_option_shows_the_usage_of_its_command(capsys):
    assert main(["families", ".", "--kin", "direct"]) == 2
    usage, message = capsys.readouterr().err.split("quotelens: ")
    assert usage.startswith("usage: quotelens families")
    assert message in {
        f"unrecognized arguments: --kin{value}\n" for value in (" direct", "")
    }  # Python before, from 3.14


def test_a_folder_that_cannot_be_read_is_named(articles, monkeypatch, capsys):
    closed = articles / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refusing(path):  # whoever runs this may be allowed to read everything
        if os.fspath(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(closed))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    if os.walk.__globals__.get("scandir") is scandir:
        monkeypatch.setitem(os.walk.__globals__, "scandir", refusing)
    assert main(["quotes", str(articles)]) == 1
    out, err = capsys.readouterr()
    assert "Ann Lee" in out and f"{closed}: unreadable: Permission denied" in err


def test_options_stand_between_paths(articles, capsys):
    rain, dry = str(articles / "rain.txt"), str(articles / "dry.txt")
    assert main(["quotes", dry, "--kind", "direct", rain]) == 0
    assert "Ann Lee" in capsys.readouterr().out
    assert main(["quotes", "--kind", "direct"]) == 2
    assert capsys.readouterr().err.endswith("quotelens: the following arguments are required: PATH\n")
    assert main(["evaluate", "--level", "0.9"]) == 2
    assert capsys.readouterr().err.endswith("quotelens: the following arguments are required: GOLD.jsonl\n")


# -------------------------------------------------------------------------------------------------- completion


@needs_bash
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("quotelens an", {"annotate"}),
        ("quotelens --v", {"--version"}),
        ("quotelens quotes --ki", {"--kind"}),
        ("quotelens quotes --kind ", {"direct", "mixed", "indirect", "scare", "all"}),
        ("quotelens quotes --kind = di", {"direct"}),
        ("quotelens evaluate gold.jsonl --kind s", set()),
        ("quotelens quotes --format ", {"jsonl", "csv"}),
        ("quotelens quotes -o ", set()),
        ("quotelens quotes ar", set()),
        ("quotelens quotes --threads ", set()),
        ("quotelens completion ", {"bash", "zsh", "fish"}),
        ("quotelens info --", {"--help", "--config", "--reader", "--json"}),
    ],
)
def test_completion_in_bash(line, offered, tmp_path):
    words = [*line.split(), ""] if line.endswith(" ") else line.split()
    script = f"""source <(quotelens completion bash)
set +e
COMP_WORDS=({" ".join(map(shlex.quote, words))})
COMP_CWORD={len(words) - 1}
_quotelens
printf '%s\\n' "${{COMPREPLY[@]}}"
complete -p quotelens"""
    done = in_bash(script, tmp_path)
    *got, registered = done.stdout.splitlines()
    assert set(got) - {""} == offered, done.stderr
    assert registered == "complete -o default -F _quotelens quotelens"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_scripts_are_read_by_their_shells(shell, tmp_path, capsys):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell}")
    assert main(["completion", shell]) == 0
    (tmp_path / "script").write_text(capsys.readouterr().out, encoding="utf-8")
    subprocess.run([program, "-n", str(tmp_path / "script")], check=True, timeout=60)
    if shell == "fish":
        line = f"source {tmp_path}/script; complete -C 'quotelens quotes --kind '"
        done = subprocess.run([program, "-c", line], capture_output=True, text=True, check=True, timeout=60)
        assert {row.split("\t")[0] for row in done.stdout.splitlines()} == {
            "direct",
            "mixed",
            "indirect",
            "scare",
            "all",
        }


@pytest.mark.parametrize("shell", arguments.SHELLS)
def test_completion_names_every_command_and_option(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for command in COMMANDS:
        assert command in script
        for flag in re.findall(r"--([a-z-]+)", help_of([command], capsys).split("options:")[1].split("examples:")[0]):
            assert re.search(rf"(--|-l ){flag}\b", script), flag


# ------------------------------------------------------------------------------- in the words of the command line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["stories.csv", "--text", "prose"],
            "--text 'prose': there is no such column. The columns are: 'story', 'body'",
        ),
        (["stories.csv", "--text", "body", "--id", "urll"], "--id 'urll': there is no such column"),
        (["in.jsonl", "--threads", "0"], "quotelens: --threads is 0: give -1 for all processors, or a whole number"),
        (["in.jsonl", "--min-confidence", "8"], "quotelens: --min-confidence is 8.0: give a number between 0 and 1."),
    ],
)
def test_errors_name_options_as_they_are_typed(arguments, message, desk, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    assert main(["quotes", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="there is no /proc")
@pytest.mark.parametrize("command", [["quotes", "in.jsonl"], ["annotate", "in.jsonl"], ["report", "in.jsonl"]])
def test_a_folder_that_takes_no_files(command, desk, monkeypatch, capsys):
    monkeypatch.chdir(desk)
    output = "/proc/x.html" if command[0] == "report" else "/proc/x.jsonl"
    assert main([*command, "-o", output]) == 2
    assert capsys.readouterr().err.startswith("quotelens: The folder '/proc' cannot be written to: ")


def test_all_kinds(articles, capsys):
    (articles / "scare.txt").write_text("The so-called “experts” left.", encoding="utf-8")
    listed = []
    for kind in ("direct", "all"):
        assert main(["quotes", str(articles), "--kind", kind, "--acts", "all", "--format", "jsonl"]) == 0
        listed.append({json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()})
    assert listed == [{"direct"}, {"direct", "scare"}]


def test_counts_of_one(articles, tmp_path, capsys):
    (articles / "dry.txt").unlink()
    assert main(["report", "--articles", str(articles), "-o", str(tmp_path / "p.html")]) == 0
    assert "1 article written" in capsys.readouterr().err
    assert main(["families", str(articles), "-o", str(tmp_path / "f.csv")]) == 0
    assert "0 quotes in 0 families written" in capsys.readouterr().err


def test_demo_says_as_json_what_it_wrote(tmp_path, capsys):
    assert main(["demo", "--json", "-o", str(tmp_path / "d.html")]) == 0
    written = [json.loads(line) for line in capsys.readouterr().err.splitlines()][-2]
    assert written["event"] == "written" and written["output"] == str(tmp_path / "d.html")
    assert written["documents"] == 15


# ------------------------------------------------------------------------------------------------ annotation work


def test_formats_are_those_of_exchange():
    assert {f"to_{name}" for name in arguments.EXPORTS} | {f"from_{name}" for name in arguments.IMPORTS} == set(
        exchange.__all__
    )


@pytest.mark.parametrize("format", arguments.EXPORTS)
def test_export_and_import(format, desk, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    out = "out.xml" if format == "tei" else "out.json"
    assert main(["export", format, str(desk / "in.jsonl"), "-o", out]) == 0
    unit = "quotations" if format == "quotebank" else "documents"
    assert re.search(rf"quotelens: \d+ {unit} written to {out}\n", capsys.readouterr().err)
    if format in arguments.IMPORTS:
        assert main(["import", format, out, "-o", "gold.jsonl"]) == 0
        assert "15 documents written to gold.jsonl" in capsys.readouterr().err
        assert main(["evaluate", "gold.jsonl", "--resamples", "0", "--json"]) == 0
        figures = json.loads(capsys.readouterr().out)["figures"]
        assert figures[0]["n_gold"] > 150 and figures[0]["recall"] > 0.95


def test_export_wants_a_file(desk, capsys):
    assert main(["export", "brat", str(desk / "in.jsonl"), "-o", "-"]) == 2
    assert "give the name of one, or of a folder, with -o" in capsys.readouterr().err
    assert main(["export", "doccano", str(desk / "in.jsonl"), "-o", str(desk / "articles")]) == 2
    assert "is a folder: give the name of a file in it" in capsys.readouterr().err


def test_draw(desk, tmp_path, capsys):
    out = tmp_path / "drawn.jsonl"
    assert main(["sample", str(desk / "in.jsonl"), "-n", "2", "--by", "outlet", "-o", str(out)]) == 0
    rows = annotated(out)
    assert f"{len(rows)} documents written to {out}" in capsys.readouterr().err
    assert all(row.keys() == KEYS | {"text", "stratum", "weight"} for row in rows)
    assert sum(row["weight"] for row in rows) == pytest.approx(15)
    whole = {row["doc_id"]: row["quotes"] for row in annotated(desk / "out.jsonl")}
    assert all(row["quotes"] == whole[row["doc_id"]] for row in rows)
    assert main(["evaluate", str(out), "--resamples", "0"]) == 0
    assert main(["sample", str(desk / "in.jsonl"), "-n", "1", "--by", "kind", "--by", "colour"]) == 2
    assert capsys.readouterr().err.startswith("quotelens: There is no column 'colour'. The columns are: doc_id, ")


def test_agreement(desk, tmp_path, capsys):
    rows = annotated(desk / "gold.jsonl")
    direct = next(quote for quote in rows[0]["quotes"] if quote["type"] == "direct" and quote["zone"] == "body")
    rows[0]["quotes"] = [quote for quote in rows[0]["quotes"] if quote is not direct]
    write_lines(tmp_path / "bo.jsonl", *rows)
    files = [str(desk / "ada.jsonl"), str(tmp_path / "bo.jsonl")]
    assert main(["evaluate", "--between", *files, "-o", str(tmp_path / "d.csv"), "--resamples", "0", "--json"]) == 0
    out, err = capsys.readouterr()
    done = json.loads(out)
    assert done["n_documents"] == 15 and done["disagreements"] == 1 and 0.9 < done["figures"][0]["value"] < 1
    assert json.loads(err.splitlines()[0])["disagreements"] == 1
    with open(tmp_path / "d.csv", encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["disagreement"] == "only a" and row["a_kind"] == "direct"


def test_corrections_and_back(desk, tmp_path, capsys):
    rows = annotated(desk / "gold.jsonl")
    gone = rows[0]["quotes"].pop(0)
    write_lines(tmp_path / "back.jsonl", *rows)
    kept = tmp_path / "corrections.jsonl"
    command = ["corrections", str(desk / "gold.jsonl"), str(tmp_path / "back.jsonl"), "--by", "Ada", "-o", str(kept)]
    assert main(command) == 0
    assert re.search(r"15 documents; .* 1 removed; by Ada; written to", capsys.readouterr().err)
    out = tmp_path / "q.jsonl"
    options = ["--corrections", str(kept), "--acts", "all", "--zones", "all", "--kind", "all"]
    assert main(["quotes", str(desk / "in.jsonl"), *options, "-o", str(out)]) == 0
    found = annotated(out)
    assert {row["correction"] for row in found} == {"kept"}
    assert (rows[0]["doc_id"], gone["quote_id"]) not in {(row["doc_id"], row["quote_id"]) for row in found}
    (tmp_path / "other.jsonl").write_text(json.dumps({"doc_id": rows[0]["doc_id"], "text": "New."}), encoding="utf-8")
    capsys.readouterr()
    assert main(["quotes", str(tmp_path / "other.jsonl"), "--corrections", str(kept)]) == 0
    assert "15 problems in all: 15 unmatched" in capsys.readouterr().err
