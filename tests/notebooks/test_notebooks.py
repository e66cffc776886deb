"""Every notebook runs from clean, and is committed with what it then shows."""

import pathlib

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
for package in ("ipykernel", "pandas", "duckdb", "matplotlib", "networkx"):
    pytest.importorskip(package, reason=f"{package} is not installed")

NOTEBOOKS = sorted((pathlib.Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def shown(notebook):
    """The words that each cell prints and shows, however they came in parts; of a figure only that there is one."""
    cells = []
    for cell in notebook.cells:
        words = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = "figure" if "image/png" in data else output.get("text") or data.get("text/plain", "")
            words += text.split()
        cells.append((cell.source, words))
    return cells


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_shows_what_is_committed(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    committed = shown(notebook)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert shown(notebook) == committed


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_as_it_ran(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs)
