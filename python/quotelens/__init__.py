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

if TYPE_CHECKING:
    from quotelens import exchange as exchange
    from quotelens import plots as plots
    from quotelens.corrections import Corrections as Corrections
    from quotelens.evaluation import evaluate as evaluate
    from quotelens.lookup import FamilyIndex as FamilyIndex
    from quotelens.lookup import verify as verify
    from quotelens.reliability import agreement as agreement
    from quotelens.training import train as train

__all__ = [
    "Config",
    "Corpus",
    "Corrections",
    "Document",
    "FamilyIndex",
    "Table",
    "__version__",
    "agreement",
    "annotate",
    "evaluate",
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


_LATE = {  # what is read when it is first used, and in which module it stands: "" for a module
    "Corrections": "corrections",
    "FamilyIndex": "lookup",
    "agreement": "reliability",
    "evaluate": "evaluation",
    "exchange": "",
    "plots": "",
    "train": "training",
    "verify": "lookup",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f"quotelens.{_LATE[name] or name}")
    return getattr(module, name) if _LATE[name] else module


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})
