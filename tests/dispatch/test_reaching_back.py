"""An event that comes late reads what came after its place, and not the whole journey."""

from datetime import datetime, timedelta

import attrs
import pytest

from cxjourney.dispatch import _opening  # how far checkpoints are apart, no face tells
from cxjourney.dispatch._past import LAST  # nor how many events are at hand
from cxjourney.dispatch.journal import Commit, CustomerRecord, Journal, MemoryJournal, Stretch
from cxjourney.errors import SequenceError
from cxjourney.vocabulary import Event, EventKind
from tests.dispatch.test_whole_history import SHOP, STANDARD, Company
from tests.dispatch.world import MONDAY

K = EventKind
HOUR = timedelta(hours=1)
SPACING, EVENTS = 4, 40


@pytest.fixture(autouse=True)
def _close_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_opening, "SPACING", SPACING)


@attrs.define
class Watched(MemoryJournal):
    """A journal that tells what was read of it."""

    whole: int = 0
    read_back: list[int] = attrs.field(factory=list)

    def __attrs_pre_init__(self) -> None:
        super().__init__()

    def read(self, customer: str) -> CustomerRecord:
        """As ``Journal.read``."""
        self.whole += 1
        return super().read(customer)

    def since(self, customer: str, engagement: str, at: datetime) -> Stretch:
        """As ``Journal.since``."""
        found = super().since(customer, engagement, at)
        self.read_back.append(len(found.events))
        return found


class WithoutCheckpoints(Watched):
    """A journal that keeps no checkpoints."""

    since = Journal.since  # type: ignore[assignment]


class Overtaken(Watched):
    """A journal in which somebody else writes whenever a stretch was asked for."""

    def since(self, customer: str, engagement: str, at: datetime) -> Stretch:
        """As ``Journal.since``."""
        found = super().since(customer, engagement, at)
        if len(self.read_back) == 1:
            self.commit(Commit(customer, found.revision))
            found = super().since(customer, engagement, at)
        return found


def visit(number: float, at: float | None = None) -> Event:
    """Return a visit, as of the hour of its number or another."""
    return Event(K.TOUCHED, MONDAY + (number if at is None else at) * HOUR, f"e{number}", SHOP)


def lived(journal: MemoryJournal) -> Company:
    """Return a company of which a customer was a visitor hour after hour."""
    company = Company(STANDARD, journal)
    company.clock.at += EVENTS * HOUR
    for number in range(EVENTS):
        assert isinstance(company.happens(visit(number)), dict)
    return company


@pytest.fixture
def old() -> Company:
    """Give a company whose journal never reads anything back."""
    return lived(WithoutCheckpoints())


@pytest.mark.no_cover
@pytest.mark.parametrize("at", [35.5, 20.5, 35, 0.5, -1])
def test_a_late_event_reads_what_came_after_its_place(at: float, old: Company) -> None:
    """From the last checkpoint before it; and it does what it does where all is read."""
    journal = Watched()
    new = lived(journal)
    assert (journal.whole, journal.read_back) == (0, [])
    event = visit(99, at)
    assert new.happens(event) == old.happens(event)
    assert len(journal.read_back) == 1
    if at > 0:
        assert journal.whole == 0
        assert EVENTS - at - 1 <= journal.read_back[0] <= EVENTS - at + SPACING + LAST
    else:
        assert (journal.whole, journal.read_back) == (1, [0])
    assert new.journal.read("anna") == old.journal.read("anna")
    later = visit(100, at + 0.1)
    assert new.happens(later) == old.happens(later)
    assert new.journal.read("anna") == old.journal.read("anna")


def test_an_event_that_is_known_reads_no_more() -> None:
    """The last few are at hand; an older one is looked for at its own time, then everywhere."""
    journal = Watched()
    company = lived(journal)
    revision = journal.dossier("anna").revision
    for event, whole, read_back in (
        (visit(EVENTS - 1), 0, 0),
        (visit(EVENTS - 20), 0, 1),
        (visit(3, EVENTS - 20), 1, 2),
    ):
        company.happens(event)
        assert (journal.whole, len(journal.read_back)) == (whole, read_back)
    assert journal.dossier("anna").revision == revision


def test_of_one_moment_no_checkpoint_is_made() -> None:
    """Nobody could tell which of its events come after it."""
    journal = Watched()
    company = Company(STANDARD, journal)
    company.clock.at += EVENTS * HOUR
    for number in range(EVENTS):
        company.happens(visit(number, 0))
    assert journal.since("anna", "", MONDAY + HOUR) == Stretch(EVENTS)


def test_who_is_overtaken_decides_anew(old: Company) -> None:
    """A stretch of another revision than the dossier is not taken over."""
    journal = Overtaken()
    new, event = lived(journal), visit(99, 20.5)
    assert new.happens(event) == old.happens(event)
    assert journal.whole == 0
    with pytest.raises(SequenceError):
        new.dispatcher.record("anna", "", visit(100, 20.6), expected=1)


def test_late_events_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one made the journal read much, the next finds a checkpoint before it."""
    journal = Watched()
    monkeypatch.setattr(_opening, "SPACING", EVENTS * EVENTS)
    company = lived(journal)
    monkeypatch.setattr(_opening, "SPACING", SPACING)
    company.happens(visit(99, 20.5))
    assert (journal.whole, journal.read_back) == (1, [0])
    company.happens(visit(100, 21.5))
    assert (journal.whole, journal.read_back) == (1, [0, EVENTS - 20])


def test_where_something_was_taken_back_all_is_read(old: Company) -> None:
    """What was taken back may be anywhere, so that no checkpoint is to be trusted any more."""
    journal = Watched()
    new = lived(journal)
    said = {"event": "e9", "actor": "ann", "reason": "it was somebody else"}
    back = Event(K.RETRACTED, MONDAY + EVENTS * HOUR, "back", said)
    for event in (back, visit(99, 30.5)):
        told = new.happens(event)
        assert isinstance(told, dict)
        assert told == old.happens(event)
    assert journal.since("anna", "", MONDAY + EVENTS * HOUR) == Stretch(EVENTS + 2)
    assert new.journal.read("anna") == old.journal.read("anna")
