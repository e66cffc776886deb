"""The annotations, read by mypy as strictly as it can, and the stub of the extension against the extension."""

import os
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("mypy", reason="mypy is not installed")


def run(folder, path, *arguments):
    environment = {**os.environ, "MYPYPATH": str(path)}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_and_its_uses(root, tmp_path):
    """In one run, which reads the libraries once."""
    files = [
        root / "python" / "quotelens",
        *(root / "tests" / "typing" / f"{name}.py" for name in ("examples", "mistakes")),
    ]
    run(tmp_path, root / "python", "mypy", "--strict", "--config-file", root / "pyproject.toml", *files)


def test_the_stub_is_true(root, tmp_path):
    """The stub alone: stubtest would read the whole package and its libraries with it."""
    package = tmp_path / "quotelens"
    package.mkdir()
    (package / "__init__.pyi").write_text("", encoding="utf-8")
    shutil.copy(root / "python" / "quotelens" / "_core.pyi", package)
    run(tmp_path, tmp_path, "mypy.stubtest", "quotelens._core")
