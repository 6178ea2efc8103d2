"""What comes with the package to try the commands on; all of it is made up."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def example(name: str) -> Traversable:
    """Return a file of the examples."""
    return files(__name__) / name
