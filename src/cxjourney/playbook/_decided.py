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
        self.note(one.engagement, one.play, one.occurrence, one.cause, one.wish)

    def note(
        self, engagement: str, play: str, occurrence: str, cause: str, wish: str | None = None
    ) -> None:
        """Take note that a row was decided for an occasion."""
        self._times.add((engagement, play, occurrence))
        self._occasions.add((engagement, play, cause, wish))

    def __len__(self) -> int:
        return len(self._times) + len(self._occasions)

    def __contains__(self, call: Intent) -> bool:
        names = (call.play, *self._playbook.formerly(call.play))
        return self.has(names, call.engagement, call.occurrence, call.cause, call.wish)

    def has(
        self,
        names: Iterable[str],
        engagement: str,
        occurrence: str,
        cause: str,
        wish: str | None = None,
    ) -> bool:
        """Say whether a row was decided already, under one of its names, for an occasion."""
        for name in names:
            if (engagement, name, cause, wish) in self._occasions:
                return True
            if (engagement, name, occurrence) in self._times:
                return True
        return False
