"""What has been reached on the development data stays reached.

`floors.json` is {part: {figure: least}}; ../shared/measure.py makes the figures.  A change may raise a floor.
"""

import json
import pathlib
import subprocess
import sys

import pytest

FLOORS = json.loads((pathlib.Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", sorted(FLOORS))
def test_floor(shared, tmp_path, part):
    program = shared / "measure.py"
    if not program.exists():
        pytest.skip("../shared/measure.py is not there")
    # Its exit status speaks of goals, not of floors.
    run = subprocess.run(
        [sys.executable, program, part, "--json", tmp_path / "figures.json"], capture_output=True, text=True
    )
    assert (tmp_path / "figures.json").exists(), run.stderr
    rows = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    figures = {row["figure"]: row["value"] for row in rows}
    short = [
        f"{figure}: {figures.get(figure)}, was {least}"
        for figure, least in FLOORS[part].items()
        if (figures.get(figure) or 0) < least
    ]
    assert not short, "\n".join(short) + "\n" + run.stdout
