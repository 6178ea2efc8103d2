"""The words for where a customer stands: phases, standings, reasons for leaving (SPEC 1-2)."""

from enum import Enum, IntEnum, unique

__all__ = ["ExitReason", "Phase", "Place", "Standing"]


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
