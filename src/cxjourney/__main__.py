"""Runs the command line: ``python -m cxjourney``."""

import sys

from cxjourney.replay.command import main

sys.exit(main())
