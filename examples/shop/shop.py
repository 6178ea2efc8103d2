"""Run a small bicycle shop through seven weeks: mails, letters, text messages and tasks.

    python examples/shop/shop.py [folder]

Everything it does is kept in the folder. Kill it at any moment, and start it again with the same
command: it goes on where it was, nothing is lost, and nothing is sent twice.
"""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

NEEDED = {
    "aiosmtpd": "aiosmtpd",
    "jinja2": "'cxjourney[templates]'",
    "sqlalchemy": "'cxjourney[sql]'",
}
"""What brings each package that the shop needs."""


def main() -> None:
    """Run the shop until its last day."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("shop-data"))
    parser.add_argument("--pace", type=float, default=0, help="seconds to wait after each moment")
    asked = parser.parse_args()
    missing = [brings for package, brings in NEEDED.items() if find_spec(package) is None]
    if missing:
        sys.exit(f"The shop needs more packages: pip install {' '.join(missing)}")
    from weeks import play  # noqa: PLC0415 - it imports what may be missing

    play(asked.folder, asked.pace)


if __name__ == "__main__":
    main()
