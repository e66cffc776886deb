"""Reading files, folders and patterns."""

import json
import os

import pytest
from quotelens import read
from quotelens.reading.records import decode


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "north").mkdir()
    (tmp_path / "south").mkdir()
    (tmp_path / "north" / "storm.txt").write_text("A storm came.", encoding="utf-8")
    (tmp_path / "south" / "storm.txt").write_text("No storm came.", encoding="utf-8")
    (tmp_path / "south" / "calm.TXT").write_text("All was calm.", encoding="utf-8-sig")
    (tmp_path / "south" / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "south" / ".hidden.txt").write_text("unseen")
    lines = [
        '{"doc_id": "j1", "text": "One.", "outlet": "The Day"}',
        "{broken",
        "",
        '{"id": 5, "text": "Two."}',
        "[1]",
    ]
    (tmp_path / "more.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_a_folder(folder):
    corpus = read(folder)
    assert [document.id for document in corpus] == [
        "j1",
        "more:2",
        "5",
        "more:5",
        "north/storm",
        "calm",
        "south/storm",
    ]
    assert corpus["calm"].text == "All was calm."
    assert corpus.documents()["outlet"][0] == "The Day"
    assert corpus.documents()["status"][:4] == ["ok", "empty", "ok", "empty"]


def test_what_was_wrong_is_said(folder):
    problems = read(folder).problems()
    found = {(row["problem"], os.path.basename(row["source"])): row for row in problems}
    assert found["unreadable", "more.jsonl:2"]["detail"].startswith("not JSON: ")
    assert found["unreadable", "more.jsonl:5"]["detail"] == "not a JSON object in { }"
    assert found["skipped", "photo.jpg"]["doc_id"] is None
    assert "files ending in '.jpg' are not read" in found["skipped", "photo.jpg"]["detail"]
    renamed = [row for row in problems if row["problem"] == "duplicate_id"]
    assert [row["doc_id"] for row in renamed] == ["north/storm", "south/storm"]
    assert renamed[0]["detail"] == "2 files are called 'storm'"
    assert renamed[0]["done"] == "this one is now 'north/storm'"
    assert len(problems) == 5


def test_patterns_files_and_lists(folder):
    assert [d.id for d in read(str(folder / "*" / "storm.txt"))] == ["north/storm", "south/storm"]
    assert [d.id for d in read(folder / "north" / "storm.txt")] == ["storm"]
    both = read([folder / "north", folder / "south" / "calm.TXT", folder / "north" / "storm.txt"])
    assert [d.id for d in both] == ["storm", "calm"]


def test_other_keys(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"story": 9, "body": "Text.", "text": "not this"}) + "\n")
    corpus = read(path, text="body", id="story")
    assert (corpus[0].id, corpus[0].text) == ("9", "Text.")
    assert corpus.documents()["text"] == ["not this"] and corpus.documents()["story"] == [9]
    assert read(path, text="lead").problems()["detail"] == ["no 'lead' here; the keys are: 'story', 'body', 'text'"]


def test_errors(folder):
    with pytest.raises(FileNotFoundError, match="There is no file or folder 'nowhere'"):
        read("nowhere")
    with pytest.raises(FileNotFoundError, match="No file matches the pattern"):
        read(str(folder / "*.none"))
    with pytest.raises(ValueError, match=r"Cannot read .*photo.jpg': the endings that can be read are .txt, .md"):
        read(folder / "south" / "photo.jpg")
    with pytest.raises(TypeError, match="Cannot make a corpus of a int"):
        read(7)
    with pytest.raises(ValueError, match="threads is 0"):
        read(folder, threads=0)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_that_may_not_be_read(folder):
    path = folder / "north" / "storm.txt"
    path.chmod(0)
    corpus = read(folder)
    assert corpus["north/storm"].text == ""
    assert "unreadable" in corpus.problems()["problem"]


def test_a_file_that_vanishes_stops_nothing(folder):
    os.symlink(folder / "gone", folder / "north" / "link.txt")
    corpus = read(folder / "north")
    assert [d.id for d in corpus] == ["link", "storm"]
    assert corpus.documents()["status"] == ["empty", "ok"]
    assert corpus.problems()["problem"] == ["unreadable"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("“Grüße”".encode(), "“Grüße”"),
        ("“Grüße”".encode("utf-8-sig"), "“Grüße”"),
        ("“Grüße”".encode("utf-16"), "“Grüße”"),
        ("“Grüße”".encode("utf-32"), "“Grüße”"),
        (b"", ""),
    ],
)
def test_encodings_that_are_certain(data, text):
    assert decode(data) == (text, None)


def test_other_encodings_are_guessed_and_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "charset_normalizer", None)
    assert decode(b"a \x93quote\x94") == ("a “quote”", "not UTF-8 (byte 2 is 0x93); read as cp1252")
    text, how = decode(b"odd \x81 byte")  # no letter of Windows-1252
    assert text == "odd \x81 byte" and how.endswith("read as latin-1")


def test_a_damaged_line_keeps_its_document(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"doc_id": "x", "text": "caf\xe9"}\n')
    corpus = read(path)
    assert len(corpus["x"].text) == 4 and corpus["x"].text.startswith("caf")
    assert corpus.documents()["status"] == ["bad_encoding"] and corpus.problems()["problem"] == ["bad_encoding"]
