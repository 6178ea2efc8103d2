"""How many functions recording an event calls: a count, which is the same on every machine."""

from cProfile import Profile
from datetime import timedelta

from cxjourney.channels import HookContext, HookOutcome, HookSet, Sent
from cxjourney.channels.policy import Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import MemoryJournal
from cxjourney.playbook import standard_playbook
from cxjourney.vocabulary import Channel, Event, EventKind
from tests.dispatch.world import MONDAY


def answer(_: HookContext) -> HookOutcome:
    """Say that the question was answered."""
    return Sent(note="it fits")


def asked(number: int) -> Event:
    """Return the question of a number, an hour after the one before."""
    said = {"question": "Does it fit through my door?"}
    return Event(EventKind.ASKED, MONDAY + timedelta(hours=number), f"e{number}", said)


def calls(earlier: int) -> int:
    """Return how many calls one ``Dispatcher.record`` makes after some earlier questions.

    Playbook and policy are the library's own, the hook is the README's; all questions are open.
    """
    dispatcher = Dispatcher(
        MemoryJournal(),
        playbook=standard_playbook(),
        policy=Policy(),
        hooks=HookSet().on(Channel.FACE_TO_FACE, answer, idempotent=True),
        clock=lambda: MONDAY,
    )
    for number in range(earlier):
        dispatcher.record("customer-17", "sofa", asked(number))
    profile, event = Profile(), asked(earlier)
    profile.enable()
    recorded = dispatcher.record("customer-17", "sofa", event)
    profile.disable()
    assert recorded.planned
    return sum(entry.callcount for entry in profile.getstats())
