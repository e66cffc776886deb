"""CSV for spreadsheets: what they would run gets an apostrophe, if asked for."""

import csv
import json
import re
import time

import pytest
import quotelens as ql
from quotelens.command.cli import main
from quotelens.table.table import Table

# What a spreadsheet may run, and how it is written with an apostrophe.
RUN = {
    **{text: f"'{text}" for text in ("=1+1", "+1", "-1", "@SUM(A1)", " =1", "\u00a0\ufeff=1", "\0=1")},
    **{
        text: f"'{text}"
        for text in ("\uff1d1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\ufe661", "\tx", "\rx", "\nx")
    },
    **{f"{mark}=1": f"'{mark}'=1" for mark in ("\t", "\r", "\n", "\r\n")},
    **{f"a{mark}=1": f"a{mark}'=1" for mark in (";", "|", "\t", "\r", "\n", "\r\n", "; ", ";\t")},
    **{f"a{mark}{sign}1": f"a{mark}'{sign}1" for mark in (";", "\n") for sign in ("+", "-", "@", "\uff1d")},
    " \n =1": " \n '=1",
    "=1;=2;\n=3": "'=1;'=2;\n'=3",
    'a";"=1': 'a";"\'=1',
}
KEPT = ["1=1", "", "a-b", "'=1", "a; b", "a;1=1", "a\nb", "a =1", "a,=1", "a (-1)", "“-1”"]


def cells(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_table(tmp_path):
    texts = [*RUN, *KEPT]
    table = Table.from_columns({"=text": [*texts, None], "n": [-1] * (len(texts) + 1)}, ["string", "int32"])
    table.write(tmp_path / "plain.csv")
    table.write(tmp_path / "escaped.csv", escape_formulas=True)
    assert [row[0] for row in cells(tmp_path / "plain.csv")] == ["=text", *texts, ""]
    escaped = cells(tmp_path / "escaped.csv")
    assert [row[0] for row in escaped] == ["'=text", *RUN.values(), *KEPT, ""]
    assert {row[1] for row in escaped[1:]} == {"-1"}, "a number is no formula"
    table.write(tmp_path / "t.jsonl", escape_formulas=True)
    assert json.loads((tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()[0])["=text"] == "=1+1"


def as_read(data, separator):
    """The cells that a spreadsheet makes of a file whose cells it takes to end at another mark.

    A cell that begins with a quotation mark ends with one; what follows belongs to the cell.
    """
    rows, row, at = [], [], 0
    while at < len(data):
        text = ""
        if data[at] == '"':
            at += 1
            while at < len(data):
                if data[at] != '"':
                    text += data[at]
                elif data[at + 1 : at + 2] == '"':
                    text, at = text + '"', at + 1
                else:
                    at += 1
                    break
                at += 1
        while at < len(data) and data[at] not in (separator, "\r", "\n"):
            text, at = text + data[at], at + 1
        row.append(text)
        if data[at : at + 1] != separator:
            rows.append(row)
            row = []
        at += 1
    return [text for row in rows for text in row]


def is_run(text):
    return re.match(r"[\s\0\ufeff]*[=+@\uff1d\uff0b\uff20\uff0d-]", text) is not None


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_is_run_whatever_ends_it(tmp_path, separator):
    texts = [*RUN, *(f'a{mark}"{blank}=1;"\n"+1' for mark in ";|\t\r\n" for blank in ("", " ", '"', '""'))]
    table = Table.from_columns({"a": texts, "b": texts[::-1], "n": [1] * len(texts)}, ["string", "string", "int32"])
    for escaped in (True, False):
        table.write(tmp_path / "t.csv", escape_formulas=escaped)
        data = (tmp_path / "t.csv").read_bytes().decode()
        assert any(map(is_run, as_read(data, separator))) != escaped


def test_escaping_takes_linear_time(tmp_path):
    texts = ["\n" * 1_000_000, ";" + " " * 1_000_000, "; " * 500_000, " " * 1_000_000]
    began = time.process_time()
    Table.from_columns({"text": texts}, ["string"]).write(tmp_path / "t.csv", escape_formulas=True)
    assert time.process_time() - began < 5


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
