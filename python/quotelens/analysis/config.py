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
    """Options of an analysis.  A config never changes: each method returns a new one, so calls can be chained.

    `reader` says what reads the articles: "fast", the network that comes with the package, or "thorough", a language
    model that finds more and takes forty to a hundred times as long.  It needs the package `quotelens-reader-en`.

    Pass it to `read`, `Corpus` or `annotate` as `config=`.  Without one, the built-in options apply.

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
        .tsv or .csv file.  Only the lemma is required.  For a word that is already a cue, whatever you leave out (or
        give as None, "-" or an empty cell) stays unchanged.  For a new word it gets the default in brackets:

        lemma   base form of a verb, singular of a noun
        kind    verb or noun (verb)
        act     speech, evidence, thought, intention, attitude, seeming, other (speech)
        tone    neutral, stance, manner, question, or a name of your own (neutral)
        frames  where its content may stand, as a list or separated by blanks: that, clause (without "that"),
                wh, to, quote, final ("…, she said"), object and object_about _as _for _of _source _to _toward,
                addressee (a verb: clause final quote that; a noun: that)
        forms   irregular ones: past tense and participle, and the gerund if that is irregular too; the plural of a
                noun (none; one syllable as in "quip" doubles its last letter by itself)
        hedge   True or "hedge" if the word itself casts doubt, else False or "-" (False)
        why     a note of yours

        Raises ValueError for an invalid value, TypeError for a wrong type, and OSError for a file that cannot be
        read.  Warns if a tone of your own looks like a misspelling of a built-in one ("mannner").

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
        """Stop words from being cues, as verbs and as nouns.  Pass lemmas one by one, or in a list.

        Directly after a quotation ("…," she hoped) any verb still reports, but without a lemma or a tone.

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
        """All cues in force, sorted by lemma and kind.

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
        """Set your own weights for the models behind `confidence` and `source_confidence`.

        `weights` is a dict, feature → weight, or the path of a .toml or .tsv file that `train` wrote.  Features that
        are not named keep their weights; `weights` lists those in force.

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
        """The weights in force, by name of the feature.  `Document.explain` describes what a feature means."""
        return _built_in_weights() | dict(self._weights)

    @property
    def _weights_hash(self) -> str:
        """A hash of the weights in force, as 16 hexadecimal digits."""
        return hashlib.sha256(repr(sorted(self.weights().items())).encode()).hexdigest()[:16]

    # ---------------------------------------------------------------------------------------------- sources

    def add_sources(self, rows: Rows, /) -> Config:
        """List your own sources.  Quotes, `Corpus.sources` and its views use your list before the built-in linking.

        `rows` is a list of dicts, a dataframe, a table from `sources`, or the path of a .csv, .tsv or .jsonl file:

        name     the canonical name
        aliases  other names used in articles: a list, or a string separated by "|" or ";"
        others   any columns, such as a Wikidata id, party or gender.  They become columns of `Corpus.sources`; kind,
                 title and organisation override what is found

        Case is ignored.  The name, and every alias of several words, also matches its variants ("Ada B. Holm").  An
        alias of one word, or one with a title ("Mayor Holm"), matches only entities without a fuller name in their
        document, or bodies of which it is the acronym.  It never matches a relative: Bo Holm stays Bo Holm, even if
        the article later calls him "Holm".  The canonical names appear in `speaker` of `Corpus.quotes`, in
        `Corpus.sources` and in `Corpus.source_links`.

        A name that is already listed gets the new aliases and values.

        Raises ValueError for a name or alias that two sources share, for a row without a name, and for a column that
        `Corpus.sources` computes.  Raises TypeError for a wrong type, and OSError for a file that cannot be read.

        >>> config = Config().add_sources([{"name": "Ada Holm", "aliases": "Holm | A. Holm", "party": "Reform"}])
        >>> config.sources()
        name      aliases         party
        Ada Holm  A. Holm | Holm  Reform
        """
        return replace(self, _sources=with_sources(self._sources, rows))

    def sources(self) -> Table:
        """The sources passed to `add_sources`, sorted by name: name, aliases, and your own columns."""
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
        """Withhold speakers whose `speaker_confidence` is lower than this.  With 0, the default, none is withheld.

        A withheld speaker is null in `speaker`, in the chain and in every count by speaker.  `speaker_confidence`
        keeps the chance, and `Document.explain` still names the person.

        Raises TypeError if it is not a number, and ValueError if it is not between 0 and 1.

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
        """Also look for quotes in pages that are not in English.

        Such pages have the status `not_english` in `Corpus.documents`, and get no quotes by default: the rules and
        trees are made for English, and find little that is right in another language.

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

        The file holds `reader` (a name), `speaker_confidence` (a number), `drop_cues` (a list of lemmas), a table
        `[weights]` with lines such as `"quote:bias" = 0.5`, and one table `[[cues]]` for each added cue, with the
        keys of `add_cues`.  If you write the file by hand, you can shorten that to `[cues]` with lines such as
        `quip = "manner"`.  Sources are tables `[[sources]]`; by hand, `sources = "sources.csv"` also works, with a
        path relative to the file.
        """
        with replacing(Path(path)) as temporary:
            temporary.write_text(self.to_toml(), encoding="utf-8", newline="\n")

    def to_toml(self) -> str:
        """The text that `save` writes; empty if nothing was changed."""
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
        """Read a file that `save` wrote, or one written by hand.

        Raises ValueError, naming the file, for invalid TOML or an unknown option, and OSError if it cannot be read.
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
            raise TypeError(f"The option 'cues' is {brief(options['cues'])}, not a table such as [cues] or [[cues]].")
        plain = cls().drop_cues(options.get("drop_cues", ())).add_cues(options.get("cues", ()))
        if not isinstance(options.get("weights", {}), dict):
            raise TypeError(f"The option 'weights' is {brief(options['weights'])}, not a table [weights].")
        sources = options.get("sources", ())
        if isinstance(sources, str):
            sources = folder / sources
        made = plain.set_weights(options.get("weights", {})).add_sources(sources)
        keeps = options.get("all_languages", False)
        if not isinstance(keeps, bool):
            raise TypeError(f"The option 'all_languages' is {brief(keeps)}, neither true nor false.")
        if "speaker_confidence" in options:
            made = made.set_speaker_confidence(options["speaker_confidence"])
        made = made.keep_all_languages() if keeps else made
        return replace(made, reader=options.get("reader", READERS[0]))  # last, as its weights may be missing


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
        raise TypeError(f"The weight of {name!r} is {brief(given)}, not a number.")
    if not abs(given) < _MOST_WEIGHT:
        raise ValueError(f"{place}The weight of {name!r} is {brief(given)}: give one below a million.")
    return float(given) + 0.0  # no negative zero


def _chance_of(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise TypeError(f"The speaker confidence is {brief(given)}, not a number: give one between 0 and 1.")
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
