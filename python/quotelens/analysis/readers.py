"""The readers: the network that comes with the package, and those whose weights are packages of their own."""

from __future__ import annotations

import mmap
from functools import lru_cache

READERS = ("fast", "thorough")
"""Names of the readers, the default first."""

READER_VARIABLE = "QUOTELENS_READER"
"""The environment variable that names the reader of the command line if no option does."""

_HASH = slice(32, 40)  # of what is behind the header
_GROUP = "quotelens.readers"
_MISSING = (
    "The reader {name!r} is not installed. Install its weights with pip install quotelens-reader-en, or, from a "
    "clone of quotelens, with make reader."
)


def weights_of(reader: str) -> mmap.mmap | None:
    """The weights of a reader, None for the one that is compiled in.

    Raises ImportError, with what to install, where they are missing.
    """
    return None if reader == READERS[0] else _mapped(reader)


def version_of(reader: str) -> str:
    """The name of a reader, and the hash of its weights unless they are compiled in."""
    weights = weights_of(reader)
    return reader if weights is None else f"{reader} {int.from_bytes(weights[_HASH], 'little'):016x}"


@lru_cache(maxsize=1)
def _mapped(reader: str) -> mmap.mmap:
    """The file that the entry point of this name gives, in memory that all engines and processes share."""
    from importlib.metadata import entry_points  # loads much, and few need it

    found = list(entry_points(group=_GROUP, name=reader))
    if not found:
        raise ImportError(_MISSING.format(name=reader))
    with open(found[0].load()(), "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
