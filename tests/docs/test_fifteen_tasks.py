"""The fifteen tasks of an analyst run as the page shows them, in a folder of their own, and stay short."""

import ast
import re
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
PARTS = re.compile(r"^## (\d+)\. (.*)$", re.M)
CELLS = re.compile(r"^```(?:\{code-cell\}|py)\n((?::tags:[^\n]*\n\n?)?)(.*?)^```", re.S | re.M)
MOST_LINES = 7  # of a task


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "fifteen_tasks.md").read_text(encoding="utf-8")


def cells_of(text):
    """(is shown, code) of each cell."""
    return [("remove-cell" not in tags, code) for tags, code in CELLS.findall(text)]


def test_the_tasks_are_fifteen_and_short(page):
    tasks = PARTS.split(page)[1:]
    assert [int(number) for number in tasks[::3]] == list(range(1, 16))
    for name, text in zip(tasks[1::3], tasks[2::3], strict=True):
        lines = [line for shown, code in cells_of(text) if shown for line in code.splitlines() if line.strip()]
        assert 1 <= len(lines) <= MOST_LINES, name


@pytest.mark.skipif(not (find_spec("pandas") and find_spec("openpyxl")), reason="pandas and openpyxl are not there")
def test_the_tasks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for _, code in cells_of(page):
        if "joblib" in code and not find_spec("joblib"):
            continue
        *lines, last = ast.parse(code.replace("os.chdir(tempfile.mkdtemp())", "")).body
        exec(compile(ast.Module(lines, []), "page", "exec"), names)
        if not isinstance(last, ast.Expr):
            exec(compile(ast.Module([last], []), "page", "exec"), names)
            continue
        shown = eval(compile(ast.Expression(last.value), "page", "eval"), names)
        assert not hasattr(shown, "__len__") or len(shown) > 0, code
    assert {path.name for path in tmp_path.iterdir()} >= {"quotes.xlsx", "corrections.jsonl", "quotes.parquet"}
