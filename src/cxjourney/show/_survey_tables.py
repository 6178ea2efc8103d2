"""What was recognised in a survey's file: how it is stored, its questions, and what to know."""

from collections.abc import Iterator

from cxjourney.errors import shown
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import number, word, words
from cxjourney.wishes import SurveyFile
from cxjourney.wishes._files._answers import AnswerKind
from cxjourney.wishes._files._survey_file import Noted, SurveyQuestion

LONGEST_NAME, LONGEST_TEXT = 26, 90
MOST_LABELS, MOST_NAMED = 12, 6
SIGNS = {"\t": "tab"}
BESIDE = frozenset({AnswerKind.RECORD, AnswerKind.TIME, AnswerKind.RESPONDENT})
"""What a column tells beside the answers, under a name that says it."""


def survey_page(survey: SurveyFile, lang: Lang) -> Page:
    """Return what was recognised in a survey's file.

    Names and texts of the file stay as they are, made safe to show.
    """
    question, holds, columns = words(lang, "question", "holds", "columns")
    table = Table(
        headings=(question, holds, columns),
        sides="<<<",
        rows=[_row(one, lang) for one in survey.questions],
        remarks=["; ".join(_told(one)) for one in survey.questions],
        beside=word("remarks", lang),
        notes=tuple(_note(one, lang) for one in survey.notes),
    )
    return Page((Table(notes=(survey_line(survey, lang),)), table), lang, width=80)


def survey_head(survey: SurveyFile, lang: Lang) -> str:
    """Return what was recognised without the questions, to stand above what was made of them."""
    notes = (survey_line(survey, lang), *(_note(one, lang) for one in survey.notes))
    return Page((Table(notes=notes),), lang, width=80).text()


def survey_line(survey: SurveyFile, lang: Lang) -> str:
    """Return in one line what a file is: its tool and form, how much is in it, how it is stored."""
    tool = shown(survey.tool.value)
    form = "" if survey.tool.value == survey.form.value else f", {survey.form.value}"
    parts = [
        f"{word('records', lang)}: {number(survey.records, lang)}",
        f"{word('columns', lang)}: {number(len(survey.names), lang)}",
    ]
    if survey.header:
        parts.append(f"{word('header_records', lang)}: {survey.header}")
    if survey.encoding is not None:
        parts.append(f"{word('encoding', lang)}: {shown(survey.encoding)}")
    if survey.delimiter is not None:
        sign = SIGNS.get(survey.delimiter, survey.delimiter)
        parts.append(f"{word('delimiter', lang)}: {shown(sign)}")
    if survey.sheet is not None:
        parts.append(f"{word('sheet', lang)}: {shown(survey.sheet)}")
    if survey.zone is not None:
        parts.append(f"{word('zone', lang)}: {shown(survey.zone)}")
    return f"{tool}{form}; {'; '.join(parts)}"


def _row(one: SurveyQuestion, lang: Lang) -> tuple[str, str, str]:
    first, *others = one.columns
    columns = first if not others else f"{first} ... {others[-1]} ({len(one.columns)})"
    if columns == one.name:
        columns = ""
    return (
        shown(one.name, LONGEST_NAME),
        name(one.kind, lang),
        columns,
    )


def _told(one: SurveyQuestion) -> Iterator[str]:
    """Yield what was asked, the words of the numbers, and the choices."""
    if one.kind in BESIDE:
        return
    if one.text and (one.text != one.name or len(one.name) > LONGEST_NAME):
        yield shown(one.text, LONGEST_TEXT)
    if one.labels:
        some = sorted(one.labels.items())[:MOST_LABELS]
        yield ", ".join(f"{number:g} = {shown(label, LONGEST_NAME)}" for number, label in some)
    choices = [choice for choice in one.choices if choice]
    if choices:
        more = ", ..." if len(choices) > MOST_LABELS else ""
        yield ", ".join(shown(choice, LONGEST_NAME) for choice in choices[:MOST_LABELS]) + more


def _note(noted: Noted, lang: Lang) -> str:
    count = "" if noted.count is None else f": {number(noted.count, lang)}"
    named = [shown(column, LONGEST_NAME) for column in noted.columns[:MOST_NAMED]]
    more = len(noted.columns) - len(named)
    where = ", ".join(named) + (f", ... (+{more})" if more else "")
    return f"{name(noted.note, lang)}{count}" + (f" ({where})" if where else "")
