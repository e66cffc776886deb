"""What stands in a folder besides plain files: pipes, devices, and links."""

import os

import pytest
from quotelens import read

pytestmark = pytest.mark.skipif(os.name != "posix", reason="makes pipes and links as POSIX does")
OUT = "a link that leads out of the folder is not followed; it is read if it is asked for by its own name"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    (place / "more").mkdir(parents=True)
    (place / "a.txt").write_text("It rained.")
    (place / "more" / "b.txt").write_text("It snowed.")
    (tmp_path / "secret.txt").write_text("Nobody knows.")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "c.txt").write_text("Nobody knows.")
    return place


@pytest.fixture
def in_time(interrupt_after):
    interrupt_after(20)


def texts(corpus):
    return [document.text for document in corpus]


def told(corpus):
    return {(row["source"].rpartition("/")[2], row["problem"], row["detail"]) for row in corpus.problems()}


@pytest.mark.parametrize("pattern", ["in", "in/*", "in/**/*"])
def test_a_pipe_is_named_and_not_waited_for(folder, in_time, pattern):
    os.mkfifo(folder / "more" / "p.txt")
    os.mkfifo(folder / "more" / "q.jsonl.gz")
    corpus = read(folder.parent / pattern)
    assert set(texts(corpus)) == {"It rained.", "It snowed."}
    assert told(corpus) == {
        ("p.txt", "skipped", "not a regular file"),
        ("q.jsonl.gz", "skipped", "not a regular file"),
    }


@pytest.mark.parametrize("pattern", ["in", "in/*", "in/*.txt", "in/**/*"])
def test_a_link_out_of_the_folder_is_named_and_not_followed(folder, in_time, pattern):
    (folder / "l.txt").symlink_to("../secret.txt")
    (folder / "z.txt").symlink_to("/dev/zero")
    (folder / "m.txt").symlink_to(folder / ".." / "out" / "c.txt")
    corpus = read(folder.parent / pattern)
    assert set(texts(corpus)) <= {"It rained.", "It snowed."}
    assert told(corpus) == {(name, "skipped", OUT) for name in ("l.txt", "m.txt", "z.txt")}
    assert texts(read(folder / "l.txt")) == texts(read([folder / "m.txt"])) == ["Nobody knows."]


def test_a_link_that_is_asked_for_beside_its_folder_is_read(folder):
    (folder / "l.txt").symlink_to("../secret.txt")
    for paths in ([folder, folder / "l.txt"], [folder / "l.txt", folder], [folder, folder, folder / "l.txt"]):
        assert sorted(texts(read(paths))) == ["It rained.", "It snowed.", "Nobody knows."]
    assert len(read([folder, folder / "*"]).problems()) == 1, "it is named once"


def test_a_link_to_a_folder_is_named_and_not_followed(folder):
    (folder / "out").symlink_to("../out")
    (folder / "here").symlink_to("more")
    (folder / "loop").symlink_to(".")
    corpus = read(folder)
    assert texts(corpus) == ["It rained.", "It snowed."]
    within = "a link to a folder is not followed"
    assert told(corpus) == {
        ("out", "skipped", OUT),
        ("here", "skipped", within),
        ("loop", "skipped", within),
    }
    assert texts(read(folder / "out")) == ["Nobody knows."], "asked for by its own name"
    patterned = read(folder / "*")
    assert ("out", "skipped", OUT) in told(patterned) and "Nobody knows." not in texts(patterned)


def test_a_pattern_does_not_go_through_a_link(folder):
    (folder / "out").symlink_to("../out")
    corpus = read(folder / "**" / "*.txt")
    assert set(texts(corpus)) == {"It rained.", "It snowed."}
    assert {name for name, _, detail in told(corpus) if detail == OUT} == {"c.txt"}


def test_a_link_within_the_folder_is_read(folder):
    (folder / "l.txt").symlink_to("more/b.txt")
    (folder / "n.txt").symlink_to("nowhere.txt")
    corpus = read(folder)
    assert texts(corpus) == ["It rained.", "It snowed.", "", "It snowed."]
    assert {(name, problem) for name, problem, _ in told(corpus)} >= {("n.txt", "unreadable")}


def test_the_order_of_files(tmp_path):
    names = ["z.txt", "b/a.txt", "b/c/d.txt", "b/z.txt", "a/x.txt", "a.txt", ".hidden.txt", ".git/x.txt", "c/y.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    expected = ["a.txt", "z.txt", "a/x.txt", "b/a.txt", "b/z.txt", "b/c/d.txt", "c/y.txt"]
    assert texts(read(tmp_path)) == expected
