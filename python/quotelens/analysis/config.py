"""`Config`: what a user changes about the analysis, as a value that can be saved."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from quotelens import _core
from quotelens.analysis.cues import (
    COLUMNS,
    Cue,
    Rows,
    brief,
    built_in,
    cue_of,
    cue_rows,
    flat,
    known_lemma,
    least_row,
)
from quotelens.analysis.known import KnownSource, with_sources
from quotelens.analysis.readers import READERS, weights_of
from quotelens.analysis.weights import read_weights, weights_toml
from quotelens.table.columns import gives
from quotelens.table.files import replacing
from quotelens.table.table import Table
from quotelens.table.values import typed
from quotelens.table.view import introduced
from quotelens.table.wording import counted, is_not_one_of, shown

_HOW_TO_WEIGH = 'Give {"quote:bias": 0.5}, or the path of a .toml or .tsv file that train wrote.'
_MOST_WEIGHT = 1e6
_OPTIONS = ("all_languages", "cues", "drop_cues", "weights", "sources", "speaker_confidence", "reader")
SPEAKER_CONFIDENCE = 0.0
"""A speaker who is less sure is not given, unless `Config.set_speaker_confidence` says otherwise."""

_MOST_SHOWN = 8  # cues, weights or sources of a repr


@dataclass(frozen=True, slots=True, repr=False)
class Config:
    """Options of an analysis: a value that never changes.  Methods give a new one, so that they chain.

    `reader` says what reads the articles: "fast", the network that comes with the package, or "thorough", a language
    model that finds more and takes forty to a hundred times as long.  It needs the package `quotelens-reader-en`.

    `read`, `stream`, `Corpus` and `annotate` take one as `config=`; without, nothing is changed.

    >>> import quotelens as ql
    >>> config = ql.Config().add_cues({"harrumph": "manner"}).drop_cues("hope")
    >>> ql.annotate("Ann Lee harrumphed that it would rain.", config=config).quotes()["cue_lemma"]
    ['harrumph']
    >>> config
    Config().drop_cues('hope').add_cues([{'lemma': 'harrumph', 'tone': 'manner'}])
    """

    reader: str = READERS[0]
    _cues: tuple[Cue, ...] = ()  # in order of lemma and kind; a cue is here or among those dropped, not both
    _dropped: tuple[tuple[str, str], ...] = ()  # lemma and kind of built-in cues
    _weights: tuple[tuple[str, float], ...] = ()  # in order of name
    _sources: tuple[KnownSource, ...] = ()  # in order of name
    _all_languages: bool = False
    _speaker_confidence: float = SPEAKER_CONFIDENCE

    def __post_init__(self) -> None:
        if self.reader not in READERS:
            raise ValueError(is_not_one_of(f"The reader {brief(self.reader)}", str(self.reader), READERS))

    def __repr__(self) -> str:
        text = "Config()" if self.reader == READERS[0] else f"Config(reader={self.reader!r})"
        if self._dropped:
            text += f".drop_cues({_some(list(map(repr, self._dropped_lemmas())))})"
        if self._cues:
            text += f".add_cues([{_some([repr(least_row(cue)) for cue in self._cues])}])"
        if self._weights:
            text += f".set_weights({{{_some([f'{name!r}: {value!r}' for name, value in self._weights])}}})"
        if self._sources:
            text += f".add_sources([{_some([repr(source.row()) for source in self._sources])}])"
        if self._all_languages:
            text += ".keep_all_languages()"
        if self._speaker_confidence != SPEAKER_CONFIDENCE:
            text += f".set_speaker_confidence({self._speaker_confidence!r})"
        return text

    def _repr_html_(self) -> str:
        changes = [
            (len(self._cues), "cue", "added or changed"),
            (len(self._dropped), "cue", "dropped"),
            (len(self._weights), "weight", "set"),
            (len(self._sources), "source", "of your own"),
        ]
        said = ", ".join(f"{counted(n, noun)} {done}" for n, noun, done in changes if n)
        added = {cue.lemma for cue in self._cues}
        tables = [self.cues().filter(lemma=added)] if added else []
        tables += [self.sources()] if self._sources else []
        return introduced(f"Config: {said or 'nothing is changed'}", *(table._repr_html_() for table in tables))

    # ------------------------------------------------------------------------------------------------- cues

    def add_cues(self, rows: Rows, /) -> Config:
        """Make words reporting cues, or change what built-in ones do.

        `rows` is a dict, lemma → tone; a list of dicts; a dataframe, or what `cues` gives; or the path of a
        .tsv or .csv file.  Only the lemma is required.  What is left out (or None, "-", or an empty cell of a file)
        stays as it is for a word that is a cue already, and is else what stands in brackets:

        lemma   base form of a verb, singular of a noun
        kind    verb or noun (verb)
        act     speech, evidence, thought, intention, attitude, seeming, other (speech)
        tone    neutral, stance, manner, question, or a name of your own (neutral)
        frames  where its content may stand, several with blanks between or as a list: that, clause (without "that"),
                wh, to, quote, final ("…, she said"), object and object_about _as _for _of _source _to _toward,
                addressee (a verb: clause final quote that; a noun: that)
        forms   irregular ones: past tense and participle, and the gerund if that is irregular too; the plural of a
                noun (none; one syllable as in "quip" doubles its last letter by itself)
        hedge   True or "hedge" if the word itself casts doubt, else False or "-" (False)
        why     a note of yours

        Raises ValueError for what is none of these, TypeError for other types, and OSError for a file that cannot be
        read.  Warns of a tone of your own that looks like a slip of one of ours ("mannner").

        >>> config = Config().add_cues([{"lemma": "rebuff", "tone": "stance", "frames": "object"}])
        >>> config.cues().filter(lemma="rebuff")[0]["frames"]
        'object'
        """
        cues = {cue.key: cue for cue in self._cues}
        for place, row in cue_rows(rows):
            cue = cue_of(row, place, cues)
            cues[cue.key] = cue
        dropped = tuple(key for key in self._dropped if key not in cues)
        return _checked(replace(self, _cues=tuple(cues[key] for key in sorted(cues)), _dropped=dropped))

    def drop_cues(self, *lemmas: str | Iterable[str]) -> Config:
        """Make words cues no more, verb and noun alike: the lemmas one by one, or in a list.

        Directly after a quotation ("…," she hoped) any verb reports; it does so without being a cue, with neither
        lemma nor tone.

        Raises ValueError for a lemma that is not a cue.

        >>> config = Config().drop_cues("believe", "hope")
        >>> len(Config().cues()) - len(config.cues())
        3
        """
        known = {lemma for lemma, _ in (*built_in(), *(cue.key for cue in self._cues))}
        gone = {known_lemma(lemma, known) for lemma in flat(lemmas)}
        dropped = {*self._dropped, *(key for key in built_in() if key[0] in gone)}
        kept = tuple(cue for cue in self._cues if cue.lemma not in gone)
        return replace(self, _cues=kept, _dropped=tuple(sorted(dropped)))

    @gives("cues")
    def cues(self) -> Table:
        """Every cue in force, in order of lemma and kind.

        The columns are those of `add_cues`.

        >>> Config().cues().filter(lemma="claim").select("lemma", "kind", "act", "tone")
        lemma  kind  act     tone
        claim  noun  speech  stance
        claim  verb  speech  stance
        """
        cues = built_in() | {cue.key: cue for cue in self._cues}
        rows = [cues[key] for key in sorted(cues.keys() - set(self._dropped))]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in COLUMNS]
        return Table.from_columns(dict(zip(COLUMNS, columns, strict=True)), list(COLUMNS.values()))

    @property
    def _lexicon_hash(self) -> str:
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

        Raises ValueError for an unknown feature or bad weight, TypeError for other types, and OSError for a file that
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
    def _weights_hash(self) -> str:
        """A hash of the weights in force, as 16 hexadecimal digits."""
        return hashlib.sha256(repr(sorted(self.weights().items())).encode()).hexdigest()[:16]

    # ---------------------------------------------------------------------------------------------- sources

    def add_sources(self, rows: Rows, /) -> Config:
        """Say who your sources are: what quotes, `Corpus.sources` and its views go by, before all linking of ours.

        `rows` is a list of dicts, a dataframe, what `sources` gives, or the path of a .csv, .tsv or .jsonl file:

        name     the canonical name
        aliases  what else it is called in articles: a list, or a string with "|" or ";" between
        others   any columns, such as an id of Wikidata's, party or gender: they become columns of `Corpus.sources`,
                 and kind, title and organisation win over what we find

        Names are compared without regard to case.  The name, and every alias of several words, takes its other forms
        too ("Ada B. Holm").  An alias of one word, or with a title before it ("Mayor Holm"), takes those who have no
        fuller name in their document, and whom it is an acronym of, but never a relative who has one: Bo Holm stays
        Bo Holm, even where the article goes on with "Holm".  The canonical names show in `speaker` of
        `Corpus.quotes`, in `Corpus.sources` and in `Corpus.source_links`.

        A name that is there already takes the new aliases and values.

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
    def _known_sources(self) -> tuple[KnownSource, ...]:
        """The rows of `sources`."""
        return self._sources

    # --------------------------------------------------------------------------------------------- speakers

    def set_speaker_confidence(self, least: float, /) -> Config:
        """Give no speaker whose `speaker_confidence` is less than this; 0, the default, gives everyone who was found.

        A speaker who is not given is null in `speaker`, in the chain and in all that counts by speakers; the chance
        still stands in `speaker_confidence`, and `Document.explain` says who it was.

        Raises TypeError for anything but a number, and ValueError for one that is not between 0 and 1.

        >>> import quotelens as ql
        >>> text = "Ann Lee met Ida Holm. She said it would rain."
        >>> [
        ...     ql.annotate(text, config=Config().set_speaker_confidence(least)).quotes()["speaker"]
        ...     for least in (0, 1)
        ... ]
        [['Ann Lee'], [None]]
        """
        return replace(self, _speaker_confidence=_chance_of(least))

    # -------------------------------------------------------------------------------------------- languages

    def keep_all_languages(self) -> Config:
        """Look for quotes in pages that are not in English, too.

        They have the status `not_english` in `Corpus.documents`, and without this no quotes: rules and trees are of
        English, and find little in another language that is right.

        >>> import quotelens as ql
        >>> text = "Der Bürgermeister sagte am Montag im Rathaus der Stadt am Fluss: „Die Brücke ist sicher.“ "
        >>> len(ql.annotate(text * 3).quotes(acts="all")), len(
        ...     ql.annotate(text * 3, config=Config().keep_all_languages()).quotes(acts="all")
        ... ) > 0
        (0, True)
        """
        return replace(self, _all_languages=True)

    def _core_options(self) -> dict[str, Any]:
        """The options as the core's engine takes them."""
        cues = [
            (cue.lemma, cue.tone, cue.act, cue.frames, cue.forms, cue.kind == "noun", cue.hedge) for cue in self._cues
        ]
        return {
            "cues": cues,
            "drop": self._dropped_lemmas(),
            "weights": self._weights,
            "all_languages": self._all_languages,
            "speaker_confidence": self._speaker_confidence,
            "reader": weights_of(self.reader),
        }

    # ------------------------------------------------------------------------------------------------- file

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a TOML file that `Config.load` reads.

        It holds `reader`, a name, `speaker_confidence`, a number, `drop_cues`, a list of lemmas, a table `[weights]`
        with lines such as `"quote:bias" = 0.5`, and a table `[[cues]]` for each one added, with the names of `add_cues`; by hand
        `[cues]` with lines such as `quip = "manner"` will do.  So it is with `[[sources]]`, where by hand
        `sources = "sources.csv"` will do: a path as seen from the folder of the file.
        """
        with replacing(Path(path)) as temporary:
            temporary.write_text(self.to_toml(), encoding="utf-8", newline="\n")

    def to_toml(self) -> str:
        """What `save` writes; empty where nothing is changed."""
        lines = [f"reader = {_toml(self.reader)}\n"] if self.reader != READERS[0] else []
        if self._all_languages:
            lines.append("all_languages = true\n")
        if self._speaker_confidence != SPEAKER_CONFIDENCE:
            lines.append(f"speaker_confidence = {self._speaker_confidence!r}\n")
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
        """The config that `to_toml` wrote.  Raises ValueError for invalid TOML or an unknown option.

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

        Raises ValueError, with the name of the file, for bad TOML or an unknown option; OSError where it cannot be
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
            raise TypeError(f"The option 'cues' is {brief(options['cues'])}, no table such as [cues] or [[cues]].")
        plain = (
            cls(reader=options.get("reader", READERS[0]))
            .drop_cues(options.get("drop_cues", ()))
            .add_cues(options.get("cues", ()))
        )
        if not isinstance(options.get("weights", {}), dict):
            raise TypeError(f"The option 'weights' is {brief(options['weights'])}, no table [weights].")
        sources = options.get("sources", ())
        if isinstance(sources, str):
            sources = folder / sources
        made = plain.set_weights(options.get("weights", {})).add_sources(sources)
        keeps = options.get("all_languages", False)
        if not isinstance(keeps, bool):
            raise TypeError(f"The option 'all_languages' is {brief(keeps)}, neither true nor false.")
        if "speaker_confidence" in options:
            made = made.set_speaker_confidence(options["speaker_confidence"])
        return made.keep_all_languages() if keeps else made


# ------------------------------------------------------------------------------------------------- built-in cues


@lru_cache(maxsize=1)
def _built_in_weights() -> dict[str, float]:
    return {name: float(f"{weight:.7g}") for name, weight in _core.Engine().weights().items()}


def _checked(config: Config) -> Config:
    """The config, once the core has taken its options: limits are the core's to know."""
    _core.Engine(**{**config._core_options(), "reader": None})
    return config


# ------------------------------------------------------------------------------------------------------- weights


def _feature_of(given: Any, place: str) -> str:
    if not isinstance(given, str):
        raise TypeError(f"The feature {brief(given)} is of type {type(given).__name__}, not str. {_HOW_TO_WEIGH}")
    if given in _built_in_weights():
        return given
    near = get_close_matches(given, _built_in_weights(), n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "Config().weights() lists them all."
    raise ValueError(f"{place}There is no feature {brief(given)} to weigh. {hint}")


def _weight_of(given: Any, name: str, place: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"The weight of {name!r} is {brief(given)}, no number.")
    if not abs(given) < _MOST_WEIGHT:
        raise ValueError(f"{place}The weight of {name!r} is {brief(given)}: give one below a million.")
    return float(given) + 0.0  # no negative zero


def _chance_of(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"The speaker confidence is {brief(given)}, no number: give one between 0 and 1.")
    if not 0 <= given <= 1:
        raise ValueError(f"The speaker confidence is {brief(given)}: give a number between 0 and 1.")
    return float(given) + 0.0


# -------------------------------------------------------------------------------------------------------- lemmas


def _toml(value: str | int | float | bool | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    # What JSON escapes TOML reads; of what TOML wants escaped, JSON leaves one.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _some(values: Sequence[str]) -> str:
    """The first of these, and how many more there are."""
    more = f", … {len(values) - _MOST_SHOWN:,} more" if len(values) > _MOST_SHOWN else ""
    return ", ".join(values[:_MOST_SHOWN]) + more
