"""The playbook: what a phase, an obligation or a wish calls for; wishes join journeys here."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.playbook._changes import Affected as Affected
    from cxjourney.playbook._changes import AffectedCustomer as AffectedCustomer
    from cxjourney.playbook._changes import InFlight as InFlight
    from cxjourney.playbook._changes import RowChange as RowChange
    from cxjourney.playbook._changes import Waiting as Waiting
    from cxjourney.playbook._changes import affected, compare
    from cxjourney.playbook._coverage import Coverage as Coverage
    from cxjourney.playbook._playbook import Playbook
    from cxjourney.playbook._plays import (
        Entered,
        NearlyDue,
        Opened,
        Play,
        RowSent,
        Wished,
    )
    from cxjourney.playbook._plays import (
        PlayFaultKind as PlayFaultKind,
    )
    from cxjourney.playbook._standard_playbook import KEY_ACCOUNT, MID_SIZE, standard_playbook

__all__ = [
    "KEY_ACCOUNT",
    "MID_SIZE",
    "Entered",
    "NearlyDue",
    "Opened",
    "Play",
    "Playbook",
    "RowSent",
    "Wished",
    "affected",
    "compare",
    "standard_playbook",
]

later(
    __name__,
    {
        "_changes": "Affected AffectedCustomer InFlight RowChange Waiting affected compare",
        "_coverage": "Coverage",
        "_playbook": "Playbook",
        "_plays": "Entered NearlyDue Opened Play PlayFaultKind RowSent Wished",
        "_standard_playbook": "KEY_ACCOUNT MID_SIZE standard_playbook",
    },
)
