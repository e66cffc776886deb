"""Run notebooks from clean, and keep what they show: `python tools/notebooks.py notebooks/*.ipynb`."""

import sys
from pathlib import Path

import nbclient
import nbformat


def run(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    options = {"timeout": 120, "kernel_name": "python3", "record_timing": False, "coalesce_streams": True}
    nbclient.NotebookClient(notebook, **options).execute()
    notebook.metadata["language_info"] = {"name": "python"}  # not the version of whoever ran them
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


for name in sys.argv[1:]:
    print(name)
    run(Path(name))
