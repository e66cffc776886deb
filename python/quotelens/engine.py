"""The engine that an analysis runs on: one for each `Config` in use."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from quotelens import _core
from quotelens.config import Config


class Engine:
    """Lexicon, patterns and weights of a config, ready for use; immutable, and shared by any number of threads."""

    __slots__ = ("config", "core")

    def __init__(self, config: Config) -> None:
        self.config: Config = config
        self.core: _core.Engine = _core.Engine(**config.core_options())

    def __reduce__(self) -> tuple[Any, ...]:
        return engine_for, (self.config,)


_made = lru_cache(maxsize=8)(Engine)


def engine_for(config: Config | None) -> Engine:
    """The engine of a config, or of none, made when it is first needed."""
    if config is not None and not isinstance(config, Config):
        raise TypeError(
            f"config is of type {type(config).__name__}: give a Config, such as Config().drop_cues('hope') or "
            "Config.load('options.toml')."
        )
    return _made(config or Config())
