"""What the README tells a newcomer to type."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_ci_runs_the_second_command_of_the_readme() -> None:
    """CI runs what the README tells a newcomer to run, word for word."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, second, *_ = re.findall(r"^```sh\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.endswith(f'cd "$(dirname "${{BASH_SOURCE[0]}}")/.."\n{second}')
