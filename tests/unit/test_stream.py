"""Streams: the same as a corpus, a few documents at a time, and to a file that can be taken up again."""

import io
import json
import os
import signal
import subprocess
import sys

import pytest
import quotelens as ql
from hypothesis import given
from hypothesis import strategies as st
from quotelens.analysis import stream as module
from quotelens.command.cli import main

SPOKEN = "“It will rain,” Ann Lee said."


def lines(*ids):
    return "".join(json.dumps({"id": name, "text": f"{SPOKEN} It is {name}."}) + "\n" for name in ids)


@pytest.fixture
def folder(tmp_path):
    """Files with ids in common, damage, and a kind that is not read."""
    place = tmp_path / "in"
    place.mkdir()
    for k in range(6):
        (place / f"{k}.jsonl").write_text(lines(f"a{k}", "same", f"b{k}") + ("no\n" if k == 2 else ""))
    (place / "photo.jpg").write_bytes(b"\xff")
    return place


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(module, "_PART_BYTES", 1)


def all_files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("batch", [1, 4, 2000])
def test_a_stream_gives_what_a_corpus_gives(folder, threads, batch):
    pa = pytest.importorskip("pyarrow")
    stream = ql.read(folder, threads=threads, lazy=True).stream(batch=batch)
    batches = list(stream)
    corpus = ql.read(folder, threads=1)
    assert pa.Table.from_batches(batches).to_pylist() == list(corpus.quotes())
    assert len(batches) == -(-len(corpus) // batch)
    assert list(stream.problems()) == [row for row in corpus.problems() if row["problem"] != "duplicate"]
    assert stream.counts.documents == len(corpus) and stream.counts.bytes == sum(
        path.stat().st_size for path in folder.glob("*.jsonl")
    )
    assert list(stream) == []


def test_a_corpus_not_read_yet_streams_from_its_files(folder):
    pa = pytest.importorskip("pyarrow")
    corpus = ql.read(folder, lazy=True)
    streamed = pa.Table.from_batches(corpus.stream(batch=5)).to_pylist()
    assert "not read yet" in repr(corpus)
    assert streamed == list(corpus.quotes())


def test_options_are_checked_at_once(folder):
    with pytest.raises(ValueError, match="batch is 0"):
        ql.read(folder, lazy=True).stream(batch=0)
    with pytest.raises(ValueError, match="threads is 0"):
        ql.read(folder, threads=0, lazy=True).stream()
    with pytest.raises(ValueError, match="is not one of"):
        ql.read(folder, lazy=True).stream(kind="spoken")
    with pytest.raises(FileNotFoundError):
        ql.read("nowhere", lazy=True).stream()
    with pytest.raises(ValueError, match=r"use \.parquet, \.xlsx, \.csv or \.jsonl"):
        ql.read(folder, lazy=True).stream().write("q.xls")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        ql.read(folder, lazy=True).stream().write(folder / "no" / "q.csv")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_files_are_those_of_a_corpus(folder, tmp_path, ending, small_parts):
    parquet = pytest.importorskip("pyarrow.parquet") if ending == "parquet" else None
    streamed, whole = tmp_path / f"s.{ending}", tmp_path / f"w.{ending}"
    counts = ql.read(folder, lazy=True).stream(batch=2).write(streamed)
    ql.read(folder).quotes().write(whole)
    if parquet:
        assert parquet.read_table(streamed).equals(parquet.read_table(whole))
    else:
        assert streamed.read_bytes() == whole.read_bytes()
    assert (counts.documents, counts.quotes) == (19, 18)
    assert all_files(tmp_path) == sorted(["in", streamed.name, whole.name])


def stopped_at(monkeypatch, number):
    """Stop a run as it comes to a part, as if it were killed there."""
    write = module.Stream._write_part

    def stop(self, parts, at, files, kind):
        if at == number:
            raise KeyboardInterrupt
        write(self, parts, at, files, kind)

    monkeypatch.setattr(module.Stream, "_write_part", stop)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_run_is_taken_up(folder, tmp_path, monkeypatch, small_parts, ending, number):
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    whole, out = tmp_path / f"w.{ending}", tmp_path / f"q.{ending}"
    first = ql.read(folder, lazy=True).stream()
    first.write(whole)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stopped_at(patch, number)
        ql.read(folder, lazy=True).stream().write(out)
    assert not out.exists() and (tmp_path / f"q.{ending}.parts").is_dir()
    again = ql.read(folder, lazy=True).stream()
    again.write(out, resume=True)
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(map(str, again.problems())) == sorted(map(str, first.problems()))
    assert (again.counts.documents, again.counts.quotes, again.counts.problems) == (19, 18, first.counts.problems)
    assert not (tmp_path / f"q.{ending}.parts").exists()


def test_a_part_half_written_is_written_again(folder, tmp_path, monkeypatch, small_parts):
    out = tmp_path / "q.csv"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stopped_at(patch, 2)
        ql.read(folder, lazy=True).stream().write(out)
    (tmp_path / "q.csv.parts" / "000002.csv").write_text("half a li")
    ql.read(folder, lazy=True).stream().write(out, resume=True)
    ql.read(folder, lazy=True).stream().write(tmp_path / "w.csv")
    assert out.read_bytes() == (tmp_path / "w.csv").read_bytes()


def test_changed_files_are_not_taken_up(folder, tmp_path, monkeypatch, small_parts):
    out = tmp_path / "q.csv"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stopped_at(patch, 2)
        ql.read(folder, lazy=True).stream().write(out)
    (folder / "5.jsonl").write_text(lines("new"))
    with pytest.raises(ValueError, match="Cannot resume from"):
        ql.read(folder, lazy=True).stream().write(out, resume=True)
    assert (tmp_path / "q.csv.parts").is_dir()
    assert ql.read(folder, lazy=True).stream().write(out).documents == 17
    assert not (tmp_path / "q.csv.parts").exists()


def test_nothing_is_left_of_a_run_that_did_nothing(folder, tmp_path, monkeypatch):
    stopped_at(monkeypatch, 0)
    with pytest.raises(KeyboardInterrupt):
        ql.read(folder, lazy=True).stream().write(tmp_path / "q.csv")
    assert all_files(tmp_path) == ["in"]


KILLED = """
import sys
from quotelens.analysis import stream as module
from quotelens.command.cli import main
module._PART_BYTES = 1
write = module._Parts.finish
def slow(self, number, *rest):
    write(self, number, *rest)
    if number == 2:
        print("here", flush=True)
        sys.stdin.read()
module._Parts.finish = slow
main(["quotes", sys.argv[1], "-o", sys.argv[2]])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_command_is_resumed(folder, tmp_path, monkeypatch, small_parts, capsys):
    out = tmp_path / "q.jsonl"
    command = [sys.executable, "-c", KILLED, str(folder), str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"here\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    assert not out.exists()
    assert main(["quotes", str(folder), "-o", str(out), "--resume"]) == 1  # a line is no JSON
    said = capsys.readouterr().err
    assert "18 quotes of 19 documents written" in said and "MB/s" in said
    ql.read(folder).quotes().write(tmp_path / "w.jsonl")
    assert out.read_bytes() == (tmp_path / "w.jsonl").read_bytes()


def test_resume_needs_a_file(folder, capsys):
    assert main(["quotes", str(folder), "--resume"]) == 2
    assert "name it with -o" in capsys.readouterr().err


def test_standard_input(monkeypatch, tmp_path, capsys):
    def give(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    give(lines("a", "b"))
    assert main(["quotes", "-", "-o", str(tmp_path / "q.csv")]) == 0
    assert "2 quotes of 2 documents" in capsys.readouterr().err
    give(lines("a", "a") + "no\n")
    corpus = ql.read("-")
    assert [document.id for document in corpus] == ["a", "a#2", "stdin:3"]
    assert next(corpus._pages())[0] is None
    give(lines("a"))
    assert list(ql.read("-", lazy=True)._pages()) == [(None, f"{SPOKEN} It is a.")]
    with pytest.raises(ValueError, match="cannot be mixed"):
        ql.read(["-", "x.txt"])


def test_problems_without_end_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_PROBLEMS", 3)
    (tmp_path / "f.jsonl").write_text("no\n" * 10)
    stream = ql.read(tmp_path, lazy=True).stream()
    stream.write(tmp_path / "q.csv")
    assert stream.problems()["detail"][-1] == "7 more of these" and len(stream.problems()) == 4
    assert stream.counts.problems == 10


@given(st.lists(st.sampled_from(["a", "b", "a#2", "c"]), max_size=12), st.integers(1, 5))
def test_names_do_not_depend_on_the_batch(tmp_path_factory, ids, batch):
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("names")
    (folder / "f.jsonl").write_text(lines(*ids))
    streamed = [
        name for part in ql.read(folder, lazy=True).stream(batch=batch) for name in part.column("doc_id").to_pylist()
    ]
    assert streamed == [document.id for document in ql.read(folder)]
    assert len(set(streamed)) == len(ids)


def test_a_corpus_in_memory_streams_as_well(tmp_path):
    corpus = ql.Corpus([{"id": "a", "text": SPOKEN}, {"id": "a", "text": ""}, {"id": "b", "text": SPOKEN * 2}])
    stream = corpus.stream(batch=1)
    assert stream.write(tmp_path / "q.jsonl").documents == 3
    rows = [json.loads(line) for line in (tmp_path / "q.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows == list(corpus.quotes()) and len(rows) == 3
    assert sorted(map(str, stream.problems())) == sorted(map(str, corpus.problems()))
    others = ql.Corpus([{"id": "a", "text": SPOKEN}]), ql.Corpus([{"id": "b", "text": SPOKEN}])
    assert len({other.stream()._fingerprint() for other in (*others, *others)}) == 2


def test_import_loads_nothing_large():
    code = (
        "import sys; before = set(sys.modules); import quotelens\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert "quotelens" in loaded and loaded - {"quotelens"} <= set(sys.stdlib_module_names)
    assert not loaded & {"asyncio", "email", "http", "multiprocessing", "ssl", "unittest"}


def test_memory_does_not_grow_with_the_documents(tmp_path):
    pytest.importorskip("pyarrow")
    pytest.importorskip("resource")
    code = (
        "import resource, sys, quotelens as ql\n"
        "ql.read(sys.argv[1], threads=2, lazy=True).stream().write(sys.argv[2])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for times in (1, 10):
        path = tmp_path / f"{times}.jsonl"
        line = {"text": "Nothing was said here. " * 300}
        with open(path, "w") as file:
            for k in range(400 * times):
                file.write(json.dumps({"id": str(k), **line}) + "\n")
        command = [sys.executable, "-c", code, str(path), str(tmp_path / "q.csv")]
        peaks.append(int(subprocess.run(command, capture_output=True, check=True).stdout))
    assert peaks[1] < 1.5 * peaks[0]
