"""The annotations, read by mypy as strictly as it can, and the stub of the extension against the extension."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("mypy", reason="mypy is not installed")


def run(root, tmp_path, *arguments):
    environment = {**os.environ, "MYPYPATH": str(root / "python")}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["examples", "mistakes"])
def test_uses(root, tmp_path, name):
    path = root / "tests" / "typing" / f"{name}.py"
    run(root, tmp_path, "mypy", "--strict", "--warn-unused-ignores", "--config-file", root / "pyproject.toml", path)


def test_the_package_itself(root, tmp_path):
    config = root / "pyproject.toml"
    run(root, tmp_path, "mypy", "--strict", "--config-file", config, root / "python" / "quotelens")


def test_the_stub_is_true(root, tmp_path):
    run(root, tmp_path, "mypy.stubtest", "quotelens._core")
