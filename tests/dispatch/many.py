"""Many dispatchers over one journal: who acts on which intent is written down as it happens."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from cxjourney.channels import Hook, HookContext, HookOutcome, Sent
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import Journal, State
from cxjourney.playbook import Opened, Play
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from tests.dispatch.world import MONDAY, POLICY, hooks, playbook

PLAY = Play(
    "answer",
    Opened("answer"),
    Purpose.ANSWER,
    (Channel.FACE_TO_FACE,),
    tells=EventKind.ANSWERED,
)
PLAYBOOK = playbook(PLAY)


def dispatcher(journal: Journal, hook: Hook) -> Dispatcher:
    """Return a dispatcher whose hook is not idempotent: whoever calls it twice is found out."""
    return Dispatcher(
        journal, playbook=PLAYBOOK, policy=POLICY, hooks=hooks(hook), clock=lambda: MONDAY
    )


def ask(journal: Journal, customers: Iterable[int], each: int) -> None:
    """Let customers ask questions; each calls for an intent."""
    company = dispatcher(journal, lambda _: Sent())
    for customer in customers:
        for number in range(each):
            event = Event(EventKind.ASKED, MONDAY, f"question {number}", {"question": "?"})
            company.record(f"customer {customer}", "", event)


def act(journal: Journal, book: Path, begin: Callable[[], object], limit: int | None) -> int:
    """Carry out what is due, for so many customers at a time or for all, until nothing is.

    Each key is written into a book of one's own.

    Returns:
        how many intents were sent.
    """
    file = os.open(book, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def hook(context: HookContext) -> HookOutcome:
        os.write(file, f"{context.key}\n".encode())
        return Sent(note="nothing was unclear")

    company, sent = dispatcher(journal, hook), 0
    begin()
    while (report := company.run(limit)).customers:
        sent += report.handled.get(State.SENT, 0)
    os.close(file)
    return sent


def acted_on(books: Iterable[Path]) -> Counter[str]:
    """Count how often each key was acted on."""
    return Counter(key for book in books for key in book.read_text().split())
