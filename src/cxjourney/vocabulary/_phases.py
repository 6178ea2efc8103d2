"""Where a customer stands: phases, standings, reasons for leaving, and the situation (SPEC 1-3)."""

from collections.abc import Iterator
from enum import Enum, IntEnum, unique
from itertools import compress
from typing import Any

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import a
from cxjourney.vocabulary._terminal import Showable


@unique
class Phase(IntEnum):
    """One of the eight phases of a customer's journey, in order (SPEC 2).

    The phases and their English names are Joey Coleman's. Phases compare by their order:
    ``Phase.AFFIRM < Phase.ADOPT``.
    """

    ASSESS = 1
    ADMIT = 2
    AFFIRM = 3
    ACTIVATE = 4
    ACCLIMATE = 5
    ACCOMPLISH = 6
    ADOPT = 7
    ADVOCATE = 8


@unique
class Standing(Enum):
    """Whether a journey is under way (SPEC 1).

    NEW: nothing happened yet. ACTIVE: in one of the phases. LAPSED: went silent.
    LOST: left, or never bought. ERASED: forgotten on request, the only final one.
    """

    NEW = "new"
    ACTIVE = "active"
    LAPSED = "lapsed"
    LOST = "lost"
    ERASED = "erased"


@unique
class ExitReason(Enum):
    """Why a journey stopped: nothing exits silently (SPEC 4.1, principle 4)."""

    NOT_BOUGHT = "not_bought"
    REMORSE = "remorse"
    CHURN = "churn"
    SILENCE = "silence"
    ERASURE = "erasure"


Place = Phase | Standing
"""Where a journey is, in one word: its phase while ACTIVE, else its standing."""


@unique
class Outcome(Enum):
    """What came of the customer's use: nothing yet, the expected result, or a poor one."""

    NONE = "none"
    ACHIEVED = "achieved"
    POOR = "poor"


@unique
class HeldFact(Enum):
    """A fact that was recorded but could not move the phase yet; the value is its flag's name."""

    DELIVERY = "delivery_held"
    LOYALTY = "loyalty_held"
    REFERRAL = "referral_held"


_is_phase = a(Phase, optional=True)


def _phase_fits(situation: "Situation", field: "attrs.Attribute[Any]", phase: Phase | None) -> None:
    standing = situation.standing
    placeless = standing is Standing.NEW or standing is Standing.ERASED
    if phase is None if placeless else isinstance(phase, Phase):
        return
    _is_phase(situation, field, phase)
    found = "None" if phase is None else phase.name
    wanted = "no phase" if placeless else "a phase"
    raise InvalidError("Situation.phase", found, f"{wanted}, for it is {standing.name}")


@attrs.frozen(cache_hash=True, repr=False, weakref_slot=False)
class Situation(Showable):
    """Everything that a guard may read: standing, phase and ten flags (SPEC 3).

    Nothing here depends on the clock, so the reachable situations are finite and the whole
    behaviour of a chart can be explored. NEW and ERASED have no phase; LAPSED and LOST keep the
    phase that was left.

    Raises:
        InvalidError: when standing or phase are not members of their enums, or the phase does not
            fit the standing.
    """

    standing: Standing = attrs.field(default=Standing.NEW, validator=a(Standing))
    phase: Phase | None = attrs.field(default=None, validator=_phase_fits)
    purchased: bool = False
    doubt_open: bool = False
    outcome: Outcome = Outcome.NONE
    feedback_asked: bool = False
    feedback_closed: bool = False
    recovery_open: bool = False
    loyalty_confirmed: bool = False
    delivery_held: bool = False
    loyalty_held: bool = False
    referral_held: bool = False

    @property
    def place(self) -> Place:
        """The phase while ACTIVE, else the standing."""
        if self.standing is Standing.ACTIVE and self.phase is not None:
            return self.phase
        return self.standing

    @property
    def held(self) -> tuple[HeldFact, ...]:
        """The facts that are held, in the order in which they are tried again."""
        flags = self.delivery_held, self.loyalty_held, self.referral_held
        return tuple(compress(HeldFact, flags)) if any(flags) else ()

    def _words(self) -> Iterator[str]:
        yield self.standing.name
        if self.phase is not None:
            yield self.phase.name
        for name, value in attrs.asdict(self).items():
            if value is True:
                yield name
            elif isinstance(value, Outcome) and value is not Outcome.NONE:
                yield f"outcome={value.name}"

    def __repr__(self) -> str:
        return f"Situation({', '.join(self._words())})"
