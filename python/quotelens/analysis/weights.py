"""Weights of the scores as files: what `quotelens train` writes and `Config.set_weights` takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from quotelens.table.files import replacing

Weights = Mapping[str, float]


def read_weights(path: str | os.PathLike[str]) -> dict[str, float]:
    """Feature → weight, from a .toml file with a table `weights`, or a .tsv file with the columns feature and weight.

    Raises ValueError for a file in another format.
    """
    check_ending(path)
    place = Path(path)
    return _from_toml(place) if is_toml(path) else _from_tsv(place)


def check_ending(path: str | os.PathLike[str]) -> None:
    """Raise ValueError for a file that is neither .toml nor .tsv."""
    if Path(path).suffix.lower() not in (".toml", ".tsv"):
        raise ValueError(f"Cannot tell from {str(path)!r} how weights are written: use .toml or .tsv.")


def is_toml(path: str | os.PathLike[str]) -> bool:
    return Path(path).suffix.lower() == ".toml"


def _from_toml(place: Path) -> dict[str, float]:
    import tomllib

    try:
        table = tomllib.loads(place.read_text(encoding="utf-8")).get("weights")
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{place}: this is not TOML: {error}.") from None
    if not isinstance(table, dict):
        raise ValueError(f'{place}: a table [weights] with lines such as "quote:bias" = 0.5 is expected.')
    return {name: _number(place, name, value) for name, value in table.items()}


def _from_tsv(place: Path) -> dict[str, float]:
    header, *lines = place.read_text(encoding="utf-8").splitlines() or [""]
    if header.split("\t")[:2] != ["feature", "weight"]:
        raise ValueError(f"{place}: the first line should be feature and weight, with a tab between.")
    rows = [line.split("\t") for line in lines if line.strip()]
    return {row[0]: _number(place, row[0], row[1] if len(row) > 1 else "") for row in rows}


def _number(place: Path, name: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{place}: the weight of {name} is {value!r}, not a number.") from None


def weights_toml(weights: Weights) -> str:
    """A table `weights` in TOML, without an end of line."""
    return "\n".join(["[weights]", *(f'"{name}" = {value!r}' for name, value in sorted(weights.items()))])


def write_weights(weights: Weights, path: str | os.PathLike[str]) -> None:
    """Write weights to a .toml or .tsv file."""
    check_ending(path)
    place = Path(path)
    if is_toml(path):
        lines = [weights_toml(weights)]
    else:
        lines = ["feature\tweight", *(f"{name}\t{value!r}" for name, value in sorted(weights.items()))]
    with replacing(place) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
