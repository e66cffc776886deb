"""The recipes run as they stand, and find what one process finds."""

import os
import shutil
import subprocess
import sys

import pytest
import quotelens as ql

parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")


@pytest.mark.parametrize("library", ["joblib", "dask", "ray"])
def test_a_recipe_finds_what_one_process_finds(root, samples, tmp_path, library):
    pytest.importorskip(library, reason=f"{library} is not installed")
    out = tmp_path / "quotes.parquet"
    command = [sys.executable, root / "examples" / "recipes" / f"with_{library}.py", samples / "*.txt", out, "4"]
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0"}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    found, expected = parquet.read_table(out), ql.read(samples / "*.txt").quotes()
    assert found.to_pylist() == list(expected)
    assert len(set(found["doc_id"].to_pylist())) > 4  # more than one part gave rows
    assert found.schema.metadata[b"quotelens"]


def test_a_year_in_spark_ends_in_a_picture(root, tmp_path):
    for library in ("pyspark", "matplotlib"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java")
    corpus = ql.sample()
    table = corpus.documents().select("doc_id", "outlet", "published").to_arrow()
    articles, out = tmp_path / "articles.parquet", tmp_path / "out"
    parquet.write_table(table.append_column("text", [[document.text for document in corpus]]), articles)
    command = [sys.executable, root / "examples" / "recipes" / "with_spark.py", articles, out]
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "MPLBACKEND": "agg"}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr
    assert (out / "month.png").read_bytes().startswith(b"\x89PNG")
    assert parquet.read_table(out / "families").num_rows == len(corpus.quotes().families())
    assert parquet.read_table(out / "sources").num_rows == len(corpus.sources())


def test_the_pages_name_every_recipe(root):
    page = (root / "docs" / "guide" / "many_machines.md").read_text(encoding="utf-8")
    names = sorted(path.name for path in (root / "examples" / "recipes").glob("*.py"))
    assert names == ["with_dask.py", "with_joblib.py", "with_ray.py", "with_spark.py"]
    assert all(f"examples/recipes/{name}" in page for name in names)
