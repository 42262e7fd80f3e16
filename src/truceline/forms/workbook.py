"""An XLSForm's rows -> the bytes of a workbook: the same rows give the same bytes, on any day."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from .questions import LANGUAGES
from .survey import SURVEY, TRANSLATED, Row, Survey

CREATED = datetime(2025, 1, 1)  # noqa: DTZ001  # a fixed day stands in every workbook: its bytes know no clock
WIDTH = 28


def workbook(made: Survey) -> bytes:
    """The three sheets as an .xlsx file; every cell is text, so that nothing in it is reckoned or changed."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": made.settings["form_title"], "created": CREATED, "author": "Truceline"})
        bold = book.add_format({"bold": True})
        _sheet(book, "survey", _columns(), made.survey, bold)
        _sheet(
            book, "choices", ["list_name", "name", *_translated("label"), "sector", "kind_group"], made.choices, bold
        )
        _sheet(book, "settings", list(made.settings), [made.settings], bold)
    return out.getvalue()


def _columns() -> list[str]:
    return [c for name in SURVEY for c in (_translated(name) if name in TRANSLATED else [name])]


def _translated(column: str) -> list[str]:
    return [f"{column}::{language}" for language in LANGUAGES.values()]


def _sheet(book: xlsxwriter.Workbook, name: str, columns: list[str], rows: list[Row], bold: object) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, WIDTH)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column, bold)
    for line, row in enumerate(rows, 1):
        for at, column in enumerate(columns):
            if row.get(column):
                sheet.write_string(line, at, row[column])
