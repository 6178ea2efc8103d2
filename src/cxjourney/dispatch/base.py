"""What both dispatchers are made of."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from cxjourney.channels.content import Library
from cxjourney.channels.hooks import HookSet
from cxjourney.channels.policy.engine import Policy
from cxjourney.channels.profile import Profiles, nobody
from cxjourney.dispatch.settings import Backoff, OnUnknown, Settings
from cxjourney.migration import Migration
from cxjourney.playbook.book import Playbook
from cxjourney.vocabulary._checks import check_whole

__all__ = ["Dispatching"]

AnyHook = TypeVar("AnyHook")
AnyJournal = TypeVar("AnyJournal")


class Dispatching(Generic[AnyJournal, AnyHook]):
    """What dispatch needs: a journal, and what it goes by.

    Args:
        journal: keeps everything.
        playbook: what calls for which intents.
        policy: what may be sent, and when.
        hooks: what carries intents out.
        clock: tells the time, aware.
        library: what may be said.
        profiles: looks up what the company's files say of a customer.
        migrations: how journeys that are kept get to the playbook's chart, oldest first.
        backoff: how long to wait after failures.
        on_unknown: what is done when nobody knows what became of an attempt.
        lease: how long one intent may take, beside its hook's own timeout, before it counts as
            crashed.
        workers: how many customers are attended to at once.

    Raises:
        InvalidError: when an argument is not of its form.
    """

    def __init__(
        self,
        journal: AnyJournal,
        *,
        playbook: Playbook,
        policy: Policy,
        hooks: HookSet[AnyHook],
        clock: Callable[[], datetime],
        library: Library | None = None,
        profiles: Profiles = nobody,
        migrations: Sequence[Migration] = (),
        backoff: Backoff | None = None,
        on_unknown: OnUnknown = OnUnknown.KEEP,
        lease: timedelta = timedelta(minutes=5),
        workers: int = 1,
    ) -> None:
        self.journal: AnyJournal = journal
        check_whole(f"{type(self).__name__}.workers", workers, 1)
        self.workers: int = workers
        self.settings: Settings = Settings(
            playbook=playbook,
            policy=policy,
            hooks=hooks,
            clock=clock,
            library=Library() if library is None else library,
            profiles=profiles,
            migrations=tuple(migrations),
            backoff=Backoff() if backoff is None else backoff,
            on_unknown=on_unknown,
            lease=lease,
        )
