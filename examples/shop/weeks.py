"""The shop at work: it is told what happens, carries out what that calls for, and goes on."""

import os
from contextlib import closing
from datetime import datetime, timedelta
from email.headerregistry import Address
from pathlib import Path
from time import sleep

from contents import read_contents
from diary import Diary
from files import write_whole
from mailserver import mail_server
from plays import PLAYBOOK
from story import END, START, TALLINN, Happening, profile, story

from cxjourney import Channel, Dispatcher, EventKind, HookSet, Policy, Purpose
from cxjourney.channels import Hook
from cxjourney.channels.policy import SERVICE_PURPOSES, Limits
from cxjourney.dispatch.hooks import FileDrop, SmtpHook, TaskList
from cxjourney.dispatch.journal import Journal, SqlJournal

__all__ = ["play"]

SENDER = Address("The bicycle shop", "shop", "shop.example")
TEMPLATES = Path(__file__).parent / "templates"
SERVICE = SERVICE_PURPOSES | {Purpose.AFFIRM, Purpose.ONBOARD, Purpose.THANK}
"""What the shop holds to be part of what was bought; for all else it needs consent on record."""
AWAITED = {Purpose.ANSWER, Purpose.CONFIRM, Purpose.APOLOGISE, Purpose.SOLVE}
"""What a customer waits for, and is not counted as an intrusion."""
POLICY = Policy(Limits(service=SERVICE, solicited=AWAITED, zone=TALLINN))
A_MINUTE = timedelta(minutes=1)


class Clock:
    """The shop's clock: it jumps from moment to moment, and a restart finds it where it was.

    Args:
        path: the file in which it is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = datetime.fromisoformat(path.read_text()) if path.exists() else START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def move(self, to: datetime) -> None:
        """Move on, once that is on disk."""
        write_whole(self.path, to.isoformat())
        self.now = to


def play(folder: Path, pace: float = 0) -> None:
    """Run the shop from where it was to its last day.

    Args:
        folder: where everything is kept.
        pace: how many seconds to wait after each moment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clock = Clock(folder / "clock.txt")
    secret = os.environ.get("SHOP_SECRET")  # without one the journal makes its own
    opened = SqlJournal(
        f"sqlite:///{folder / 'journal.db'}", secret=None if secret is None else secret.encode()
    )
    with mail_server(folder / "mail") as port, closing(opened) as journal:
        dispatcher = open_shop(folder, journal, clock, port)
        diary = Diary(journal)
        while True:
            diary.tells(hear(dispatcher, clock.now))
            close_tasks(folder / "tasks")
            dispatcher.run()
            diary.tells_changes(clock.now)
            if clock.now >= END:
                break
            clock.move(next_moment(dispatcher, clock.now))
            sleep(pace)
        diary.tells_all(folder)


def open_shop(folder: Path, journal: Journal, clock: Clock, port: int) -> Dispatcher:
    """Put the shop together."""
    library, renderer = read_contents(TEMPLATES)
    hooks = HookSet[Hook]()
    mail = SmtpHook("127.0.0.1", SENDER, renderer, port=port, tls=None)
    hooks = hooks.on(Channel.EMAIL, mail, idempotent=True)
    hooks = hooks.on(Channel.POST, FileDrop(folder / "post", renderer), idempotent=True)
    hooks = hooks.on(Channel.TEXT, FileDrop(folder / "text", renderer), idempotent=True)
    hooks = hooks.on(Channel.FACE_TO_FACE, TaskList(folder / "tasks"), idempotent=True)
    return Dispatcher(
        journal,
        playbook=PLAYBOOK,
        policy=POLICY,
        hooks=hooks,
        clock=clock,
        library=library,
        profiles=profile,
    )


def hear(dispatcher: Dispatcher, now: datetime) -> list[Happening]:
    """Record what happens at a moment; to hear the same twice changes nothing."""
    heard = [one for one in story() if one.event.at == now]
    for one in heard:
        if one.event.kind is EventKind.ERASED:
            dispatcher.erase(one.customer, at=now)
        else:
            dispatcher.record(one.customer, "", one.event)
    return heard


def close_tasks(folder: Path) -> None:
    """Let the shop's people note what came of the tasks that they found in the folder."""
    tasks = TaskList(folder)
    for key in tasks.open():
        tasks.close(key, "Met, and all is well. Nothing was unclear.")


def next_moment(dispatcher: Dispatcher, now: datetime) -> datetime:
    """Return when something happens next, or is to be done next."""
    moments = [one.event.at for one in story()] + [END]
    attention = dispatcher.next_attention()
    if attention is not None:
        moments.append(max(attention, now + A_MINUTE))
    return min(moment for moment in moments if moment > now)
