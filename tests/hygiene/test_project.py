"""Versions agree, nothing of one machine is in the files, samples and packages are complete."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib

import pytest

# A home folder, a Windows drive, a temporary folder with something in it.
MACHINE_PATH = re.compile(r"(?<![\w.<])(?:/(?:home|Users|root|tmp|work)/\w|[A-Z]:\\\\?Users\b)")


def project_files(root):
    """Files under version control, or, where there is none, all that the project has."""
    if shutil.which("git") and (root / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True
        )
        if listing.returncode == 0:
            names = listing.stdout.decode().split("\0")
            return [root / name for name in names if name and (root / name).is_file()]
    folders = ["ext", "python", "tests", "tools", "notebooks"]
    return [path for folder in folders for path in (root / folder).rglob("*") if path.is_file()]


def test_no_machine_paths(root):
    found = []
    for path in project_files(root):
        if path.name == "test_project.py" or path.suffix in {".so", ".pyc", ".bin", ".parquet"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(root)}:{number}: {line.strip()[:80]}")
    assert not found, "\n".join(found)


def test_versions_agree(root):
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    header = (root / "ext" / "core" / "quotelens.h").read_text(encoding="utf-8")
    assert re.search(r'#define QL_VERSION "(.*)"', header)[1] == version
    assert f"## {version}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_weights_are_small_and_licensed(root):
    assert (root / "ext" / "model" / "english.bin").stat().st_size < 4e6
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "CC-BY-SA-4.0" in project["license"] and "NOTICE" in project["license-files"]
    for name in ("NOTICE", "ext/model/README.md"):
        text = (root / name).read_text(encoding="utf-8")
        assert "CC BY-SA 4.0" in text and "English Web Treebank" in text and "GUM" in text


def test_samples_are_complete(samples):
    rows = [json.loads(line) for line in (samples / "documents.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["file"] for row in rows] == sorted(path.name for path in samples.glob("*.txt"))
    for row in rows:
        assert row["doc_id"] == row["file"].removesuffix(".txt")
        assert re.match(r"https://[a-z]+\.invalid/", row["url"]), row["url"]
        assert set(row) == {"doc_id", "file", "outlet", "url", "published"}


@pytest.fixture(scope="module")
def copied(root, tmp_path_factory):
    """A copy of the sources, so that building leaves the project alone."""
    pytest.importorskip("setuptools", minversion="77")
    copy = tmp_path_factory.mktemp("copy") / "quotelens"
    ignore = shutil.ignore_patterns(".git", ".venv", "build", "dist", "__pycache__", "*.so", "*.egg-info", ".*_cache")
    shutil.copytree(root, copy, ignore=ignore)
    return copy


def build_backend(copied, call):
    code = f"import setuptools.build_meta as b; print(b.{call})"
    # Not the caller's switches: a debug or sanitizer build is not what is shipped.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QL_")}
    run = subprocess.run([sys.executable, "-c", code], cwd=copied, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.split()[-1]


def test_sdist_is_complete(copied, tmp_path):
    name = build_backend(copied, f"build_sdist({str(tmp_path)!r})")
    with tarfile.open(tmp_path / name) as archive:
        inside = {member.partition("/")[2] for member in archive.getnames()}
    needed = [
        path
        for pattern in ("examples/**/*", "ext/**/*", "python/**/*", "tests/**/*", "tools/*")
        for path in copied.glob(pattern)
    ]
    left_out = [
        str(path.relative_to(copied))
        for path in needed
        if path.is_file() and not path.match("*.egg-info/*") and str(path.relative_to(copied)) not in inside
    ]
    assert not left_out


def test_package_carries_its_data(copied, tmp_path):
    run = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_py", "--build-lib", tmp_path],
        cwd=copied,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    package, source = tmp_path / "quotelens", copied / "python" / "quotelens"
    built = {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()}
    wanted = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}
    assert not wanted - built


def test_the_notebook_extra_brings_what_notebooks_import(root):
    extras = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    listed = [*extras["notebook"], *extras["pandas"], *extras["plot"]]
    libraries = {re.match(r"[\w-]+", requirement)[0] for requirement in listed}
    assert "quotelens[pandas,plot]" in extras["notebook"]
    imported = set()
    for notebook in (root / "notebooks").glob("*.ipynb"):
        imported |= set(re.findall(r'^\s*"(?:import|from) (\w+)', notebook.read_text(encoding="utf-8"), re.M))
    assert "duckdb" in imported
    assert imported - sys.stdlib_module_names - {"quotelens"} <= libraries
