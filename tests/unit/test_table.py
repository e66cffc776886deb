"""Tables: rows, columns, plain text and HTML, and the ways out."""

import csv
import json
import pickle
import re
from datetime import UTC, datetime

import pytest
import quotelens as ql
from quotelens import Table

COLUMNS = {
    "doc_id": ["a", "a", "b", "c"],
    "n": [1, 2, 3, 4],
    "share": [0.5, None, 1.0, 0.25],
    "closed": [True, False, None, True],
    "when": [0, None, 1_500_000, 3],
    "text": ["x", None, "<b>&", "long " * 50],
}
TYPES = ["string", "int32", "float64", "bool", "timestamp", "string"]


@pytest.fixture
def table():
    return Table.from_columns(COLUMNS, TYPES)


@pytest.fixture
def many():
    """A table in several batches."""
    parts = [Table.from_columns({"n": list(range(k, k + 10))}, ["int64"]) for k in range(0, 50, 10)]
    return Table([part._batches[0] for part in parts], parts[0]._empty)


def test_rows_and_columns(table):
    assert len(table) == 4
    assert table.columns == list(COLUMNS)
    assert table["n"] == [1, 2, 3, 4]
    assert table["when"][2] == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
    assert table[0]["text"] == "x"
    assert table[-1]["doc_id"] == "c"
    assert [row["n"] for row in table] == [1, 2, 3, 4]
    assert [row["n"] for row in table] == [1, 2, 3, 4]  # and once more


def test_wrong_index_says_what_there_is(table):
    with pytest.raises(KeyError, match=r"no column 'nn'\. Did you mean 'n'\? The columns are: doc_id, n, share"):
        table["nn"]
    with pytest.raises(IndexError, match="no row 4: the table has 4 rows"):
        table[4]
    with pytest.raises(TypeError, match="a column's name, a row's number or a slice"):
        table[1.5]


@pytest.mark.parametrize("cut", [slice(8, 23), slice(None, None, -7), slice(45, 200), slice(20, 10), slice(-3, None)])
def test_slices_over_batches(many, cut):
    assert many[cut]["n"] == list(range(50))[cut]
    assert [many[k]["n"] for k in (0, 9, 10, 49, -50)] == [0, 9, 10, 49, 0]


def test_head_select_filter_count(table, many):
    assert many.head(12)["n"] == list(range(12))
    assert len(many.head(-1)) == 0
    assert table.select("n", "doc_id").columns == ["n", "doc_id"]
    assert table.filter(doc_id="a", n=[2, 3])["n"] == [2]
    assert table.filter(text=None)["n"] == [2]
    assert len(table.filter(doc_id="z")) == 0
    assert table.filter(n=lambda n: n > 1, text=lambda text: text is None)["n"] == [2]
    quotes = ql.sample().quotes()
    found = quotes.filter(text=lambda text: "luck" in text)
    assert 0 < len(found) < len(quotes) and all("luck" in text for text in found["text"])
    assert found.info["steps"] == ["filter text=<lambda>"]
    assert table.count("doc_id")[0] == {"doc_id": "a", "n": 2}
    for wrong in (lambda: table.select("z"), lambda: table.filter(z=1), lambda: table.count("z")):
        with pytest.raises(KeyError, match="no column 'z'"):
            wrong()


def test_empty_table_keeps_its_columns(table):
    none = table[:0]
    assert len(none) == 0 and none.columns == table.columns and none["n"] == []
    assert "(no rows)" in repr(none)
    assert list(none) == []


def test_plain_text_is_aligned_and_fits(table, monkeypatch):
    monkeypatch.setenv("COLUMNS", "44")
    lines = repr(table).splitlines()
    assert all(len(line) <= 44 for line in lines[:5])
    assert lines[0].startswith("doc_id  n  share")
    assert lines[-1].startswith("and ") and "text" in lines[-1]


def test_plain_text_holds_no_control_characters():
    text = repr(Table.from_columns({"text": ["a\nb\x1b[31mred\u202e", "日本"]}, ["string"]))
    assert "\x1b" not in text and "\u202e" not in text and len(text.splitlines()) == 3


def test_plain_text_shows_twenty_rows(many):
    assert repr(many).endswith("showing 20 of 50")


def test_html_is_escaped(table, many):
    html = table._repr_html_()
    assert "&lt;b&gt;&amp;" in html and "<b>&" not in html
    assert "showing 20 of 50" in many._repr_html_()


def test_pickle(table, many):
    for one in (table, many, table[:0]):
        again = pickle.loads(pickle.dumps(one))
        assert again.columns == one.columns
        assert list(again) == list(one)


def test_write_jsonl_and_csv(table, tmp_path):
    table.write(tmp_path / "t.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["n"] for row in rows] == [1, 2, 3, 4]
    assert rows[2]["when"] == "1970-01-01T00:00:01.500000+00:00"
    table.write(str(tmp_path / "t.csv"))
    with open(tmp_path / "t.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[2]["text"] == "<b>&" and rows[1]["text"] == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.jsonl"]


def test_write_says_what_it_can(table, tmp_path):
    with pytest.raises(
        ValueError, match=r"Cannot tell from 't.xls' how to write it: use .parquet, .xlsx, .csv or .js"
    ):
        table.write(tmp_path / "t.xls")
    with pytest.raises(FileNotFoundError, match=r"The folder .* does not exist"):
        table.write(tmp_path / "nowhere" / "t.csv")


def test_a_failed_write_leaves_the_old_file(table, tmp_path, monkeypatch):
    target = tmp_path / "t.csv"
    target.write_text("old")
    monkeypatch.setattr(Table, "__iter__", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        table.write(target)
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"] and target.read_text() == "old"


def test_arrow_streams_are_fresh(table):
    pa = pytest.importorskip("pyarrow")
    for _ in range(3):
        assert pa.table(table).num_rows == 4
    assert pa.schema(table).names == table.columns
    wanted = pa.schema([(name, pa.large_string()) for name in ("doc_id",)])
    assert pa.RecordBatchReader.from_stream(table, schema=None).read_all().num_rows == 4
    assert table.__arrow_c_stream__(wanted.__arrow_c_schema__()) is not None


def test_frames(table, many, tmp_path):
    pytest.importorskip("pandas")
    pl = pytest.importorskip("polars")
    frame = table.to_pandas()
    assert list(frame.columns) == table.columns and frame["n"].dtype == "int32"
    assert many.to_polars()["n"].to_list() == list(range(50))
    assert pl.DataFrame(table).shape == (4, 6)
    assert table.to_arrow().column("text").to_pylist() == table["text"]
    many.write(tmp_path / "m.parquet")
    assert pl.read_parquet(tmp_path / "m.parquet")["n"].to_list() == list(range(50))


def test_duckdb(many):
    duckdb = pytest.importorskip("duckdb")
    total = duckdb.sql("select sum(n) from many").fetchall()
    assert total == [(sum(range(50)),)]


def test_a_missing_package_is_named_with_its_extra(table, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"to_arrow\(\) needs pyarrow, .* pip install pandas pyarrow "):
        table.to_arrow()


def test_spark_is_named_with_its_extra(monkeypatch):
    import quotelens.integrations.spark

    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    monkeypatch.delitem(__import__("sys").modules, "pyspark.sql.functions", raising=False)
    with pytest.raises(
        ImportError, match=r"quotelens.integrations.spark needs pyspark, .* pip install pyspark pandas pyarrow "
    ):
        quotelens.integrations.spark.quotes(None)


def test_a_wide_table_shows_what_tells_most_and_names_the_rest():
    quotes = ql.sample().quotes()
    html = quotes._repr_html_()
    heads = re.findall(r"<th>(\w+)</th>", html)
    assert heads == ["doc_id", "speaker", "source", "cue", "kind", "text"]
    rest = [name for name in quotes.columns if name not in heads]
    assert f"showing 20 of {len(quotes)}; and {len(rest)} more columns: {', '.join(rest)}" in html
    assert re.findall(r"<th>(\w+)</th>", ql.sample().documents()._repr_html_()) == ql.sample().documents().columns


def test_a_cut_behind_what_left_something_out_has_one_sign():
    table = Table.from_columns({"content": ["a" * 157 + " … " + "b" * 200]}, ["string"])
    assert "a…</td>" in table._repr_html_() and "a…" in repr(table) and "……" not in repr(table)
