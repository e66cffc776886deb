"""Archives and tables that hold more than they seem to: what is unpacked stays within its limits, and in memory."""

import bz2
import csv
import gzip
import io
import json
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile

import pytest
from quotelens import read

SPOKEN = "“It will rain,” Ann Lee said."
MEMBER = 1_000_000


def told(corpus):
    """What went wrong, as one text."""
    return "; ".join(f"{row['source'].rpartition('/')[2]}: {row['detail']}" for row in corpus.problems())


def write_zip(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def jsonl(n, size=1000):
    return "".join(json.dumps({"text": f"{k} " + "x" * size}) + "\n" for k in range(n)).encode()


def peak_of(work):
    """The most memory that Python objects took while it ran."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# ---------------------------------------------------------------------------------------------- on the disk


@pytest.mark.parametrize("name", ["a.xlsx.gz", "a.parquet.gz", "a.zip.gz", "b.zip!a.xlsx", "b.zip!a.parquet.gz"])
def test_nothing_is_unpacked_to_the_disk(tmp_path, monkeypatch, name):
    for module in ("openpyxl", "pyarrow"):
        pytest.importorskip(module)
    outer, _, inner = name.rpartition("!")
    data = bytes(20_000_000)
    data = gzip.compress(data) if name.endswith(".gz") else data
    if outer:
        write_zip(tmp_path / outer, {inner: data})
    else:
        (tmp_path / name).write_bytes(data)
    made = []
    for function in ("TemporaryFile", "NamedTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, function, lambda *given, function=function, **named: made.append(function))
    assert "a" in told(read(tmp_path / (outer or name))), "what is not a workbook is named"
    assert made == []


# --------------------------------------------------------------------------------------------- in an archive


@pytest.mark.parametrize("packer", [".gz", ".zst"])
def test_what_is_packed_inside_a_member_counts_as_the_member(tmp_path, packer):
    pack = gzip.compress if packer == ".gz" else pytest.importorskip("zstandard").ZstdCompressor().compress
    path = write_zip(tmp_path / "a.zip", {f"big.jsonl{packer}": pack(jsonl(5000)), "b.txt": SPOKEN})
    corpus = read(path, max_member=MEMBER)
    assert f"big.jsonl{packer}: more than 1,000,000 bytes, the limit that max_member sets" in told(corpus)
    assert sum(len(document.text) for document in corpus) < MEMBER
    assert SPOKEN in [document.text for document in corpus]
    assert len(read(path)) == 5001


def test_what_is_packed_inside_all_members_counts_as_the_archive(tmp_path):
    path = write_zip(tmp_path / "a.zip", {f"{k}.jsonl.gz": gzip.compress(jsonl(400)) for k in range(10)})
    corpus = read(path, max_archive=MEMBER)
    assert "the limit that max_archive sets" in told(corpus)
    assert sum(len(document.text) for document in corpus) < MEMBER
    assert len(read(path)) == 4000


def test_a_zip_inside_a_gz_is_held_within_both_limits(tmp_path):
    path = tmp_path / "a.zip.gz"
    path.write_bytes(gzip.compress(bytes(3_000_000)))
    assert "the limit that max_member sets" in told(read(path, max_member=MEMBER))
    assert "the limit that max_archive sets" in told(read(path, max_archive=MEMBER))


def lying(path, method, packed):
    """A .zip with one member that was packed elsewhere, and says that it holds little."""
    write_zip(path, {"a.txt": packed, "b.txt": SPOKEN}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    for at in (data.find(b"PK\x03\x04") + 8, data.find(b"PK\x01\x02") + 10):
        data[at : at + 2] = method.to_bytes(2, "little")
    path.write_bytes(data)
    return path


def test_bzip2_gives_no_more_than_is_asked_for(tmp_path):
    path = lying(tmp_path / "a.zip", zipfile.ZIP_BZIP2, bz2.compress(bytes(60_000_000)))
    found = []
    assert peak_of(lambda: found.append(read(path, max_member=MEMBER))) < 10_000_000
    assert [document.text for document in found[0] if document.text] == [SPOKEN]
    assert "more than 1,000,000 bytes" in told(found[0])


def test_bzip2_is_read(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.txt": SPOKEN, "b.jsonl": jsonl(3)}, zipfile.ZIP_BZIP2)
    assert [document.text[:2] for document in read(path)] == [SPOKEN[:2], "0 ", "1 ", "2 "]


def test_lzma_gives_little_more_than_is_asked_for(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"a.txt": bytes(70_000_000)}, zipfile.ZIP_LZMA)
    data = bytearray(path.read_bytes())
    for at in (data.find(b"PK\x03\x04") + 22, data.find(b"PK\x01\x02") + 24):
        data[at : at + 4] = (10 * MEMBER).to_bytes(4, "little")
    path.write_bytes(data)
    found = []
    assert peak_of(lambda: found.append(read(path, max_member=10 * MEMBER))) < 100_000_000
    assert "a.txt" in told(found[0])


@pytest.mark.parametrize("is_read", [True, False])
def test_an_encrypted_member_is_named(tmp_path, is_read):
    path = write_zip(tmp_path / "a.zip", {"a.txt": SPOKEN, "b.txt": "It rained."})
    data = bytearray(path.read_bytes())
    for at in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[at] |= 0 if is_read else 1
    path.write_bytes(data)
    corpus = read(path)
    assert [document.text for document in corpus] == [SPOKEN] * is_read + ["It rained."]
    assert told(corpus) == ("" if is_read else "a.zip!a.txt: it is encrypted")
    assert [row["problem"] for row in corpus.problems()] == ["skipped"] * (not is_read)


# ------------------------------------------------------------------------------------------------ lines and rows


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_the_limit_of_a_line_in_any_encoding(tmp_path, encoding):
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    line = json.dumps({"text": "x" * 300_000}) + "\n"
    (tmp_path / "a.jsonl").write_bytes((mark + line + json.dumps({"text": "x" * 3_000_000})).encode(encoding))
    (tmp_path / "b.csv").write_bytes((mark + "text\ny\n" + "x" * 3_000_000).encode(encoding))
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress((mark + line * 9).encode(encoding)))
    corpus = read(tmp_path, max_member=2 * MEMBER)
    assert sorted(len(document.text) for document in corpus) == [1, *[300_000] * 10]
    assert told(corpus).count("more than 2,000,000 bytes, the limit that max_member sets") == 2


def test_a_row_of_many_lines_has_the_limit_of_a_line(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\nb,y\n" + '"x\n",' * 40_000)
    corpus = read(tmp_path, max_member=100_000)
    assert [document.text for document in corpus] == ["y"]
    assert "more than 100,000 bytes, the limit that max_member sets" in told(corpus)
    (tmp_path / "a.csv").write_text("id,text\n" + 'b,"x\ny"\n' * 12_000)
    assert len(read(tmp_path, max_member=100_000)) == 12_000, "the limit is of one row"


def test_a_low_limit_is_not_set_for_the_csv_of_others(tmp_path):
    (tmp_path / "a.csv").write_text("text\nx\n")
    read(tmp_path, max_member=1000)
    assert len(next(csv.reader(["x" * 100_000]))[0]) == 100_000


def test_a_small_file_asks_for_little_memory(tmp_path):
    pytest.importorskip("resource")
    (tmp_path / "a.txt").write_text(SPOKEN, encoding="utf-8")
    (tmp_path / "b.json").write_text('{"text": "It rained."}', encoding="utf-8")
    program = """
import resource, sys
import quotelens as ql
ql.Corpus(["It rained."], threads=1).quotes()
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (200 << 20),) * 2)
print([document.text for document in ql.read(sys.argv[1], threads=1)])
"""
    if not sys.platform.startswith("linux"):
        pytest.skip("looks into /proc")
    run = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True)
    assert "It rained." in run.stdout, run.stderr[-500:]


# ---------------------------------------------------------------------------------------------------- Parquet


def test_a_row_of_parquet_has_the_limit_of_a_line(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"text": ["y", "x" * 2 * MEMBER, "z"]}), tmp_path / "a.parquet")
    corpus = read(tmp_path, max_member=MEMBER)
    assert [document.text for document in corpus] == ["y"]
    assert "more than 1,000,000 bytes, the limit that max_member sets" in told(corpus)
    assert len(read(tmp_path)) == 3


def test_a_value_that_many_rows_share_is_read_a_few_times_at_once(tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"text": ["x" * 900_000] * 60}), tmp_path / "a.parquet", compression="zstd")
    pool, before = pa.proxy_memory_pool(pa.system_memory_pool()), pa.default_memory_pool()
    pa.set_memory_pool(pool)
    try:
        n = sum(record is not None for record in records_of(tmp_path / "a.parquet", 2 * MEMBER))
    finally:
        pa.set_memory_pool(before)
    assert n == 60 and pool.max_memory() < 20 * MEMBER
    path = write_zip(tmp_path / "a.zip", {"a.parquet": (tmp_path / "a.parquet").read_bytes()})
    corpus = read(path, max_archive=20 * MEMBER)
    assert 0 < len(corpus) < 30 and "the limit that max_archive sets" in told(corpus)


def records_of(path, max_member):
    from quotelens.reading.inputs import Inputs
    from quotelens.reading.readers import Options

    return (record for record, _ in Inputs(path, Options(max_member=max_member)).found())


# -------------------------------------------------------------------------------------------------- workbooks

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}<sheetData>{}</sheetData></worksheet>'


def cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(path, rows, *, dimension="", **parts):
    """A workbook whose only sheet has these rows, with other parts in place of its own."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["text"])
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, SHEET.format(dimension, rows) if name.endswith("sheet1.xml") else old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return path


HEAD = f'<row r="1">{cell("A1", "text")}</row>'


def test_the_parts_of_a_workbook_have_the_limits_of_members(tmp_path):
    path = workbook(tmp_path / "a.xlsx", HEAD + f'<row r="2">{cell("A2", "x" * 3 * MEMBER)}</row>')
    assert path.stat().st_size < 20_000
    corpus = read(path, max_member=MEMBER)
    assert [document.text for document in corpus] == [""]
    assert "more than 1,000,000 bytes, the limit that max_member sets" in told(corpus)
    assert "the limit that max_archive sets" in told(read(path, max_archive=MEMBER))
    assert [len(document.text) for document in read(path)] == [3 * MEMBER]
    outer = write_zip(tmp_path / "b.zip", {"a.xlsx": path.read_bytes()})
    assert "the limit that max_archive sets" in told(read(outer, max_archive=MEMBER))


def test_a_workbook_that_is_packed_as_none_is(tmp_path):
    path = workbook(tmp_path / "a.xlsx", HEAD)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/more.xml", bytes(MEMBER))
    assert "'xl/more.xml' is packed as no workbook is" in told(read(path))


@pytest.mark.parametrize("dimension", ["", '<dimension ref="A1"/>', '<dimension ref="A1:XFD1048576"/>'])
def test_what_a_sheet_says_of_its_size_is_left_aside(tmp_path, dimension):
    rows = HEAD + "".join(f'<row r="{k}">{cell(f"A{k}", f"x{k}")}{cell(f"XFD{k}", "y")}</row>' for k in (2, 3, 2000))
    corpus = read(workbook(tmp_path / "a.xlsx", rows, dimension=dimension))
    assert [document.id for document in corpus] == ["a:2", "a:3", "a:2000"] and told(corpus) == ""


def test_a_sheet_that_begins_further_down_is_named(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append(["x"])
    book.create_sheet("Notes")["B3"] = "text"
    book.create_sheet("Empty")
    book.save(tmp_path / "a.xlsx")
    corpus = read(tmp_path / "a.xlsx")
    assert [document.text for document in corpus] == ["x"]
    (row,) = corpus.problems()
    assert row["source"].endswith("a.xlsx!Notes") and row["problem"] == "skipped"


def test_a_row_further_down_than_a_sheet_goes(tmp_path):
    rows = HEAD + f'<row r="2">{cell("A2", "x")}</row><row r="2000000000">{cell("A2000000000", "x")}</row>'
    corpus = read(workbook(tmp_path / "a.xlsx", rows))
    assert [document.text for document in corpus] == ["x"]
    assert "a row beyond 1,048,576, which no sheet has" in told(corpus)


# ------------------------------------------------------------------------------------------------- web archives


@pytest.mark.parametrize("lines", [b"a: " + b"x" * 2_000_000, b"a: x\r\n" * 400_000])
def test_the_lines_around_a_page_have_a_limit(tmp_path, lines):
    for module in ("warcio", "trafilatura"):
        pytest.importorskip(module)
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n" + lines + b"\r\n\r\n"))
    assert "the lines around a page take more than 1,048,576 bytes" in told(read(tmp_path))
