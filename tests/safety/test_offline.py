"""No network and no code out of data: a whole run under an audit hook that forbids both."""

import json
import os
import subprocess
import sys

# Everything a user would do, first with our samples, so that all is imported, then with a hostile corpus, watched.
WHOLE_RUN = r"""
import importlib.util, json, os, pathlib, sys
import quotelens as ql
from quotelens.command.cli import main

MARK = "__import__('os').system('touch here')"
EXTRAS = ("pyarrow", "openpyxl", "matplotlib", "trafilatura", "networkx", "pandas", "polars")
HAS = {name: importlib.util.find_spec(name) is not None for name in EXTRAS}
TEXT = "“We will never, ever give up this %s old railway,” Ann %s Lee said. The memo said that %s it was late."

def write_inputs(place, words):
    place.mkdir()
    texts = [TEXT % (words, words, words) + f" It is {k}." for k in range(3)]
    rows = [
        {"id": f"{k}{words}", "text": text, "outlet": words, "published": "2024-05-01", words: words}
        for k, text in enumerate(texts)
    ]
    (place / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (place / "b.json").write_text(json.dumps(rows))
    (place / "c.txt").write_text(texts[0])
    (place / "d.csv").write_text("id,text\n1,\"" + texts[1].replace('"', '""') + "\"\n")
    gold = [{"doc_id": "a", "text": texts[0], "quotes": [{"spans": [[0, 9]], "type": "direct"}]}]
    (place / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in gold))
    if HAS["trafilatura"]:
        page = f"<html><head><title>{words}</title></head><body><article><p>{texts[0]}</p></article></body></html>"
        (place / "e.html").write_text(page)
    if HAS["pyarrow"]:
        import pyarrow, pyarrow.parquet
        pyarrow.parquet.write_table(pyarrow.table({"id": ["1"], "text": [texts[2]]}), place / "f.parquet")
    if HAS["openpyxl"]:
        import openpyxl
        book = openpyxl.Workbook()
        book.active.append(["id", "text"])
        book.active.append(["1", texts[2]])
        book.save(place / "g.xlsx")
    (place / "photo.pickle").write_bytes(b"cos\nsystem\n(S'touch here'\ntR.")

def run(place, out):
    out.mkdir()
    config = ql.Config().add_cues({"harrumph": "manner"}).add_sources([{"name": "Ann Lee"}])
    config.save(out / "o.toml")
    corpus = ql.read(place, config=ql.Config.load(out / "o.toml"))
    quotes, families = corpus.quotes(), corpus.quotes().families(least=1)
    tables = [
        corpus.documents(), corpus.zones(), corpus.sentences(), corpus.tokens(parse=True), quotes, corpus.mentions(),
        corpus.sources(), corpus.source_links(), corpus.chains(), corpus.problems(), corpus.unnamed(),
        corpus.network(), corpus.share("outlet"), families, families.variants(),
        corpus.kwic("railway"), corpus.metadata(),
        ql.verify(["We will never give up"], corpus),
    ]
    for k, table in enumerate(tables):
        repr(table), table._repr_html_()
        table.write(out / f"{k}.csv", escape_formulas=True), table.write(out / f"{k}.jsonl")
        if HAS["pyarrow"]:
            table.write(out / f"{k}.parquet")
    if HAS["pandas"] and HAS["pyarrow"]:
        quotes.to_pandas()
    if HAS["polars"]:
        quotes.to_polars()
    index = ql.FamilyIndex().add(corpus.quotes())
    index.save(out / "index.jsonl")
    ql.FamilyIndex.load(out / "index.jsonl").search("never give up")
    corpus.report(out / "report.html"), families.variants().show().write(out / "families.html")
    for document in corpus:
        document.show().write(out / "show.html")
        for k in range(len(document.quotes())):
            repr(document.explain(k)), document.explain(k)._repr_html_()
    ql.exchange.to_conllu(corpus, out / "c.conllu")
    ql.evaluate(None, place / "gold.jsonl").errors()
    ql.read(place, lazy=True).stream().write(out / "s.csv")
    ql.link_names(["Ann Lee", "Lee"]), ql.parse_words(["It", "rained"])
    for words in (
        ["quotes", str(place), "-o", str(out / "q.jsonl")],
        ["annotate", str(place / "a.jsonl"), "-o", str(out / "an.jsonl"), "--parse"],
        ["report", "--articles", str(place), "-o", str(out / "page.html")],
        ["report", str(place), "-o", str(out / "report2.html")],
        ["families", str(place), "-o", str(out / "f.csv"), "--variants", str(out / "v.csv")],
        ["evaluate", str(place / "gold.jsonl"), "-o", str(out / "e.csv")],
        ["info"],
        ["demo", "-o", str(out / "demo.html")],
    ):
        assert main(words) in (0, 1), words
    if HAS["networkx"]:
        corpus.network().to_networkx()
    if HAS["matplotlib"]:
        import matplotlib
        matplotlib.use("Agg")
        for draw in ("top_sources", "share_over_time", "cues_by_outlet", "anonymity_by_outlet"):
            getattr(ql.plots, draw)(corpus).figure.savefig(out / f"{draw}.svg")
        for name in corpus.sources()["name"][:1]:
            ql.plots.dispersion(corpus, name).figure.savefig(out / "dispersion.svg")
        ql.plots.family_timeline(families, int(families["family_id"][0])).figure.savefig(out / "t.svg")

# Libraries of others may look round as they are imported: urllib3 whether there is IPv6, matplotlib for fonts.  So
# the first run forbids to speak to anybody, the second all that begins a socket, a process or code.
if HAS["matplotlib"]:
    import matplotlib.font_manager
SPEAKS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto",
          "socket.sendmsg", "urllib.Request", "pickle.find_class", "os.system", "os.exec", "os.posix_spawn",
          "os.fork", "os.spawn", "subprocess.Popen")
RUNS = ("exec", "compile", "ctypes.dlopen", "code.__new__", "marshal.loads", "socket.", *SPEAKS)
forbidden, caught = SPEAKS, []

def look(event, arguments):
    if event.startswith(forbidden):
        caught.append(f"{event} {arguments!r}"[:300])

sys.addaudithook(look)
place = pathlib.Path(sys.argv[1])
os.chdir(place)
write_inputs(place / "plain", "worn")
run(place / "plain", place / "plain out")
write_inputs(place / "hostile", MARK)
forbidden = RUNS
run(place / "hostile", place / "hostile out")
forbidden, before = ("nothing",), list(caught)
import socket
forbidden = RUNS
socket.socket().close()
eval("1")
forbidden = ("nothing",)
print()
print(json.dumps({"caught": before, "would": caught[len(before):]}))
"""


def test_a_whole_run_asks_for_nothing_and_runs_nothing(tmp_path):
    environment = os.environ | {"MPLCONFIGDIR": str(tmp_path / "mpl"), "PYTHONDONTWRITEBYTECODE": "1"}
    (tmp_path / "work").mkdir()
    run = subprocess.run(
        [sys.executable, "-c", WHOLE_RUN, str(tmp_path / "work")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["caught"] == [], "\n".join(found["caught"])
    assert any(line.startswith("socket.") for line in found["would"])
    assert any(line.startswith(("exec", "compile")) for line in found["would"])
    assert not list((tmp_path / "work").rglob("here")), "no command ran"
