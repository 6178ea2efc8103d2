"""What a pretty printer is, for classes whose ``repr`` says all that a reader wants."""

from typing import Protocol

__all__ = ["SupportsText"]


class SupportsText(Protocol):
    """A pretty printer, as IPython and Hypothesis hand it to ``_repr_pretty_``."""

    def text(self, text: str, /) -> object:
        """Print a text as it stands."""
