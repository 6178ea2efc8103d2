"""What may have reached a customer, and nobody knows, is neither forgotten nor sent elsewhere."""

from datetime import timedelta

import pytest

from cxjourney import Channel, EventKind, Purpose
from cxjourney.channels import Failed, HookContext, HookOutcome, HookSet, Sent
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch.journal import State
from cxjourney.playbook import Opened, Play
from tests.dispatch.stores import Empty
from tests.dispatch.world import NOTE, Carrier, World, hooks, playbook

K = EventKind
EMAIL, POST, PERSON = Channel.EMAIL, Channel.POST, Channel.FACE_TO_FACE


def raises_once(context: HookContext) -> HookOutcome:
    """Deliver, and raise the first time."""
    if context.attempt == 1:
        raise OSError
    return Sent(note=NOTE)


def unsure(**options: object) -> World:
    """Return a world where a mail may have reached a customer, and is to be tried again."""
    world = World(Carrier(raises_once))
    world.options = {"hooks": hooks(world.carrier, idempotent=True), **options}
    world.happens(K.PURCHASED)
    world.dispatcher().run()
    item = world.items()["welcome"]
    assert (item.state, item.unsure_at) == (State.PLANNED, world.clock.at)
    return world


def test_it_is_not_sent_through_another_channel() -> None:
    """A letter after a mail that perhaps arrived would be a second welcome."""
    world = unsure()
    world.happens(K.CONSENT_WITHDRAWN, channel=EMAIL, purpose=Purpose.AFFIRM)
    world.clock.pass_by(minutes=1)
    world.dispatcher().run()
    item = world.items()["welcome"]
    assert (item.state, item.channel, item.reason) == (State.UNKNOWN, EMAIL, "C01")
    assert [context.channel for context in world.carrier.contexts] == [EMAIL]
    assert world.dispatcher().dead_letters() == (item,)


def test_it_stays_unknown_when_it_is_not_called_for_any_more() -> None:
    """Skipped would say that nothing reached the customer."""
    world = unsure()
    world.happens(K.LEFT)
    world.clock.pass_by(minutes=1)
    world.dispatcher().run()
    item = world.items()["welcome"]
    assert (item.state, item.reason) == (State.UNKNOWN, "lost")
    assert item.contact is not None
    assert not item.contact.certain


def test_it_stays_unsure_while_nothing_can_carry_it() -> None:
    """The hook was taken away after a call of which nobody knows."""
    world = unsure()
    world.clock.pass_by(minutes=1)
    assert world.dispatcher(hooks=HookSet()).run().left == 1
    item = world.items()["welcome"]
    assert (item.state, item.reason) == (State.PLANNED, "no_hook")
    assert item.contact is not None
    assert not item.contact.certain


def test_it_counts_as_a_contact_for_others_and_not_for_itself() -> None:
    """The next mail of the day waits for tomorrow, the retry does not."""
    more = Play("more", Opened("hand_over"), Purpose.ONBOARD, (EMAIL,), "ask")
    owed = Opened("affirm_decision")
    first = Play("welcome", owed, Purpose.AFFIRM, (EMAIL,), "welcome", priority=1)
    policy = Policy(Limits(service=frozenset(Purpose)))
    world = unsure(playbook=playbook(first, more), policy=policy)
    assert world.items()["more"].reason == "C08"
    world.clock.pass_by(minutes=1)
    world.dispatcher().run()
    assert world.states() == {"welcome": State.SENT, "more": State.PLANNED}
    assert world.items()["welcome"].unsure_at is None


def test_what_a_hook_says_of_somebody_erased_is_not_said_of_whoever_comes_next() -> None:
    """The same id, another key, and another person: the first one's mail is not the second's."""
    world = World()

    def slow(context: HookContext) -> HookOutcome:
        if len(world.carrier.contexts) == 1:
            world.dispatcher().erase("c", at=world.clock.at)
            world.clock.pass_by(hours=1)
            world.happens(K.PURCHASED)
            assert world.items()["welcome"].key != context.key
        return Sent("receipt")

    world.carrier.says = slow
    world.happens(K.PURCHASED)
    assert world.dispatcher().run().erased == 1
    assert world.states() == {"welcome": State.SENT}
    assert len({one.key for one in world.carrier.contexts}) == 2
    assert len(world.journal.attempts(world.items()["welcome"].key)) == 1


def test_a_dead_letter_that_is_driven_again_waits_for_its_moment() -> None:
    """Somebody said too soon that it failed, and is sorry; it goes when it was to go."""
    world = World()
    world.happens(K.PURCHASED)
    world.happens(K.RESULT_ACHIEVED)
    dispatcher, ask = world.dispatcher(), world.items()["ask"]
    assert ask.intent.not_before == world.clock.at + timedelta(hours=1)
    dispatcher.resolve(ask.key, Failed("by_mistake"))
    again = dispatcher.redrive(ask.key)
    assert (again.state, again.next_at) == (State.PLANNED, ask.intent.not_before)


@pytest.mark.no_cover
@pytest.mark.parametrize("outcome", [Sent(note="by phone"), Failed("nobody_there")])
def test_a_task_that_no_hook_was_called_for_can_be_settled(
    empty: Empty, outcome: HookOutcome
) -> None:
    """On every journal: what a person did is on record as the first attempt."""
    world = World(journal=empty())
    world.happens(K.ASKED, question="?")
    dispatcher, item = world.dispatcher(), world.items()["answer"]
    done = dispatcher.resolve(item.key, outcome)
    assert done == world.items()["answer"]
    assert done.state is (State.SENT if isinstance(outcome, Sent) else State.FAILED)
    (attempt,) = world.journal.attempts(item.key)
    assert (attempt.number, attempt.channel, attempt.outcome) == (1, PERSON, outcome)
