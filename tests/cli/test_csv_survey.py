"""The command on surveys in CSV: what is read, and what is told of what cannot be."""

import csv
import io
import math
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.cli import main
from cxjourney.wishes import SurveyFile
from tests.cli.commands import asked, on_a_terminal

A_NUMBER = "expected a number such as 4 or 4.5, or a blank"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a survey may be written."""
    return tmp_path / "survey.csv"


def command(path: Path | str, names: Sequence[str], *options: str) -> list[str]:
    """Return the command that reads columns as numbers: an outcome, and wishes."""
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="").writerow(names)
    wishes = f"--wishes={stream.getvalue()}"
    return ["wishes", str(path), f"--outcome={names[0]}", wishes, "--said-prefix=", *options]


def read(
    path: Path, content: str | bytes, names: Sequence[str] = "AB", *options: str
) -> SurveyFile | None:
    """Write a survey, and return what is read from it; nothing where it is at fault."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    survey: SurveyFile | None = asked(*command(path, names, *options)).get("columns")
    return survey


def numbers(survey: SurveyFile | None, name: str) -> list[float | None]:
    """Return a column of numbers, a blank as None."""
    assert survey is not None
    return [None if math.isnan(one) else one for one in survey.take_numbers(name, []).tolist()]


def faults(
    path: Path, content: str | bytes, names: Sequence[str] = "AB", *options: str
) -> list[str]:
    """Read a survey that is at fault, and return what is told of it."""
    told = io.StringIO()
    with redirect_stderr(told):
        assert read(path, content, names, *options) is None
    return [line.replace(str(path), "survey.csv") for line in told.getvalue().splitlines()]


def test_columns_are_read_by_name(path: Path) -> None:
    """Numbers become arrays with NaN for a blank, texts lose the spaces round them."""
    table = read(path, "who,A,B\n 7 ,4.5,1\nx,,0\n", "AB", "--respondent=who")
    assert table is not None
    assert table.take_ids("who") == ["7", "x"]
    assert numbers(table, "A") == [4.5, None]
    assert numbers(table, "B") == [1, 0]


def test_only_what_is_asked_for_is_read(path: Path) -> None:
    """A column of comments does not matter, nor do columns without a name, or with one name."""
    assert numbers(read(path, "A,comment,,,B,B\n1,so nice,a,b,x,2\n", "A"), "A") == [1]


@pytest.mark.no_cover
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_usual_form_of_csv_is_read(path: Path, delimiter: str, end: str, bom: str) -> None:
    """Commas, semicolons, tabs, whatever ends the lines, with a byte-order mark and without."""
    rows = [["A", "B, C", "D"], ["1", "2", "3.5"], [], ["", "5", "1e2"]]
    text = end.join(
        delimiter.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows
    )
    names = ("A", "B, C", "D")
    table = read(path, bom + text, names)
    assert [numbers(table, name) for name in names] == [[1, None], [2, 5], [3.5, 100]]


def test_a_long_file_may_end_its_lines_with_cr_alone(path: Path) -> None:
    """A file of an old Mac is read like any other, however long it is."""
    content = "A,B,remark\r" + f"1,2,{'so ' * 40}\r" * 10_000
    assert numbers(read(path, content), "B") == [2.0] * 10_000
    assert faults(path, f"{content}x,2,\r")[0].startswith("column 'A', line 10002: ")


def test_semicolons_allow_decimal_commas(path: Path) -> None:
    """As spreadsheets in Estonia and Finland write them."""
    table = read(path, "A;B;C\n4,5;-,5;1.5\n3;2,;2\n", "ABC")
    assert [numbers(table, name) for name in "ABC"] == [[4.5, 3], [-0.5, 2], [1.5, 2]]


def test_a_column_with_both_decimal_marks_is_refused(path: Path) -> None:
    """Nobody can tell whether its 1.234 is about one or about a thousand."""
    assert faults(path, "A;B\n1.234;1\n4,5;1\n") == [
        (
            "column 'A': a column of decimal commas and of decimal points; "
            "expected one of the two throughout the column"
        )
    ]


def test_commas_allow_no_decimal_commas(path: Path) -> None:
    """A quoted 4,5 is told for what it is."""
    assert faults(path, 'A,B\n"4,5",1\n') == [
        (
            "column 'A', line 2: a number with a decimal comma; "
            "expected a decimal point, or semicolons between the columns"
        )
    ]


@pytest.mark.parametrize("cell", ["", "  ", "NA", "NaN", "nan", "null", "NULL"])
def test_blanks_of_other_programs_are_blank(path: Path, cell: str) -> None:
    """A cell that is blank, or says in so many words that it is, is NaN."""
    assert numbers(read(path, f"A,B\n{cell},1\n"), "A") == [None]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "cell", ["five", "inf", "-Infinity", "1_000", "1 000", "0x10", "\u0665", "4-5", "1.2.3", "N/A"]
)
def test_texts_in_numbers_are_never_told(path: Path, cell: str) -> None:
    """What is no number is told by its length, with column and line."""
    assert faults(path, f"A,B\n1,1\n1,{cell}\n") == [
        (f"column 'B', line 3: a text of {len(cell)} characters; {A_NUMBER}")
    ]


def test_numbers_beyond_all_bounds_are_told(path: Path) -> None:
    """A number that a float cannot hold is a fault, and so is an endless one."""
    assert faults(path, f"A,B\n1e999,1\n1,{'1' * 61}\n") == [
        (f"column 'A', line 2: a number that is too large; {A_NUMBER}"),
        (f"column 'B', line 3: a text of 61 characters; {A_NUMBER}"),
    ]


def test_every_fault_is_told_at_once(path: Path) -> None:
    """Ragged rows, texts in several columns: one error, each with its lines."""
    rows = ["A,B,C", "1,x,1", '"1', '2",2,3', "1,2", "", "1,2,3,4", "1,2,y", "1,2", *["z,1,1"] * 9]
    assert faults(path, "\n".join(rows), "ABC") == [
        "lines 5, 9: 2 fields; expected 3, as in the header",
        "line 7: 4 fields; expected 3, as in the header",
        (f"column 'A', lines 3, 10, 11, 12, 13 and 5 more: a text of 3 characters; {A_NUMBER}"),
        (f"column 'B', line 2: a text of 1 characters; {A_NUMBER}"),
        (f"column 'C', line 8: a text of 1 characters; {A_NUMBER}"),
    ]


BAD_FILES: list[tuple[str, bytes, list[str]]] = [
    ("empty", b"", ["survey.csv: an empty file; expected a survey in CSV"]),
    (
        "blank lines",
        b"\xef\xbb\xbf\r\n \n",
        ["survey.csv: an empty file; expected a survey in CSV"],
    ),
    ("only a header", b"A,B\n\n", ["no row below the header; expected a row for each answer"]),
    (
        "no header",
        b"1,2\n3,4\n",
        ["survey.csv, line 1: numbers in place of the names of columns; expected"],
    ),
    (
        "no names",
        b",,\n3,4,5\n",
        ["survey.csv, line 1: no names of columns; expected the names of"],
    ),
    (
        "twice the same",
        b"A,B,A ,B,A\n1,2,3,4,5\n",
        [
            "column 'A', line 1: several columns of that name, numbered as 'A (1)'; expected one",
            "column 'B', line 1: several columns of that name, numbered as 'B (1)'; expected one",
        ],
    ),
    (
        "not UTF-8",
        b"A,B\n1,2\n\xe4,1\n",
        ["line 3: not UTF-8 at byte 1; expected a text in UTF-8, or its encoding, such as cp"],
    ),
    ("UTF-16", "A,B\n".encode("utf-16"), ["no row below the header; expected a row for each"]),
    ("binary", b"A,B\n1,1\n\0,1", ["line 3: a NUL byte"]),
    (
        "open quote",
        b'A,B\n1,2\n1,"2\n3,4\n',
        ["line 3: not CSV (a quoted field never ends); expected fields as RFC"],
    ),
    (
        "open quote in header",
        b'"A,B\n1,2\n',
        ["survey.csv, line 1: not CSV (a quoted field never ends)"],
    ),
    ("odd quotes", b'A,B\n1,"2"3\n', ["line 2: not CSV (',' expected after '\"'); expected"]),
    (
        "endless field",
        b"A,B\n1," + b"2" * 200_000,
        ["line 2: not CSV (a field of more than 131072"],
    ),
    (
        "too wide",
        b",".join([b"A"] + [b""] * 10_000),
        ["survey.csv, line 1: 10,001 columns; expected at most 10,000"],
    ),
]


@pytest.mark.parametrize(("content", "messages"), [case[1:] for case in BAD_FILES])
def test_bad_files_are_told(path: Path, content: bytes, messages: list[str]) -> None:
    """Whatever is wrong with a file is told with its line where there is one."""
    told = faults(path, content)
    assert len(told) == len(messages)
    assert all(one.startswith(message) for one, message in zip(told, messages, strict=True))


def test_no_name_of_a_column_commands_a_terminal(path: Path) -> None:
    """A name of a column is told with its escapes."""
    (told,) = faults(path, "\x1b[31m\x07,B\nx,1\n", ("\x1b[31m\x07", "B"))
    assert told.startswith("column '\\x1b[31m\\x07', line 2: a text of 1 characters")


def test_columns_that_are_not_there_are_told(path: Path) -> None:
    """They are told together with what else is wrong, and with the option that asks for them."""
    among = "line 1: no such column among 2"
    options = ("--weight=Z", "--commented= ", "--form=mentions", "--respondent=Comments")
    assert faults(path, "A,comment\nx,1\n", "A", *options) == [
        f"column ' ', {among}; expected one column of the file, for --commented",
        (
            f"column 'Comments', {among} (meant 'comment'?); "
            "expected one column of the file, for --respondent"
        ),
        f"column 'Z', {among}; expected one column of the file, for --weight",
        f"column 'A', line 2: a text of 1 characters; {A_NUMBER}",
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.csv", "no such file"), ("", "not a file"), ("a\0b", "not a file")],
)
def test_what_is_no_file_is_told(tmp_path: Path, name: str, message: str) -> None:
    """A file that cannot be opened is told by its name."""
    told = io.StringIO()
    with redirect_stderr(told):
        assert main(command(f"{tmp_path}/{name}", "A")) == 2
    assert f": {message}; expected a survey in CSV" in told.getvalue()


def test_who_may_see_is_told_what_stands_in_a_cell(path: Path) -> None:
    """The first text of a column that is no number is told, safe for a terminal."""
    assert faults(path, "A,B\n1,tw\x1bo\n1,three\n", "AB", "--show-values") == [
        (f"column 'B', lines 2, 3: a text of 4 characters, 'tw\\x1bo'; {A_NUMBER}")
    ]


def test_progress_is_told_to_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told piece by piece, never beyond the whole, and at last all of it."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cxjourney.cli._wish_map.map_wishes", stop)
    path.write_text("A,B,remark\n" + f"1,2,{'so ' * 40}\n" * 6000)
    told = on_a_terminal(*command(path, "A"))
    shares = [int(one[-5:-2]) for one in told.split("\r") if "%" in one]
    assert len(shares) > 1
    assert shares == sorted(set(shares))
    assert shares[-1] == 100


cells = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-99, 99)
names = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6).filter(
        lambda name: not name.replace(".", "").isnumeric()
    ),
    min_size=2,
    max_size=4,
    unique=True,
)


@pytest.mark.no_cover
@given(st.data(), names, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    names: list[str],
    delimiter: str,
    end: str,
) -> None:
    """Whatever the csv module writes comes back to the last bit, decimal commas included."""
    width = len(names)
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1))
    marked = [[_written(cell, comma=delimiter == ";") for cell in row] for row in rows]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *marked])
    table = read(tmp_path_factory.getbasetemp() / "any.csv", stream.getvalue(), names)
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        assert numbers(table, name) == [None if cell is None else float(cell) for cell in column]


def _written(cell: float | None, *, comma: bool) -> str:
    text = "" if cell is None else repr(cell)
    return text.replace(".", ",") if comma else text


def headed(content: bytes) -> st.SearchStrategy[bytes]:
    """Draw a content as it is, or under a header."""
    return st.sampled_from([b"", b"A,B\n", b"B;A\r\n"]).map(lambda head: head + content)


snippets = st.text(st.sampled_from('AB12.,;\t"\r\n \ufeff\0x-')).map(str.encode)


@pytest.mark.no_cover
@given((snippets | st.binary(max_size=60)).flatmap(headed))
def test_whatever_is_in_a_file_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """No file breaks the reader: it gives columns of one length, or says what is wrong."""
    path, said = tmp_path_factory.getbasetemp() / "any.csv", io.StringIO()
    with redirect_stderr(said):
        table = read(path, content, ("A", "B"))
    told = said.getvalue().replace(str(path), "").splitlines()
    assert bool(told) != bool(table)
    assert table is None or {len(column) for column in table.columns.values()} == {table.records}
    assert all(fault.isprintable() for fault in told)


def test_pandas_reads_the_same(path: Path) -> None:
    """Numbers and blanks are those of pandas, over several pieces of the file."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(rng.normal(size=(5_017, 3)).round(3), columns=list("ABC"))
    frame = frame.mask(rng.random(frame.shape) < 0.2)
    frame.to_csv(path, index=False)
    table = asked(*command(path, "ABC"))["columns"]
    again = pd.read_csv(path)
    for name in "ABC":
        np.testing.assert_array_equal(table.columns[name], again[name])
