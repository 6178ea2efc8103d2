"""Several releases at work on one journal: each leaves alone what is not its own to judge."""

from datetime import timedelta

import attrs
import pytest

from cxjourney.channels import Hook, HookSet, Sent
from cxjourney.dispatch import Dispatcher, RunReport
from cxjourney.dispatch.journal import Commit, OutboxItem, State
from cxjourney.playbook import Entered, Opened, Play, Playbook
from cxjourney.vocabulary import Channel, EventKind, Phase, Purpose
from tests.dispatch.stores import Empty
from tests.dispatch.world import MONDAY, Carrier, World, hooks, playbook

K = EventKind
EMAIL, POST, PERSON = Channel.EMAIL, Channel.POST, Channel.FACE_TO_FACE
NEWER = attrs.evolve(playbook(), version=2)
WITHOUT = playbook().without("welcome")
OTHERWISE = playbook(
    *(one for one in playbook().plays if one.id != "welcome"),
    Play("welcome", Entered(Phase.ADOPT), Purpose.AFFIRM, (EMAIL,), "welcome"),
)
OWES_OTHERWISE = playbook(Play("answer", Opened("hand_over"), Purpose.ANSWER, (PERSON,)))


def carried_by(*channels: Channel) -> HookSet[Hook]:
    """Return hooks of some channels only."""
    found: HookSet[Hook] = HookSet()
    for channel in channels:
        found = found.on(channel, Carrier())
    return found


def planned(world: World, book: Playbook) -> World:
    """Let a release plan a welcome and an answer, and return the world."""
    world.options["playbook"] = book
    world.happens(K.PURCHASED)
    world.happens(K.ASKED, question="?")
    return world


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "older", [WITHOUT, OTHERWISE, playbook().without("answer"), OWES_OTHERWISE]
)
def test_what_a_newer_release_planned_is_left_to_it(empty: Empty, older: Playbook) -> None:
    """An older worker closes nothing of it for want of the row; the newer one sends it later."""
    world = planned(World(journal=empty()), NEWER)
    report = world.dispatcher(playbook=older).run()
    assert report.left >= 1
    assert State.SKIPPED not in world.states().values()
    waiting = [one for one in world.items().values() if one.state is State.PLANNED]
    assert [one.reason for one in waiting] == ["other_playbook"] * report.left
    world.clock.pass_by(minutes=1)
    world.dispatcher().run()
    assert world.states() == {"welcome": State.SENT, "answer": State.SENT}


@pytest.mark.parametrize("newer", [2, 3])
def test_what_an_older_release_planned_is_closed_by_a_newer_one(newer: int) -> None:
    """A row that was taken out calls for nothing any more, and that is for the newer to say."""
    world = planned(World(), NEWER)
    report = world.dispatcher(playbook=attrs.evolve(WITHOUT, version=newer)).run()
    assert report == RunReport(1, {State.SENT: 1, State.SKIPPED: 1})
    assert world.items()["welcome"].reason == "row_gone"


def test_another_playbook_is_no_older_one() -> None:
    """Versions are compared within one key only."""
    world = planned(World(), attrs.evolve(playbook(), key="other"))
    assert world.dispatcher(playbook=attrs.evolve(WITHOUT, version=9)).run().left == 1


def test_what_is_moot_for_the_customer_is_closed_by_any_release() -> None:
    """That somebody answered, or left, is a fact that does not hang on the playbook."""
    world = planned(World(), NEWER)
    world.happens(K.ANSWERED)
    assert world.dispatcher(playbook=playbook()).run().handled[State.SKIPPED] == 1


def test_an_intent_of_which_nobody_knows_the_playbook_is_everybodys() -> None:
    """Intents that were planned before playbooks were noted are judged as they always were."""
    world = planned(World(), NEWER)
    journal, record = world.journal, world.journal.read("c")
    old = [attrs.evolve(one, playbook=None) for one in record.outbox]
    journal.commit(Commit("c", record.revision, MONDAY, outbox=tuple(old)))
    assert world.dispatcher(playbook=WITHOUT).run().handled[State.SKIPPED] == 1


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("have", "sent"),
    [((), None), ((POST,), None), ((PERSON,), None), ((EMAIL,), EMAIL), ((EMAIL, POST), EMAIL)],
)
def test_a_worker_without_the_hook_neither_fails_it_nor_sends_it_otherwise(
    empty: Empty, have: tuple[Channel, ...], sent: Channel | None
) -> None:
    """The channel is the policy's choice; whoever has its hook carries it, in its turn."""
    world = World(journal=empty())
    world.happens(K.PURCHASED)
    report = world.dispatcher(hooks=carried_by(*have)).run()
    item = world.items()["welcome"]
    if sent is None:
        assert (item.state, item.reason, item.channel) == (State.PLANNED, "no_hook", EMAIL)
        assert report == RunReport(1, left=1)
        assert str(report) == "Customers attended to: 1; contacts planned: 0; left alone 1."
        assert report.to_dict()["left"] == 1
    else:
        assert (item.state, item.channel) == (State.SENT, sent)
        assert report == RunReport(1, {State.SENT: 1})
    world.clock.pass_by(minutes=1)
    world.dispatcher(hooks=hooks(Carrier(lambda _: Sent()))).run()
    assert world.items()["welcome"].state is State.SENT


def test_what_is_left_is_looked_at_less_and_less_and_ends_when_it_is_too_late() -> None:
    """Each wait is as long as all before it, up to a day; it is not kept for ever."""
    world = World()
    world.happens(K.PURCHASED)
    company: Dispatcher = world.dispatcher(hooks=HookSet())
    waits: list[timedelta] = []
    while (at := company.next_attention()) is not None:
        waits.append(at - world.clock.at)
        world.clock.at = at
        company.run()
        if world.items()["welcome"].state is not State.PLANNED:
            break
    assert waits[1:6] == [timedelta(minutes=2**n) for n in (0, 0, 1, 2, 3)]
    assert max(waits) <= timedelta(days=1)
    item: OutboxItem = world.items()["welcome"]
    assert (item.state, item.reason) == (State.SKIPPED, "stale")
    assert len(waits) < 40
