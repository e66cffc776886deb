"""The weights of the thorough reader of quotelens, for English news."""

from pathlib import Path

__version__ = "0.1.0"


def weights() -> Path:
    """The file with the weights."""
    return Path(__file__).with_name("reader.bin")
