"""The header of a survey's file as its tool writes it: which question each column belongs to.

After the tools' public documentation:
Qualtrics, "Understanding Your Dataset" (support page): CSV and TSV have three records of headers,
the third in JSON with the id of each field, and the time zone of the times.
SurveyMonkey, "Exporting Survey Results" (help centre): a record with the questions, below it one
with the choices; "Response" or "Open-Ended Response" where a question has but one column.
LimeSurvey manual, "Exporting results": codes or texts as headings, a subquestion in brackets.
Google Docs Editors help, "Choose where to store form responses": a time, then a column a question;
a row of a grid in brackets, several ticked choices in one cell.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, unique
from itertools import groupby

import attrs

from cxjourney.vocabulary._csv import is_number

Row = Sequence[str]


@unique
class SurveyTool(Enum):
    """What wrote a survey's file: a survey tool, SPSS, or anything (PLAIN)."""

    PLAIN = "plain"
    QUALTRICS = "Qualtrics"
    SURVEYMONKEY = "SurveyMonkey"
    LIMESURVEY = "LimeSurvey"
    GOOGLE_FORMS = "Google Forms"
    SPSS = "SPSS"


@unique
class Role(Enum):
    """What a column tells beside the answers: the record itself, when it was, or whose it is."""

    RECORD = "record"
    TIME = "time"
    RESPONDENT = "respondent"


@attrs.frozen
class Head:
    """What the header of a file says of a column.

    Attributes:
        name: what the column is called.
        question: what its question is called.
        text: what was asked, or empty.
        choice: what of it the column is about, where the question has several; else empty.
        role: what it tells beside the answers; None for an answer.
    """

    name: str
    question: str
    text: str = ""
    choice: str = ""
    role: Role | None = None


@attrs.frozen
class Heading:
    """What the header of a file says.

    Attributes:
        tool: what wrote the file.
        records: how many records the header has.
        heads: what it says of each column.
        zone: the time zone that it names; None where it names none.
    """

    tool: SurveyTool
    records: int
    heads: Sequence[Head]
    zone: str | None = None


TIMES = frozenset({"Timestamp", "Ajatempel", "Aikaleima", "Tidsstämpel", "Zeitstempel"})
"""How Google Forms calls its first column, in English, Estonian, Finnish, Swedish and German."""

QUALTRICS_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("startDate", "endDate", "recordedDate"), Role.TIME),
    **dict.fromkeys(("recipientEmail", "externalDataReference"), Role.RESPONDENT),
    **dict.fromkeys(
        ("status", "progress", "duration", "finished", "_recordId", "recipientLastName"),
        Role.RECORD,
    ),
    **dict.fromkeys(
        ("recipientFirstName", "locationLatitude", "locationLongitude", "distributionChannel"),
        Role.RECORD,
    ),
    "userLanguage": Role.RECORD,
    "ipAddress": Role.RECORD,
}
SURVEYMONKEY_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("start date", "end date", "date created", "date modified"), Role.TIME),
    **dict.fromkeys(("email address",), Role.RESPONDENT),
    **dict.fromkeys(("respondent id", "collector id", "first name", "last name"), Role.RECORD),
    "custom data 1": Role.RECORD,
    "custom 1": Role.RECORD,
    "ip address": Role.RECORD,
}
LIMESURVEY_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("submitdate", "startdate", "datestamp", "date submitted"), Role.TIME),
    **dict.fromkeys(("date started", "date last action"), Role.TIME),
    **dict.fromkeys(("token", "access code"), Role.RESPONDENT),
    **dict.fromkeys(("id", "response id", "lastpage", "last page"), Role.RECORD),
    **dict.fromkeys(("startlanguage", "start language", "seed", "refurl"), Role.RECORD),
    "referrer url": Role.RECORD,
    "ipaddr": Role.RECORD,
    "ip address": Role.RECORD,
}
GOOGLE_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(TIMES, Role.TIME),
    **dict.fromkeys(
        ("Email Address", "Username", "Meiliaadress", "Sähköpostiosoite"), Role.RESPONDENT
    ),
    "Score": Role.RECORD,
}

ONE_COLUMN = frozenset({"response", "open-ended response"})
"""What SurveyMonkey writes below a question that has but one column."""

QUESTION_ID = re.compile(r"(?:\d+_)?QID\d+")
IN_BRACKETS = re.compile(r"(?P<question>.*?\S)\s*\[(?P<choice>[^\[\]]+)\]", re.DOTALL)
CODE_AND_TEXT = re.compile(r"(?P<code>[A-Za-z]\w*(?:\[\w+\])*)\. (?P<text>.+)", re.DOTALL)
SELECTED = " - Selected Choice"


def read_heading(rows: Sequence[Row], tool: SurveyTool | None, records: int | None) -> Heading:
    """Return what the header of a file says.

    Args:
        rows: its first three records, fewer where it has no more.
        tool: what wrote it; None to tell it.
        records: how many records the header of a plain file has: 1, or 2 with the questions in the
            second; None for 1.
    """
    names, *below = rows
    fits = [row for row in below if len(row) == len(names)]
    second, third = (fits + [()] * 2)[:2]
    if tool in {None, SurveyTool.QUALTRICS} and (ids := _import_ids(third)):
        return Heading(SurveyTool.QUALTRICS, 3, tuple(_qualtrics(names, second, ids)), _zone(ids))
    if tool in {None, SurveyTool.SURVEYMONKEY} and _is_surveymonkey(names, second):
        return Heading(SurveyTool.SURVEYMONKEY, 2, tuple(_surveymonkey(names, second)))
    lowered = {name.casefold() for name in names}
    lime = (
        {"id", "submitdate"},
        {"response id", "date submitted"},
        {"id. response id", "submitdate. date submitted"},
    )
    if tool is SurveyTool.LIMESURVEY or (tool is None and any(marks <= lowered for marks in lime)):
        return Heading(SurveyTool.LIMESURVEY, 1, tuple(_limesurvey(names)))
    if tool is SurveyTool.GOOGLE_FORMS or (tool is None and names[0] in TIMES):
        return Heading(SurveyTool.GOOGLE_FORMS, 1, tuple(_google(names)))
    texts = second if records == 2 and second else [""] * len(names)  # noqa: PLR2004
    heads = [Head(name, name, text) for name, text in zip(names, texts, strict=True)]
    return Heading(SurveyTool.PLAIN, 1 if records is None else records, heads)


def _import_ids(row: Row) -> list[Mapping[str, object]]:
    """Return the JSON of Qualtrics' third record; empty where it is none."""
    ids = list[Mapping[str, object]]()
    for cell in row:
        try:
            found = json.loads(cell)
        except (ValueError, RecursionError):
            return []
        if not isinstance(found, dict) or "ImportId" not in found:
            return []
        ids.append(found)
    return ids


def _zone(ids: Iterable[Mapping[str, object]]) -> str | None:
    zones = dict.fromkeys(str(one["timeZone"]) for one in ids if one.get("timeZone"))
    return ", ".join(zones) or None


def _qualtrics(names: Row, texts: Row, ids: Sequence[Mapping[str, object]]) -> Iterator[Head]:
    keyed = [
        (_qualtrics_key(str(one["ImportId"])), name, " ".join(text.split()), str(one["ImportId"]))
        for name, text, one in zip(names, texts, ids, strict=True)
    ]
    for key, group in groupby(keyed, key=lambda one: one[0]):
        columns = list(group)
        if key is None or len(columns) == 1:
            for _, name, text, import_id in columns:
                role = QUALTRICS_ROLES.get(import_id)
                if import_id.endswith("_DO") or "_DO_" in import_id:
                    role = Role.RECORD
                yield Head(name, name, text.removesuffix(SELECTED), role=role)
        else:
            question = _stem([name for _, name, _, _ in columns])
            asked, choices = _split([text for _, _, text, _ in columns])
            for (_, name, _, _), choice in zip(columns, choices, strict=True):
                yield Head(name, question, asked, choice)


def _qualtrics_key(import_id: str) -> str | None:
    """Return what the columns of one question have in common; None for a column of its own."""
    found = QUESTION_ID.match(import_id)
    if found is None or import_id.endswith(("_TEXT", "_NPS_GROUP")) or "_DO" in import_id:
        return None
    return found[0]


def common_beginning(texts: Sequence[str]) -> str:
    """Return the letters that all texts begin with."""
    first, last = min(texts), max(texts)
    return first[: next((at for at, sign in enumerate(first) if last[at : at + 1] != sign), None)]


def _stem(names: Sequence[str]) -> str:
    stems = {name.rpartition("_")[0] for name in names}
    return (
        stems.pop() if len(stems) == 1 and "" not in stems else common_beginning(names).rstrip("_#")
    )


def _split(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return what texts of a question's columns have in common, and what each adds to it."""
    begin = common_beginning(texts)
    asked, dash, _ = begin.rpartition(" - ")
    if not dash:
        return begin.strip(), list(texts)
    return asked.removesuffix(SELECTED), [text[len(asked + dash) :] for text in texts]


def _is_surveymonkey(names: Row, second: Row) -> bool:
    """Say whether it begins as SurveyMonkey's do: nothing stands below the respondent's id."""
    first = names[0].casefold().replace("_", " ")
    return first == "respondent id" and bool(second) and not second[0] and any(second)


def _surveymonkey(names: Row, choices: Row) -> Iterator[Head]:
    number, asked, begun = 0, "", False
    groups = list[list[tuple[str, str, str]]]()
    for name, choice in zip(names, choices, strict=True):
        role = SURVEYMONKEY_ROLES.get(name.casefold().replace("_", " "))
        if role is not None and not choice:
            groups.append([(name, name, "")])
            continue
        if name or not begun:
            number, asked, begun = number + 1, " ".join(name.split()), True
            groups.append([])
        groups[-1].append((f"Q{number}", asked, " ".join(choice.split())))
    for group in groups:
        for place, (question, text, choice) in enumerate(group, start=1):
            alone = len(group) == 1
            role = SURVEYMONKEY_ROLES.get(question.casefold().replace("_", " ")) if alone else None
            yield Head(
                question if alone else f"{question}_{place}",
                question,
                "" if role else text,
                "" if choice.casefold() in ONE_COLUMN else choice,
                role,
            )


def _limesurvey(names: Row) -> Iterator[Head]:
    for name in names:
        both = CODE_AND_TEXT.fullmatch(name)
        code, text = (both["code"], both["text"]) if both else (name, "")
        role = LIMESURVEY_ROLES.get(code.casefold())
        text = "" if role else text
        parts, asked = IN_BRACKETS.fullmatch(code), IN_BRACKETS.fullmatch(text)
        if role is None and parts:
            choice = asked["choice"] if asked else parts["choice"]
            yield Head(code, parts["question"], asked["question"] if asked else text, choice)
        else:
            yield Head(code, code, text, role=role)


def _google(names: Row) -> Iterator[Head]:
    for name in names:
        role = GOOGLE_ROLES.get(name)
        parts = IN_BRACKETS.fullmatch(name)
        if role is None and parts:
            yield Head(name, parts["question"], parts["question"], parts["choice"])
        else:
            yield Head(name, name, "" if role else name, role=role)


def second_header(rows: Sequence[Row]) -> int:
    """Return in how many columns a text stands in the second record, and a number in the third."""
    if len(rows) < 3 or len(rows[1]) != len(rows[2]):  # noqa: PLR2004 - header and two records
        return 0
    pairs = ((text.strip(), below.strip()) for text, below in zip(rows[1], rows[2], strict=True))
    return sum(bool(text) and not _is_number(text) and _is_number(below) for text, below in pairs)


def _is_number(text: str) -> bool:
    return is_number(text.replace(",", "."))
