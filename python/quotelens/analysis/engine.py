"""The engine that an analysis runs on: one for each `Config` in use."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Protocol

from quotelens import _core
from quotelens.analysis.config import Config
from quotelens.analysis.known import Claims
from quotelens.analysis.readers import version_of
from quotelens.reading.records import Problem, Record


class Core(Protocol):
    """What makes tables of documents: the engine of the C core, or one that applies corrections to its tables."""

    def analyse(
        self,
        texts: Sequence[str],
        ids: Sequence[str],
        tables: Sequence[str],
        *,
        quotes: bool = False,
        parse: bool = False,
        outlets: Sequence[str] | None = None,
        lines: _core.LineCounts | None = None,
    ) -> dict[str, _core.Batch]: ...


class Engine:
    """Lexicon, patterns and weights of a config, ready for use; immutable, and shared by any number of threads."""

    def __init__(self, config: Config) -> None:
        self.config: Config = config
        self.found: _core.Engine = _core.Engine(**config._core_options())
        self.core: Core = self.found

    def empty(self, table: str) -> _core.Batch:
        """No rows of the table of this name, as this engine makes it."""
        return _core.empty(table)

    @property
    def doc_ids(self) -> Collection[str]:
        """The documents whose tables are corrected."""
        return ()

    def unmatched(self, record: Record, counts: _core.LineCounts | None) -> Iterable[Problem]:
        """Corrections of a document that no longer fit it."""
        return ()

    def without_document(self, there: Container[str]) -> Iterable[Problem]:
        """Corrections of documents that are not in the corpus."""
        return ()

    @cached_property
    def claims(self) -> Claims:
        """Matches names to the sources of `Config.add_sources`; `own` is empty if there are none."""
        return Claims(self.config._known_sources)

    @cached_property
    def info(self) -> Mapping[str, str]:
        """Versions and hashes of what this engine uses, as `quotelens.info` gives them."""
        own = {"lexicon": self.config._lexicon_hash, "scores": self.config._weights_hash}
        return _core.info() | own | {"reader": version_of(self.config.reader)}

    @cached_property
    def _own(self) -> dict[str, str]:
        toml = self.config.to_toml()
        return {"config": toml} if toml else {}

    def origin(self, table: str, **options: Any) -> dict[str, Any]:
        """How a table was made (see `Table.info`); an option that is None was not given."""
        given = {name: _plain(value) for name, value in options.items() if value is not None}
        return {**self.info, "table": table, "options": given, **self._own}

    def __reduce__(self) -> tuple[Any, ...]:
        return engine_for, (self.config,)


def _plain(value: Any) -> Any:
    """An option as JSON can hold it."""
    if isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return sorted(value) if isinstance(value, (set, frozenset)) else list(value)


_made = lru_cache(maxsize=8)(Engine)


def engine_for(config: Config | None) -> Engine:
    """The engine of a config, or the default engine, made when it is first needed."""
    if config is not None and not isinstance(config, Config):
        raise TypeError(
            f"config is of type {type(config).__name__}: give a Config, such as Config().drop_cues('hope') or "
            "Config.load('options.toml')."
        )
    return _made(config or Config())
