"""`Config`: what a user changes about the analysis, as a value that can be saved."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from quotelens import _core
from quotelens.analysis.known import KnownSource, with_sources
from quotelens.analysis.weights import read_weights, weights_toml
from quotelens.table.table import Table, replacing, rows_of_frame
from quotelens.table.wording import is_not_one_of, shown, slip_of

KINDS_OF_CUES = ("verb", "noun")
_COLUMNS = ("lemma", "kind", "act", "class", "frames", "forms", "hedge", "why")
_TYPES = ("string", "string", "string", "string", "string", "string", "bool", "string")
_FRAMES = {"verb": "clause final quote that", "noun": "that"}
_FRAME_NAMES = ", ".join(_core.FRAMES)
_HEDGES = {True: True, "hedge": True, "true": True, False: False, "-": False, "false": False}
_HOW_TO_ADD = 'Give {"quip": "manner"}, a list of dicts with the key "lemma", a dataframe, or a .tsv or .csv file.'
_HOW_TO_WEIGH = 'Give {"quote:bias": 0.5}, or the path of a .toml or .tsv file that train wrote.'
_MOST_WEIGHT = 1e6
_OPTIONS = ("cues", "drop_cues", "weights", "sources")


class Frame(Protocol):
    """A dataframe: what gives its columns as an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


Rows = Mapping[str, str] | Iterable[Mapping[str, Any]] | Frame | str | os.PathLike[str]


class Cue(NamedTuple):
    """A reporting word: a row of the lexicon.  `forms` are None where all are regular, `why` where nobody said."""

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
        return dict(zip(_COLUMNS, self, strict=True))


@dataclass(frozen=True, slots=True, repr=False)
class Config:
    """Options of an analysis: a value that never changes.  Methods give a new one, so that they chain.

    `read`, `stream`, `Corpus` and `annotate` take one as `config=`; without, nothing is changed.

    >>> import quotelens as ql
    >>> config = ql.Config().add_cues({"harrumph": "manner"}).drop_cues("hope")
    >>> ql.annotate("Ann Lee harrumphed that it would rain.", config=config).quotes()["cue_lemma"]
    ['harrumph']
    >>> config
    Config().drop_cues('hope').add_cues([{'lemma': 'harrumph', 'class': 'manner'}])
    """

    _cues: tuple[Cue, ...] = ()  # in order of lemma and kind; a cue is here or among those dropped, not both
    _dropped: tuple[tuple[str, str], ...] = ()  # lemma and kind of built-in cues
    _weights: tuple[tuple[str, float], ...] = ()  # in order of name
    _sources: tuple[KnownSource, ...] = ()  # in order of name

    def __repr__(self) -> str:
        text = "Config()"
        if self._dropped:
            text += f".drop_cues({', '.join(map(repr, self._dropped_lemmas()))})"
        if self._cues:
            text += f".add_cues({[_least_row(cue) for cue in self._cues]!r})"
        if self._weights:
            text += f".set_weights({dict(self._weights)!r})"
        if self._sources:
            text += f".add_sources({[source.row() for source in self._sources]!r})"
        return text

    # ------------------------------------------------------------------------------------------------- cues

    def add_cues(self, rows: Rows, /) -> Config:
        """Make words reporting cues, or change what built-in ones do.

        `rows` is a dict, lemma → class of tone; a list of dicts; a dataframe, or what `cues` gives; or the path of a
        .tsv or .csv file.  Only the lemma is required.  What is left out (or None, "-", or an empty cell of a file)
        stays as it is for a word that is a cue already, and is else what stands in brackets:

        lemma   base form of a verb, singular of a noun
        kind    verb or noun (verb)
        act     speech, evidence, thought, intention, attitude, seeming, other (speech)
        class   its tone: neutral, stance, manner, question, or a name of your own (neutral)
        frames  where its content may stand, several with blanks between or as a list: that, clause (without "that"),
                wh, to, quote, final ("…, she said"), object and object_about _as _for _of _source _to _toward,
                addressee (a verb: clause final quote that; a noun: that)
        forms   irregular ones: past tense and participle, and the gerund if that is irregular too; the plural of a
                noun (none; one syllable as in "quip" doubles its last letter by itself)
        hedge   True or "hedge" if the word itself casts doubt, else False or "-" (False)
        why     a note of yours

        Raises ValueError for what is none of these, TypeError for other types, and OSError for a file that cannot be
        read.  Warns of a class of your own that looks like a slip of one of ours ("mannner").

        >>> config = Config().add_cues([{"lemma": "rebuff", "class": "stance", "frames": "object"}])
        >>> config.cues().filter(lemma="rebuff")[0]["frames"]
        'object'
        """
        cues = {cue.key: cue for cue in self._cues}
        for place, row in _rows_of(rows):
            cue = _cue_of(row, place, cues)
            cues[cue.key] = cue
        dropped = tuple(key for key in self._dropped if key not in cues)
        return _checked(replace(self, _cues=tuple(cues[key] for key in sorted(cues)), _dropped=dropped))

    def drop_cues(self, *lemmas: str | Iterable[str]) -> Config:
        """Make words cues no more, verb and noun alike: the lemmas one by one, or in a list.

        Right behind a quotation ("…," she hoped) any verb reports; it does so without being a cue, with neither
        lemma nor class.

        Raises ValueError for a lemma that is no cue.

        >>> config = Config().drop_cues("believe", "hope")
        >>> len(Config().cues()) - len(config.cues())
        3
        """
        known = {lemma for lemma, _ in (*_built_in(), *(cue.key for cue in self._cues))}
        gone = {_known_lemma(lemma, known) for lemma in _flat(lemmas)}
        dropped = {*self._dropped, *(key for key in _built_in() if key[0] in gone)}
        kept = tuple(cue for cue in self._cues if cue.lemma not in gone)
        return replace(self, _cues=kept, _dropped=tuple(sorted(dropped)))

    def cues(self) -> Table:
        """Every cue in force, in order of lemma and kind: lemma, kind, act, class, frames, forms, hedge, why.

        The columns are those of `add_cues`; `forms` is null where all are regular, `why` where nobody said.

        >>> Config().cues().filter(lemma="claim").select("lemma", "kind", "act", "class")
        lemma  kind  act     class
        claim  noun  speech  stance
        claim  verb  speech  stance
        """
        cues = _built_in() | {cue.key: cue for cue in self._cues}
        rows = [cues[key] for key in sorted(cues.keys() - set(self._dropped))]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _COLUMNS]
        return Table.from_columns(dict(zip(_COLUMNS, columns, strict=True)), _TYPES)

    @property
    def lexicon_hash(self) -> str:
        """A hash of the lexicon in force, as 16 hexadecimal digits: that of `info()` where nothing is changed."""
        built_in = _core.info()["lexicon"]
        if not self._cues and not self._dropped:
            return built_in
        changes = repr((built_in, [tuple(cue) for cue in self._cues], self._dropped))
        return hashlib.sha256(changes.encode()).hexdigest()[:16]

    def _dropped_lemmas(self) -> list[str]:
        return sorted({lemma for lemma, _ in self._dropped})

    # ---------------------------------------------------------------------------------------------- weights

    def set_weights(self, weights: Mapping[str, float] | str | os.PathLike[str], /) -> Config:
        """Give the models behind `confidence` and `source_confidence` weights of your own.

        `weights` is a dict, feature → weight, or the path of a .toml or .tsv file that `train` wrote.  Features that
        are not named keep theirs; `weights` gives those in force.

        Raises ValueError for what is no feature or no weight, TypeError for other types, and OSError for a file that
        cannot be read.

        >>> Config().set_weights({"quote:bias": 0.5}).weights()["quote:bias"]
        0.5
        """
        place = ""
        if isinstance(weights, (str, os.PathLike)):
            place = f"{os.fspath(weights)}: "
            weights = read_weights(weights)
        if not isinstance(weights, Mapping):
            raise TypeError(f"Weights cannot be made of a {type(weights).__name__}. {_HOW_TO_WEIGH}")
        given = {_feature_of(name, place): _weight_of(value, name, place) for name, value in weights.items()}
        changed = dict(self._weights) | given
        return _checked(replace(self, _weights=tuple(sorted(changed.items()))))

    def weights(self) -> dict[str, float]:
        """The weight of each feature in force, by name; what a feature means, `Document.explain` says."""
        return _built_in_weights() | dict(self._weights)

    @property
    def weights_hash(self) -> str:
        """A hash of the weights in force, as 16 hexadecimal digits."""
        return hashlib.sha256(repr(sorted(self.weights().items())).encode()).hexdigest()[:16]

    # ---------------------------------------------------------------------------------------------- sources

    def add_sources(self, rows: Rows, /) -> Config:
        """Say who your sources are: what `Corpus.sources` and the views made of it go by, before all linking of ours.

        `rows` is a list of dicts, a dataframe, what `sources` gives, or the path of a .csv, .tsv or .jsonl file:

        name     the canonical name
        aliases  what else it is called in articles: a list, or a string with "|" or ";" between
        others   any columns, such as an id of Wikidata's, party or gender: they become columns of `Corpus.sources`,
                 and kind, title and organisation win over what we find

        Names are compared without regard to case.  A name that is there already takes the new aliases and values.

        Raises ValueError for a name or an alias that stands for two sources, a row without a name and a column that
        `Corpus.sources` counts; TypeError for other types, and OSError for a file that cannot be read.

        >>> config = Config().add_sources([{"name": "Ada Holm", "aliases": "Holm | A. Holm", "party": "Reform"}])
        >>> config.sources()
        name      aliases         party
        Ada Holm  A. Holm | Holm  Reform
        """
        return replace(self, _sources=with_sources(self._sources, rows))

    def sources(self) -> Table:
        """The sources that `add_sources` was given, in order of name: name, aliases, and your own columns."""
        from quotelens.analysis.metadata import typed  # here, as it needs what needs a Config

        rows = [dict(source.columns) for source in self._sources]
        columns: list[list[Any]] = [
            [source.name for source in self._sources],
            [" | ".join(s.aliases) or None for s in self._sources],
        ]
        types = ["string", "string"]
        names = dict.fromkeys(name for row in rows for name in row)
        for name in names:
            values, kind = typed([row.get(name) for row in rows])
            columns.append(values)
            types.append(kind)
        return Table.from_columns(dict(zip(("name", "aliases", *names), columns, strict=True)), types)

    @property
    def known_sources(self) -> tuple[KnownSource, ...]:
        """The rows of `sources`."""
        return self._sources

    def core_options(self) -> dict[str, Any]:
        """The options as the core's engine takes them."""
        cues = [
            (cue.lemma, cue.tone, cue.act, cue.frames, cue.forms, cue.kind == "noun", cue.hedge) for cue in self._cues
        ]
        return {"cues": cues, "drop": self._dropped_lemmas(), "weights": self._weights}

    # ------------------------------------------------------------------------------------------------- file

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a TOML file that `Config.load` reads.

        It holds `drop_cues`, a list of lemmas, a table `[weights]` with lines such as `"quote:bias" = 0.5`, and a
        table `[[cues]]` for each one added, with the names of `add_cues`; by hand `[cues]` with lines such as
        `quip = "manner"` will do.  So it is with `[[sources]]`, where by hand `sources = "sources.csv"` will do: a
        path as seen from the folder of the file.
        """
        with replacing(Path(path)) as temporary:
            temporary.write_text(self.to_toml(), encoding="utf-8", newline="\n")

    def to_toml(self) -> str:
        """What `save` writes; empty where nothing is changed."""
        lines = []
        if self._dropped:
            lines.append(f"drop_cues = {_toml(self._dropped_lemmas())}\n")
        if self._weights:
            lines.append(weights_toml(dict(self._weights)) + "\n")
        for cue in self._cues:
            row = cue.row() | {"frames": cue.frames.split()}
            values = (f"{name} = {_toml(value)}\n" for name, value in row.items() if value is not None)
            lines.append("[[cues]]\n" + "".join(values))
        for source in self._sources:
            lines.append("[[sources]]\n" + "".join(f"{_toml(k)} = {_toml(v)}\n" for k, v in source.row().items()))
        return "\n".join(lines)

    @classmethod
    def from_toml(cls, text: str) -> Config:
        """The config that `to_toml` wrote.  Raises ValueError for what is no TOML or no option.

        >>> Config.from_toml('drop_cues = ["hope"]') == Config().drop_cues("hope")
        True
        """
        import tomllib

        try:
            return cls._from_toml(tomllib.loads(text), Path())
        except TypeError as error:
            raise ValueError(str(error)) from error

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Config:
        """Read what `save` has written, or what somebody wrote by hand.

        Raises ValueError, with the name of the file, for what is no TOML or no option; OSError where it cannot be
        read.
        """
        import tomllib  # here: few need it, and it takes a while

        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"path is {shown(path)}: give the name of a .toml file.")
        try:
            with open(path, "rb") as file:
                return cls._from_toml(tomllib.load(file), Path(path).parent)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{os.fspath(path)}: {error}") from error

    @classmethod
    def _from_toml(cls, options: Mapping[str, Any], folder: Path) -> Config:
        for name in options:
            if name not in _OPTIONS:
                raise ValueError(is_not_one_of(f"The option {name!r}", name, _OPTIONS))
        if isinstance(options.get("cues"), str):
            raise TypeError(f"The option 'cues' is {_short(options['cues'])}, no table such as [cues] or [[cues]].")
        plain = cls().drop_cues(options.get("drop_cues", ())).add_cues(options.get("cues", ()))
        if not isinstance(options.get("weights", {}), dict):
            raise TypeError(f"The option 'weights' is {_short(options['weights'])}, no table [weights].")
        sources = options.get("sources", ())
        if isinstance(sources, str):
            sources = folder / sources
        return plain.set_weights(options.get("weights", {})).add_sources(sources)


# ------------------------------------------------------------------------------------------------- built-in cues


@lru_cache(maxsize=1)
def _built_in() -> dict[tuple[str, str], Cue]:
    cues = [
        Cue(lemma, KINDS_OF_CUES[is_noun], act, tone, frames, forms, hedge, why)
        for lemma, tone, act, frames, forms, is_noun, hedge, why in _core.cues()
    ]
    return {cue.key: cue for cue in cues}


@lru_cache(maxsize=1)
def _tones() -> tuple[str, ...]:
    """The classes of built-in cues."""
    return tuple(sorted({cue.tone for cue in _built_in().values()}))


def _base(lemma: str, kind: str) -> Cue:
    """What a row leaves out: the built-in cue, or the defaults."""
    default = Cue(lemma, kind, "speech", "neutral", _FRAMES[kind], None, False, None)
    return _built_in().get((lemma, kind), default)


def _least_row(cue: Cue) -> dict[str, Any]:
    """The columns of a cue that `add_cues` would not fill in by itself."""
    base = _base(*cue.key).row()
    kept = ("lemma",) if cue.kind == "verb" else ("lemma", "kind")
    return {name: value for name, value in cue.row().items() if name in kept or value != base[name]}


@lru_cache(maxsize=1)
def _built_in_weights() -> dict[str, float]:
    return {name: float(f"{weight:.7g}") for name, weight in _core.Engine().weights().items()}


def _checked(config: Config) -> Config:
    """The config, once the core has taken its options: limits are the core's to know."""
    _core.Engine(**config.core_options())
    return config


# ---------------------------------------------------------------------------------------------------------- rows


def _rows_of(rows: Rows) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Rows as they come, and before each what an error has to say of its place."""
    if isinstance(rows, (str, os.PathLike)):
        yield from _rows_of_file(Path(rows))
    elif hasattr(rows, "__arrow_c_stream__") and not isinstance(rows, Table):
        yield from _rows_of(rows_of_frame(rows))
    elif isinstance(rows, Mapping):
        for lemma, tone in rows.items():
            if not isinstance(tone, str):
                raise TypeError(f"The class of the cue {lemma!r} is of type {type(tone).__name__}. {_HOW_TO_ADD}")
            yield "", {"lemma": lemma, "class": tone}
    elif isinstance(rows, Iterable) and not isinstance(rows, bytes):
        for k, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise TypeError(f"rows[{k}]: a cue is a dict, not {_short(row)}. {_HOW_TO_ADD}")
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
                    raise ValueError(f"{place}The first line has {n} cells, and this one another number.")
                yield place, {name: cell for name, cell in row.items() if cell}
        except (csv.Error, UnicodeDecodeError) as error:
            raise ValueError(f"{path}:{reader.line_num + 1}: {error}") from None


def _cue_of(row: Mapping[str, Any], place: str, added: Mapping[tuple[str, str], Cue]) -> Cue:
    given = {name: value for name, value in row.items() if value is not None}
    for name in given:
        if name not in _COLUMNS:
            raise ValueError(place + is_not_one_of(f"The column {name!r} of a cue", str(name), _COLUMNS))
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
        raise ValueError(f"{place}A cue wants a lemma. {_HOW_TO_ADD}")
    if not isinstance(given, str):
        raise TypeError(f"{place}The lemma {_short(given)} of a cue is of type {type(given).__name__}, not str.")
    lemma = _core.fold(given.strip())
    if not lemma.isprintable() or _tokenizer().analyse([lemma], [""], ["tokens"])["tokens"].column("class") != [
        "word"
    ]:
        raise ValueError(f"{place}The lemma {_short(given)} is not one word: a cue is a word such as 'quip'.")
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
        raise ValueError(f"{place}The {column} of the cue {lemma!r} holds half a character: {_short(text)}.")
    return text


def _name_of(row: Mapping[str, Any], column: str, lemma: str, names: tuple[str, ...], place: str) -> str | None:
    name = _text_of(row, column, lemma, place)
    if name is not None and name not in names:
        raise ValueError(place + is_not_one_of(f"The {column} {name!r} of the cue {lemma!r}", name, names))
    return name


def _tone_of(row: Mapping[str, Any], lemma: str, place: str) -> str | None:
    tone = _text_of(row, "class", lemma, place)
    if tone is None:
        return None
    if not tone.strip() or not tone.isprintable():
        raise ValueError(f"{place}The class of the cue {lemma!r} is {tone!r}: give a name such as 'neutral'.")
    tone = tone.strip()
    if (meant := slip_of(tone, _tones())) is not None:
        warnings.warn(
            f"{place}The class {tone!r} of the cue {lemma!r} is taken as one of your own. Did you mean {meant!r}?",
            stacklevel=2,
        )
    return tone


def _frames_of(given: Any, lemma: str, place: str) -> str | None:
    """Names of frames in order, blanks between."""
    if given is None or given == "-":
        return None
    frames = given.split() if isinstance(given, str) else given
    if not isinstance(frames, (list, tuple, set, frozenset)) or not all(isinstance(name, str) for name in frames):
        raise TypeError(f"{place}The frames of the cue {lemma!r} are {_short(given)}, not names with blanks between.")
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
            f"{place}The hedge of the cue {lemma!r} is {_short(given)}: give True or False, 'hedge' or '-'."
        )
    return _HEDGES[hedge]


# ------------------------------------------------------------------------------------------------------- weights


def _feature_of(given: Any, place: str) -> str:
    if not isinstance(given, str):
        raise TypeError(f"The feature {_short(given)} is of type {type(given).__name__}, not str. {_HOW_TO_WEIGH}")
    if given in _built_in_weights():
        return given
    near = get_close_matches(given, _built_in_weights(), n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "Config().weights() lists them all."
    raise ValueError(f"{place}There is no feature {_short(given)} to weigh. {hint}")


def _weight_of(given: Any, name: str, place: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"The weight of {name!r} is {_short(given)}, no number.")
    if not abs(given) < _MOST_WEIGHT:
        raise ValueError(f"{place}The weight of {name!r} is {_short(given)}: give one below a million.")
    return float(given) + 0.0  # no negative zero


# -------------------------------------------------------------------------------------------------------- lemmas


def _flat(lemmas: Iterable[str | Iterable[str]]) -> Iterator[str]:
    for item in lemmas:
        inside = [item] if isinstance(item, str) or not isinstance(item, Iterable) else item
        for lemma in inside:
            if not isinstance(lemma, str):
                raise TypeError(
                    f"{_short(lemma)} is of type {type(lemma).__name__}: drop_cues takes lemmas, as 'say'."
                )
            yield lemma


def _known_lemma(given: str, known: set[str]) -> str:
    lemma = _core.fold(given.strip())
    if lemma in known:
        return lemma
    near = _lemmas_near(lemma, known)
    hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else "Config().cues() lists them all."
    raise ValueError(f"There is no cue with the lemma {_short(given)} to drop. {hint}")


def _lemmas_near(word: str, known: set[str]) -> list[str]:
    irregular = [cue.lemma for cue in _built_in().values() if cue.forms is not None and word in cue.forms.split()]
    return irregular or get_close_matches(word, sorted(known), n=3)


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 100 else shown[:99] + "…"


def _toml(value: str | int | float | bool | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    # What JSON escapes TOML reads; of what TOML wants escaped, JSON leaves one.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
