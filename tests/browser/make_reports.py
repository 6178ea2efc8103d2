"""Write the reports to send that are looked at in a browser: each kind in each language.

Run it as ``python tests/browser/make_reports.py FOLDER``.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import rehearse
from cxjourney.replay import read_mapping, replay_log
from cxjourney.testing import generate_survey
from cxjourney.vocabulary import Lang
from cxjourney.wishes import map_wishes, read_kano

EXAMPLES = Path(__file__).parents[2] / "examples"
ODD = "a name <b>in</b> \u202eodd\u202c signs & quite long, such as people write them"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def main(folder: Path) -> None:
    """Write the reports.

    Args:
        folder: where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mapping = read_mapping(EXAMPLES / "households.toml")
    survey = generate_survey(customers=800, seed=1)
    table: dict[str, list[Any]] = {"who": ["new", "old"] * 40}
    for place, about in enumerate((ODD, "free delivery", "quiet")):
        table |= {f"+{about}": [1 + (row + place) % 3 for row in range(80)]}
        table |= {f"-{about}": [5 - row % (2 + place) for row in range(80)]}
    found: dict[str, Any] = {
        "replay": replay_log(EXAMPLES / "households_2017_first160.csv", mapping, behind=500),
        "wishes": map_wishes(
            survey.columns, outcome=survey.outcome, items=survey.items, statements=survey.statements
        ),
        "kano": read_kano(
            table,
            [(about, f"+{about}", f"-{about}") for about in (ODD, "free delivery", "quiet")],
            codes=[1, 2, 3, 4, 5],
            segment="who",
        ),
        "rehearsal": rehearse(standard_playbook(), people=5, days=40, seed=1, start=START),
    }
    for kind, result in found.items():
        for lang in Lang:
            path = folder / f"{kind}_{lang.value}.html"
            path.write_text(result.to_html(lang), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
