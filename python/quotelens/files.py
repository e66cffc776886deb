"""Reading: files, folders and patterns of file names into a `Corpus`, and the sample corpus."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from quotelens.analysis.config import Config
from quotelens.analysis.parallel import check_threads
from quotelens.corpus import Corpus
from quotelens.reading.records import MAX_ARCHIVE, MAX_MEMBER, Record

if TYPE_CHECKING:
    from quotelens.reading.inputs import Inputs

PathLike = str | os.PathLike[str]
_LAZY_BYTES = 256 << 20


def read(
    path: Any,
    *,
    text: str | None = None,
    id: str | None = None,
    outlet: str | None = None,
    published: str | None = None,
    threads: int | None = None,
    progress: bool | None = None,
    config: Config | None = None,
    lazy: bool | None = None,
    max_member: int = MAX_MEMBER,
    max_archive: int = MAX_ARCHIVE,
) -> Corpus:
    """Read a file, a folder with everything below it, a pattern such as "2024-*/*.txt", a list of these, or "-".

    Everything that `Corpus` takes is accepted, too: a dataframe, a list of dicts, a list of texts.

    .txt .md .html .htm              one document, named after the file without its ending
    .jsonl .json .csv .tsv .parquet  one document per line, object or row
    .xlsx                            one per row, in every sheet with a column of texts
    .warc .zip                       many pages or files; .gz and .zst may follow any ending
    -                                standard input: JSON lines, JSON, HTML, or one article

    text, id, outlet, published
                 keys or columns of these, if they have other names than those listed at `Corpus`.  The exports of
                 Media Cloud, newspaper and trafilatura are recognised by their keys
    lazy         True reads the files only when a method needs them, and `Corpus.stream` then keeps only a few in
                 memory; None does so for more than 256 MB of files
    config       a `Config` with your own options
    max_member   largest size of an unpacked document, line, row or archive member in bytes (1 GiB)
    max_archive  largest size of all unpacked members of a .zip, or parts of an .xlsx, in bytes (16 GiB)

    Text is read as UTF-8; other encodings are guessed.  A file, member or line that cannot be read never stops a run:
    it stays in `documents()` and is listed in `problems()`, as are files of other kinds in a folder, pipes,
    devices, and links that lead out of it: these are read only if they are given by their own name.

    Raises FileNotFoundError if a path does not exist, ValueError for an unsupported kind of file or a table without
    texts, and ImportError if a file that you name needs a library that is not installed; a file in a folder is listed
    in `problems()` instead.
    """
    check_threads(threads)  # before hours of reading, not after
    if not isinstance(path, (str, os.PathLike)):
        path = path if hasattr(path, "__arrow_c_stream__") or not isinstance(path, Iterable) else _held(path)
        if not _are_paths(path):
            keys: dict[str, Any] = {"text": text, "id": id, "outlet": outlet, "published": published}
            return Corpus(path, **keys, threads=threads, progress=progress, config=config)
    inputs = _inputs(path, text, id, outlet, published, max_member, max_archive)
    if lazy is None:
        lazy = inputs.can_be_read_again and inputs.n_bytes > _LAZY_BYTES
    corpus = Corpus._of_inputs(inputs, threads=threads, progress=progress, config=config)
    return corpus if lazy else corpus._load()


def _held(given: Iterable[Any]) -> Any:
    """The input as a list; an error unless it can be a list of texts or paths."""
    return given if isinstance(given, (bytes, Mapping)) else list(given)


def _are_paths(given: Any) -> bool:
    """Whether these are paths rather than texts, dicts or a dataframe."""
    if not isinstance(given, list):
        return False
    return all(isinstance(one, (str, os.PathLike)) for one in given) and not (given and all(map(_is_text, given)))


def _is_text(given: PathLike) -> bool:
    """Whether a string is an article, not a path: it has several lines, or is a sentence that names no file."""
    if not isinstance(given, str):
        return False
    return "\n" in given or (re.search(r"\s.*[.?!…][\"'”’»)]*\s*$", given) is not None and not os.path.exists(given))


def _inputs(
    path: PathLike | Iterable[PathLike],
    text: str | None,
    id: str | None,
    outlet: str | None,
    published: str | None,
    max_member: int,
    max_archive: int,
) -> Inputs:
    from quotelens.reading.inputs import Inputs  # takes longer to import than all else, and is not always needed
    from quotelens.reading.readers import Options

    return Inputs(path, Options(text, id, max_member, max_archive, outlet, published))


# ---------------------------------------------------------------------------------------------------- sample


def sample() -> Corpus:
    """A few short articles, made up for this package: several outlets on the same events, with metadata.

    >>> c = sample()
    >>> len(c) > 5
    True
    """
    package = resources.files("quotelens")
    folder, records = package / "samples", []
    for line in (package / "samples.jsonl").read_text("utf-8").splitlines():
        meta = json.loads(line)
        doc_id = meta.pop("doc_id")
        text = (folder / meta.pop("file")).read_text("utf-8")
        records.append(Record(doc_id, text, meta))
    return Corpus._of_records(records, [])
