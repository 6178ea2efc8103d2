"""What a playbook is made of, and what it finds, reads shortly and shows no text that was given."""

from datetime import UTC, datetime, timedelta

import pytest

from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook, Wished, affected
from cxjourney.vocabulary import Channel, EventKind, Phase, Purpose
from cxjourney.wishes import Wish, WishKind
from tests.playbook.books import InFlight, calls, lived

MARI = "Mari Maasikas\n\x1b[31m"
NOW = datetime(2026, 1, 6, tzinfo=UTC)
BOTH = (Channel.EMAIL, Channel.POST)
PLAY = Play("mari", Entered(Phase.ASSESS), Purpose.THANK, BOTH, MARI, MARI, "Mari", was=["mari_m"])
NOTHING = Play("mari", Wished(WishKind.INVISIBLE), Purpose.INFORM, ())
BOOK = Playbook(MARI, 3, [PLAY], [(Wish(MARI, Phase.ADOPT), WishKind.CONSCIOUS)])
JOURNEY = lived(EventKind.CONTACTED)
WAITING = InFlight(MARI, (JOURNEY,), (), calls(BOOK, JOURNEY, "Mari"), "Mari")
REPORT = affected(BOOK, Playbook(MARI, 4, []), [WAITING], now=NOW)
READ = [
    (PLAY, "<Play on Entered: THANK through EMAIL, POST>"),
    (NOTHING, "<Play on Wished: INFORM through nothing>"),
    (BOOK, "<Playbook version 3: 1 rows, 1 wishes>"),
    (Opened("mari"), "Opened()"),
    (REPORT, "<Affected: 1 rows, 1 of 1 customers, 0 intents kept, 1 withdrawn>"),
    (REPORT.rows[0], "<RowChange: removed, 12 fields>"),
    (REPORT.customers[0].waiting[0], "<Waiting THANK: withdrawn>"),
    (
        REPORT.customers[0],
        "<AffectedCustomer: 0 kept, 1 withdrawn, 0 opened, 0 dropped, 0 missed, 0 coming>",
    ),
    (WAITING, "InFlight()"),
]


@pytest.mark.parametrize(("thing", "told"), READ, ids=[told for _, told in READ])
def test_a_repr_is_one_line_without_texts(thing: object, told: str) -> None:
    """The repr says what it is, and how much of it there is."""
    assert repr(thing) == told


def test_a_trigger_shows_no_rule() -> None:
    """What a row answers to shows its time, and not the rule's name."""
    assert "mari" not in repr(NearlyDue("mari", timedelta(days=2)))
