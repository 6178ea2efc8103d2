"""Runs the command line: ``cxjourney``, or ``python -m cxjourney``."""

import sys

from cxjourney.cli import main


def run() -> None:
    """End the process with what the command line says."""
    sys.exit(main())


if __name__ == "__main__":
    run()
