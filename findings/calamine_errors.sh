#!/usr/bin/env bash
# python-calamine 0.9.1 (beside openpyxl 3.1.5)
#
# Guess: a cell of Excel that shows an error, such as #N/A or #DIV/0!, is read as that text, or
# raises.
# Seen: it is read as '', the same as an empty cell, while openpyxl gives the text. Nothing is said,
# and no option of load_workbook or to_python tells the two apart.
# Why it matters: a survey counts its blanks, and a look-up that failed is no skipped question: of
# four respondents below, one skipped the question, and three are counted. Read with openpyxl, or
# look for errors first.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    python-calamine==0.9.1 openpyxl==3.1.5

cat >"$here/seen.py" <<'PYTHON'
import sys
from pathlib import Path

import openpyxl
import python_calamine

PATH = Path(sys.argv[1]) / "survey.xlsx"
book = openpyxl.Workbook()
page = book.active
for row in (["who", "rating"], [1, 5], [2, "#N/A"], [3, "#DIV/0!"], [4, None]):
    page.append(row)
for cell in ("B3", "B4"):
    page[cell].data_type = "e"  # an error, not the text of one
book.save(PATH)

by_calamine = python_calamine.load_workbook(PATH).get_sheet_by_index(0).to_python()
by_openpyxl = openpyxl.load_workbook(PATH, read_only=True).worksheets[0].iter_rows(values_only=True)
for name, rows in (("calamine", by_calamine), ("openpyxl", by_openpyxl)):
    ratings = [row[1] for row in list(rows)[1:]]
    blank = sum(rating in {"", None} for rating in ratings)
    print(f"{name}: {ratings}, {blank} blank")
PYTHON

seen=$("$here/venv/bin/python" "$here/seen.py" "$here")
expected="calamine: [5.0, '', '', ''], 3 blank
openpyxl: [5, '#N/A', '#DIV/0!', None], 1 blank"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'python-calamine no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
