"""CSV for spreadsheets: what they would run gets an apostrophe, if asked for."""

import csv
import json

import pytest
import quotelens as ql
from quotelens.command.cli import main
from quotelens.table.table import Table

RUN = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
KEPT = ["1=1", " =1", "", "a-b", "'=1"]


def cells(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_table(tmp_path):
    table = Table.from_columns({"=text": [*RUN, *KEPT, None], "n": [-1] * 12}, ["string", "int32"])
    table.write(tmp_path / "plain.csv")
    table.write(tmp_path / "escaped.csv", escape_formulas=True)
    assert [row[0] for row in cells(tmp_path / "plain.csv")] == ["=text", *RUN, *KEPT, ""]
    escaped = cells(tmp_path / "escaped.csv")
    assert [row[0] for row in escaped] == ["'=text", *(f"'{text}" for text in RUN), *KEPT, ""]
    assert {row[1] for row in escaped[1:]} == {"-1"}, "a number is no formula"
    table.write(tmp_path / "t.jsonl", escape_formulas=True)
    assert json.loads((tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()[0])["=text"] == "=1+1"


@pytest.fixture
def articles(tmp_path):
    path = tmp_path / "in.jsonl"
    text = "“=1+1 is two, we think, and so it is,” Ann Lee said."
    rows = [{"id": name, "text": text, "outlet": name} for name in ("=a", "@b")]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_stream_and_what_it_resumes(articles, tmp_path):
    plain, escaped = tmp_path / "plain.csv", tmp_path / "escaped.csv"
    ql.read(articles, lazy=True).stream().write(plain)
    ql.read(articles, lazy=True).stream().write(escaped, escape_formulas=True)
    assert [row[0] for row in cells(plain)] == ["doc_id", "=a", "@b"]
    assert [row[0] for row in cells(escaped)] == ["doc_id", "'=a", "'@b"]
    ql.read(articles).quotes().write(plain, escape_formulas=True)
    assert plain.read_bytes() == escaped.read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ["quotes", "IN", "-o", "OUT.csv"],
        ["families", "IN", "-o", "OUT.csv"],
        ["families", "IN", "-o", "OUT.jsonl", "--variants", "OUT.csv"],
    ],
)
def test_commands(articles, tmp_path, words):
    words = [word.replace("IN", str(articles)).replace("OUT", str(tmp_path / "out")) for word in words]
    assert main([*words, "--escape-formulas"]) == 0
    assert any(cell.startswith(("'=a", "'@b")) for row in cells(tmp_path / "out.csv") for cell in row)
    assert not any(cell.startswith(("=", "@")) for row in cells(tmp_path / "out.csv") for cell in row)


def test_standard_output(articles, capsys):
    for words in (["quotes"], ["families"]):
        assert main([*words, str(articles), "--format", "csv", "--escape-formulas"]) == 0
        assert "'=a" in capsys.readouterr().out
