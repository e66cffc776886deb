"""Who said what, in whose words, according to whom, in news text.

>>> import quotelens as ql
>>> ql.word_boundaries("He said so.")
[0, 2, 3, 7, 8, 10, 11]

Start with `read` for files and folders, `Corpus` for texts and dataframes, `annotate` for one text, and `sample` for
a few articles to try things on; `Config` changes which words report.
"""

from typing import TYPE_CHECKING, Any

from quotelens._core import __version__
from quotelens.analysis.config import Config
from quotelens.analysis.text import info, link_names, parse_words, sentence_boundaries, word_boundaries
from quotelens.corpus import Corpus
from quotelens.document import Document, annotate
from quotelens.files import read, sample
from quotelens.table.table import Table

if TYPE_CHECKING:
    from quotelens import exchange as exchange
    from quotelens.annotations.corrections import Corrections as Corrections
    from quotelens.families.family_index import FamilyIndex as FamilyIndex
    from quotelens.integrations import plots as plots
    from quotelens.quality.agreement import agreement as agreement
    from quotelens.quality.evaluate import evaluate as evaluate
    from quotelens.quality.train import train as train
    from quotelens.quality.verify import verify as verify

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
    "exchange",
    "info",
    "link_names",
    "parse_words",
    "plots",
    "read",
    "sample",
    "sentence_boundaries",
    "train",
    "verify",
    "word_boundaries",
]


_LATE = {  # loaded when first used: {name: its module}; a module maps to itself
    "Corrections": "annotations.corrections",
    "FamilyIndex": "families.family_index",
    "agreement": "quality.agreement",
    "evaluate": "quality.evaluate",
    "exchange": "exchange",
    "plots": "integrations.plots",
    "train": "quality.train",
    "verify": "quality.verify",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f"quotelens.{_LATE[name]}")
    return getattr(module, name, module)


def __dir__() -> list[str]:
    return __all__
