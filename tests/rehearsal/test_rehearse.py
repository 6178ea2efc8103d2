"""Rehearsals: the real code under a jumping clock; the same every time; nothing forbidden sent."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import attrs
import pytest

from cxjourney.channels import (
    Deferred,
    Failed,
    Hook,
    HookContext,
    HookOutcome,
    HookSet,
    Library,
    Profile,
    Sent,
    Skipped,
)
from cxjourney.channels.policy import Policy
from cxjourney.chart import standard_chart
from cxjourney.errors import InvalidError, NaiveTimeError
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import Cue, Line, LineKind, Person, Rehearsal, generate_people, rehearse
from cxjourney.vocabulary import Channel, EventKind, Lang, Phase
from tests.rehearsal.books import (
    ANSWER,
    BOOK,
    START,
    THANKS,
    consents,
    person,
    too_many,
    withdrawn,
)

K = EventKind
STANDARD = standard_playbook()
BUYER = person("anne-1", Cue(1, K.PURCHASED))
ASKER = person("bert", Cue(2, K.ASKED, {"question": "When?"}))


def told(lines: tuple[Line, ...]) -> list[tuple[str, float, int, str, Channel]]:
    """Tell the essentials of lines: kind, day, person, play and channel."""
    return [
        (
            line.kind.name,
            (line.at - START) / timedelta(days=1),
            line.person,
            line.play,
            line.channel,
        )
        for line in lines
    ]


def test_rehearsals_tell_who_would_get_what() -> None:
    """Two people, two contacts: each on its day, to the right person, by the wanted channel."""
    found = rehearse(BOOK, people=(BUYER, ASKER), start=START)
    assert told(found.lines) == [
        ("SENT", 1, 1, "thanks", Channel.EMAIL),
        ("SENT", 2, 2, "answer", Channel.EMAIL),
    ]
    assert found.sent == found.lines
    assert (found.start, found.end) == (START, START + timedelta(days=100))
    assert found.journeys == (("anne-1", ""), ("bert", ""))
    assert found.seed is None
    assert found.stand_ins


def test_time_passes_between_events() -> None:
    """The clock also stops where nothing but the clock calls for something."""
    user = person(
        "carl",
        Cue(1, K.PURCHASED),
        Cue(2, K.DELIVERED),
        Cue(3, K.USED_AGAIN),
        Cue(20, K.USED_AGAIN),
        on=(Channel.VIDEO,),
    )
    found = rehearse(BOOK, people=[user], days=40, start=START)
    checks = [one for one in told(found.sent) if one[3] == "check_in"]
    assert [day for _, day, *_ in checks] == [3 + 7 - 2, 8 + 30 - 2]  # nearly due; 30 days later


def test_what_the_policy_says_stands_in_the_log() -> None:
    """Who never consented waits until it lapses, with rule and reason; others are put off."""
    twice = person("carl", Cue(1, K.PURCHASED), Cue(1.1, K.WITHDREW), Cue(1.2, K.PURCHASED))
    found = rehearse(BOOK, people=[Person("anne-1", script=BUYER.script[-1:]), twice], start=START)
    waiting, first, put_off, second, denied = found.lines
    assert (waiting.kind, waiting.rule, waiting.reason) == (LineKind.WAITING, "C01", "no_consent")
    assert (denied.kind, denied.rule, denied.reason) == (LineKind.DENIED, "C01", "no_consent")
    assert (waiting.person, denied.until, denied.person) == (1, None, 1)
    assert (first.kind, first.rule, first.person) == (LineKind.SENT, None, 2)
    assert (put_off.kind, put_off.rule, put_off.reason) == (LineKind.DEFERRED, "C08", "day_full")
    assert put_off.until == second.at == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert second.kind is LineKind.SENT


def test_fallbacks_are_told() -> None:
    """A contact through another channel than the wanted one says so, and who forbade the first."""
    asker = person("bert", *ASKER.script[-1:], on=(Channel.FACE_TO_FACE,))
    (line,) = rehearse(BOOK, people=[asker], start=START).lines
    assert (line.channel, line.wanted, line.rerouted) == (
        Channel.FACE_TO_FACE,
        Channel.EMAIL,
        True,
    )
    assert [(channel, verdict.rule) for channel, verdict in line.said] == [(Channel.EMAIL, "C01")]
    assert line.diverted is not None
    assert line.diverted.reason == "no_consent"


def test_what_waits_at_the_end_is_told() -> None:
    """What was decided, and whose moment comes after the rehearsal, stands last."""
    later = BOOK.override(attrs.evolve(THANKS, after=timedelta(days=3)))
    found = rehearse(later, people=[BUYER], days=3, start=START)
    (line,) = found.lines
    assert (line.kind, line.at) == (LineKind.WAITING, START + timedelta(days=3))
    assert line.until == START + timedelta(days=4)
    assert rehearse(later, people=[BUYER], days=4, start=START).counts == {LineKind.SENT: 1}


def test_what_is_moot_is_left_undone() -> None:
    """Who left the place before the contact was due does not get it, and the reason is told."""
    later = BOOK.override(attrs.evolve(THANKS, after=timedelta(days=3)))
    buyer = person("anne-1", Cue(1, K.PURCHASED), Cue(2, K.DELIVERED))
    (line,) = rehearse(later, people=[buyer], start=START).lines
    assert (line.kind, line.reason, line.rule) == (LineKind.SKIPPED, "place_left", None)


@pytest.mark.parametrize("days", [1, 0.5, timedelta(hours=36)])
def test_rehearsals_end_when_asked(days: float | timedelta) -> None:
    """What happens after the last day is left out; what happens at its very end is not."""
    found = rehearse(BOOK, people=[BUYER, ASKER], days=days, start=START)
    span = days if isinstance(days, timedelta) else timedelta(days=days)
    assert len(found.lines) == (span >= timedelta(days=1))
    assert found.end == START + span


def failing(*outcomes: HookOutcome | Exception) -> tuple[Hook, list[HookContext]]:
    """Return a hook that gives these outcomes, one after another, and what it was told."""
    left, calls = list(outcomes), list[HookContext]()

    def hook(context: HookContext) -> HookOutcome:
        calls.append(context)
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return hook, calls


def with_hook(hook: Hook, *, idempotent: bool = False) -> Rehearsal:
    """Rehearse two people, with a hook for e-mail and none for anything else."""
    hooks = HookSet[Hook]().on(Channel.EMAIL, hook, idempotent=idempotent)
    return rehearse(BOOK, hooks, people=(BUYER, ASKER), start=START)


def test_hooks_of_the_user_are_called() -> None:
    """A hook is called for each contact, with the key that the log names."""
    hook, calls = failing(Sent("1"), Sent("2"))
    found = with_hook(hook)
    assert [context.key for context in calls] == [line.key for line in found.sent]
    assert [context.now for context in calls] == [line.at for line in found.sent]


@pytest.mark.parametrize(
    ("outcome", "idempotent", "kinds", "reason"),
    [
        (Skipped("no_stamp"), False, ["SKIPPED"], "no_stamp"),
        (Failed("no_paper"), False, ["FAILED"], "no_paper"),
        (Failed("busy", retryable=True), False, ["RETRIED", "SENT"], "busy"),
        (Deferred(START + timedelta(days=4)), False, ["DEFERRED", "SENT"], "deferred_by_hook"),
        (ValueError("anne-1"), False, ["UNKNOWN"], "raised_ValueError"),
        (ValueError("anne-1"), True, ["RETRIED", "SENT"], "raised_ValueError"),
    ],
)
def test_trouble_of_hooks_stops_nothing(
    outcome: HookOutcome | Exception, idempotent: bool, kinds: list[str], reason: str
) -> None:
    """Whatever a hook does to one contact is a line of its own, and the other contact is made."""
    hook, calls = failing(outcome, Sent(), Sent())
    found = with_hook(hook, idempotent=idempotent)
    of_one = [line for line in found.lines if line.key == calls[0].key]
    assert [line.kind.name for line in of_one] == kinds
    assert (of_one[0].reason, of_one[0].rule, of_one[0].attempt) == (reason, None, 1)
    assert (of_one[0].until is None) is (len(kinds) == 1)
    assert [line.person for line in found.sent if line.key != of_one[0].key] == [2]
    assert "anne-1" not in found.explain(full=True)


def test_failures_on_one_channel_are_told_of_that_channel() -> None:
    """A contact that fails by e-mail goes on by the next channel; each line names its own."""
    email, _ = failing(Failed("bounced"))
    person_to_person, _ = failing(Sent(note="all clear"))
    hooks = HookSet[Hook]().on(Channel.EMAIL, email).on(Channel.FACE_TO_FACE, person_to_person)
    asker = person("bert", *ASKER.script[-1:], on=(Channel.EMAIL, Channel.FACE_TO_FACE))
    found = rehearse(BOOK, hooks, people=[asker], start=START)
    assert [(line.kind, line.channel) for line in found.lines] == [
        (LineKind.RETRIED, Channel.EMAIL),
        (LineKind.SENT, Channel.FACE_TO_FACE),
    ]


def test_what_no_hook_carries_waits_until_it_is_too_late() -> None:
    """Where hooks of the user's own carry no such channel, the log says so, once."""
    found = rehearse(BOOK, HookSet(), people=[BUYER], start=START)
    assert [(line.kind, line.reason) for line in found.lines] == [
        (LineKind.DEFERRED, "no_hook"),
        (LineKind.SKIPPED, "stale"),
    ]


def test_libraries_of_the_user_are_kept_to() -> None:
    """Without the texts, nobody gets any; nothing stands in for them then."""
    found = rehearse(BOOK, people=[BUYER], start=START, library=Library())
    assert found.counts == {LineKind.WAITING: 1, LineKind.DENIED: 1}
    assert found.lines[0].rule == "C04"
    assert not found.stand_ins


def test_policies_and_charts_of_the_user_are_kept_to() -> None:
    """Another policy lets through what the standard one denies; journeys follow the chart given."""
    silent = Person("anne-1", script=BUYER.script[-1:])
    free = Policy().without("C01")
    assert rehearse(BOOK, people=[silent], start=START, policy=free).counts == {LineKind.SENT: 1}
    patient = attrs.evolve(
        standard_chart(),
        key="patient",
        silence={**standard_chart().silence, Phase.AFFIRM: None},
    )
    found = rehearse(attrs.evolve(BOOK, chart=patient), people=[BUYER], start=START)
    assert found.chart == patient.ref
    assert "personal_contact" not in [row.rule for row in found.duties]
    assert "personal_contact" in [
        row.rule for row in rehearse(BOOK, people=[BUYER], start=START).duties
    ]


def test_refused_orders_are_counted() -> None:
    """An order that is refused stops nothing, and is counted."""
    order = {"to": Phase.ADVOCATE, "actor": "me", "reason": "because"}
    buyer = person("anne-1", Cue(0.5, K.MOVED, order), Cue(1, K.PURCHASED))
    found = rehearse(BOOK, people=[buyer], start=START)
    assert found.refused == 1
    assert found.counts == {LineKind.SENT: 1}


def test_erased_people_are_forgotten() -> None:
    """Who is erased gets nothing more and owes no line; what was sent before stays in the log."""
    buyer = person(
        "anne-1", Cue(1, K.PURCHASED), Cue(2, K.ERASED), Cue(3, K.ASKED, {"question": "?"})
    )
    found = rehearse(BOOK, people=[buyer], days=2.5, start=START)
    assert told(found.lines) == [("SENT", 1, 1, "thanks", Channel.EMAIL)]
    assert found.duties == ()


@pytest.mark.parametrize(
    ("people", "what"),
    [
        ([BUYER, BUYER], "people"),
        ([BUYER, Person("anne-1", "second", Profile(lang=Lang.FI))], "people"),
        (0, "people"),
        (True, "people"),
    ],
)
def test_people_that_contradict_each_other_are_refused(people: Any, what: str) -> None:
    """Each journey is walked by one person, and each customer has one profile."""
    with pytest.raises(InvalidError) as raised:
        rehearse(BOOK, people=people, start=START)
    assert raised.value.where == what
    assert "anne-1" not in str(raised.value)


def test_days_and_starts_are_checked() -> None:
    """A time without a zone, or days below zero, are refused by name."""
    with pytest.raises(NaiveTimeError):
        rehearse(BOOK, start=datetime(2026, 3, 2))  # noqa: DTZ001 - it is refused
    with pytest.raises(InvalidError, match="days: -1"):
        rehearse(BOOK, days=-1, start=START)


def test_progress_goes_from_none_to_all() -> None:
    """Progress is told in days, and never goes back."""
    told: list[tuple[str, int, int]] = []

    def progress(what: str, done: int, total: int) -> None:
        told.append((what, done, total))

    rehearse(BOOK, people=(BUYER, ASKER), start=START, progress=progress)
    assert {(what, total) for what, _, total in told} == {("rehearsing", 100)}
    days = [done for _, done, _ in told]
    assert days == sorted(days)
    assert days[-1] == 100
    rehearse(BOOK, people=[], days=0, start=START, progress=progress)
    assert told[-1] == ("rehearsing", 1, 1)


@pytest.mark.no_cover
def test_rehearsals_are_the_same_in_every_process() -> None:
    """A seed gives the same log to the byte, whatever the hash seed; so do its people, if given."""
    script = (
        "from tests.rehearsal.books import START\n"
        "from cxjourney.playbook import standard_playbook\n"
        "from cxjourney.rehearsal import rehearse\n"
        "found = rehearse(standard_playbook(), people=2, seed=3, start=START)\n"
        "print(found.explain(full=True), found.to_rows(), found.missed)\n"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": ".:src", "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = rehearse(STANDARD, people=2, seed=3, start=START)
    assert elsewhere == f"{found.explain(full=True)} {found.to_rows()} {found.missed}\n"
    people = generate_people(2, seed=3, start=START)
    again = rehearse(STANDARD, people=people, seed=99, start=START)
    assert again == attrs.evolve(found, seed=None)


CROWD, SEED = 8, 1


@cache
def crowded() -> Rehearsal:
    """Return the rehearsal of the standard playbook by a few people."""
    return rehearse(STANDARD, people=CROWD, seed=SEED, start=START)


@pytest.mark.no_cover
def test_nothing_is_sent_without_consent() -> None:
    """By a count of its own, each contact had a consent that was not withdrawn."""
    people = generate_people(CROWD, seed=SEED, start=START)
    events = [
        (one.customer, one.engagement, event) for one in people for event in one.events(START)
    ]
    assert withdrawn(events, crowded().sent, needed=True) == []
    assert crowded().of_kind(LineKind.DENIED)


@pytest.mark.no_cover
def test_nobody_is_contacted_too_often() -> None:
    """By a count of its own, nobody gets more a day and week than the caps allow."""
    people = generate_people(CROWD, seed=SEED, start=START)
    zones = {one.customer: one.profile.zone for one in people}
    assert too_many(crowded().sent, zones) == []
    assert "C08" in {row.rule for row in crowded().by_rule}


@pytest.mark.no_cover
def test_each_contact_is_made_once() -> None:
    """No key is sent twice, and nothing happens to a contact after its end; lines go by time."""
    ended: set[str] = set()
    for line in crowded().lines:
        assert line.key not in ended
        if line.kind not in {LineKind.DEFERRED, LineKind.RETRIED, LineKind.WAITING}:
            ended.add(line.key)
    times = [line.at for line in crowded().lines]
    assert times == sorted(times)
    assert times[0] >= START
    assert times[-1] <= crowded().end


@pytest.mark.no_cover
def test_counts_add_up() -> None:
    """Each line is found once in every count; those inside the company go through no channel."""
    assert sum(crowded().counts.values()) == len(crowded().lines)
    outward = Counter(line.kind for line in crowded().lines if not line.internal)
    for rows, counted in ((crowded().by_play, crowded().counts), (crowded().by_channel, outward)):
        total: Counter[LineKind] = Counter()
        for row in rows:
            total.update(row.counts)
        assert total == counted
    assert [row.play for row in crowded().by_play] == list(
        dict.fromkeys(play.id for play in STANDARD.plays)
    )


def test_segments_have_their_own_rows() -> None:
    """Who belongs to a segment is served by its rows."""
    own = attrs.evolve(
        ANSWER, segment="key_account", channels=(Channel.FACE_TO_FACE,), content=None
    )
    script = (*consents(Channel.EMAIL, Channel.FACE_TO_FACE), *ASKER.script[-1:])
    people = [
        Person("anne-1", profile=Profile(segment="key_account"), script=script),
        Person("bert", script=script),
    ]
    found = rehearse(BOOK.override(own), people=people, start=START)
    assert [line.channel for line in found.sent] == [Channel.FACE_TO_FACE, Channel.EMAIL]
