"""`python -m sql.columns`: writes the column lists of the SQL files anew from the one table of fields.

A list stands between two comments, and the first of them says what it is made of:

    -- fields redacted: {name} = {left},
    title = '[redacted]', byline = NULL,
    -- end

`fields` runs on, `lines` gives each field a line of its own. The sets: `all`, `published`, `mended`, `stable` (not mended),
`redacted`, `since 10-`, `since 2-9` (what those migrations brought). A migration that a field names and that is not there
is written, too; it is then read and edited like any other.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from crawler.article import FIELDS
from crawler.fields import Field
from sql.load import migrations

FILES = ("articles.sql", "schema.sql")
TABLES = ("article_current", "article_revision")
VIEWS = ("article", "article_state")
_WIDTH = 120  # characters of a line
_REGION = re.compile(
    r"(?P<head>^(?P<indent> *)-- (?P<shape>fields|lines) (?P<chosen>[^:\n]+): (?P<template>[^\n]+)\n)"
    r"(?P<body>(?:(?! *-- ).*\n)*?)(?P<tail> *-- end\n)",
    re.MULTILINE,
)


def chosen(name: str) -> list[Field]:
    """The fields of a set; ValueError where there is no such set."""
    if name.startswith("since "):
        first, _, last = name.removeprefix("since ").partition("-")
        return [one for one in FIELDS if int(first) <= one.since <= int(last or sys.maxsize)]
    sets = {
        "all": list(FIELDS),
        "published": [one for one in FIELDS if one.published],
        "mended": [one for one in FIELDS if one.mended],
        "stable": [one for one in FIELDS if not one.mended],
        "redacted": [one for one in FIELDS if one.left is not None],
    }
    if name not in sets:
        raise ValueError(f"no set of fields is called {name}: {', '.join(sets)}, since N-")
    return sets[name]


def written(text: str) -> str:
    """A file's text with its lists made anew; the rest stays as it is."""
    return _REGION.sub(lambda found: found["head"] + _list(found) + found["tail"], text)


def _list(found: re.Match[str]) -> str:
    parts = [
        found["template"].format(
            name=one.name, type=one.type, left=one.left, column=f"{one.name:<19}", about=_about(one)
        )
        for one in chosen(found["chosen"])
    ]
    indent = found["indent"]
    if found["shape"] == "lines":
        return "".join(f"{indent}{part}\n" for part in parts)
    lines = [indent]
    for part in parts:
        if len(lines[-1]) + len(part) > _WIDTH and lines[-1] != indent:
            lines.append(indent)
        lines[-1] += part if lines[-1] == indent or part.startswith(",") else f" {part}"
    return "".join(f"{line}\n" for line in lines if line != indent)


def _about(field: Field) -> str:
    """What the database says of a field's column, as SQL."""
    return "'" + field.about.replace("'", "''") + "'"


def migration(version: int, schema: str) -> str:
    """What a migration says to bring the fields since a version into the tables and views of a schema."""
    added = [
        f"ALTER TABLE news.{table} ADD {one.name} {one.type};\n"
        for one in chosen(f"since {version}-")
        for table in TABLES
    ]
    told = [f"COMMENT ON COLUMN news.{TABLES[0]}.{one.name} IS {_about(one)};\n" for one in chosen(f"since {version}-")]
    views = [re.search(rf"^CREATE VIEW news\.{view} AS\n.*?;\n", schema, re.MULTILINE | re.DOTALL) for view in VIEWS]
    shown = [found[0].replace("CREATE VIEW", "CREATE OR REPLACE VIEW") for found in views if found]
    return "\n".join(
        ["".join([*added, *told]), *(re.sub(r" *-- (?:fields|lines|end)\b.*\n", "", view) for view in shown)]
    )


def main() -> None:
    """Write every file whose lists are not those of today's fields, and the migration of a field that has none."""
    folder = Path(__file__).parent
    for name in FILES:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        if written(text) != text:
            _write(file, written(text))
    newest = FIELDS[-1]
    if newest.since > migrations()[-1].version:
        schema = (folder / "schema.sql").read_text(encoding="utf-8")
        _write(folder / "migrations" / f"{newest.since:04}_{newest.name}.sql", migration(newest.since, schema))


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
