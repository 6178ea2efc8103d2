"""Plays the first eight situations of what is put right, and is killed with SIGKILL in the middle.

``python -m tests.dispatch.killed FOLDER SITUATION EVERY`` plays a situation undisturbed on SQLite,
then once for each point at which it may end: a process of its own is killed there, and another
one goes on with what is in the file, and with its callers, who say again what was not done. It
prints as JSON what came of it undisturbed, at which points it was killed, and what differed.

The points are each statement, each commit, each call of a hook before its effect and after it.
``EVERY`` takes every so many of the statements and commits; 0 takes the first call, the last effect
and the middle one, and that of each step that retracts, merges, renames or erases.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any

import attrs
from sqlalchemy import Engine, create_engine, event

from cxjourney import Channel, Event, EventKind, Phase, Purpose
from cxjourney.channels import (
    Approval,
    Content,
    Failed,
    HookContext,
    HookOutcome,
    Library,
    Sent,
    digest_of,
)
from cxjourney.channels.policy import Limits, Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import SqlJournal
from cxjourney.errors import ConflictError, NotSettledError
from cxjourney.playbook import Entered, Opened, Play
from cxjourney.vocabulary import Touchpoint
from tests.dispatch.stores import SECRET, hurried, sqlite_url
from tests.dispatch.world import MONDAY, World, hooks, playbook

K, P = EventKind, Purpose
EMAIL, POST, PERSON = Channel.EMAIL, Channel.POST, Channel.FACE_TO_FACE
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Step = Callable[["Stage"], object]
Steps = list[tuple[datetime, Step]]

WELCOME = Play("welcome", Entered(Phase.ASSESS), P.INFORM, (EMAIL, POST), "text")
BOUGHT = Play("bought", Entered(Phase.AFFIRM), P.AFFIRM, (EMAIL, POST), "text", after=HOUR)
ANSWER = Play("answer", Opened("answer"), P.ANSWER, (EMAIL, POST), "text", tells=K.ANSWERED)
CHECK = Play("check", Opened("check_in"), P.ONBOARD, (PERSON,))
ALL = Policy(Limits(service=frozenset(P), contacts_a_day=100, contacts_a_week=100))


def text(*approved: str) -> Library:
    """Return the one text there is, approved by some people."""
    found: list[Content] = []
    for channel in (EMAIL, POST):
        digest = digest_of(channel.value)
        by = tuple(Approval(one, digest) for one in approved)
        found.append(Content("text", channel, "ann", digest, by))
    return Library(found)


GOOD = text("bob", "eve")
COMPILED: dict[Any, Any] = {}
"""The statements, which each process need not compile anew."""


@attrs.define
class Stage:
    """One process at work: it knows what the file knows, and what is outside.

    Attributes:
        folder: where the journal is, and what is outside.
        dies_at: at which point the process is killed; 0 for never.
        before: called before each step with its number, for what is to be kept of it.
        passed: the points that were passed, each with the number of its step.
        times: when what reached the customers was sent.
    """

    folder: Path
    dies_at: int = 0
    before: Callable[[int], object] = lambda _: None
    passed: list[tuple[str, int]] = attrs.field(factory=list)
    times: list[datetime] = attrs.field(factory=list)
    now: int = 0
    engine: Engine = attrs.field(init=False)
    world: World = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        same = {"compiled_cache": COMPILED}
        url = sqlite_url(self.folder)
        self.engine = hurried(create_engine(url, hide_parameters=True, execution_options=same))
        journal = SqlJournal(self.engine, secret=SECRET)
        self.world = World(journal=journal)
        self.world.options = {"hooks": hooks(self.carry, idempotent=True)}
        event.listen(self.engine, "before_cursor_execute", lambda *_: self.come_to("statement"))
        event.listen(self.engine, "commit", lambda *_: self.come_to("commit"))

    def come_to(self, point: str) -> None:
        """Come to a point, and be killed there if that is wanted."""
        self.passed.append((point, self.now))
        if len(self.passed) == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def outside(self) -> Path:
        """The file with what reached the customers; its carrier honours the keys."""
        return self.folder / "outside"

    def carry(self, context: HookContext) -> HookOutcome:
        """Carry an intent out: what was carried out under a key is not carried out again."""
        self.come_to("hook")
        name = f"{context.key} {context.channel.name}"
        told = self.outside.read_text().split("\n") if self.outside.exists() else []
        if not any(line.startswith(name) for line in told):
            with self.outside.open("a") as file:
                file.write(f"{name} {context.intent.customer} {context.intent.play}\n")
                self.times.append(context.now)
        self.come_to("effect")
        return Sent("ok", "nothing was unclear")

    def play(self, steps: Steps, *, again: bool = False) -> None:
        """Do what was not done; what was begun is done ``again``, when its claim has run out."""
        done = self.folder / "done"
        first = len(done.read_text()) if done.exists() else 0
        for self.now, (at, step) in enumerate(steps[first:], start=first):
            self.before(self.now)
            self.world.clock.at = at
            step(self)
            for _ in range(2 if again and self.now == first else 0):
                self.world.clock.pass_by(minutes=10)
                step(self)
            with done.open("a") as file:
                file.write(".")
        self.engine.dispose()

    def dispatcher(self, *plays: Play, **options: Any) -> Dispatcher:
        """Return a dispatcher with a playbook of some rows."""
        given: dict[str, Any] = {"policy": ALL, "library": GOOD, **options}
        return self.world.dispatcher(playbook=playbook(*plays), **given)


def found(folder: Path) -> dict[str, list[str]]:
    """Return what came of it: what was sent, how the intents stand, what is owed, the journeys."""
    stage = Stage(folder)
    journal, outside = stage.world.journal, folder / "outside"
    records = [journal.read(one) for one in journal.customers()]
    told = outside.read_text().split("\n")[:-1] if outside.exists() else []
    answer = {
        "sent": sorted(line.split(" ", 1)[1] for line in told),
        "stand": sorted(
            f"{one.channel.name} {one.intent.customer} {one.intent.play} "
            f"{one.state.name} {one.reason}".rstrip()
            for record in records
            for one in record.outbox
        ),
        "journeys": sorted(
            f"{record.customer} {one.engagement} {[*map(_named, one.data['events'])]}"
            for record in records
            for one in record.journeys
        ),
        "owed": sorted(
            f"{one.customer} {one.obligation.key}" for one in journal.overdue(MONDAY + 900 * DAY)
        ),
        "erased": [str(one.journey["counts"]) for one in journal.tombstones()],
    }
    stage.engine.dispose()
    return answer


def _named(event: Mapping[str, str]) -> str:
    """Return the id of an event, without the number of the attempt."""
    return event["id"] if event["kind"] != K.UNDELIVERABLE.name else event["id"].rpartition(":")[0]


def tells(
    customer: str, kind: EventKind, at: datetime, id: str = "", *plays: Play, **payload: Any
) -> Step:
    """Return what records an event."""

    def step(stage: Stage, **options: Any) -> None:
        dispatcher = stage.dispatcher(*plays, **options)
        dispatcher.record(customer, "", Event(kind, at, id or kind.name, payload))

    return step


def runs(*plays: Play, **options: Any) -> Step:
    """Return what lets the dispatcher run."""
    return lambda stage: stage.dispatcher(*plays, **options).run()


def denied() -> Steps:
    """1: consent comes after the contact; approvals come late, a second one for many."""
    strict = Limits(service=frozenset({P.ANSWER}), audience_limit=1)
    careful = {"policy": Policy(strict)}
    yes = {"channel": EMAIL, "purpose": P.INFORM}
    both = (WELCOME, ANSWER)

    def told(customer: str, kind: EventKind, at: datetime, **payload: Any) -> Step:
        event = Event(kind, at, kind.name, payload)

        def step(stage: Stage) -> None:
            stage.dispatcher(*both, library=text(), **careful).record(customer, "", event)

        return step

    return [
        (MONDAY, told("a", K.CONTACTED, MONDAY)),
        (MONDAY, told("b", K.ASKED, MONDAY, question="?")),
        (MONDAY, runs(*both, library=text(), **careful)),
        (MONDAY + 5 * MINUTE, told("a", K.CONSENT_GIVEN, MONDAY + 5 * MINUTE, **yes)),
        (MONDAY + 6 * MINUTE, runs(*both, library=text(), **careful)),
        (MONDAY + HOUR, runs(*both, library=text("bob"), **careful)),
        (MONDAY + 2 * HOUR, runs(*both, library=text("bob", "eve"), **careful)),
    ]


def came_back() -> Steps:
    """2: a mail bounces hours after it was sent, and the letter answers."""

    def bounce(stage: Stage) -> None:
        (item,) = stage.world.journal.read("c").outbox
        if item.channel is EMAIL:  # who was told before that it is done says it no more
            with suppress(NotSettledError):
                stage.dispatcher(ANSWER).resolve(item.key, Failed("bounced"), actor="mta")

    later = MONDAY + 5 * HOUR
    return [
        (MONDAY, tells("c", K.ASKED, MONDAY, "", ANSWER, question="?")),
        (MONDAY, runs(ANSWER)),
        (later, bounce),
        (later + MINUTE, runs(ANSWER)),
    ]


def conflicting() -> Steps:
    """3: a withdrawal comes under the id of a consent, is refused, and comes under its own."""
    stop = Event(K.CONSENT_WITHDRAWN, MONDAY + MINUTE, "1", {"channel": EMAIL})

    def refused(stage: Stage) -> None:
        try:
            stage.dispatcher(BOUGHT).record("c", "", stop)
        except ConflictError:
            return
        raise AssertionError

    return [
        (MONDAY, tells("c", K.CONSENT_GIVEN, MONDAY, "1", BOUGHT)),
        (MONDAY, tells("c", K.PURCHASED, MONDAY, "", BOUGHT)),
        (MONDAY + MINUTE, refused),
        (MONDAY + MINUTE, tells("c", K.CONSENT_WITHDRAWN, stop.at, "2", BOUGHT, channel=EMAIL)),
        (MONDAY + 2 * HOUR, runs(BOUGHT)),
    ]


def taken_back() -> Steps:
    """4: two orders were booked on the wrong customer, one before its mail went and one after."""
    wrong = {"actor": "ann", "reason": "wrong customer"}
    back, again = MONDAY + 30 * MINUTE, MONDAY + DAY
    return [
        (MONDAY, tells("a", K.PURCHASED, MONDAY, "1", BOUGHT)),
        (back, tells("a", K.RETRACTED, back, "", BOUGHT, event="1", **wrong)),
        (back, tells("b", K.PURCHASED, MONDAY, "1", BOUGHT)),
        (MONDAY + 2 * HOUR, runs(BOUGHT)),
        (again, tells("b", K.RETRACTED, again, "", BOUGHT, event="1", **wrong)),
        (again, tells("a", K.PURCHASED, MONDAY, "2", BOUGHT)),
        (again + HOUR, runs(BOUGHT)),
    ]


def who_is_who() -> Steps:
    """5: two are one, go under another id, are erased, and come back."""
    gone, later = MONDAY + 2 * DAY, MONDAY + 3 * DAY

    def erase(stage: Stage) -> None:
        stage.dispatcher(BOUGHT).erase("a", at=gone)

    return [
        (MONDAY, tells("a", K.PURCHASED, MONDAY, "1", BOUGHT)),
        (MONDAY, tells("b", K.PURCHASED, MONDAY, "2", BOUGHT)),
        (MONDAY + HOUR, runs(BOUGHT)),
        (MONDAY + HOUR, lambda stage: stage.dispatcher(BOUGHT).merge("a", "b", actor="ann")),
        (MONDAY + DAY, lambda stage: stage.dispatcher(BOUGHT).rename("b", "c", actor="ann")),
        (MONDAY + DAY, tells("b", K.ASKED, MONDAY + DAY, "3", ANSWER, question="?")),
        (MONDAY + DAY, runs(BOUGHT, ANSWER)),
        (gone, tells("a", K.CONSENT_WITHDRAWN, gone, "4", BOUGHT, channel=EMAIL)),
        (gone, erase),
        (gone + HOUR, tells("b", K.PURCHASED, MONDAY, "2", BOUGHT)),
        (later, tells("a", K.PURCHASED, later, "1", BOUGHT)),
        (later + HOUR, runs(BOUGHT)),
    ]


def consents() -> Steps:
    """6: STOP to a text, no more mail, and no more from you; consent given again."""
    return [
        (MONDAY, tells("a", K.CONSENT_WITHDRAWN, MONDAY, "", WELCOME, channel=EMAIL)),
        (MONDAY, tells("a", K.CONTACTED, MONDAY, "", WELCOME)),
        (MONDAY, tells("b", K.CONSENT_WITHDRAWN, MONDAY, "", WELCOME)),
        (MONDAY, tells("b", K.CONTACTED, MONDAY, "", WELCOME)),
        (MONDAY, runs(WELCOME)),
        (MONDAY + DAY, tells("b", K.CONSENT_GIVEN, MONDAY + DAY, "", WELCOME, channel=EMAIL)),
        (MONDAY + DAY, runs(WELCOME)),
    ]


def history() -> Steps:
    """7: history is imported without a flood, and a row that is added later is applied."""
    old = MONDAY - 25 * DAY
    past = [
        (one, "", Event(kind, old + n * DAY, f"{n}", {}))
        for one in "ab"
        for n, kind in enumerate((K.CONTACTED, K.PURCHASED, K.DELIVERED))
    ]

    def silent(stage: Stage) -> None:
        event = Event(K.CONTACTED, old, "1", {})
        stage.dispatcher(WELCOME, BOUGHT).record("c", "", event, plan=False)

    news = Play("news", Entered(Phase.ACTIVATE), P.INFORM, (EMAIL,), "text")
    rows = (WELCOME, BOUGHT, news)
    return [
        (MONDAY, lambda stage: stage.dispatcher(WELCOME, BOUGHT).load(past)),
        (MONDAY, silent),
        (MONDAY, runs(WELCOME, BOUGHT)),
        (MONDAY + DAY, lambda stage: stage.dispatcher(*rows).enrol("news", write=True)),
        (MONDAY + DAY, runs(*rows)),
    ]


def ahead() -> Steps:
    """8: one use is dated 2062, and the check-ins of the weeks after are made all the same."""
    wrong = MONDAY.replace(year=2062)
    steps: Steps = [
        (MONDAY, tells("c", kind, MONDAY, "", CHECK))
        for kind in (K.PURCHASED, K.DELIVERED, K.USED_AGAIN)
    ]
    steps.append((MONDAY, tells("c", K.USED_AGAIN, wrong, "wrong", CHECK)))
    for day in (2, 7, 8):
        at = MONDAY + day * DAY
        steps += [(at, tells("c", K.USED_AGAIN, at, f"{day}", CHECK)), (at, runs(CHECK))]
    at = MONDAY + 9 * DAY
    steps.append(
        (at, tells("c", K.TOUCHED, at, "", CHECK, touchpoint=Touchpoint.SHOP, channel=PERSON))
    )
    return [*steps, (at, runs(CHECK)), (MONDAY + 60 * DAY, runs(CHECK))]


SITUATIONS: Mapping[str, Callable[[], Steps]] = {
    one.__name__: one
    for one in (denied, came_back, conflicting, taken_back, who_is_who, consents, history, ahead)
}


def killed_at(folder: Path, steps: Steps, point: int) -> None:
    """Play in a process of its own, which is killed at a point."""
    child = os.fork()
    if not child:
        try:
            Stage(folder, point).play(steps)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
        raise AssertionError(status)


DEEDS: Mapping[str, Collection[int]] = {"taken_back": [1], "who_is_who": [3, 4, 8]}
"""The steps that retract, merge, rename and erase: the process is killed in each of them."""


def chosen(passed: list[tuple[str, int]], every: int, deeds: Collection[int]) -> list[int]:
    """Return the points at which it is killed, of those that were passed undisturbed."""
    acts = [n for n, (one, _) in enumerate(passed) if one in {"hook", "effect"}]
    rest = [n for n, (one, _) in enumerate(passed) if one not in {"hook", "effect"}]
    if every:
        return sorted({*acts, *rest[::every]})
    within = [[n for n in rest if passed[n][1] == step] for step in deeds]
    return sorted({acts[0], acts[-1], *(one[len(one) // 2] for one in (rest, *within))})


def main(folder: Path, name: str, every: int) -> dict[str, Any]:
    """Play a situation to its end undisturbed, and again with each kill, from its step on."""
    steps, here = SITUATIONS[name](), folder / name
    (here / "whole").mkdir(parents=True)
    whole = Stage(here / "whole", before=lambda n: copytree(here / "whole", here / f"before {n}"))
    copyfile(folder / "empty" / "journal.db", here / "whole" / "journal.db")
    whole.play(steps)
    wanted = found(whole.folder)
    points, wrong = chosen(whole.passed, every, DEEDS.get(name, ())), list[object]()
    for place in points:
        point, number = whole.passed[place]
        first = next(n for n, (_, step) in enumerate(whole.passed) if step == number)
        killed = copytree(here / f"before {number}", here / f"killed {place}")
        killed_at(killed, steps, place - first + 1)
        Stage(killed).play(steps, again=True)
        came = found(killed)
        wrong += [
            [place, point, number, part, value, came[part]]
            for part, value in wanted.items()
            if came[part] != value
        ]
    told = {"times": [at.isoformat() for at in whole.times], "wrong": wrong}
    return {**wanted, **told, "killed": [whole.passed[one] for one in points]}


if __name__ == "__main__":
    where, which, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    (where / "empty").mkdir()
    stage = Stage(where / "empty")
    SqlJournal(stage.engine, secret=SECRET).create()
    stage.engine.dispose()
    names = [*SITUATIONS] if which == "all" else [which]
    print(json.dumps({one: main(where, one, step) for one in names}))  # noqa: T201 - it is read
