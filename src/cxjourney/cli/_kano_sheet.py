"""The command ``wishes FILE --kano``: from its arguments to the text that it prints."""

import argparse
from collections.abc import Iterator, Sequence

from cxjourney.cli._kano_command import CODES
from cxjourney.cli._sending._report_file import write_report
from cxjourney.cli._shared import document, told
from cxjourney.cli._wish_map import loaded, not_there, store
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._csv import is_number
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._terminal import Progress
from cxjourney.wishes import KanoMap, read_kano
from cxjourney.wishes._files._read_survey import REFUSED
from cxjourney.wishes._files._source import Source


def tell(arguments: argparse.Namespace, source: Source, progress: Progress | None) -> str:
    """Return what the command prints: the tables of the questionnaire, or its JSON.

    Raises:
        InvalidError: no wish has both its columns, or the picture cannot be written.
        FaultsError: the columns are not as asked for; it names the lines at fault.
        MissingExtraError: a picture is asked for, and matplotlib is not installed.
    """
    lang = Lang(arguments.lang)
    draw = arguments.plot and load("cxjourney.show._pictures._wish_plot").draw
    found = _read(arguments, source, progress)
    if draw:
        picture = draw(found, arguments.plot.suffix.lower(), lang, dark=arguments.dark)
        store(picture, arguments.plot)
    write_report(arguments, found)
    if arguments.json:
        return document(found.to_dict())
    return told(load("cxjourney.show._kano_tables").kano_page(found, lang))


def _read(arguments: argparse.Namespace, source: Source, progress: Progress | None) -> KanoMap:
    survey, broken = loaded(arguments, source, progress)
    with_it = _prefix(arguments.with_prefix, "with_")
    without = _prefix(arguments.without_prefix, "without_")
    important = arguments.importance_prefix
    wishes = arguments.wishes or tuple(_wishes(survey.names, with_it, without))
    if not wishes:
        pair = f"{with_it}X and {without}X"
        raise InvalidError(
            "--wishes",
            f"not given, and there are no columns {pair} for any X",
            "the wishes, or --with-prefix and --without-prefix of their columns",
        )
    items = [
        (wish, with_it + wish, without + wish, *([] if important is None else [important + wish]))
        for wish in wishes
    ]
    asked = {name: "--wishes" for _, *names in items for name in names}
    if arguments.segment is not None:
        asked[arguments.segment] = "--segment"
    faults = [*not_there(asked, survey, arguments), *broken]
    if faults:
        raise FaultsError(REFUSED, faults)
    codes: Sequence[str] = arguments.kano_codes or CODES
    try:
        return read_kano(
            survey.columns,
            items,
            codes=[float(code) if is_number(code) else code for code in codes],
            segment=arguments.segment,
        )
    except FaultsError as error:
        raise survey.by_lines(error) from None


def _prefix(given: str | None, usual: str) -> str:
    return usual if given is None else given


def _wishes(names: Sequence[str], with_it: str, without: str) -> Iterator[str]:
    """Yield every wish that has both its columns, in the order of the file."""
    for name in names:
        wish = name.removeprefix(with_it)
        if name.startswith(with_it) and wish and with_it != without and without + wish in names:
            yield wish
