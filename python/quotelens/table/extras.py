"""What the extras bring: the libraries to install for a use, as the metadata of the package names them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

_NAME = re.compile(r"([\w.-]+)\s*(?:\[([^]]*)])?")


def libraries_of(extra: str) -> list[str]:
    """The names of the libraries of an extra, those of extras in it included; none where the package has no metadata.

    >>> libraries_of("warc")
    ['warcio', 'trafilatura', 'charset-normalizer', 'lxml-html-clean']
    """
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
