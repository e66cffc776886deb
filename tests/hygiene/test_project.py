"""Versions agree, nothing of one machine is in the files, samples and packages are complete."""

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile

import pytest
import quotelens

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
    assert (root / "ext" / "model" / "english.bin").stat().st_size < 6e6
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "CC-BY-SA-4.0" in project["license"] and "NOTICE" in project["license-files"]
    for name in ("NOTICE", "ext/model/README.md"):
        text = (root / name).read_text(encoding="utf-8")
        assert "CC BY-SA 4.0" in text and "English Web Treebank" in text and "GUM" in text
    for path in (root / "ext" / "model").glob("*.bin"):
        assert f"{path.name}, which is compiled into" in (root / "NOTICE").read_text(encoding="utf-8")
        assert path.name in (root / "ext" / "model" / "README.md").read_text(encoding="utf-8")


def test_samples_are_complete(samples):
    rows = [json.loads(line) for line in (samples.parent / "samples.jsonl").read_text(encoding="utf-8").splitlines()]
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
    folders = (
        "examples/**/*",
        "ext/**/*",
        "python/**/*",
        "tests/**/*",
        "tools/*",
        "docs/*",
        "docs/_static/*",
        "docs/guide/*",
    )
    needed = [path for pattern in folders for path in copied.glob(pattern)]
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


def test_a_build_without_the_libraries_says_what_to_install(copied, tmp_path):
    """From the sdist, as pip does it, with a compiler that finds no headers."""
    name = build_backend(copied, f"build_sdist({str(tmp_path)!r})")
    with tarfile.open(tmp_path / name) as archive:
        archive.extractall(tmp_path)
    (tree,) = (path for path in tmp_path.iterdir() if path.is_dir())
    code = "import setuptools.build_meta as b; b.build_wheel('.')"
    environment = os.environ | {"CC": "cc -nostdinc", "PKG_CONFIG": "false"}
    run = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True, env=environment)
    assert run.returncode != 0
    for part in ("libpcre2-8 10.34 or later: pcre2.h is not found", "libutf8proc 2.4 or later: utf8proc.h"):
        assert part in run.stderr
    assert "apt-get install" in run.stderr and "libpcre2-dev libutf8proc-dev" in run.stderr
    assert "brew install pcre2 utf8proc" in run.stderr
    assert "Traceback" not in run.stderr.partition("quotelens is built against")[2]


def dist_tool(root):
    spec = importlib.util.spec_from_file_location("dist", root / "tools" / "dist.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OF_DATA = {"english-model", "reader-model", "persons-of-wordnet", "weights-of-scores"}


def test_the_bill_names_what_a_wheel_carries(root):
    bill = json.loads(dist_tool(root).bill_of(quotelens._core.info()))
    parts = {part["name"]: (part["version"], part["licenses"][0]["expression"]) for part in bill["components"]}
    assert set(parts) == {"pcre2", "utf8proc", "unicode-character-database", *OF_DATA}
    assert parts["unicode-character-database"] == ("17.0.0", "Unicode-3.0")
    assert all(version[0].isalnum() for version, _ in parts.values())
    assert {bill["dependencies"][0]["ref"]} == {"quotelens"} and bill["bomFormat"] == "CycloneDX"
    licences = {path.name: path.read_text(encoding="utf-8") for path in (root / "licenses").iterdir()}
    assert "University of Cambridge" in licences["PCRE2.txt"] and "PCRE2 independently" in licences["PCRE2.txt"]
    assert "Steven G. Johnson" in licences["utf8proc.txt"] and "Unicode, Inc." in licences["utf8proc.txt"]


def test_a_file_put_into_a_wheel_is_in_its_record(root, tmp_path):
    tool, wheel = dist_tool(root), tmp_path / "quotelens.whl"
    record = f"{tool.NAME}-{tool.VERSION}.dist-info/RECORD"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("quotelens/__init__.py", "")
        archive.writestr(record, f"{record},,\n")
    tool.add_file(wheel, "more.json", b"{}")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("more.json") == b"{}"
        rows = archive.read(record).decode().splitlines()
    assert rows == ["more.json,sha256=RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o,2", f"{record},,"]


def test_a_wheel_names_the_licences_of_the_libraries_it_carries(root, tmp_path):
    tool, wheel = dist_tool(root), tmp_path / "quotelens.whl"
    info = f"{tool.NAME}-{tool.VERSION}.dist-info"
    metadata = "Name: quotelens\nLicense-Expression: Apache-2.0 AND CC-BY-SA-4.0\n\nLicense-Expression: none\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("quotelens/__init__.py", "x")
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(
            f"{info}/RECORD", f"quotelens/__init__.py,,\n{info}/METADATA,sha256=old,1\n{info}/RECORD,,\n"
        )
    tool.name_licences(wheel)
    with zipfile.ZipFile(wheel) as archive:
        found = archive.read(f"{info}/METADATA")
        rows = archive.read(f"{info}/RECORD").decode().splitlines()
        assert archive.read("quotelens/__init__.py") == b"x"
    expression = found.decode().splitlines()[1].removeprefix("License-Expression: ")
    carried = ("BSD-3-Clause WITH PCRE2-exception", "MIT", "Unicode-DFS-2016")
    assert expression.split(" AND ") == ["Apache-2.0", "Unicode-3.0", "CC-BY-SA-4.0", "CC-BY-4.0", *carried]
    assert found.decode() == metadata.replace("Apache-2.0 AND CC-BY-SA-4.0", expression)
    digest = base64.urlsafe_b64encode(hashlib.sha256(found).digest()).rstrip(b"=").decode()
    assert rows == ["quotelens/__init__.py,,", f"{info}/METADATA,sha256={digest},{len(found)}", f"{info}/RECORD,,"]
    licenses = pytest.importorskip("packaging.licenses")
    assert licenses.canonicalize_license_expression(expression) == expression


def test_the_scripts_name_folders_that_are_there(root):
    tool, script = dist_tool(root), (root / "tools" / "dist.py").read_text(encoding="utf-8")
    assert all((root / "tests" / name).exists() for name in tool.TESTS)
    (folder,) = re.findall(r'shutil.rmtree\(tree / "python" / NAME / "(\w+)"\)', script)
    assert (root / "python" / tool.NAME / folder).is_dir()


def test_the_workflow_builds_and_publishes_wheels(root):
    """As far as that can be told without running it: it names what is there."""
    if not (root / ".github").is_dir():
        pytest.skip("not in a source distribution")
    text = (root / ".github/workflows/wheels.yml").read_text(encoding="utf-8")
    assert "has not been run" in text
    for system in ("ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "macos-15-intel", "windows-2025"):
        assert f"- {system}\n" in text
    assert "pypa/cibuildwheel@v" in text and "pypa/gh-action-pypi-publish@" in text
    assert "if: startsWith(github.ref, 'refs/tags/v')" in text
    assert len(re.findall("uses: ", text)) >= 6 and not re.search(r"\bpassword:|\bsecrets\.", text)
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    assert "musllinux" not in settings["skip"]
    repair = settings["linux"]["repair-wheel-command"]
    assert repair[-1] == "python {project}/tools/dist.py --licences {dest_dir}"
