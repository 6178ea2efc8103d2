"""How many functions recording an event calls: a count, which is the same on every machine."""

from collections.abc import Callable
from cProfile import Profile
from datetime import timedelta
from functools import partial

from cxjourney.channels import HookContext, HookOutcome, HookSet, Sent
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import CustomerRecord, Journal, MemoryJournal
from cxjourney.playbook import standard_playbook
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose, Touchpoint
from tests.dispatch.world import MONDAY


def answer(_: HookContext) -> HookOutcome:
    """Say that the question was answered."""
    return Sent(note="it fits")


def asked(number: int) -> Event:
    """Return the question of a number, an hour after the one before."""
    said = {"question": "Does it fit through my door?"}
    return Event(EventKind.ASKED, MONDAY + timedelta(hours=number), f"e{number}", said)


class Unread(MemoryJournal):
    """A journal of which nobody may read all that is kept."""

    def read(self, customer: str) -> CustomerRecord:
        """Refuse to."""
        raise AssertionError(customer)


def lived(answered: int) -> list[int]:
    """Return how many calls things make after some questions that were asked and answered.

    These are: a question, a run that answers it, and a visit that is told a minute late. Nobody may
    read what was before.
    """
    now = [MONDAY]
    dispatcher = Dispatcher(
        Unread(),
        playbook=standard_playbook(),
        policy=Policy(Limits(service=frozenset({Purpose.ANSWER}))),
        hooks=HookSet().on(Channel.FACE_TO_FACE, answer, idempotent=True),
        clock=lambda: now[0],
    )
    acts: list[Callable[[], object]] = []
    for number in range(answered + 1):
        now[0] = MONDAY + timedelta(hours=number)
        late = now[0] - timedelta(minutes=1)
        visit = Event(EventKind.TOUCHED, late, f"v{number}", {"touchpoint": Touchpoint.SHOP})
        acts = [
            partial(dispatcher.record, "customer-17", "sofa", asked(number)),
            dispatcher.run,
            partial(dispatcher.record, "customer-17", "sofa", visit),
        ]
        if number < answered:
            for act in acts:
                act()
    return [_counted(act) for act in acts]


def _counted(act: Callable[[], object]) -> int:
    profile = Profile()
    profile.enable()
    act()
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def calls(earlier: int, journal: Journal | None = None) -> int:
    """Return how many calls one ``Dispatcher.record`` makes after some earlier questions.

    Playbook and policy are the library's own, the hook is the README's; all questions are open. The
    journal is one in memory where none is given.
    """
    now = [MONDAY]
    dispatcher = Dispatcher(
        journal or MemoryJournal(),
        playbook=standard_playbook(),
        policy=Policy(),
        hooks=HookSet().on(Channel.FACE_TO_FACE, answer, idempotent=True),
        clock=lambda: now[0],
    )
    for number in range(earlier):
        now[0] = asked(number).at
        dispatcher.record("customer-17", "sofa", asked(number))
    profile, event = Profile(), asked(earlier)
    now[0] = event.at
    profile.enable()
    recorded = dispatcher.record("customer-17", "sofa", event)
    profile.disable()
    assert recorded.planned
    return sum(entry.callcount for entry in profile.getstats())
