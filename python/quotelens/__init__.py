"""Who said what, in whose words, according to whom, in news text.

>>> import quotelens as ql
>>> ql.word_boundaries("He said so.")
[0, 2, 3, 7, 8, 10, 11]

Start with `read` for files and folders, `Corpus` for texts and dataframes, `annotate` for one text, and `sample` for
a few articles to try things on; `Config` changes what counts as a report.
"""

from typing import TYPE_CHECKING, Any

from quotelens._core import __version__
from quotelens.api import Document, annotate, info, link_names, parse_words, sentence_boundaries, word_boundaries
from quotelens.config import Config
from quotelens.corpus import Corpus
from quotelens.io import read, sample, stream
from quotelens.table import Table
from quotelens.train import train  # now, so that the name stays with the function and not the module

if TYPE_CHECKING:
    from quotelens import exchange as exchange
    from quotelens import plots as plots
    from quotelens.lookup import FamilyIndex as FamilyIndex
    from quotelens.lookup import verify as verify

__all__ = [
    "Config",
    "Corpus",
    "Document",
    "FamilyIndex",
    "Table",
    "__version__",
    "annotate",
    "info",
    "link_names",
    "parse_words",
    "read",
    "sample",
    "sentence_boundaries",
    "stream",
    "train",
    "verify",
    "word_boundaries",
]


def __getattr__(name: str) -> Any:
    if name in ("exchange", "plots"):  # read when they are first used
        from importlib import import_module

        return import_module(f"quotelens.{name}")
    if name in ("FamilyIndex", "verify"):
        from quotelens import lookup

        return getattr(lookup, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
