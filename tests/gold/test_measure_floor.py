"""What has been reached on the development data stays reached.

`floors.json` is {part: {figure: least}}, or {"most": …} where less is better; ../shared/measure.py makes the figures,
and tools/figures.py names them.  A change may raise a floor.
"""

import json
import pathlib
import tomllib

import pytest

FLOORS = json.loads((pathlib.Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))


def short_of(value, floor):
    """Whether a figure has not reached its floor."""
    if value is None:
        return True
    return value > floor["most"] if isinstance(floor, dict) else value < floor


@pytest.mark.parametrize("part", sorted(FLOORS))
def test_floor(shared, figures, part):
    if not figures.MEASURE.exists():
        pytest.skip("../shared/measure.py is not there")
    found = figures.measured(part)
    short = [
        f"{figure}: {found.get(figure)}, was {floor}"
        for figure, floor in FLOORS[part].items()
        if short_of(found.get(figure), floor)
    ]
    assert not short, "\n".join(short)


def test_whatever_a_page_claims_has_a_floor(root, figures):
    claimed = set()
    for block in tomllib.loads((root / "docs" / "figures.toml").read_text(encoding="utf-8")).values():
        for words in [block.get("text", ""), *(cell for row in block.get("rows", ()) for cell in row)]:
            claimed |= {(part, figure) for *_, part, figure, _ in figures.PLACE.findall(words)}
    measured = {(part, figure) for part, figure in claimed if part in figures.PARTS}
    assert len(measured) > 40
    assert sorted(measured - {(part, figure) for part in FLOORS for figure in FLOORS[part]}) == []


def test_no_figure_of_the_pages_is_below_its_floor(figures):
    known = figures.known()
    for part, floors in FLOORS.items():
        for figure, floor in floors.items():
            assert not short_of(known[part].get(figure), floor), figure
