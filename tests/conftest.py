"""What the tests share: where things are, and the data that may be absent."""

import importlib.util
import os
import pathlib

import pytest

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COLUMNS", None)  # pytest-xdist sets it to 80, and tables are then printed narrower

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The development data beside the project; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("the development data (../shared) is not there")
    return SHARED


@pytest.fixture(scope="session")
def figures():
    """tools/figures.py, which measures, and writes the figures into the pages."""
    spec = importlib.util.spec_from_file_location("figures", ROOT / "tools" / "figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def samples() -> pathlib.Path:
    """The folder of sample articles."""
    return ROOT / "python" / "quotelens" / "samples"
