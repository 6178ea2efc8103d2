"""Surveys in Excel and SPSS, in old encodings, in a ZIP; and what cannot be read as one."""

import io
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import FaultsError, InvalidError, MissingExtraError
from cxjourney.wishes import CheckAll, SurveyTool, map_wishes, read_survey
from cxjourney.wishes._files import _source, _workbook  # its limits are lower in tests
from tests.wishes.test_survey_tools import FILES, cells, kinds, notes, read

Rows = list[list[Any]]


def workbook(**sheets: Rows) -> io.BytesIO:
    """Return a workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    stored = io.BytesIO()
    book.save(stored)
    stored.seek(0)
    return stored


def message(source: Any, **options: Any) -> str:
    """Return what is said of a survey that is refused."""
    with pytest.raises(InvalidError) as raised:
        read_survey(source, **options)
    return str(raised.value)


# Text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_unicode_is_told(encoding: str) -> None:
    """UTF-16 as Excel and Qualtrics write it, with a byte-order mark and without."""
    survey = read_survey(io.BytesIO("küsimus;õlu\n4,5;2\n".encode(encoding)))
    assert survey.names == ("küsimus", "õlu")
    assert cells(survey, "küsimus") == [4.5]
    assert survey.encoding in {encoding, "UTF-8"}


@pytest.mark.parametrize("encoding", ["cp1257", "latin-1", "UTF-16"])
def test_an_encoding_can_be_named(encoding: str) -> None:
    """An encoding of one byte a letter cannot be told from another."""
    content = "küsimus;õlu\n4,5;2\n".encode(encoding)
    if encoding != "UTF-16":
        told = message(io.BytesIO(content))
        assert "line 1: not UTF-8 at byte 2; expected a text in UTF-8, or its encoding, " in told
        assert "such as cp1257, as the option encoding" in told
    assert read_survey(io.BytesIO(content), encoding=encoding).names == ("küsimus", "õlu")
    assert read("A\n1\n", encoding="utf8").encoding == "UTF-8"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("klingon", "encoding: 'klingon'; expected the name of an encoding, such as 'cp1257'"),
        ("zlib", "encoding: 'zlib'; expected"),
        (7, "encoding: a int; expected"),
        ("ascii", "line 2: not ascii at byte 3 of the file; expected its encoding, such as"),
        ("utf-16", "not utf-16 at byte 5 of the file; expected its encoding"),
    ],
)
def test_a_wrong_encoding_is_told(encoding: Any, told: str) -> None:
    """An unknown name, or one that the text is not in."""
    assert told in message(io.BytesIO("A\nõ\n".encode()), encoding=encoding)


@pytest.mark.parametrize("decimal", [None, ",", "."])
def test_the_decimal_mark_is_told_by_column_or_given(decimal: str | None) -> None:
    """Between semicolons a column may have either; given, there is but one."""
    text = "A;B\n4,5;4.5\n3,5;3\n"
    survey = read(text, decimal=decimal)
    assert cells(survey, "A") == ([4.5, 3.5] if decimal != "." else ["4,5", "3,5"])
    assert cells(survey, "B") == ([4.5, 3] if decimal != "," else ["4.5", "3"])


def test_what_the_decimal_mark_does_not_allow_is_told() -> None:
    """A point where a comma was said to be, and a mix of both."""
    survey = read("A;B;C\n4.5;4,5;1\n3;4.5;1\n" + "3;3;1\n" * 20, decimal=",")
    with pytest.raises(FaultsError) as raised:
        map_wishes(survey, outcome="A", items=survey.items(), statements=CheckAll())
    told = [str(one) for one in raised.value.faults]
    assert told[-1].startswith("column 'A', line 2: a number with a decimal point; expected a deci")
    survey = read("A;B\n4.5;1\n4,5;1\n")
    with pytest.raises(FaultsError, match="the survey cannot be read"):
        map_wishes(survey, outcome="A", items=survey.items(), statements=CheckAll())


def test_the_delimiter_can_be_given_or_named_in_the_file() -> None:
    """Excel's line "sep=" names it, and is no header."""
    assert read("A|B\n1|2\n", delimiter="|").delimiter == "|"
    survey = read('"sep=;"\nA;B\n1;2\nx\n'.replace("\nx", ""))
    assert (survey.delimiter, survey.names, survey.line) == (";", ("A", "B"), 2)


def test_the_delimiter_is_that_of_the_rows() -> None:
    """Questions with commas part no fields where the answers have semicolons."""
    survey = read("How, all in all;Price, cost, fees;C\n4,5;3;1\n2;3;1\n")
    assert (survey.delimiter, survey.names[0]) == (";", "How, all in all")
    assert cells(survey, "How, all in all") == [4.5, 2]
    assert read("A\n1\n").names == ("A",)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"delimiter": ";;"}, "delimiter: str of 2 characters; expected one sign, such as ';'"),
        ({"decimal": "x"}, "decimal: str of 1 characters; expected '.' or ','"),
        ({"header": 3}, "header: 3; expected 1 or 2"),
        ({"tool": "qualtrics"}, "tool: "),
        ({"choices": ["A"]}, "choices: "),
        ({"choices": {"Z": ["A"]}}, "choices, column 'Z': no such column; expected the name of a"),
        ({"choices": {"A": "A"}}, "choices: str of 1 characters; expected several texts"),
        ({"drop": {"Z": ["1"]}}, "drop, column 'Z': no such column; expected the name of a column"),
        ({"drop": {"A": "1"}}, "drop: str of 1 characters; expected several cells"),
        ({"missing": "99"}, "missing: str of 2 characters; expected several numbers or words"),
        ({"codes": [1]}, "codes: list; expected a code book by the name of a column"),
        ({"codes": {"Z": {}}}, "codes, column 'Z': a book of no such column; expected the names"),
        ({"codes": {"A": 5}}, "codes: int; expected codes with their words, and None for what"),
        ({"codes": {"A": {"x": "y"}}}, "codes: "),
        ({"codes": {"A": {True: "y"}}}, "codes: "),
        ({"codes": {"A": {1: 2}}}, "codes: "),
        ({"codes": {"A": {1: "y", 2: "Y"}}}, "codes: two meanings of one word; expected another"),
    ],
)
def test_options_that_do_not_fit_are_told(options: dict[str, Any], told: str) -> None:
    """Each names the argument, and what would be right."""
    with pytest.raises(InvalidError) as raised:
        read("A,B\n1,2\n", **options)
    assert str(raised.value).startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file: an empty file; expected a survey in CSV, Excel (.xlsx) or SPSS (.sav)"),
        ('A\n"1', "line 2: not CSV (a quoted field never ends); expected fields as RFC 4180"),
        ('A\n1\n2\n3\n"4', "line 5: not CSV (a quoted field never ends); expected fields as RFC"),
        ("A\n", "no row below the header; expected a row for each answer"),
        ("A\n1,2\n", "line 2: 2 fields; expected 1, as in the header"),
    ],
)
def test_what_is_no_survey_in_csv_is_told(text: str, told: str) -> None:
    """What is wrong with the records is told as one error, with what else is wrong."""
    with pytest.raises((InvalidError, FaultsError)) as raised:
        read(text)
    error = raised.value
    faults = error.faults if isinstance(error, FaultsError) else [error]
    assert str(faults[0]).startswith(told)


def test_a_number_beyond_all_bounds_is_told() -> None:
    """As where a file was damaged."""
    survey = read("A\n1e999\n" + "1\n" * 20)
    with pytest.raises(FaultsError) as raised:
        map_wishes(survey, outcome="A", items=(), statements=CheckAll())
    assert raised.value.faults[-1].found == "a number that is too large"


def test_respondents_of_a_file_are_those_of_its_column() -> None:
    """Their ids are texts; a blank one is told with its line."""
    survey = read("A,who\n1,7\n2, 7\n3,x\n")
    assert survey.take_ids("who") == ["7", "7", "x"]
    with pytest.raises(FaultsError) as raised:
        map_wishes(
            read("A,who\n1,7\n2,\n"), outcome="A", items=(), statements=CheckAll(),
            respondent="who",
        )  # fmt: skip
    assert ("who", (3,)) in [(one.column, one.lines) for one in raised.value.faults]


def test_code_books_of_a_file_are_given_when_it_is_read() -> None:
    """Its words are numbers then, or have been told as faults."""
    with pytest.raises(FaultsError) as raised:
        map_wishes(
            read("A\n1\n2\n"), outcome="A", items=(), statements=CheckAll(), codes={"A": {1: "x"}}
        )
    assert "code books for a survey that was read from a file" in {
        one.found for one in raised.value.faults
    }


# Codes


def test_a_code_book_reads_words_and_names_numbers() -> None:
    """Words in any case, numbers with their words, and what is no answer."""
    book = {5: "very good", 1: "bad", 99: None, "don't know": None}
    survey = read(
        "A,B\nVery Good,5\nbad,98\n99,99\nDon't know,N/A\n3,\n",
        codes={("A", "B"): book},
        missing=[98, "n/a"],
    )
    assert cells(survey, "A") == [5, 1, None, None, 3]
    assert cells(survey, "B") == [5, None, None, None, None]
    assert survey.questions[0].labels == {5: "very good", 1: "bad"}


def test_a_word_that_is_in_no_book_is_a_fault() -> None:
    """It is told with its line, all columns in one error; open text in other columns is not."""
    text = "A,B,C,D\ngood,4,x y,\n" + "bad,5,,1\ngod,4,,\nbad,x,,\n" * 6
    survey = read(text, codes={"A": {5: "good", 1: "bad"}})
    with pytest.raises(FaultsError) as raised:
        map_wishes(survey, outcome="A", items=(), statements=CheckAll())
    assert [(one.column, one.count, one.lines) for one in raised.value.faults] == [
        (None, 1, ()),
        ("A", 6, (4, 7, 10, 13, 16)),
    ]
    with pytest.raises(FaultsError) as raised:
        read(text + "1,2\n", codes={"A": {5: "good", 1: "bad"}}, show_values=True)
    assert [(one.column, one.lines[0]) for one in raised.value.faults] == [(None, 21), ("A", 4)]
    assert raised.value.faults[1].found == "a text of 3 characters, 'god'"


def test_missing_words_of_a_text_are_blanks() -> None:
    """In a column of texts too."""
    survey = read("A\nso nice\nthat was it\n-\n", missing=["-"])
    assert cells(survey, "A") == ["so nice", "that was it", None]


def test_columns_of_one_name_are_numbered() -> None:
    """As a form that asks the same twice has them; a column without a name goes by its place."""
    survey = read("A,A,,B\n1,2,3,4\n2,3,4,5\n")
    assert survey.names == ("A (1)", "A (2)", "column 3", "B")
    assert [one.columns for one in survey.notes] == [("A",)]


def test_values_far_from_all_others_are_noted() -> None:
    """They do not hide that the column holds ratings."""
    survey = read("A,B\n1,1\n5,2\n99,3\n4,4\n3,5\n")
    assert kinds(survey) == {"A": "RATING", "B": "RATING"}
    assert [(one.note.name, one.columns) for one in survey.notes] == [("FAR_VALUES", ("A",))]


def test_records_with_the_same_answers_are_noted() -> None:
    """With five columns of answers or more; blank records do not count."""
    rows = "1,2,3,4,x\n" * 3 + "1,2,3,4,y\n" + ",,,,\n" * 4
    assert notes(read("A,B,C,D,E\n" + rows))["IDENTICAL"] == 2
    assert "IDENTICAL" not in notes(read("A,B\n1,2\n1,2\n"))


# Excel


def test_excel_is_read_as_its_csv_would_be() -> None:
    """Numbers, texts, yes and no, dates and times; empty rows and ends of rows do not matter."""
    stored = workbook(
        Sheet=[
            ["A", "B", "C", "D", "E", "F", "G"],
            [4.5, "x", True, datetime(2026, 3, 2, 10, 0), time(9, 30), 7, "4,5"],  # noqa: DTZ001
            [],
            [3, None, False, date(2026, 3, 2), timedelta(hours=25), 7.0],
        ]
    )
    survey = read_survey(stored)
    assert (survey.form.value, survey.sheet, survey.records) == ("Excel", "Sheet", 2)
    assert (survey.encoding, survey.delimiter) == (None, None)
    assert cells(survey, "A") == [4.5, 3]
    assert cells(survey, "C") == [1, 0]
    assert cells(survey, "D") == ["2026-03-02 10:00:00", "2026-03-02 00:00:00"]
    assert cells(survey, "E") == ["09:30:00", "90000"]
    assert cells(survey, "G") == [4.5, None]
    assert "Excel; " in str(survey)


def test_cells_that_hold_a_form_alone_are_empty() -> None:
    """A cell may be stored for its colour."""
    book = openpyxl.Workbook()
    (page,) = book.worksheets
    page.append(["A"])
    page.append([1])
    page["C2"].number_format = "0.00"
    stored = io.BytesIO()
    book.save(stored)
    assert read_survey(io.BytesIO(stored.getvalue())).records == 1


def test_rows_of_a_sheet_are_told() -> None:
    """A cell that is no number is told with the row of the sheet, an error of Excel too."""
    stored = workbook(Sheet=[["A"], *[[4]] * 20, [], ["#N/A"], ["five"]])
    survey = read_survey(stored)
    with pytest.raises(FaultsError) as raised:
        map_wishes(survey, outcome="A", items=(), statements=CheckAll())
    assert raised.value.faults[-1].lines == (23, 24)
    ragged = workbook(Sheet=[["A", "B"], [1, 2], [1, 2], [1, 2], [1, 2, 3]])
    with pytest.raises(FaultsError, match="the file cannot be read as a survey") as raised:
        read_survey(ragged)
    assert raised.value.faults[0].lines == (5,)


def test_surveymonkey_in_excel_is_recognised() -> None:
    """Its first header record is shorter than the second, for cells at the end are empty."""
    rows: Rows = [
        ["Respondent ID", "Start Date", "What do you want?"],
        [None, None, "Wi-Fi", "Quiet seats"],
        [1, "2026-01-01", "Wi-Fi", None],
        [2, "2026-01-01", None, "Quiet seats"],
    ]
    survey = read_survey(workbook(Export=rows))
    assert survey.tool is SurveyTool.SURVEYMONKEY
    assert survey.questions[-1].choices == ("Wi-Fi", "Quiet seats")


def test_the_sheet_is_told_or_asked_for() -> None:
    """The only one that holds anything is taken; else it must be named."""
    rows: Rows = [["A", "B"], [1, 2]]
    assert read_survey(workbook(Empty=[], Answers=rows)).sheet == "Answers"
    several = workbook(One=rows, Two=rows).getvalue()
    assert message(io.BytesIO(several)) == (
        "the file: 2 sheets that hold anything; expected sheet=, one of One, Two"
    )
    assert read_survey(io.BytesIO(several), sheet="Two").sheet == "Two"
    told = message(io.BytesIO(several), sheet="Three")
    assert told == "sheet: no such sheet; expected one of One, Two"
    assert message(workbook(One=[], Two=rows), sheet="One").startswith("the file: an empty sheet")


def test_a_formula_without_its_value_is_told() -> None:
    """Programs that do not calculate store none, and a reader would find an empty cell."""
    stored = workbook(Sheet=[["A", "B"], [1, 2], [2, "=A2+1"]])
    assert "line 3: a formula without its value; expected a workbook that " in message(stored)


def test_escapes_of_excel_are_undone() -> None:
    """What XML cannot hold is stored as an escape, which openpyxl leaves."""
    survey = read_survey(workbook(Sheet=[["A"], ["one_x000D_\ntwo"], ["three four"]]))
    assert cells(survey, "A") == ["one\ntwo", "three four"]


def test_a_sheet_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that says it is huge is read as it is; one that is huge is refused."""
    monkeypatch.setattr(_workbook, "MOST_CELLS", 5)
    told = message(workbook(Sheet=[["A", "B"], [1, 2], [3, 4]]))
    assert "line 3: a row of 2 cells, 6 in all so far; expected at most 10,000 in a row, " in told


# ZIP


def packed(**files: str) -> bytes:
    """Return a ZIP with these files."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stored.getvalue()


def test_one_file_in_a_zip_is_read() -> None:
    """As Qualtrics and Google send it."""
    assert read_survey(io.BytesIO(packed(a="A,B\n1,2\n"))).names == ("A", "B")
    assert "a ZIP with 2 files; expected a ZIP with one" in message(io.BytesIO(packed(a="", b="")))


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the sizes that it names, before anything is unpacked; a file too large as well."""
    bomb = packed(a="A\n" + "1\n" * 10_000)
    monkeypatch.setattr(_source, "MOST_BYTES", 15_000)
    assert "bytes that unpacks to 20,002; expected at most 15,000" in message(io.BytesIO(bomb))
    monkeypatch.setattr(_source, "MOST_BYTES", 3)
    assert message(io.BytesIO(b"A\n1\n")) == "the file: more than 3 bytes; expected a smaller file"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b"PK\x03\x04 and no more",
            "a ZIP that cannot be unpacked (BadZipFile); expected a survey",
        ),
        (packed(**{"xl/workbook.xml": "<a/>"}), "a workbook that cannot be read (KeyError); expec"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...",
            "Excel before 2007 (.xls); expected saved as ",
        ),
        (b"<html><table>", "a page or document in XML or HTML; expected a survey in CSV, Excel"),
        (
            b"$FL2 and no more",
            "a file of SPSS that cannot be read (ReadstatError); exp",
        ),
    ],
)
def test_what_holds_no_survey_is_told(content: bytes, told: str) -> None:
    """Other files are told for what they are."""
    assert told in message(io.BytesIO(content))


def test_a_path_that_is_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the path, and what would be right."""
    assert ": not a file; expected a survey in CSV" in message(tmp_path)
    assert ": no such file; expected a survey in CSV" in message(tmp_path / "none.csv")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text("A\n1\n")
    monkeypatch.setattr(Path, "open", refuse)
    assert ": permission denied; expected a file that can be read" in message(tmp_path / "a.csv")


def test_an_open_text_is_read() -> None:
    """A file that was opened as a text, or a StringIO, is as good as its bytes."""
    assert read_survey(io.StringIO("A,õ\n1,2\n")).names == ("A", "õ")
    with (FILES / "google_forms.csv").open(encoding="utf-8") as stream:
        assert read_survey(stream).tool is SurveyTool.GOOGLE_FORMS


@pytest.mark.parametrize(("package", "extra"), [("openpyxl", "excel"), ("pyreadstat", "spss")])
def test_an_extra_that_is_missing_is_named(
    package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error tells what to install."""
    monkeypatch.setitem(sys.modules, package, None)
    source = workbook(A=[["A"], [1]]) if extra == "excel" else io.BytesIO(b"$FL2")
    with pytest.raises(MissingExtraError) as raised:
        read_survey(source)
    assert str(raised.value) == f"{package} is needed here: pip install 'cxjourney[{extra}]'"


# SPSS


def sav(
    tmp_path: Path, columns: Mapping[str, list[Any]], sets: str = "", **options: Any
) -> io.BytesIO:
    """Return a survey of SPSS, with sets of several answers, which pyreadstat does not write."""
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(pd.DataFrame(columns), path, **options)
    stored = path.read_bytes()
    if sets:
        record = struct.pack("<iiii", 7, 7, 1, len(sets)) + sets.encode()
        end = stored.index(struct.pack("<ii", 999, 0))
        stored = stored[:end] + record + stored[end:]
    return io.BytesIO(stored)


NAN = float("nan")


def test_spss_has_labels_and_codes_that_are_no_answers(tmp_path: Path) -> None:
    """Value labels name the numbers; what the file calls missing is a blank, and is counted."""
    stored = sav(
        tmp_path,
        {
            "sat": [1.0, 5.0, 9.0, NAN, 97.0],
            "why": ["price", "", "n/a", "price", "x"],
            "none": [NAN] * 5,
            "at": [datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)] * 4 + [None],
            "big": [1.5, 2.25, 3.0, 4.0, 1e30],
        },
        column_labels={"sat": "How satisfied are you?"},
        variable_value_labels={"sat": {1.0: "bad", 5.0: "good", 9.0: "don't know"}},
        missing_ranges={"sat": [9.0, {"lo": 97.0, "hi": 99.0}], "why": ["n/a"]},
    )
    survey = read_survey(stored)
    assert (survey.form.value, survey.tool, survey.header) == ("SPSS", SurveyTool.SPSS, 0)
    assert cells(survey, "sat") == [1, 5, None, None, None]
    assert survey.questions[0].labels == {1: "bad", 5: "good"}
    assert survey.questions[0].text == "How satisfied are you?"
    assert cells(survey, "why") == ["price", None, None, "price", "x"]
    assert cells(survey, "at")[3:] == ["2026-03-02 00:00:00", None]
    assert kinds(survey)["none"] == "BLANK"
    assert cells(survey, "big")[-1] == 1e30
    assert notes(survey) == {"CALLED_MISSING": 3, "NO_ZONE": None}
    assert str(survey).startswith("SPSS; records: 5; columns: 5; encoding: UTF-8\n")


def test_sets_of_several_answers_are_ticks(tmp_path: Path) -> None:
    """A set of dichotomies keeps its variables, one of categories has a column for each."""
    stored = sav(
        tmp_path,
        {
            "a": [1.0, 0.0, 1.0, NAN],
            "b": [0.0, 0.0, 1.0, NAN],
            "w1": [1.0, 2.0, 3.0, NAN],
            "w2": [2.0, NAN, 1.0, NAN],
            "y": [4.0, 5.0, 3.0, 2.0],
        },
        "$want=D1 1 14 What they want a b\n$way=C 8 Ways out w1 w2\n",
        column_labels={"a": "price", "b": "speed"},
        variable_value_labels={
            "w1": {1.0: "by air", 2.0: "by sea", 4.0: "by rail"},
            "y": {5.0: "good"},
        },
    )
    survey = read_survey(stored, codes={"y": {1: "bad"}})
    asked = {one.name: one for one in survey.questions}
    assert (asked["want"].kind.name, asked["want"].choices) == ("YES_NO", ("price", "speed"))
    assert asked["want"].text == "What they want"
    assert cells(survey, "b") == [0, 0, 1, None]
    assert asked["way"].choices == ("by air", "by sea", "3")
    assert cells(survey, "way [by sea]") == [1, 1, 0, None]
    assert asked["y"].labels == {5: "good", 1: "bad"}


def test_a_set_of_texts_is_read(tmp_path: Path) -> None:
    """A counted value that is a text is not to be had, so that the variables stay as they are."""
    texts = {"a": ["Yes", "No", "Yes"], "b": ["No", "", "Yes"]}
    survey = read_survey(sav(tmp_path, texts, "$m=D3 Yes 0  a b\n"))
    assert cells(survey, "a") == [1, 0, 1]
    assert cells(survey, "b") == [0, None, 1]
    assert list(kinds(survey)) == ["a", "b"]
    survey = read_survey(sav(tmp_path, {"a": ["x", "y"], "b": ["", "x"]}, "$m=C 0  a b\n"))
    assert cells(survey, "m [x]") == [1, 1]


# Whatever comes


@pytest.mark.no_cover
@given(
    st.binary(max_size=80) | st.text('AB12,;"\n{}[] -xY', max_size=60).map(str.encode),
    st.sampled_from(
        [b"", b"A,B\n", b"Timestamp,x\n", b"Respondent ID,x\n,y\n", b"id,submitdate\n"]
    ),
)
def test_whatever_is_in_a_file_is_read_or_told(content: bytes, head: bytes) -> None:
    """Nothing but the errors of the library leaves the reader, and columns are of one length."""
    with suppress(InvalidError, FaultsError):
        survey = read_survey(io.BytesIO(head + content))
        assert {len(column) for column in survey.columns.values()} <= {survey.records}
        assert str(survey)


MAKERS: dict[str, Callable[[pd.DataFrame], io.BytesIO]] = {
    "csv": lambda frame: io.BytesIO(frame.to_csv(index=False).encode()),
    "excel": lambda frame: workbook(
        S=[
            list(frame.columns),
            *frame.astype(object).where(frame.notna(), None).to_numpy().tolist(),
        ]
    ),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_numbers_come_back_to_the_last_bit(maker: str) -> None:
    """Whatever the file, numbers and blanks are those that were stored."""
    rng = np.random.default_rng(3)
    # openpyxl stores 16 digits.
    frame = pd.DataFrame(rng.normal(size=(200, 3)), columns=list("ABC")).round(12)
    frame[["B", "C"]] = frame[["B", "C"]].mask(rng.random((200, 2)) < 0.2)
    survey = read_survey(MAKERS[maker](frame))
    for name in "ABC":
        np.testing.assert_array_equal(survey.columns[name], frame[name])
