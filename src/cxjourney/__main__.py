"""Runs the command line: ``python -m cxjourney``."""

import sys

from cxjourney.cli import main

sys.exit(main())
