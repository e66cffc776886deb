"""Tables for spreadsheets: .xlsx, CSV with a byte order mark, and frames that Excel accepts."""

import csv
import io
import warnings
from datetime import UTC, datetime

import pytest
import quotelens as ql
from quotelens.command.cli import main
from quotelens.table import excel
from quotelens.table.table import Table

openpyxl = pytest.importorskip("openpyxl")
MARK = "\ufeff".encode()


def sheet_of(path):
    return list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))


def micro(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1_000_000)


def test_documents_as_a_sheet(tmp_path):
    documents = ql.sample().documents()
    documents.write(tmp_path / "d.xlsx")
    names, *rows = sheet_of(tmp_path / "d.xlsx")
    assert list(names) == documents.columns and len(rows) == 15
    given = [None if moment is None else moment.replace(tzinfo=None) for moment in documents["published"]]
    assert [row[names.index("published")] for row in rows] == given
    assert [row[names.index("n_chars")] for row in rows] == documents["n_chars"]
    book = openpyxl.load_workbook(tmp_path / "d.xlsx")
    assert '"table": "documents"' in book.properties.description and book.active.freeze_panes == "A2"


def test_quotes_come_back_as_they_went(tmp_path):
    quotes = ql.sample().quotes()
    quotes.write(tmp_path / "q.xlsx")
    names, *rows = sheet_of(tmp_path / "q.xlsx")
    assert [row[names.index("text")] for row in rows] == quotes["text"]
    ql.sample().stream(batch=4).write(tmp_path / "s.xlsx")
    assert sheet_of(tmp_path / "s.xlsx") == [names, *rows]


def test_what_a_cell_cannot_hold(tmp_path):
    texts = ["=1+1", "a\x00b\ud800", "x" * 40_000, None]
    columns = {
        **{"text": texts, "n": [2**60, 7, None, -1], "x": [float("nan"), float("inf"), 0.5, None]},
        **{"at": [micro(2024, 5, 1, 12), micro(1850, 1, 1), None, None], "is": [True, False, None, None]},
    }
    table = Table.from_columns(columns, ["string", "int64", "float64", "timestamp", "bool"])
    with pytest.warns(UserWarning, match="1 text too long for a cell of .xlsx: cut at 32,767"):
        table.write(tmp_path / "t.xlsx")
    _, *rows = sheet_of(tmp_path / "t.xlsx")
    assert rows[0] == ("=1+1", str(2**60), None, datetime(2024, 5, 1, 12), True)
    assert rows[1] == ("a\ufffdb\ufffd", 7, "inf", "1850-01-01 00:00:00", False)
    assert len(rows[2][0]) == 32_767 and rows[2][1:] == (None, 0.5, None, None)
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").active["A2"].data_type == "s"


def test_more_rows_than_a_sheet_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "MOST_ROWS", 2)
    with pytest.raises(ValueError, match="A sheet holds 2 rows: write"):
        Table.from_columns({"n": [1, 2, 3]}, ["int32"]).write(tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_without_rows(tmp_path):
    ql.Corpus(["It rained."]).quotes().write(tmp_path / "q.xlsx")
    assert len(sheet_of(tmp_path / "q.xlsx")) == 1


def test_a_byte_order_mark(tmp_path):
    quotes = ql.sample().quotes()
    for write, name in ((quotes.write, "q.csv"), (ql.sample().stream(batch=4).write, "s.csv")):
        write(tmp_path / name)
        plain = (tmp_path / name).read_bytes()
        assert not plain.startswith(MARK)
        write = write if name == "q.csv" else ql.sample().stream(batch=4).write
        write(tmp_path / name, byte_order_mark=True)
        assert (tmp_path / name).read_bytes() == MARK + plain
    rows = csv.DictReader(io.StringIO((tmp_path / "q.csv").read_text(encoding="utf-8-sig")))
    assert [row["text"] for row in rows] == quotes["text"]


def test_frames_have_times_that_excel_accepts(tmp_path):
    pandas = pytest.importorskip("pandas")
    documents = ql.sample().documents()
    frame = documents.to_pandas()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame.to_excel(tmp_path / "d.xlsx", index=False)
    assert frame["published"].dt.tz is None
    zoned = documents.to_pandas(zone=True)["published"]
    assert (
        str(zoned.dt.tz) == "UTC" and (zoned.dt.tz_localize(None) == frame["published"]).sum() == zoned.notna().sum()
    )
    again = ql.Corpus(frame.assign(text="It rained.")[["doc_id", "text", "published"]])
    assert again.documents()["published"] == documents["published"]
    assert pandas.read_excel(tmp_path / "d.xlsx")["doc_id"].tolist() == documents["doc_id"]


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for k, document in enumerate(ql.sample()):
        (folder / f"{k}.txt").write_text(document.text, encoding="utf-8")
    return folder


def test_commands_write_both(articles, tmp_path, capsysbinary):
    for command in (["quotes"], ["families"]):
        assert main([*command, str(articles), "-o", str(tmp_path / "out.xlsx")]) == 0
        assert len(sheet_of(tmp_path / "out.xlsx")) > 5
        assert main([*command, str(articles), "-o", str(tmp_path / "out.csv"), "--byte-order-mark"]) == 0
        assert (tmp_path / "out.csv").read_bytes().startswith(MARK)
        capsysbinary.readouterr()
        assert main([*command, str(articles), "--format", "csv", "--byte-order-mark"]) == 0
        assert capsysbinary.readouterr().out.startswith(MARK)


def test_without_the_library_the_work_does_not_begin(articles, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    assert main(["quotes", str(articles), "-o", str(tmp_path / "out.xlsx")]) == 2
    assert "Writing .xlsx needs openpyxl" in capsys.readouterr().err
