"""Formats: each read as it should be, and each damaged in its own way without stopping the rest."""

import gzip
import io
import json
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quotelens import Corpus, read
from quotelens.reading.exports import layout_of
from quotelens.reading.readers import ending
from quotelens.reading.records import Record, Seen, outlet_of

SPOKEN = "“It will rain,” Ann Lee said."
PAGE = """<html><head><title>Rain | The Day</title>
<meta property="og:site_name" content="The Day">
<meta property="article:published_time" content="2024-05-02T08:00:00Z">
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"],
 "headline": "Rain is near", "datePublished": "2024-05-01T10:00:00+02:00", "author": [{"name": "Bo Ek"}],
 "publisher": {"name": "Day Media"}}]}</script></head><body><nav><a href="/">Home</a></nav>
<article><h1>Rain is near</h1>
<p>The mayor said that the town <q>has no plan, and <q>none at all</q> for</q> the rest of a wet summer.</p>
<blockquote><p>We were told nothing of it at the time.</p><p>Nobody was told of it.</p></blockquote>
<p>The town council will meet again on Friday to talk about the drains, the roads and the bridge.</p>
</article><footer>© 2031 The Day</footer></body></html>"""


def only(corpus):
    (document,) = corpus
    return document


def problems(corpus):
    return {(row["source"].rpartition("/")[2], row["problem"]): row for row in corpus.problems()}


def write_zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


# -------------------------------------------------------------------------------------------------- text and JSON


def test_markdown_is_a_document(tmp_path):
    (tmp_path / "rain.md").write_text(SPOKEN, encoding="utf-8")
    assert (only(read(tmp_path)).id, only(read(tmp_path)).text) == ("rain", SPOKEN)


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        ('[{"id": "a", "text": "x"}, {"text": "y"}]', ["a", "f:2"]),
        ('{"text": "x"}', ["f"]),
        ('{"stories": [{"id": 1, "text": "x"}, {"id": 2, "text": "y"}]}', ["1", "2"]),
        ('{"text": "x"}\n{"id": "b", "text": "y"}\n', ["f:1", "b"]),
    ],
)
def test_json_in_its_shapes(tmp_path, data, ids):
    (tmp_path / "f.json").write_text(data)
    corpus = read(tmp_path / "f.json")
    assert [document.id for document in corpus] == ids
    assert len(corpus.problems()) == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_lines_with_a_byte_order_mark(tmp_path, encoding):
    (tmp_path / "f.jsonl").write_text('{"id": "a", "text": "“é”"}\n{"id": "b", "text": "x"}\n', encoding=encoding)
    assert [(d.id, d.text) for d in read(tmp_path)] == [("a", "“é”"), ("b", "x")]


# --------------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(("name", "between"), [("f.csv", ","), ("f.csv", ";"), ("f.tsv", "\t"), ("f.csv", "\t")])
def test_separated_values(tmp_path, name, between):
    rows = [["id", "text", "outlet", "rank"], ["a", '"Two\nlines, ""so"""', "The Day", "3"], ["b", "x", "", "4"]]
    (tmp_path / name).write_text("".join(between.join(row) + "\n" for row in rows), encoding="utf-8")
    corpus = read(tmp_path / name)
    assert [(d.id, d.text) for d in corpus] == [("a", 'Two\nlines, "so"'), ("b", "x")]
    table = corpus.documents()
    assert table["outlet"] == ["The Day", None] and table["rank"] == ["3", "4"]


def test_rows_of_the_wrong_length(tmp_path):
    (tmp_path / "f.csv").write_text("id,text,n\na,x\nb,y,1,2,3\nc,z,1\n")
    corpus = read(tmp_path)
    assert [(d.id, d.text) for d in corpus] == [("a", "x"), ("b", "y"), ("c", "z")]
    assert [(row["doc_id"], row["problem"], row["source"][-7:]) for row in corpus.problems()] == [
        ("a", "bad_row", "f.csv:2"),
        ("b", "bad_row", "f.csv:3"),
    ]


def test_a_cell_longer_than_csv_allows_by_itself(tmp_path):
    (tmp_path / "f.csv").write_text("text\n" + "word " * 50_000 + "\n")
    assert len(only(read(tmp_path)).text) == 250_000


def test_a_table_without_texts(tmp_path):
    (tmp_path / "f.csv").write_text("id,prose\na,x\n")
    with pytest.raises(ValueError, match=r"f\.csv: There is no column 'text'\. Say which .* 'id', 'prose'"):
        read(tmp_path / "f.csv")
    assert only(read(tmp_path / "f.csv", text="prose")).text == "x"
    (tmp_path / "g.txt").write_text("x")
    assert problems(read(tmp_path))["f.csv", "unreadable"]["detail"].startswith("There is no column 'text'")


def test_parquet(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {"id": list(range(700)), "text": [f"T {k}" for k in range(700)], "live": [True] * 700}
    parquet.write_table(pa.table(columns), tmp_path / "f.parquet")
    (tmp_path / "f.parquet.gz").write_bytes(gzip.compress((tmp_path / "f.parquet").read_bytes()))
    corpus = read(tmp_path / "f.parquet")
    assert len(corpus) == 700 and corpus["699"].text == "T 699"
    assert corpus.documents()["live"][0] is True and corpus.documents()["id"][5] == 5
    assert len(read(tmp_path / "f.parquet.gz")) == 700


def test_excel(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["id", "text", "outlet"], ["a", SPOKEN, "The Day"], [None, None, None], [None, "x", None]):
        book.active.append(row)
    book.create_sheet("Notes").append(["made by hand"])
    book.create_sheet("Empty")
    book.save(tmp_path / "f.xlsx")
    corpus = read(tmp_path / "f.xlsx")
    assert [(d.id, d.text) for d in corpus] == [("a", SPOKEN), ("f:4", "x")]
    assert corpus.documents()["outlet"] == ["The Day", None]
    assert list(problems(corpus)) == [("f.xlsx!Notes", "skipped")]


# ---------------------------------------------------------------------------------------------------------- pages


def test_a_page(tmp_path):
    pytest.importorskip("trafilatura")
    (tmp_path / "rain.html").write_text(PAGE, encoding="utf-8")
    corpus = read(tmp_path)
    document = only(corpus)
    assert "the town “has no plan, and ‘none at all’ for” the rest" in document.text
    assert "“We were told nothing of it at the time." in document.text and "“Nobody was told of it.”" in document.text
    assert "Home" not in document.text
    (row,) = corpus.documents()
    assert row["published"].isoformat() == "2024-05-01T08:00:00+00:00" and row["date_source"] == "json-ld"
    assert (row["title"], row["byline"], row["outlet"]) == ("Rain is near", "Bo Ek", "Day Media")


BODY = (
    "<p>The mayor said that the town has no plan for the rest of a wet summer, and no money to make one.</p>"
    "<p>The council will meet again on Friday to talk about the drains, the roads and the old bridge.</p>"
)
# Heads of pages as content systems write them, and the title that a reader sees.
SHAPES = {
    "name of the site behind a bar": (
        '<title>Rain is near | The Day</title><meta property="og:title" content="Rain is near | The Day">'
        '<meta property="og:site_name" content="The Day">',
        "",
        "Rain is near",
    ),
    "a heading that the tab repeats": (
        '<title>Rain is near - The Day</title><meta property="og:title" content="Rain is near - The Day">',
        "<h1>Rain is near</h1>",
        "Rain is near",
    ),
    "the logo is a heading": (
        '<title>Rain is near – The Day</title><meta name="twitter:title" content="Rain is near">',
        "<h1>The Day</h1>",
        "Rain is near",
    ),
    "JSON-LD is cut short": (
        "<title>Rain is near, and nobody has a plan for it | The Day</title>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Rain is near, and nobody"}</script>'
        '<meta property="og:title" content="Rain is near, and nobody has a plan for it">',
        "<h1>Rain is near, and nobody has a plan for it</h1>",
        "Rain is near, and nobody has a plan for it",
    ),
    "a title for search engines": (
        '<title>Saltby rain: what we know | The Day</title><meta property="og:title" content="Rain is near">'
        '<meta name="twitter:title" content="Rain is near">',
        "<h1>Rain is near</h1>",
        "Rain is near",
    ),
    "a dash of its own": (
        "<title>Rain – and hail – is near | The Day</title>"
        '<meta property="og:title" content="Rain – and hail – is near">',
        "<h1>Rain – and hail – is near</h1>",
        "Rain – and hail – is near",
    ),
}


@pytest.mark.parametrize(("head", "heading", "title"), SHAPES.values(), ids=SHAPES)
def test_the_title_is_what_the_page_repeats(tmp_path, head, heading, title):
    page = f"<html><head>{head}</head><body><main>{heading}{BODY}</main></body></html>"
    (tmp_path / "p.html").write_text(page, encoding="utf-8")
    assert only(read(tmp_path)).meta["title"] == title


def test_where_a_date_came_from(tmp_path):
    pytest.importorskip("trafilatura")
    start, _, rest = PAGE.partition("<script")
    body = rest.partition("</script>")[2]
    (tmp_path / "meta.html").write_text(start + body, encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text(
        '{"id": "r", "text": "x", "published": "2024-01-01"}\n{"id": "s", "text": "y"}'
    )
    table = read(tmp_path).documents()
    assert table["date_source"] == ["article:published_time", "given", None]


@pytest.mark.parametrize("declared", [True, False])
def test_the_encoding_of_a_page(tmp_path, declared):
    pytest.importorskip("trafilatura")
    page = PAGE.replace("Bo Ek", "Bo Ekå").replace("“", '"')
    page = page.replace("<head>", '<head><meta charset="iso-8859-1">') if declared else page
    (tmp_path / "p.html").write_bytes(page.encode("latin-1"))
    corpus = read(tmp_path)
    assert corpus.problems()["problem"] == ([] if declared else ["bad_encoding"])
    if declared:
        assert corpus.documents()["byline"] == ["Bo Ekå"]


@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile")  # that warcio's writer leaves open
@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive(tmp_path, packed):
    pytest.importorskip("trafilatura")
    writer_module = pytest.importorskip("warcio.warcwriter")
    headers_of = pytest.importorskip("warcio.statusandheaders").StatusAndHeaders
    path = tmp_path / ("w.warc.gz" if packed else "w.warc")
    with open(path, "wb") as file:
        writer = writer_module.WARCWriter(file, gzip=packed)
        for url, status, kind in (
            ("https://www.day.invalid/rain", "200 OK", "text/html; charset=utf-8"),
            ("https://www.day.invalid/gone", "404 Not Found", "text/html"),
            ("https://www.day.invalid/a.png", "200 OK", "image/png"),
        ):
            headers = headers_of(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            body = io.BytesIO(PAGE.encode())
            writer.write_record(writer.create_warc_record(url, "response", payload=body, http_headers=headers))
    corpus = read(path)
    document = only(corpus)
    assert document.id == document.meta["url"] == "https://www.day.invalid/rain"
    assert "has no plan" in document.text
    (row,) = corpus.problems()
    assert row["problem"] == "skipped" and "1 status 404" in row["detail"] and "1 image/png" in row["detail"]


# ------------------------------------------------------------------------------------------------------- archives


def test_a_zip(tmp_path):
    path = write_zip(
        tmp_path / "a.zip",
        **{
            "north/rain.txt": SPOKEN,
            "rows.csv": "id,text\nr,x\n",
            "more.jsonl.gz": gzip.compress(b'{"id": "j", "text": "y"}\n'),
            "photo.jpg": b"\xff",
            "../out.txt": "x",
            "/root.txt": "x",
            "__MACOSX/rain.txt": "x",
            ".hidden.txt": "x",
            "inner.zip": b"PK",
        },
    )
    corpus = read(path)
    assert [(d.id, d.text) for d in corpus] == [("rain", SPOKEN), ("r", "x"), ("j", "y")]
    found = problems(corpus)
    assert {source for source, kind in found if kind == "skipped"} == {
        "a.zip!photo.jpg",
        "out.txt",
        "root.txt",
        "a.zip!inner.zip",
    }
    assert found["out.txt", "skipped"]["detail"] == "its name leads out of the archive"
    assert list(tmp_path.iterdir()) == [path]


def test_a_zip_inside_a_gz(tmp_path):
    path = write_zip(tmp_path / "a.zip", **{"rain.txt": SPOKEN, "more.zip.gz": b"x"})
    packed = tmp_path / "b.zip.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    corpus = read(packed)
    assert [(d.id, d.text) for d in corpus] == [("rain", SPOKEN)]
    assert corpus.problems()["detail"] == ["members ending in '.zip.gz' are not read"]
    (told,) = read(packed, max_archive=40).problems()["detail"]
    assert told == "more than 40 bytes, the limit that max_archive sets"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b""),
        ("a.jsonl", b"\n \n"),
        ("a.jsonl.gz", gzip.compress(b"", mtime=0)),
        ("a.csv", b"id,text\n"),
        ("a.tsv", b"id\ttext\n"),
        ("a.json", b"[]"),
        ("a.zip", b"PK\x05\x06" + bytes(18)),
    ],
)
def test_a_file_without_a_document_is_named(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "b.jsonl").write_text('{"id": "b", "text": "It rained."}\n', encoding="utf-8")
    corpus = read(tmp_path)
    assert corpus.ids == ["b"]
    (row,) = corpus.problems()
    assert row["source"].endswith(name) and row["problem"] == "empty" and row["doc_id"] is None
    assert "1 problem" in repr(corpus)
    stream = read(tmp_path, lazy=True).stream()
    assert len(list(stream.tables())) == 1 and stream.problems()["problem"] == ["empty"]


def test_what_inflates_too_much(tmp_path):
    path = write_zip(tmp_path / "a.zip", **{"big.txt": "x" * 5000, "a.txt": "x" * 900, "b.txt": "y" * 900})
    assert [d.id for d in read(path, max_member=1000)] == ["a", "b"]
    assert read(path, max_member=1000).problems()["detail"] == [
        "more than 1,000 bytes, the limit that max_member sets"
    ]
    told = read(path, max_member=1000, max_archive=1000)
    assert [d.id for d in told] == ["a"]
    assert told.problems()["detail"][1] == "more than 1,000 bytes, the limit that max_archive sets"
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"x" * 5000))
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(b'{"id": "d", "text": "x"}\n' + b" " * 5000))
    for name in ("c.txt.gz", "d.jsonl.gz"):
        assert "max_member" in read(tmp_path / name, max_member=1000).problems()["detail"][-1]


def test_compressed_files(tmp_path):
    zstandard = pytest.importorskip("zstandard")
    lines = b'{"id": "a", "text": "x"}\n', b'{"id": "b", "text": "y"}\n'
    (tmp_path / "f.jsonl.gz").write_bytes(b"".join(map(gzip.compress, lines)))
    packed = b"".join(zstandard.ZstdCompressor().compress(line) for line in lines)
    (tmp_path / "g.jsonl.zst").write_bytes(packed)
    assert [d.text for d in read(tmp_path / "f.jsonl.gz")] == ["x", "y"]
    assert [d.text for d in read(tmp_path / "g.jsonl.zst")] == ["x", "y"]


@pytest.mark.parametrize("name", ["f.bin", "f.gz", "f.txt.bz2", "f"])
def test_endings_that_are_not_read(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ValueError, match="Cannot read"):
        read(tmp_path / name)
    assert read(tmp_path).problems()["problem"] == ["skipped"]


# ---------------------------------------------------------------------------------------------- damage and absence


def test_one_bad_file_of_each_kind_stops_nothing(tmp_path):
    for module in ("trafilatura", "pyarrow", "openpyxl", "warcio", "zstandard"):
        pytest.importorskip(module)
    damage = {
        "a.json": b"{",
        "b.parquet": b"PAR1 no",
        "c.xlsx": b"PK no",
        "d.html": b"",
        "e.warc": b"WARC/9 no\r\n",
        "f.zip": b"PK no",
        "g.txt.gz": gzip.compress(b"x" * 99)[:20],
        "h.txt.zst": b"no",
        "i.jsonl": b"no\n",
        "j.csv": b"",
        "k.tsv": b"prose\nx\n",
        "l.txt": b"caf\xe9",
        "m.md": b"",
        "n.warc.gz": b"no",
        "o.csv.gz": gzip.compress(b"id,text\na,x\nb,y\n" * 9999)[:-30],
    }
    for name, data in damage.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text(SPOKEN, encoding="utf-8")
    corpus = read(tmp_path)
    assert corpus["z"].text == SPOKEN
    told = {source.partition("!")[0].partition(":")[0] for source, _ in problems(corpus)}
    assert told == set(damage)
    assert all(row["done"] and row["detail"] for row in corpus.problems())
    last = [row for row in corpus.problems() if row["source"].endswith("o.csv.gz")][-1]
    assert last["done"] == "the rest was not read"


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [
        ("f.parquet", "pyarrow.parquet", "pandas"),
        ("f.xlsx", "openpyxl", "excel"),
        ("f.html", "trafilatura", "html"),
        ("f.warc.gz", "warcio", "warc"),
    ],
)
def test_what_is_missing_is_named(tmp_path, monkeypatch, name, library, extra):
    (tmp_path / name).write_bytes(b"x")
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setitem(sys.modules, library.partition(".")[0], None)
    with pytest.raises(ImportError, match=rf"not installed. Try: pip install \w.* \(the extra '{extra}'"):
        read(tmp_path / name)


# ---------------------------------------------------------------------------------------------- columns of others


def test_exports_are_known_by_their_keys(tmp_path):
    rows = [
        {
            "stories_id": 7,
            "media_name": "The Day",
            "publish_date": "2024-05-01",
            "story_text": "One.",
            "url": "https://day.invalid/1",
        },
        {
            "url": "https://www.day.invalid/2",
            "authors": ["Ann Lee"],
            "publish_date": "2024-05-02",
            "top_image": "",
            "text": "Two.",
        },
        {
            "source-hostname": "day.invalid",
            "fingerprint": "f",
            "date": "2024-05-03",
            "raw_text": "Three.",
            "author": "Bo Ek",
            "source": "https://day.invalid/3",
            "id": None,
        },
    ]
    (tmp_path / "f.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    corpus = read(tmp_path)
    assert [(d.id, d.text) for d in corpus] == [("7", "One."), ("f:2", "Two."), ("f:3", "Three.")]
    table = corpus.documents()
    assert [moment.day for moment in table["published"]] == [1, 2, 3]
    assert table["byline"] == [None, "Ann Lee", "Bo Ek"]
    assert table["outlet"] == ["The Day", "day.invalid", "day.invalid"]
    assert table["url"][2] == "https://day.invalid/3" and table["media_name"][0] == "The Day"


def test_the_users_columns_are_never_renamed():
    layout = layout_of(("media_name", "publish_date", "stories_id", "published", "body"), "body", "media_name")
    assert (layout.text, layout.id, layout.ours) == ("body", "media_name", {"outlet": "media_name"})


@pytest.mark.parametrize(
    ("meta", "outlet"),
    [
        ({"outlet": "The Day", "url": "https://x.invalid"}, "The Day"),
        ({"outlet": None, "url": "https://www.X.invalid:80/a"}, "x.invalid"),
        ({"url": "http://[::1"}, None),
        ({"url": "no address"}, None),
        ({"url": 5}, None),
        ({}, None),
    ],
)
def test_outlets(meta, outlet):
    assert outlet_of(Record("a", "", meta)) == outlet


def test_pages_can_be_gone_over_before_the_analysis(tmp_path):
    (tmp_path / "f.jsonl").write_text('{"text": "x", "url": "https://www.day.invalid/1"}\n{"text": "y"}\n')
    for lazy in (True, False):
        corpus = read(tmp_path, lazy=lazy)
        assert list(corpus._pages()) == list(corpus._pages()) == [("day.invalid", "x"), (None, "y")]
    assert list(Corpus(["z"])._pages()) == [(None, "z")]


def test_lazy_reading_gives_the_same(tmp_path):
    (tmp_path / "f.jsonl").write_text(json.dumps({"id": "a", "text": SPOKEN}) + "\nno\n")
    lazy, eager = read(tmp_path, lazy=True), read(tmp_path)
    assert "not read yet" in repr(lazy) and "not read yet" not in repr(eager)
    assert list(lazy.quotes()) == list(eager.quotes())
    assert list(lazy.problems()) == list(eager.problems()) and len(lazy) == 2


@given(st.lists(st.text(max_size=3)))
def test_seen_is_a_set(texts):
    seen, had = Seen(), set()
    for text in texts:
        assert (text in seen) == (text in had)
        assert seen.add(text) == (text not in had)
        had.add(text)
    assert len(seen) == len(had)


def test_seen_grows():
    seen = Seen()
    assert all(seen.add(str(k)) for k in range(5000))
    assert not any(seen.add(str(k)) for k in range(5000))


@given(st.binary(max_size=200), st.sampled_from([".jsonl", ".csv", ".tsv", ".json", ".txt", ".zip", ".txt.gz"]))
def test_any_bytes_give_an_answer(tmp_path_factory, data, suffix):
    path = tmp_path_factory.mktemp("any") / f"f{suffix}"
    path.write_bytes(data)
    try:
        corpus = read([path, path.with_name("g.txt")] if path.with_name("g.txt").exists() else path)
    except ValueError as error:
        assert suffix in (".csv", ".tsv") and "no column 'text'" in str(error)
        return
    assert len(corpus.documents()) == len(corpus)
    ids = [document.id for document in corpus]
    assert len(set(ids)) == len(ids)


def test_endings():
    assert ending("a.WARC.GZ") == ("a", ".warc.gz") and ending("b.gz") == ("b", ".gz") and ending("c") == ("c", "")
