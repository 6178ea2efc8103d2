"""The options of ``wishes FILE --kano``: Kano's questionnaire."""

import argparse

from cxjourney.errors import InvalidError

CODES = ("1", "2", "3", "4", "5")
OWN = ("with_prefix", "without_prefix", "importance_prefix", "kano_codes")
"""The arguments that belong to Kano's questionnaire."""
OTHERS = (
    *("outcome", "respondent", "weight", "controls", "range", "explain", "commented", "pick"),
    *("blank", "reliability", "outcome_model", "within"),
)
"""Arguments that it knows nothing of."""


def add_options(group: "argparse._ArgumentGroup") -> None:
    """Add the options of Kano's questionnaire."""
    group.add_argument("--kano", action="store_true")
    group.add_argument(
        "--with-prefix",
        metavar="TEXT",
    )
    group.add_argument(
        "--without-prefix",
        metavar="TEXT",
    )
    group.add_argument(
        "--importance-prefix",
        metavar="TEXT",
    )
    group.add_argument(
        "--kano-codes",
        metavar="A,B,C,D,E",
        type=_codes,
    )


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip() for code in text.split(","))
    if len(codes) != len(CODES) or len({*codes, ""}) <= len(CODES):
        raise argparse.ArgumentTypeError(
            "expected five different codes, of like first and of dislike last, parted by commas"
        )
    return codes


def check(arguments: argparse.Namespace) -> None:
    """Refuse options of the other instrument.

    Raises:
        InvalidError: one is given.
    """
    wrong, where = (OTHERS, "with --kano") if arguments.kano else (OWN, "without --kano")
    for name in wrong:
        if getattr(arguments, name):
            raise InvalidError(f"--{name.replace('_', '-')}", f"given {where}", "to leave it out")
