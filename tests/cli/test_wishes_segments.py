"""The command ``wishes --segment``: the maps of segments, or years, side by side."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from cxjourney.cli import main
from cxjourney.wishes import YesNo, compare_maps, items_by_prefix, map_wishes

NAMES = ("seats", "food")
ROWS = 400


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    """Return two years of a survey, in the second of which food matters; two rows have no year."""
    chance = np.random.default_rng(3)
    felt = chance.normal(size=(2 * ROWS, 2)).round(3)
    slopes = np.repeat([[0.5, 0.0], [0.5, 0.8]], ROWS, axis=0)
    likes = ((felt * slopes).sum(axis=1) + chance.normal(size=2 * ROWS)).round(3)
    said = (chance.random((2 * ROWS, 2)) < 0.6).astype(int)
    years = ["2026"] * ROWS + ["2025"] * (ROWS - 2) + ["", ""]
    return [
        {
            **dict(zip(NAMES, felt[row].tolist(), strict=True)),
            **{f"say_{name}": int(one) for name, one in zip(NAMES, said[row], strict=True)},
            "likes": likes[row],
            "year": years[row],
            "who": f"c{row}",
            "twice": f"c{row % ROWS}",
            "odd": "pq"[row % 2],
        }
        for row in range(2 * ROWS)
    ]


@pytest.fixture
def file(rows: list[dict[str, object]], tmp_path: Path) -> str:
    """Return the survey as a file."""
    path = tmp_path / "years.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.mark.parametrize("more", [(), ("--respondent", "who")])
def test_segments_are_those_of_compare_maps(
    file: str,
    rows: list[dict[str, object]],
    more: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each segment's rows make a map, and the maps are compared; rows without one are in none."""
    assert main(["wishes", file, "--outcome", "likes", "--segment", "year", "--json", *more]) == 0
    told = json.loads(capsys.readouterr().out)
    maps = {
        year: map_wishes(
            {name: [row[name] for row in rows if row["year"] == year] for name in rows[0]},
            outcome="likes",
            items=items_by_prefix(NAMES, said="say_"),
            statements=YesNo(),
            respondent="who" if more else None,
        )
        for year in ("2025", "2026")
    }
    assert told["segments"] == compare_maps(maps).to_dict()
    assert told["rows"] == len(rows)
    assert [one["differs"] for one in told["segments"]["differences"]] == [0, 0, 0, 1]


def test_segments_are_told_below_the_table(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The wishes of all come first, then the figures of each year and what changed."""
    assert main(["wishes", file, "--outcome", "likes", "--segment", "year", "--lang", "et"]) == 0
    told = capsys.readouterr().out
    assert "2025" in told
    assert told.index("likes") < told.index("2025") < told.index("2026")
    assert max(map(len, told.split("\n"))) <= 80


@pytest.mark.parametrize(
    ("more", "error"),
    [
        (("--segment", "who"), "a column of 800 segments; expected one of 2 to 12"),
        (
            ("--segment", "year", "--respondent", "twice"),
            "with 398 respondents in several segments",
        ),
        (("--segment", "yaer"), "no such column"),
        (("--segment", "odd"), "a map called p"),
    ],
)
def test_segments_that_cannot_be_compared_are_refused(
    file: str, more: tuple[str, ...], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """There are a few segments, no respondent is in two, and each has a name of its own."""
    assert main(["wishes", file, "--outcome", "likes", *more]) == 2
    assert error in " ".join(capsys.readouterr().err.split())
