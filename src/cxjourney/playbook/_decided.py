"""What was decided before, so that nothing is planned twice."""

from collections.abc import Iterable

from cxjourney.channels import Intent
from cxjourney.playbook._playbook import Playbook


class Decided:
    """A customer's intents that were decided already; ``in`` says whether another was.

    It was where one with its key was, or one of its row for the same event and wish.

    Args:
        intents: the intents.
        playbook: the playbook, which knows the ids that a row had before.
    """

    def __init__(self, intents: Iterable[Intent], playbook: Playbook) -> None:
        self._playbook = playbook
        # What a key is made of says the same as the key.
        self._times: set[tuple[str, str, str]] = set()
        self._occasions: set[tuple[str, str, str, str | None]] = set()
        for one in intents:
            self.add(one)

    def add(self, one: Intent) -> None:
        """Take note that an intent was decided."""
        self._times.add((one.engagement, one.play, one.occurrence))
        self._occasions.add((one.engagement, one.play, one.cause, one.wish))

    def __contains__(self, call: Intent) -> bool:
        for name in (call.play, *self._playbook.formerly(call.play)):
            if (call.engagement, name, call.cause, call.wish) in self._occasions:
                return True
            if (call.engagement, name, call.occurrence) in self._times:
                return True
        return False
