"""Libraries that only some uses need, and the extras that bring them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

# The extra for a package, if it has another name.
_EXTRAS = {
    "pyarrow": "pandas",
    "openpyxl": "excel",
    "trafilatura": "html",
    "warcio": "warc",
    "zstandard": "zstd",
    "matplotlib": "plot",
    "networkx": "network",
    "pyspark": "spark",
    "anywidget": "explorer",
    "traitlets": "explorer",
}
_NAME = re.compile(r"([\w.-]+)\s*(?:\[([^]]*)])?")


def libraries_of(extra: str) -> list[str]:
    """The libraries of an extra, including those of extras in it; none if the package has no metadata.

    >>> libraries_of("warc")
    ['warcio', 'trafilatura', 'charset-normalizer', 'lxml-html-clean']
    """
    from importlib.metadata import PackageNotFoundError, requires  # takes as long as importing the whole package

    try:
        lines = requires("quotelens") or []
    except PackageNotFoundError:
        return []
    return list(dict.fromkeys(_named(extra, lines)))


def _named(extra: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        requirement, _, marker = line.partition(";")
        found = _NAME.match(requirement)
        if found is None or not re.search(rf"""extra == ['"]{re.escape(extra)}['"]""", marker):
            continue
        if found[1] != "quotelens":
            yield found[1]
            continue
        for inner in (found[2] or "").split(","):
            yield from _named(inner.strip(), lines)


def optional(package: str, purpose: str) -> Any:
    """Import a package that only some uses need; the ImportError says what it is for and how to install it."""
    try:
        return import_module(package)
    except ImportError as error:
        name = package.partition(".")[0]
        extra = _EXTRAS.get(name, name)
        libraries = " ".join(libraries_of(extra) or [name])
        message = (
            f"{purpose} needs {name}, which is not installed. Try: pip install {libraries} (the extra {extra!r})"
        )
        raise ImportError(message) from error
