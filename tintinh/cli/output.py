"""Rows on stdout: a table on a terminal, JSON Lines into a pipe; everything else goes to stderr."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reader import snippet
from vietnam.dates import VIETNAM

# Columns of a terminal below which rows are entries one below the other.
STACKED = 100
# Characters that a cell of Excel holds.
EXCEL_CELL = 32_767
_CONTROL_OF_CELLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COUNTS = {"listed", "fetched", "new", "changed", "unchanged", "gone", "rejected", "requests", "articles", "copies"}


class _Stderr(Console):
    """Stderr, where nobody may be reading any more: what a crawl says then is lost, not the crawl."""

    def on_broken_pipe(self) -> None:
        """Say no more."""
        self.quiet = True


# Columns of a table that does not go to a terminal.
WIDE = 160

errors = _Stderr(stderr=True, highlight=False, soft_wrap=True)


class Format(StrEnum):
    """How rows are printed: for people, as one JSON array, as a JSON object a line, as CSV with a header."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


def rows(
    found: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    chosen: Format | None,
    out: IO[str] | None = None,
) -> bool:
    """Print rows; `columns` are those of the table, the other formats give every field. Whether all were taken.

    A reader of the pipe that leaves early (`| head`) is no failure.
    """
    try:
        _rows(found, columns, chosen, out or sys.stdout)
        if out is None:
            sys.stdout.flush()
    except BrokenPipeError:
        if out is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _rows(found: Iterable[Mapping[str, Any]], columns: Sequence[str], chosen: Format | None, out: IO[str]) -> None:
    form = chosen or (Format.table if out.isatty() else Format.jsonl)
    if form is Format.table:
        _table(list(found), columns, out)
    elif form is Format.json:
        out.write(json.dumps([plain(row) for row in found], ensure_ascii=False, indent=2) + "\n")
    elif form is Format.jsonl:
        for row in found:
            out.write(json.dumps(plain(row), ensure_ascii=False) + "\n")
    else:
        write_csv(found, out, columns)


def write_csv(found: Iterable[Mapping[str, Any]], out: IO[str], columns: Sequence[str] = ()) -> None:
    """CSV with a header; lists are joined by `; `, objects are JSON."""
    writer: Any = None
    for row in found:
        cells = {name: _cell(value) for name, value in plain(row).items()}
        if writer is None:
            writer = csv.DictWriter(out, fieldnames=list(cells))
            writer.writeheader()
        writer.writerow(cells)
    if writer is None:
        csv.writer(out).writerow(columns)


def write_excel(found: Iterable[Mapping[str, Any]], out: IO[str]) -> int:
    """CSV as Excel opens it by a double click where commas are decimal, as in Vietnam: UTF-8 with its mark, semicolons.

    Moments are Vietnam's, in a form that Excel takes for a date. How many cells were cut, because Excel holds no longer ones.
    """
    writer: Any = None
    cut = 0
    out.write("\ufeff")
    for row in found:
        cells = {name: excel_cell(value) for name, value in row.items()}
        cut += sum(len(cell) == EXCEL_CELL and cell.endswith("…") for cell in cells.values())
        if writer is None:
            writer = csv.DictWriter(out, fieldnames=list(cells), delimiter=";")
            writer.writeheader()
        writer.writerow(cells)
    return cut


def excel_cell(value: Any) -> str:
    """A field as Excel is to show it: no formula, whatever a page printed, and no longer than a cell.

    >>> excel_cell("=HYPERLINK(1)"), excel_cell(" @x"), excel_cell("Bắt"), excel_cell(None), excel_cell(["A", "B"])
    ("'=HYPERLINK(1)", "' @x", 'Bắt', '', 'A; B')
    >>> excel_cell(datetime(2026, 11, 5, 8, 1, tzinfo=VIETNAM)), len(excel_cell("a" * 40_000))
    ('2026-11-05 08:01:00', 32767)
    """
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}"
    told = "" if value is None else str(_cell(value))
    told = _CONTROL_OF_CELLS.sub("", told)
    if told.lstrip()[:1] in {"=", "+", "-", "@"} and not isinstance(value, (int, float)):
        told = f"'{told}"
    return told if len(told) <= EXCEL_CELL else f"{told[: EXCEL_CELL - 1]}…"


def say(message: str) -> None:
    """One line on stderr."""
    errors.print(printable(message), markup=False)


def printable(text: str) -> str:
    r"""Text without what a terminal would obey: escapes, and the other way to write them.

    >>> printable("Tin\x1b]0;a\x07 \x9b31m\ttức\n")
    'Tin?]0;a? ?31m\ttức\n'
    """
    return _CONTROL.sub("?", text)


def chosen_format(asked: Format | None) -> Format:
    """What was asked for; else a table on a terminal, jsonl into a pipe."""
    return asked or (Format.table if sys.stdout.isatty() else Format.jsonl)


def text(value: Any) -> str:
    """A field as people read it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, date):
        return value.isoformat()
    return printable(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def local(moment: datetime | None) -> str:
    """A moment as people in Vietnam read it: 2017-08-11 15:21."""
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") if moment else ""


def _table(found: list[Mapping[str, Any]], columns: Sequence[str], out: IO[str]) -> None:
    console = _console(out)
    if not found:
        say("nothing found")
        return
    shown = [[_plain_cell(row.get(name)) for name in columns] for row in found]
    if out.isatty() and (console.width < STACKED or not fits(columns, shown, console.width)):
        console.print(stacked(columns, shown), markup=False, soft_wrap=False)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        long = name in {"title", "error", "url", "finding"}
        table.add_column(
            name, overflow="fold", min_width=12 if long else None, justify="right" if name in _COUNTS else "left"
        )
    for row in found:
        table.add_row(*(_shown(row.get(name)) for name in columns))
    console.print(table, width=None if out.isatty() else max(WIDE, needed(columns, shown)))


def _console(out: IO[str]) -> Console:
    """As wide as the terminal, a dumb one too; else as a table that goes elsewhere."""
    width = shutil.get_terminal_size().columns if out.isatty() else WIDE
    return Console(file=out, highlight=False, width=width, height=25)  # of a dumb one only both are believed


def entries(found: Iterable[Mapping[str, Any]], query: str, out: IO[str] | None = None) -> None:
    """Articles for people: title, what else is known, and the piece of the text that the query hit, its words marked."""
    out = out or sys.stdout
    console = _console(out)
    words = snippet.wanted(query)
    for row in found:
        number = str(row["id"])
        about = [
            local(row["published_at"]), row["portal"], ", ".join(filter(None, [*row["authors"], row["unit"]])), row["section"],
            f"{row['copies']} copies" if row.get("copies") else None, "gone" if row.get("gone_at") else None, _matched(row),
        ]  # fmt: skip
        title = Text.assemble((f"{number}  ", "dim"), _marked(snippet.marked(printable(row["title"]), words), "bold"))
        console.print(title)
        lines = [Text(" · ".join(printable(part) for part in about if part), style="dim")]
        if text := row.get("snippet"):
            lines.append(_marked(snippet.marked(printable(text), words), ""))
        elif row.get("body"):
            lines.append(_marked(snippet.snippet(printable(row["body"]), words), ""))
        for line in lines:
            console.print(Padding(line, (0, 0, 0, 2)))


def _matched(row: Mapping[str, Any]) -> str | None:
    """Which state matched, of a search in earlier ones."""
    if row.get("matched_revision") is None:
        return None
    also = "also" if row["matches_now"] else "only"
    return f"{also} in revision {row['matched_revision']}, until {local(row['matched_to'])}"


def _marked(pieces: Sequence[tuple[bool, str]], style: str) -> Text:
    return Text.assemble(*((text, "bold underline" if hit else style) for hit, text in pieces))


def _shown(value: Any) -> str:
    from rich.markup import escape

    return escape(_plain_cell(value))


def _plain_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value)
    return printable(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def fits(columns: Sequence[str], shown: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a table of these cells can be so wide without a word that is broken.

    >>> fits(["id", "host"], [["1", "congan.example.vn"]], 20), fits(["id", "host"], [["1", "congan.example.vn"]], 19)
    (True, False)
    """
    return needed(columns, shown) <= width


def needed(columns: Sequence[str], shown: Sequence[Sequence[str]]) -> int:
    """How wide a table of these cells must be for no word to be broken."""
    longest = [max(map(len, " ".join([name, *cells]).split())) for name, *cells in zip(columns, *shown, strict=True)]
    return sum(longest) + len(longest) - 1


def stacked(columns: Sequence[str], shown: Sequence[Sequence[str]]) -> str:
    """Rows as entries one below the other, for a terminal too narrow for a table; what is empty is left out.

    >>> print(stacked(["id", "title", "unit"], [["1", "Bắt vụ ma túy", ""], ["2", "Tin", "PV28"]]))
    id     1
    title  Bắt vụ ma túy
    <BLANKLINE>
    id     2
    title  Tin
    unit   PV28
    """
    wide = max(map(len, columns), default=0)
    return "\n\n".join(
        "\n".join(f"{name:<{wide}}  {cell}" for name, cell in zip(columns, cells, strict=True) if cell)
        for cells in shown
    )


def wrapped(text: str) -> str:
    """Text with its lines broken between words where a terminal would break them anywhere; as it is in a pipe."""
    if not sys.stdout.isatty():
        return text
    width = max(20, shutil.get_terminal_size().columns - 1)
    return "\n".join(in_lines(line, width) for line in text.split("\n"))


def in_lines(line: str, width: int) -> str:
    """A line in several; a word longer than that stays whole.

    >>> in_lines("trị giá 20 triệu đồng", 10)
    'trị giá 20\\ntriệu đồng'
    """
    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its moments and days as text, in Vietnam's time.

    >>> plain({"published_on": date(2026, 11, 5), "id": 1})
    {'published_on': '2026-11-05', 'id': 1}
    """
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    value = value.astimezone(VIETNAM) if isinstance(value, datetime) else value
    return value.isoformat() if isinstance(value, date) else value


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
