"""Files, dataframes and patterns that were made to break a reader: each is read, or refused in words."""

import gzip
import io
import json
import random
import time
import zipfile

import pytest
import quotelens as ql
from quotelens import Corpus, _core, read
from quotelens.reading.pages import mark_quotations

SPOKEN = "“It will rain,” Ann Lee said."


def told(corpus):
    """(name of the source, problem) of all that went wrong, with the details joined."""
    rows = list(corpus.problems())
    return {(row["source"].rpartition("/")[2], row["problem"]) for row in rows}, " ".join(
        row["detail"] or "" for row in rows
    )


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


# ---------------------------------------------------------------------------------------------------- archives


@pytest.mark.parametrize(
    "name", ["../up.txt", "a/../../up.txt", "/etc/up.txt", "C:\\up.txt", "\\\\host\\up.txt", "..\\up.txt"]
)
def test_names_that_lead_out(tmp_path, name):
    info = zipfile.ZipInfo("x.txt")
    info.filename = name  # as it stands: the constructor would make it tame
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "f.zip").write_bytes(zipped([(info, "x"), ("good.txt", SPOKEN)]))
    corpus = read(tmp_path / "in" / "f.zip")
    assert [document.text for document in corpus] == [SPOKEN]
    assert "leads out of the archive" in told(corpus)[1] or name.startswith(".")  # hidden files are left out unsaid
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "f.zip"]


def test_a_link_is_its_text(tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    (tmp_path / "f.zip").write_bytes(zipped([(link, "/etc/passwd")]))
    assert [document.text for document in read(tmp_path / "f.zip")] == ["/etc/passwd"]  # not what it points to


def test_a_zip_in_a_zip_is_not_opened(tmp_path):
    inner = zipped([("a.txt", SPOKEN)])
    for _ in range(50):
        inner = zipped([("inner.zip", inner)])
    (tmp_path / "f.zip").write_bytes(inner)
    corpus = read(tmp_path / "f.zip")
    assert len(corpus) == 0 and told(corpus)[0] == {("f.zip!inner.zip", "skipped")}


@pytest.mark.parametrize("most", ["max_member", "max_archive"])
def test_a_bomb_is_not_inflated(tmp_path, most):
    (tmp_path / "f.zip").write_bytes(
        zipped([(f"{k}.txt", b" " * 3_000_000) for k in range(20)] + [("z.txt", SPOKEN)])
    )
    corpus = read(tmp_path / "f.zip", **{most: 1_000_000})
    assert [document.text for document in corpus if document.text] == [SPOKEN]
    assert len(corpus.problems()) == 20 and "1,000,000" in told(corpus)[1]


def test_a_bomb_that_lies_about_its_size(tmp_path):
    data = bytearray(zipped([("a.txt", b"x" * 3_000_000), ("b.txt", SPOKEN)]))
    for at in (data.find(b"PK\x03\x04") + 22, data.find(b"PK\x01\x02") + 24):  # the size, in both of its places
        data[at : at + 4] = (100).to_bytes(4, "little")
    (tmp_path / "f.zip").write_bytes(data)
    corpus = read(tmp_path / "f.zip", max_member=1_000_000)
    assert SPOKEN in [document.text for document in corpus]
    assert max(len(document.text) for document in corpus) <= 1_000_000
    assert any(source == "f.zip!a.txt" for source, _ in told(corpus)[0])


def test_many_members(tmp_path):
    (tmp_path / "f.zip").write_bytes(zipped([(f"{k}.txt", f"text {k}") for k in range(3000)]))
    assert len(read(tmp_path / "f.zip")) == 3000


def test_two_members_of_one_name(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        (tmp_path / "f.zip").write_bytes(zipped([("a.txt", "x"), ("a.txt", "y")]))
    corpus = read(tmp_path / "f.zip")
    assert len(corpus) == 2 and len({document.id for document in corpus}) == 2


@pytest.mark.parametrize(
    "damage", [lambda d: d[: len(d) // 2], lambda d: d[:-5], lambda d: d[5:], lambda d: d + b"x" * 99]
)
def test_a_zip_that_is_cut(tmp_path, damage):
    (tmp_path / "f.zip").write_bytes(damage(zipped([("a.txt", SPOKEN)])))
    corpus = read(tmp_path / "f.zip")
    assert [d.text for d in corpus] == [SPOKEN] or len(corpus.problems()) == 1


def test_a_gz_bomb(tmp_path):
    (tmp_path / "f.txt.gz").write_bytes(gzip.compress(b" " * 30_000_000))
    (tmp_path / "g.jsonl.gz").write_bytes(gzip.compress(b'{"text": "' + b"x" * 30_000_000))
    (tmp_path / "h.txt.gz.gz").write_bytes(gzip.compress(gzip.compress(b" " * 10_000_000)))
    corpus = read(tmp_path, max_member=1_000_000)
    assert sum(len(document.text) for document in corpus) <= 2_000_000
    assert {"f.txt.gz", "g.jsonl.gz"} <= {source for source, _ in told(corpus)[0]}


# ----------------------------------------------------------------------------------------- lines, objects, tables


def test_a_line_of_ten_megabytes(tmp_path):
    text = SPOKEN + " x" * 5_000_000
    (tmp_path / "f.jsonl").write_text(json.dumps({"text": text}) + "\n" + json.dumps({"text": "y"}) + "\n")
    corpus = read(tmp_path / "f.jsonl", lazy=True)
    assert [len(document.text) for document in corpus] == [len(text), 1]


@pytest.mark.parametrize("name", ["f.json", "f.jsonl"])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"text":', "}")])
def test_deeply_nested_json(tmp_path, name, start, end):
    (tmp_path / name).write_text(start * 100_000 + '"x"' + end * 100_000)
    corpus = read(tmp_path / name)
    assert told(corpus)[0] and told(corpus)[1]


def test_json_with_odd_values(tmp_path):
    lines = [
        '{"text": null}',
        '{"text": NaN}',
        '{"text": 1e999}',
        '{"text": ' + "9" * 5000 + "}",
        '{"text": {"a": 1}}',
    ]
    lines += [
        '{"text": "\\ud800"}',
        '{"text": "a", "text": "b"}',
        "[]",
        "null",
        "7",
        '{"text": "\\u0000"}',
        '{"a": 1}',
    ]
    (tmp_path / "f.jsonl").write_text("\n".join([*lines, json.dumps({"text": SPOKEN})]))
    corpus = read(tmp_path / "f.jsonl")
    assert SPOKEN in [document.text for document in corpus]
    assert all(isinstance(document.text, str) for document in corpus)
    assert list(corpus.quotes())[-1]["source"] == "Ann Lee"
    assert len(corpus.problems()) >= 5


@pytest.mark.parametrize(
    "rows",
    [
        'a,"' + "x,y\n" * 50_000,  # a quote that is never closed
        "a,b\0c\n",
        "a" + ",b" * 20_000 + "\n",
        'a,""""""""\n' * 100,
        "\r" * 1000,
        'a,"b"c"d\n',
        "a\n" * 1000,
    ],
)
def test_tables_that_are_none(tmp_path, rows):
    (tmp_path / "f.csv").write_text(f'id,text\ngood,"{SPOKEN}"\n{rows}', newline="")
    corpus = read(tmp_path / "f.csv")
    assert corpus["good"].text == SPOKEN
    corpus.quotes()


@pytest.mark.parametrize("tag", ["div", "blockquote", "span", "table", "ul"])
def test_nested_tags(tmp_path, tag):
    pytest.importorskip("trafilatura")
    n = 100_000 if tag == "div" else 5_000
    (tmp_path / "f.html").write_text(
        f"<html><body>{f'<{tag}>' * n}<p>{SPOKEN * 9}</p>{f'</{tag}>' * n}</body></html>"
    )
    (tmp_path / "g.txt").write_text(SPOKEN)
    corpus = read(tmp_path)
    assert len(corpus) == 2
    assert SPOKEN in corpus["f"].text or told(corpus)[0]
    assert corpus["g"].text == SPOKEN


def one_by_one(tree):
    """Mark every <q> in the simplest way, which takes a time that grows with the square of their number."""
    for q in list(tree.iter("q")):
        depth = sum(1 for _ in q.iterancestors("q"))
        opening, closing = "“”" if depth % 2 == 0 else "‘’"
        if (text := q.text_content().strip()) and text[0] not in "“‘«„\"'":
            q.text = opening + (q.text or "").lstrip()
        if (text := q.text_content().strip()) and (text[-1] not in "”’»“\"'" or len(text) == 1):
            if len(q):
                q[-1].tail = (q[-1].tail or "").rstrip() + closing
            else:
                q.text = (q.text or "").rstrip() + closing
    for q in list(tree.iter("q")):
        q.drop_tag()


PIECES = [
    "<q>",
    "</q>",
    "<q>",
    "</q>",
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "<br>",
    "<!-- x -->",
    " ",
    "\n",
    "x",
    "y z",
    '"',
    "“",
    "”",
    "’",
    "'",
]


@pytest.mark.parametrize("seed", range(200))
def test_quotations_of_a_page_are_marked_as_one_by_one(seed):
    html = pytest.importorskip("lxml.html")
    chance = random.Random(seed)
    body = "".join(chance.choices(PIECES, k=chance.randrange(1, 40)))
    page = f"<html><body><div>{body}</div><p>Rain.</p></body></html>"
    for parser in (html.HTMLParser(), html.HTMLParser(remove_comments=True)):
        expected, found = html.document_fromstring(page, parser=parser), html.document_fromstring(page, parser=parser)
        one_by_one(expected)
        mark_quotations(found)
        assert html.tostring(found, encoding="unicode") == html.tostring(expected, encoding="unicode")


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "<q>It rained</q> " * 40_000 + "</p>",
        "<q>" * 40_000 + "It rained",
        "<p>" + "<q> </q>" * 40_000 + "</p>",
        "<p><q>" + "<i>It</i> " * 40_000 + "</q></p>",
        "<blockquote>" + "<p>It rained.</p>" * 40_000 + "</blockquote>",
        "<blockquote><p>It rained.</p></blockquote>" * 20_000,
    ],
)
def test_quotations_of_a_page_are_marked_in_linear_time(body):
    html = pytest.importorskip("lxml.html")
    tree = html.document_fromstring(f"<html><body>{body}</body></html>")
    began = time.process_time()
    mark_quotations(tree)
    assert time.process_time() - began < 3
    text = tree.text_content()  # of what is nested too deeply the parser keeps nothing
    assert "“It" in text or "It" not in text


def test_a_page_of_many_quotations_is_read(tmp_path):
    pytest.importorskip("trafilatura")
    body = "<p>" + "<q>It will rain</q> and then <q>it will snow</q>, they said. " * 10_000 + "</p>"
    (tmp_path / "f.html").write_text(f"<html><body><article>{body}</article></body></html>")
    began = time.process_time()
    (document,) = read(tmp_path)
    assert document.text.count("“It will rain” and then “it will snow”") >= 10
    assert time.process_time() - began < 30


BROKEN = {
    "overlong": b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf",
    "lone continuation": b"\x80\xbf" * 50,
    "truncated": b"\xe2\x80" * 50 + b"\xf0\x9f\x98",
    "surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "beyond U+10FFFF": b"\xf4\x90\x80\x80\xf7\xbf\xbf\xbf",
    "five and six bytes": b"\xf8\x88\x80\x80\x80\xfc\x84\x80\x80\x80\x80",
    "never used": b"\xfe\xff\xc1\xf5",
    "nul": b"\0" * 50,
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv", ".json", ".html"])
def test_bytes_that_are_no_text(tmp_path, name, suffix):
    if suffix == ".html":
        pytest.importorskip("trafilatura")
    start = b'text\n"' if suffix == ".csv" else b""
    (tmp_path / f"f{suffix}").write_bytes(start + BROKEN[name] + SPOKEN.encode() + BROKEN[name])
    corpus = read(tmp_path)
    assert len(corpus) == 1
    (document,) = corpus
    for quote in corpus.quotes():
        assert document.text[quote["start"] : quote["end"]].encode("utf-8", "replace") == quote["text"].encode(
            "utf-8", "replace"
        )
    assert told(corpus)[0] or SPOKEN in document.text


# ------------------------------------------------------------------------------------------------- patterns


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a*)*b", "(?:a|aa)+$", "((a+)+)+b", "(.*a){20}b", "(a+){2,30}b"]
)
def test_patterns_that_would_go_back_for_ever(pattern):
    corpus = Corpus(["a" * 5000 + "!"])
    start = time.process_time()
    try:
        corpus.kwic(pattern, regex=True)
    except ValueError as error:
        assert "simpler" in str(error) and "too long" in str(error)
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "pattern", ["(", "[", "*", "a{2,1}", "(?<=a+)b", "\\p{No such}", "(?P<a>x)(?P<a>y)", "\\C", "\\", "(?1)", "a\\"]
)
def test_patterns_that_are_none(pattern):
    with pytest.raises(ValueError, match=r"byte \d+ of the pattern"):
        Corpus(["a"]).kwic(pattern, regex=True)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("(" * 240 + "a" + ")" * 240, ["a"] * 6),
        ("a" * 60_000, []),
        ("|".join(["ab"] * 5000), ["ab"] * 3),
        ("(?:a?){500}", ["a", "aa", "aa", "a"]),
    ],
)
def test_patterns_that_are_large(pattern, matches):
    """They find what they should, or are refused in a few words."""
    try:
        rows = Corpus(["ab aab aab a"]).kwic(pattern, regex=True)
    except ValueError as error:
        assert 10 < len(str(error)) < 1000
    else:
        assert [row["match"] for row in rows] == matches


def test_patterns_in_damaged_text():
    rows = Corpus(["a\ud800b \udfffa"]).kwic("[ab]", regex=True)
    assert [row["start"] for row in rows] == [0, 2, 5]


# ------------------------------------------------------------------------------------------------- dataframes


@pytest.fixture
def pa():
    return pytest.importorskip("pyarrow")


def test_a_frame_of_other_strings(pa):
    texts = [SPOKEN, None, "x"]
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        corpus = Corpus(pa.table({"text": pa.array(texts).cast(kind), "id": ["a", "b", "c"]}))
        assert [document.text for document in corpus][::2] == [SPOKEN, "x"]
        assert [row["doc_id"] for row in corpus.problems()] == ["b"]
        assert [row["source"] for row in corpus.quotes()] == ["Ann Lee"]


@pytest.mark.parametrize("columns", [{"words": ["x"]}, {"id": ["a"]}])
def test_a_frame_without_texts(pa, columns):
    with pytest.raises(ValueError, match="text"):
        Corpus(pa.table(columns))


def test_a_frame_of_numbers(pa):
    with pytest.raises(TypeError, match="'text' holds no text: its values are of type int"):
        Corpus(pa.table({"text": [1, None, 3]}))
    corpus = Corpus([{"text": 1}, {"text": None}, {"text": "It rained."}])
    assert len(corpus) == 3 and len(corpus.problems()) == 2


def test_a_frame_with_two_columns_of_one_name(pa):
    table = pa.table([pa.array(["x"]), pa.array(["y"])], names=["text", "text"])
    with pytest.raises(ValueError, match="text"):
        Corpus(table)


@pytest.mark.parametrize("offsets", [(0, 1 << 30, 3), (0, 3, 1, 3), (0, -(1 << 30), 3)])
def test_a_frame_with_bad_offsets(pa, offsets):
    buffer = pa.py_buffer(b"".join(offset.to_bytes(4, "little", signed=True) for offset in offsets))
    array = pa.Array.from_buffers(pa.string(), len(offsets) - 1, [None, buffer, pa.py_buffer(b"abc")])
    with pytest.raises(ValueError, match="offset"):
        Corpus(pa.table({"text": array}))


def test_a_frame_with_broken_text(pa):
    array = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(bytes(4) + (3).to_bytes(4, "little")), pa.py_buffer(b"a\xff\xfe")]
    )
    with pytest.raises(ValueError, match=r"UTF-?8|utf-?8"):
        Corpus(pa.table({"text": array}))


class Stream:
    """A frame that gives the same capsule, or whatever else, each time."""

    def __init__(self, given):
        self.given = given

    def __arrow_c_stream__(self, requested_schema=None):
        return self.given


def test_a_stream_that_is_used_up(pa):
    once = Stream(pa.table({"text": ["x"]}).__arrow_c_stream__())
    assert len(Corpus(once)) == 1
    with pytest.raises(ValueError, match=r"released|stream"):
        Corpus(once)


@pytest.mark.parametrize("given", [None, 7, "text", object()])
def test_a_stream_that_is_none(pa, given):
    with pytest.raises((TypeError, ValueError)):
        Corpus(Stream(given))


def test_our_own_stream_twice(pa):
    quotes = Corpus([SPOKEN]).quotes()
    capsule = quotes.__arrow_c_stream__()
    assert pa.RecordBatchReader._import_from_c_capsule(capsule).read_all().num_rows == 1
    with pytest.raises(ValueError, match="released"):
        pa.RecordBatchReader._import_from_c_capsule(capsule)
    for _ in range(3):
        assert pa.table(quotes).num_rows == 1  # each asks for one of its own


# --------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    "text", ["", "\0", "\ud800", "\udfff" * 1000, "\U0010ffff" * 1000, "\ufeff", "\n", "“", "\u202e“\u202c"]
)
def test_the_smallest(text):
    annotation = ql.annotate(text)
    for quote in annotation.quotes():
        assert text[quote["start"] : quote["end"]] == quote["text"]


def test_a_huge_cue():
    with pytest.raises(ValueError):
        ql.Config().add_cues({"é" * 500: "manner"})._core_options  # noqa: B018
    with pytest.raises(ValueError):
        _core.Engine(cues=[("é" * 500, "manner", "speech", "that", None, False, False)])
