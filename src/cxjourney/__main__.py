"""Runs the command line: ``python -m cxjourney``."""

import sys

from cxjourney.command import main

sys.exit(main())
