"""Cues: the built-in reporting words, and rows of a user's read as cues."""

from __future__ import annotations

import csv
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from quotelens import _core
from quotelens.table.columns import types_of
from quotelens.table.table import Table, rows_of_frame
from quotelens.table.wording import is_not_one_of, slip_of

KINDS_OF_CUES = ("verb", "noun")
COLUMNS = types_of("cues")
_FRAMES = {"verb": "clause final quote that", "noun": "that"}
_FRAME_NAMES = ", ".join(_core.FRAMES)
_HEDGES = {True: True, "hedge": True, "true": True, False: False, "-": False, "false": False}
_HOW_TO_ADD = 'Give {"quip": "manner"}, a list of dicts with the key "lemma", a dataframe, or a .tsv or .csv file.'


class Frame(Protocol):
    """A dataframe: what gives its columns as an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


Rows = Mapping[str, str] | Iterable[Mapping[str, Any]] | Frame | str | os.PathLike[str]


class Cue(NamedTuple):
    """A reporting word: a row of the lexicon.  `forms` is None if all are regular, `why` if no reason was given."""

    lemma: str
    kind: str
    act: str
    tone: str
    frames: str
    forms: str | None
    hedge: bool
    why: str | None

    @property
    def key(self) -> tuple[str, str]:
        """What makes two rows the same cue."""
        return self.lemma, self.kind

    def row(self) -> dict[str, Any]:
        """The values by the names of the lexicon's columns."""
        return dict(zip(COLUMNS, self, strict=True))


@lru_cache(maxsize=1)
def built_in() -> dict[tuple[str, str], Cue]:
    """The built-in cues by lemma and kind."""
    cues = [
        Cue(lemma, KINDS_OF_CUES[is_noun], act, tone, frames, forms, hedge, why)
        for lemma, tone, act, frames, forms, is_noun, hedge, why in _core.cues()
    ]
    return {cue.key: cue for cue in cues}


@lru_cache(maxsize=1)
def _tones() -> tuple[str, ...]:
    """The tones of built-in cues."""
    return tuple(sorted({cue.tone for cue in built_in().values()}))


def _base(lemma: str, kind: str) -> Cue:
    """Values for what a row leaves out: those of the built-in cue, or the defaults."""
    default = Cue(lemma, kind, "speech", "neutral", _FRAMES[kind], None, False, None)
    return built_in().get((lemma, kind), default)


def least_row(cue: Cue) -> dict[str, Any]:
    """The columns of a cue that `add_cues` would not fill in by itself."""
    base = _base(*cue.key).row()
    kept = ("lemma",) if cue.kind == "verb" else ("lemma", "kind")
    return {name: value for name, value in cue.row().items() if name in kept or value != base[name]}


def cue_rows(rows: Rows) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row, after the place that an error message should name."""
    if isinstance(rows, (str, os.PathLike)):
        yield from _rows_of_file(Path(rows))
    elif hasattr(rows, "__arrow_c_stream__") and not isinstance(rows, Table):
        yield from cue_rows(rows_of_frame(rows))
    elif isinstance(rows, Mapping):
        for lemma, tone in rows.items():
            if not isinstance(tone, str):
                raise TypeError(f"The tone of the cue {lemma!r} is of type {type(tone).__name__}. {_HOW_TO_ADD}")
            yield "", {"lemma": lemma, "tone": tone}
    elif isinstance(rows, Iterable) and not isinstance(rows, bytes):
        for k, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise TypeError(f"rows[{k}]: a cue is a dict, not {brief(row)}. {_HOW_TO_ADD}")
            yield f"rows[{k}]: ", row
    else:
        raise TypeError(f"Cues cannot be made of a {type(rows).__name__}. {_HOW_TO_ADD}")


def _rows_of_file(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    formats: dict[str, dict[str, Any]] = {".tsv": {"delimiter": "\t", "quoting": csv.QUOTE_NONE}, ".csv": {}}
    if path.suffix.lower() not in formats:
        raise ValueError(f"Cannot tell from {str(path)!r} how to read it: use .tsv or .csv. {_HOW_TO_ADD}")
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True, **formats[path.suffix.lower()])
        try:
            for row in reader:
                place = f"{path}:{reader.line_num}: "
                if None in row or None in row.values():
                    n = len(reader.fieldnames or ())
                    raise ValueError(f"{place}The first line has {n} cells, but this one has another number.")
                yield place, {name: cell for name, cell in row.items() if cell}
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f"{path}:{reader.line_num + 1}: {error}") from None


def cue_of(row: Mapping[str, Any], place: str, added: Mapping[tuple[str, str], Cue]) -> Cue:
    """A row as a cue.  What it leaves out is taken from the cue that it changes, or from the defaults."""
    given = {name: value for name, value in row.items() if value is not None}
    for name in given:
        if name not in COLUMNS:
            raise ValueError(place + is_not_one_of(f"The column {name!r} of a cue", str(name), tuple(COLUMNS)))
    lemma = _lemma_of(given.get("lemma"), place)
    kind = _name_of(given, "kind", lemma, KINDS_OF_CUES, place) or "verb"
    base = added.get((lemma, kind)) or _base(lemma, kind)
    return Cue(
        lemma,
        kind,
        _name_of(given, "act", lemma, _core.ACTS, place) or base.act,
        _tone_of(given, lemma, place) or base.tone,
        _frames_of(given.get("frames"), lemma, place) or base.frames,
        _forms_of(given.get("forms"), lemma, place) or base.forms,
        base.hedge if "hedge" not in given else _hedge_of(given["hedge"], lemma, place),
        _text_of(given, "why", lemma, place) or base.why,
    )


def _lemma_of(given: Any, place: str) -> str:
    if given is None:
        raise ValueError(f"{place}A cue needs a lemma. {_HOW_TO_ADD}")
    if not isinstance(given, str):
        raise TypeError(f"{place}The lemma {brief(given)} of a cue is of type {type(given).__name__}, not str.")
    lemma = _core.fold(given.strip())
    if not lemma.isprintable() or _tokenizer().analyse([lemma], [""], ["tokens"])["tokens"].column("class") != [
        "word"
    ]:
        raise ValueError(f"{place}The lemma {brief(given)} is not one word: a cue is a word such as 'quip'.")
    return lemma


@lru_cache(maxsize=1)
def _tokenizer() -> _core.Engine:
    return _core.Engine()


def _text_of(row: Mapping[str, Any], column: str, lemma: str, place: str) -> str | None:
    text = row.get(column)
    if text is None or text == "-":
        return None
    if not isinstance(text, str):
        raise TypeError(f"{place}The {column} of the cue {lemma!r} is of type {type(text).__name__}, not str.")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError(f"{place}The {column} of the cue {lemma!r} holds a lone surrogate: {brief(text)}.")
    return text


def _name_of(row: Mapping[str, Any], column: str, lemma: str, names: tuple[str, ...], place: str) -> str | None:
    name = _text_of(row, column, lemma, place)
    if name is not None and name not in names:
        raise ValueError(place + is_not_one_of(f"The {column} {name!r} of the cue {lemma!r}", name, names))
    return name


def _tone_of(row: Mapping[str, Any], lemma: str, place: str) -> str | None:
    tone = _text_of(row, "tone", lemma, place)
    if tone is None:
        return None
    if not tone.strip() or not tone.isprintable():
        raise ValueError(f"{place}The tone of the cue {lemma!r} is {tone!r}: give a name such as 'neutral'.")
    tone = tone.strip()
    if (meant := slip_of(tone, _tones())) is not None:
        warnings.warn(
            f"{place}The tone {tone!r} of the cue {lemma!r} is treated as your own. Did you mean {meant!r}?",
            stacklevel=2,
        )
    return tone


def _frames_of(given: Any, lemma: str, place: str) -> str | None:
    """Names of frames in order, blanks between."""
    if given is None or given == "-":
        return None
    frames = given.split() if isinstance(given, str) else given
    if not isinstance(frames, (list, tuple, set, frozenset)) or not all(isinstance(name, str) for name in frames):
        raise TypeError(f"{place}The frames of the cue {lemma!r} are {brief(given)}, not names separated by blanks.")
    for name in frames:
        if name not in _core.FRAMES:
            raise ValueError(place + is_not_one_of(f"The frame {name!r} of the cue {lemma!r}", name, _core.FRAMES))
    if not frames:
        raise ValueError(f"{place}The cue {lemma!r} has no frames: leave them out, or name some of: {_FRAME_NAMES}.")
    return " ".join(sorted(set(frames)))


def _forms_of(given: Any, lemma: str, place: str) -> str | None:
    forms = _text_of({"forms": given}, "forms", lemma, place)
    return None if forms is None else " ".join(_core.fold(forms).split()) or None


def _hedge_of(given: Any, lemma: str, place: str) -> bool:
    hedge = given.lower() if isinstance(given, str) else given
    if not isinstance(hedge, (str, bool)) or hedge not in _HEDGES:
        raise ValueError(
            f"{place}The hedge of the cue {lemma!r} is {brief(given)}: give True or False, 'hedge' or '-'."
        )
    return _HEDGES[hedge]


def flat(lemmas: Iterable[str | Iterable[str]]) -> Iterator[str]:
    """Lemmas as one list, whether they were given one by one or in lists."""
    for item in lemmas:
        inside = [item] if isinstance(item, str) or not isinstance(item, Iterable) else item
        for lemma in inside:
            if not isinstance(lemma, str):
                raise TypeError(
                    f"{brief(lemma)} is of type {type(lemma).__name__}: drop_cues takes lemmas, such as 'say'."
                )
            yield lemma


def known_lemma(given: str, known: set[str]) -> str:
    """The lemma of a cue, as it was written; ValueError if there is no such cue."""
    lemma = _core.fold(given.strip())
    if lemma in known:
        return lemma
    near = _lemmas_near(lemma, known)
    hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else "Config().cues() lists them all."
    raise ValueError(f"There is no cue with the lemma {brief(given)} to drop. {hint}")


def _lemmas_near(word: str, known: set[str]) -> list[str]:
    irregular = [cue.lemma for cue in built_in().values() if cue.forms is not None and word in cue.forms.split()]
    return irregular or get_close_matches(word, sorted(known), n=3)


def brief(value: Any) -> str:
    """A value for a message, cut where it is long."""
    shown = repr(value)
    return shown if len(shown) <= 100 else shown[:99] + "…"
