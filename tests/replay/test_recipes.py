"""The recipes in ``examples/recipes``, each run on a small file made after the documentation."""

from pathlib import Path

import pytest

from cxjourney.replay import Fate, read_log, read_mapping, replay_log

RECIPES = Path(__file__).parents[2] / "examples" / "recipes"
PAGE = (Path(__file__).parents[2] / "docs" / "logs.md").read_text(encoding="utf-8")
FILES = sorted(path for path in RECIPES.iterdir() if path.suffix != ".toml")
GIVEN = {
    "ga4": ["contacted", "contacted", "need_admitted", "purchased EUR 24.5"],
    "mixpanel": ["contacted", "purchased 12.5", "purchased 12.5", "feedback_captured"],
    "amplitude": ["contacted", "purchased 7.25"],
    "segment": ["contacted", "purchased USD 25.0"],
    "shopify": ["purchased USD 35.00", "delivered", "withdrew"],
    "woocommerce": ["need_admitted", "purchased EUR 29.35", "delivered"],
    "wide": [
        *("purchased", "delivered", "result_achieved"),
        *("purchased", "delivered"),
        *("purchased", "delivered", "result_poor"),
    ],
    "estonian_excel": ["contacted", "purchased EUR 1234.50", "delivered"],
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_recipe_reads_its_file(file: Path) -> None:
    """Every line is mapped or left out on purpose, and the events are those that it tells of."""
    name = file.name.partition(".")[0]
    mapping = read_mapping(RECIPES / f"{name}.toml")
    lines = list(read_log(file, mapping))
    known = {Fate.MAPPED, Fate.IGNORED, Fate.UNMATCHED}
    assert {line.fate for line in lines} <= known
    told = [
        " ".join(
            [event.kind.name]
            + [str(event.payload[one]) for one in ("currency", "amount") if one in event.payload]
        )
        for line in lines
        for event in line.events
    ]
    assert told == GIVEN[name]
    report = replay_log(file, mapping)
    assert report.add_up
    assert f"examples/recipes/{name}.toml" in PAGE


def test_every_recipe_has_a_file() -> None:
    """None is shown that is not run."""
    names = {file.name.partition(".")[0] for file in FILES}
    assert names == {path.stem for path in RECIPES.glob("*.toml")} == set(GIVEN)
