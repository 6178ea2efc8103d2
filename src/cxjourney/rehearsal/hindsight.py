"""Asking of a real log: what would we have sent, had this playbook been there?"""

from collections.abc import Iterable
from datetime import datetime

from cxjourney.channels.content import Library
from cxjourney.channels.policy.engine import Policy
from cxjourney.channels.profile import Profiles, nobody
from cxjourney.errors import InvalidError
from cxjourney.events import Event
from cxjourney.playbook.book import Playbook
from cxjourney.progress import Progress
from cxjourney.rehearsal.rehearsing import hold
from cxjourney.rehearsal.report import Rehearsal
from cxjourney.rehearsal.stage import Act
from cxjourney.vocabulary._checks import check_time, describe

__all__ = ["what_if"]


def what_if(
    events: Iterable[tuple[str, str, Event]],
    playbook: Playbook,
    *,
    as_of: datetime | None = None,
    policy: Policy | None = None,
    profiles: Profiles = nobody,
    library: Library | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Replay what really happened through a playbook, and return what it would have sent.

    It is a rehearsal whose people are those of the log, and whose clock is set by the log. Nothing
    is sent. What customers would have done had they been sent it, no log can tell.

    Args:
        events: what happened, as customer, engagement and event, in any order.
        playbook: what is asked about.
        as_of: when it ends, an aware time; later events are left out. None ends with the last
            event.
        policy: what may be sent; the standard policy when None.
        profiles: looks up what the company's files say of a customer.
        library: what may be said; when None, approved texts stand in for all that the playbook
            names, and the report says so.
        progress: is told how far it is.

    Raises:
        InvalidError: when there is no event up to ``as_of``, or one is not given so.
        NaiveTimeError: when ``as_of`` has no time zone.
        UnknownKindError: when the chart does not know the kind of an event.
        DispatchError: when some customers could not be attended to.
    """
    until = None if as_of is None else check_time(as_of, "rehearsal.as_of")
    happened = [_act(one) for one in events]
    acts = [act for act in happened if until is None or act.event.at <= until]
    if not acts:
        raise InvalidError("events", "none up to as_of", "at least one")
    return hold(
        playbook,
        acts,
        list(dict.fromkeys((act.customer, act.engagement) for act in acts)),
        start=min(act.event.at for act in acts),
        end=until or max(act.event.at for act in acts),
        seed=None,
        hooks=None,
        policy=policy,
        library=library,
        profiles=profiles,
        progress=progress,
    )


def _act(given: object) -> Act:
    """Return what happened to somebody; the form of ids is checked when it is recorded."""
    match given:
        case (str() as customer, str() as engagement, Event() as event):
            return Act(customer, engagement, event)
    expected = "customers, engagements and events, three by three"
    raise InvalidError("events", describe(given), expected)
