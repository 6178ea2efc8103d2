"""The measures of a bulk replay are those of the same log walked live."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cxjourney import bulk
from cxjourney.measures import Measures
from cxjourney.replay import (
    LogBook,
    LogMapping,
    make_mapping,
    read_log,
    read_mapping,
    walk_journeys,
)
from cxjourney.vocabulary import Phase

EXAMPLES = Path(__file__).parents[2] / "examples"
ORDER = {"event": "moved", "payload": {"to": "admit", "actor": "a", "reason": "r", "force": True}}
MAPPING: dict[str, Any] = {
    "columns": {"customer": "who", "time": "when", "activity": "what"},
    "events": {
        "ask": ["contacted", {"event": "asked", "payload": {"question": "?"}}],
        "buy": "purchased",
        "get": "delivered",
        "use": "used_again",
        "quit": "withdrew",
        "leave": "left",
        "order": ORDER,
        "call": {"event": "fulfilled", "payload": {"obligation": "affirm_decision"}},
    },
    "chart": {"repeat_purchase": "experience", "feedback": "optional"},
}
WHAT = [*MAPPING["events"]]


def of_both(log: Path, mapping: LogMapping) -> tuple[Measures, Measures]:
    """Return the measures of a log walked live, and in columns."""
    book = LogBook.of(read_log(log, mapping))
    assert book.last is not None
    walks = walk_journeys(book.events, mapping.chart, book.last)
    live = Measures.of(walks, as_of=book.last, mapping=mapping)
    found = bulk.replay(pd.read_csv(log), mapping=mapping, moves=True, duties=True)
    columns = Measures.of_columns(
        found.journeys, found.moves, found.duties, book.events, as_of=found.as_of, mapping=mapping
    )
    return live, columns


def compare(live: Measures, columns: Measures) -> None:
    """Compare every figure that does not hang on the order of journeys."""
    for one, other in (
        (live.funnel(), columns.funnel()),
        (live.time_in_phase(), columns.time_in_phase()),
        *((live.where_they_went(p, within=9), columns.where_they_went(p, within=9)) for p in Phase),
        (live.obligations(), columns.obligations()),
        (live.stuck(2), columns.stuck(2)),
        (live.feedback_coverage(), columns.feedback_coverage()),
    ):
        assert one.to_dict() == other.to_dict()


def test_a_log_with_every_way_out(tmp_path: Path) -> None:
    """Leaving, withdrawing, orders and the clock have the same reasons in columns."""
    path = tmp_path / "log.csv"
    rows = [
        f"c{number % 37},2024-03-{1 + (number * 7) % 28:02}T{number % 24:02}:00:00Z,"
        f"{WHAT[number * number % 11 % len(WHAT)]}"
        for number in range(400)
    ]
    path.write_text("who,when,what\n" + "\n".join(rows) + "\n", encoding="utf-8")
    live, columns = of_both(path, make_mapping(MAPPING))
    compare(live, columns)
    assert len(live.where_they_went(Phase.AFFIRM, within=30).rows) > 2


@pytest.mark.no_cover
def test_the_households() -> None:
    """A year of 160 households."""
    mapping = read_mapping(EXAMPLES / "households.toml")
    compare(*of_both(EXAMPLES / "households_2017_first160.csv", mapping))
