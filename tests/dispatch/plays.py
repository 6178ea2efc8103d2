"""All plays of the scenario with so many crashes at most, each stretch of them played once.

A process that crashes leaves its journal, what is outside, and the clock. Where two plays stand
alike in these, they go on alike, so that what comes after is played for one of them and counts for
both. One in so many of the plays that met another is played to its end all the same, and has to
end as the other one did.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import attrs

from cxjourney.dispatch import Dispatcher, OnUnknown
from cxjourney.vocabulary import Channel
from tests.dispatch.crashing import Fuse
from tests.dispatch.judging import UNHARMED, Damage, Ending, damage
from tests.dispatch.kept import Kept
from tests.dispatch.scenario import HONEST, World


@attrs.frozen
class Tally:
    """What some plays came to.

    Attributes:
        plays: how many there were.
        crashes: how many crashes in all.
        harm: the sum of what they did.
        over: how many duplicates there were beyond what is promised.
        needless: how many intents stood among the dead letters, unknown, that were not cut off.
        unsure: the channels of those that stood there.
    """

    plays: int = 0
    crashes: int = 0
    harm: Damage = UNHARMED
    over: int = 0
    needless: int = 0
    unsure: frozenset[Channel | None] = frozenset()

    def __add__(self, other: "Tally") -> "Tally":
        """Return the sum of both."""
        harm = zip(attrs.astuple(self.harm), attrs.astuple(other.harm), strict=True)
        return Tally(
            self.plays + other.plays,
            self.crashes + other.crashes,
            Damage(*(one + another for one, another in harm)),
            self.over + other.over,
            self.needless + other.needless,
            self.unsure | other.unsure,
        )

    @property
    def is_bad(self) -> bool:
        """Whether anything happened that must not."""
        harmed = attrs.evolve(self.harm, duplicates=0) != UNHARMED
        return bool(self.over) or bool(self.needless) or harmed


@attrs.frozen
class Moment:
    """All that a crash leaves behind."""

    journal: object
    told: int
    now: datetime
    reached: Counter[str]
    seen: frozenset[str]
    cut_off: frozenset[str]


@attrs.define
class Place:
    """Where plays may meet; what comes after it is the same for all.

    Attributes:
        next: the place that comes next where nothing crashes; None at the end of the play.
        crashed: the places that crashes lead to from here, up to the next.
        ended: what came of the play that ended here, and how the journal stood.
    """

    next: bytes | None = None
    crashed: list[bytes] = attrs.field(factory=list)
    ended: tuple[Tally, bytes] | None = None


class _MetError(Exception):
    """The play stands where another one stood."""


@attrs.define
class _Camera(Fuse):
    """Tells of each point that leaves something else behind."""

    take: Callable[[], object] = lambda: None
    every: bool = False
    _taken: set[tuple[int, object]] = attrs.field(factory=set)

    def come_to(self, point: str) -> None:  # noqa: ARG002 - the signature of a fuse
        """Come to a point; nothing ends there."""
        left = (self._done, self.outside())
        if self.every or left not in self._taken:
            self._taken.add(left)
            self.take()


@attrs.define
class _Walk(World):
    """A play that tells each time that nothing is under way."""

    at_rest: Callable[[], object] = lambda: None

    def _look_after(self, dispatcher: Dispatcher) -> bool:
        self.at_rest()
        return super()._look_after(dispatcher)


@attrs.define(kw_only=True)
class Plays:
    """All plays on a journal.

    Attributes:
        kept: the journal.
        undisturbed: what each play is judged by: one without a crash, in memory.
        on_unknown: what the dispatchers do when nobody knows.
        workers: with how many an asynchronous dispatcher plays; 0 for a synchronous one.
        most: how many crashes a play has at most.
        honest: the channels whose hooks are registered as idempotent.
        liars: whether they are so in name only.
        every: whether points that leave the same behind are told apart.
        step: each so many-th point alone is that of a first crash.
        later: and each so many-th after it that of a further one.
        checked: one in so many that met another is played to its end.
        stretches: how many stretches of plays were played.
        met: how many plays met another, and how many of these were played to their end.
    """

    kept: Kept
    undisturbed: Ending
    on_unknown: OnUnknown = OnUnknown.KEEP
    workers: int = 0
    most: int = 2
    honest: frozenset[Channel] = HONEST
    liars: bool = False
    every: bool = False
    step: int = 1
    later: int = 1
    checked: int = 50
    stretches: int = 0
    met: list[int] = attrs.field(factory=lambda: [0, 0])
    _places: dict[bytes, Place] = attrs.field(factory=dict)
    _totals: dict[bytes, Tally] = attrs.field(factory=dict)

    def all(self) -> tuple[int, Tally]:
        """Play them all; return how many first points there are, and the sum."""
        start = b"start"
        _Play(self, None, start, self.most).play()
        firsts, at = 0, self._places[start]
        while at.next is not None:
            firsts += len(at.crashed)
            at = self._places[at.next]
        return firsts + len(at.crashed), self._total(start)

    def judged(self, world: World, crashes: int) -> tuple[Tally, bytes]:
        """Return what came of a play, and how its journal stands."""
        ending = Ending.of(world)
        harm = damage(ending, self.undisturbed)
        allowed = crashes * max(self.workers, 1) if self.on_unknown is OnUnknown.RETRY else 0
        over = max(0, harm.duplicates - allowed)
        unsure = frozenset(ending.outbox[key].channel for key in world.seen)
        needless = len(world.seen - world.cut_off)
        return Tally(1, crashes, harm, over, needless, unsure), self.kept.digest()

    def place(self, key: bytes) -> Place | None:
        """Return the place of that key."""
        return self._places.get(key)

    def begin(self, key: bytes) -> Place:
        """Return a new place."""
        self.stretches += 1
        self._places[key] = Place()
        return self._places[key]

    def end(self, place: Place) -> tuple[Tally, bytes] | None:
        """Return what comes in the end where nothing crashes after a place."""
        while place.next is not None:
            place = self._places[place.next]
        return place.ended

    def _total(self, start: bytes) -> Tally:
        """Return the sum of all plays that come by a place."""
        chain: list[bytes] = []
        at: bytes | None = start
        while at is not None and at not in self._totals:
            chain.append(at)
            at = self._places[at].next
        total = Tally() if at is None else self._totals[at]
        for key in reversed(chain):
            place = self._places[key]
            if place.ended is not None:
                total += place.ended[0]
            for one in place.crashed:
                total += self._total(one)
            self._totals[key] = total
        return self._totals[start]


class _Play:
    """One play, from a crash on or from the beginning, and all that branches off.

    Args:
        plays: all plays.
        moment: what the crash left behind.
        start: the key of the place at which it begins.
        left: how many crashes are still to come.
    """

    def __init__(self, plays: Plays, moment: Moment | None, start: bytes, left: int) -> None:
        self._plays, self._left, self._points = plays, left, 0
        self._place = plays.begin(start)
        self._meets: Place | None = None
        self._branches: dict[bytes, Moment] = {}
        plays.kept.put_back(None if moment is None else moment.journal)
        fuse = _Camera(take=self._take, every=plays.every)
        self._world = world = _Walk(
            plays.kept.journal,
            fuse,
            plays.on_unknown,
            plays.honest,
            workers=plays.workers,
            at_rest=self._rest,
        )
        if plays.liars:
            world.carriers.honest = frozenset()
        if moment is not None:
            world.told, world.now, world.seen = moment.told, moment.now, set(moment.seen)
            world.cut_off = set(moment.cut_off)
            world.carriers.reached = Counter(moment.reached)
            world.crashes = ["before"] * (plays.most - left)
            world.note_cut_off()

    def play(self) -> None:
        """Play it to its end, or to where it meets another, and what branches off."""
        with suppress(_MetError):
            self._world.play()
            found = self._plays.judged(self._world, self._plays.most - self._left)
            if self._meets is None:
                self._place.ended = found
            elif self._plays.end(self._meets) != found:
                raise AssertionError("plays that stood alike went on otherwise")
        for key, moment in self._branches.items():
            if self._plays.place(key) is None:
                _Play(self._plays, moment, key, self._left - 1).play()

    def _take(self) -> None:
        """Come to a point at which a crash leaves something else behind than before."""
        if not self._left or self._meets is not None:
            return
        self._points += 1
        first = self._left == self._plays.most
        if (self._points - 1) % (self._plays.step if first else self._plays.later):
            return
        key = self._key("crash", self._left - 1)
        self._place.crashed.append(key)
        if self._plays.place(key) is None and key not in self._branches:
            self._branches[key] = self._moment()

    def _rest(self) -> None:
        """Come to where nothing is under way."""
        if self._meets is not None:
            return
        key = self._place.next = self._key("rest", self._left)
        found = self._plays.place(key)
        if found is None:
            self._place = self._plays.begin(key)
            return
        met = self._plays.met
        met[0] += 1
        if met[0] % self._plays.checked:
            raise _MetError
        met[1] += 1
        self._meets = found

    def _key(self, kind: str, left: int) -> bytes:
        """Return what is the same for all plays that go on alike with so many crashes to come."""
        world = self._world
        outside = sorted(world.carriers.reached.items()), sorted(world.seen), sorted(world.cut_off)
        stands = kind, left, world.told, world.now, outside
        return self._plays.kept.digest() + repr(stands).encode()

    def _moment(self) -> Moment:
        world = self._world
        return Moment(
            self._plays.kept.saved(),
            world.told,
            world.now,
            Counter(world.carriers.reached),
            frozenset(world.seen),
            frozenset(world.cut_off),
        )
