"""The oldest versions that pyproject.toml allows, as constraints for pip: `python tools/floors.py >build/floors.txt`.

Of every extra and of what building needs, `name[extra]>=1.2; marker` becomes `name==1.2; marker`.
"""

import re
import tomllib
from pathlib import Path

FLOOR = re.compile(r"([\w.-]+)(?:\[[^]]*\])?\s*>=\s*([\w.]+)\s*(;.*)?")


def pin(requirement: str) -> str:
    """`requirement` at its floor; one without a floor could not be tested, and ends the program."""
    if not (match := FLOOR.fullmatch(requirement)):
        raise SystemExit(f"pyproject.toml has {requirement!r}; wanted name>=version, with nothing else but a marker")
    name, version, marker = match.groups(default="")
    return f"{name}=={version}{marker}"


project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
name = project["project"]["name"]
extras = project["project"]["optional-dependencies"].values()
wanted = [*project["build-system"]["requires"], *(line for extra in extras for line in extra)]
print(*sorted({pin(line) for line in wanted if not line.startswith((f"{name}[", f"{name}-"))}), sep="\n")
