"""What a terminal and a notebook show of the objects that people meet."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest
import quotelens as ql
from quotelens.table.layout import shortened
from quotelens.table.table import Table

HOSTILE = "<img src=x onerror=alert(1)>"
GOLD = [
    {
        "doc_id": HOSTILE,
        "text": "“Yes,” said Ann Lee.",
        "quotes": [{"spans": [[0, 6]], "type": "direct", "source": {"start": 12, "end": 19}}],
    }
]


def streamed():
    stream = ql.sample().stream(batch=5)
    next(stream.tables())
    return stream


def objects():
    """{what: an object, and words that its repr has}."""
    text = f"“It rained,” Ada Holm said. {HOSTILE}"
    row = {"id": HOSTILE, "text": text, "outlet": HOSTILE, "published": "2024-03-05"}
    corpus = ql.Corpus([row, {"id": "b", "text": "", "outlet": "Post", "published": "2024-03-09"}])
    config = ql.Config().drop_cues("hope").add_cues({"harrumph": "manner"}).add_sources([{"name": HOSTILE}])
    evaluation = ql.evaluate(None, GOLD)
    many = ql.Config().add_sources([{"name": f"Ada Holm {k}"} for k in range(500)])
    return {
        "corpus": (corpus, ["2 documents of 2 outlets", "2024-03-05 to 2024-03-09", "1 problem"]),
        "sample": (ql.sample(), ["15 documents of 7 outlets", "27,839 characters"]),
        "document": (corpus[0], ["1 quote"]),
        "stream": (corpus.stream(), ["a corpus in memory", "2,000 documents at a time", "nothing read yet"]),
        "stream, begun": (streamed(), ["so far"]),
        "config": (config, ["drop_cues('hope')", "harrumph"]),
        "config of nothing": (ql.Config(), ["Config()"]),
        "config of many sources": (many, ["Ada Holm 0", "492 more"]),
        "index": (ql.FamilyIndex().add(corpus.quotes()), ["1 quotation of 1 document, by 1 speaker"]),
        "corrections": (ql.Corrections(), ["0 documents"]),
        "explanation": (corpus[0].explain(0), ["Ada Holm"]),
        "evaluation": (evaluation, ["100.0"]),
        "figure": (evaluation.figure("content", "half"), ["content half", "precision 100.0 [", "1 in the gold"]),
        "agreement": (ql.agreement(GOLD, GOLD), ["F1"]),
        "network": (corpus.network(), ["quoted"]),
        "kwic": (corpus.kwic("rained"), ["rained"]),
        "families": (corpus.quotes().families(), ["canonical"]),
    }


@pytest.mark.parametrize("what", objects())
def test_a_repr_tells_something(what):
    thing, words = objects()[what]
    shown = repr(thing)
    assert " object at 0x" not in shown and len(shown) < 4000
    for word in words:
        assert word in shown


@pytest.mark.parametrize("what", [what for what in objects() if what != "figure"])
def test_a_notebook_shows_it_too_and_escaped(what):
    html = objects()[what][0]._repr_html_()
    assert html.startswith("<") and "<img" not in html


def test_a_corpus_that_is_not_read_yet_shows_its_files(tmp_path):
    (tmp_path / "a.txt").write_text("It rained.", encoding="utf-8")
    corpus = ql.read(tmp_path, lazy=True)
    assert "1 file" in repr(corpus) and "a.txt" in corpus._repr_html_()
    assert "1 file of 0.0 MB" in repr(corpus.stream())


def test_a_stream_is_taken_up_with_the_same_sources_alone(tmp_path):
    """The repr of a config leaves sources out, and what a run is known by must not."""
    rows = [{"name": f"Ada Holm {k}"} for k in range(20)]
    one, other = (ql.Config().add_sources(rows), ql.Config().add_sources([*rows[:-1], {"name": "Bo Li"}]))
    assert repr(one) == repr(other)
    prints = {ql.Corpus(["It rained."], config=config).stream()._fingerprint() for config in (one, other)}
    assert len(prints) == 2


# --------------------------------------------------------------------------------------------------- tables


def test_a_long_table_is_cut_in_the_middle(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    table = Table.from_columns({"n": list(range(100))}, ["int32"])
    lines = repr(table).splitlines()
    assert [line.strip() for line in lines] == ["n", *map(str, range(15)), "…", *map(str, range(95, 100)), lines[-1]]
    html = table._repr_html_()
    assert html.index("<td>14</td>") < html.index("…") < html.index("<td>95</td>")
    assert "<td>15</td>" not in html and "<td>94</td>" not in html
    assert repr(ql.sample().kwic("the")).count("\n…\n") == 1


def test_a_narrow_terminal_keeps_what_tells_most(monkeypatch):
    monkeypatch.setenv("COLUMNS", "110")
    corpus = ql.sample()
    heads = {name: repr(getattr(corpus, name)().head(3)).splitlines()[0].split() for name in ("quotes", "documents")}
    assert heads["quotes"] == ["doc_id", "speaker", "source", "cue", "kind", "text"]
    assert heads["documents"][:4] == ["doc_id", "outlet", "published", "title"]
    hidden = len(corpus.quotes().columns) - len(heads["quotes"])
    assert f"and {hidden} more columns: quote_id, act" in repr(corpus.quotes())
    monkeypatch.setenv("COLUMNS", "52")
    assert repr(corpus.quotes()).splitlines()[0].split() == ["doc_id", "speaker", "source"]
    monkeypatch.setenv("COLUMNS", "1000")
    assert repr(corpus.documents()).splitlines()[0].split() == corpus.documents().columns


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("funicular-gazette-2024", 14, "funicul…e-2024"),
        ("funicular-gazette-2024", 22, "funicular-gazette-2024"),
        ("It rained all day", 10, "It rained…"),
        ("funicular", 5, "funi…"),
        ("日本語日本語日本語日本語", 12, "日本語日本…"),
    ],
)
def test_ids_keep_both_ends_and_sentences_their_beginning(text, width, cut):
    assert shortened(text, width) == cut


# ------------------------------------------------------------------------------------------------- progress


@pytest.mark.parametrize("size", [(0, 0), (24, 0), (24, 80)])
def test_progress_shows_whatever_the_terminal_says_of_its_width(size):
    pytest.importorskip("tqdm")
    work = """
import time
from quotelens.reading import progress
progress._PATIENCE = 0
with progress.Progress(4, unit="documents") as bar:
    for _ in range(4):
        time.sleep(0.15)
        bar.update()
"""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with subprocess.Popen([sys.executable, "-c", work], stderr=theirs, env=env):
        os.close(theirs)
        drawn = b""
        try:
            while block := os.read(ours, 4096):
                drawn += block
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert b"4/4" in drawn and b"documents" in drawn
