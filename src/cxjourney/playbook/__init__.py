"""The playbook: what a phase, an obligation or a wish calls for; wishes join journeys here."""

from cxjourney.playbook.book import DecidedWishes, Playbook
from cxjourney.playbook.changes import InFlight, affected, compare
from cxjourney.playbook.impact import Affected, AffectedCustomer, RowChange, Waiting
from cxjourney.playbook.planning import Moot, already_decided, calls, moot, nearly_due, wake_at
from cxjourney.playbook.play import Play, PlayFaultKind
from cxjourney.playbook.standard import KEY_ACCOUNT, MID_SIZE, USUAL_CHANNELS, standard_playbook
from cxjourney.playbook.triggers import Entered, NearlyDue, Opened, Trigger, Wished

__all__ = [
    "KEY_ACCOUNT",
    "MID_SIZE",
    "USUAL_CHANNELS",
    "Affected",
    "AffectedCustomer",
    "DecidedWishes",
    "Entered",
    "InFlight",
    "Moot",
    "NearlyDue",
    "Opened",
    "Play",
    "PlayFaultKind",
    "Playbook",
    "RowChange",
    "Trigger",
    "Waiting",
    "Wished",
    "affected",
    "already_decided",
    "calls",
    "compare",
    "moot",
    "nearly_due",
    "standard_playbook",
    "wake_at",
]
