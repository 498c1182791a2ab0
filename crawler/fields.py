"""How the database keeps a field of the article: what its column, its hash, its history and its redaction follow from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

_KEPT, _OF_THE_ARTICLE = "kept", "of_the_article"
EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an article's states; its column has the same name.

    `type` is the column's. `published`: people read it, so it counts in `content_hash`. `mended`: newer rules replace it
    where it lies; of all others another value is another state. `left`: what redaction leaves, as SQL; None: it stays.
    `since`: the migration that brought its column; columns are only ever appended. `default` is what no page gave. `about`
    is what the database says of the column to who looks at it.
    """

    name: str
    type: str
    published: bool
    mended: bool
    left: str | None
    since: int
    default: Any
    about: str = ""

    def stored(self, value: Any) -> Any:
        """A value as the column gives it back: lists for tuples, plain JSON for objects."""
        plain = msgspec.to_builtins(value) if self.type.startswith("jsonb") else value
        return list(plain) if isinstance(plain, tuple) else plain


def kept(
    about: str = "", *, published: bool = True, mended: bool = False, left: str | None = EMPTIED, since: int = 1
) -> dict[str, Any]:
    """Metadata of a dataclass field that belongs to every state of an article; see Field."""
    told = {"published": published, "mended": mended or not published, "left": left, "since": since, "about": about}
    return {_KEPT: told}


def of_the_article() -> dict[str, Any]:
    """Metadata of a dataclass field that belongs to the article as a whole, whatever its state."""
    return {_OF_THE_ARTICLE: True}


def of(article: type) -> tuple[Field, ...]:
    """The fields of the states of a dataclass, in the order of their columns; TypeError for a type without a column."""
    hints = get_type_hints(article)
    found = []
    for one in fields(article):
        if _OF_THE_ARTICLE in one.metadata:
            continue
        told = dict(one.metadata.get(_KEPT) or kept()[_KEPT])
        column, empty = _column(hints[one.name])
        if told["left"] == EMPTIED:
            told["left"] = empty
        if told["since"] > 1 and empty != "NULL":
            column += f" DEFAULT {empty}"  # for the rows that are there already
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        found.append(Field(one.name, column, default=default, **told))
    return tuple(sorted(found, key=lambda field: field.since))


def _column(hint: Any) -> tuple[str, str]:
    """The type of a column for a Python type, and what is in it where there is nothing."""
    optional = type(None) in get_args(hint)
    plain = next(one for one in get_args(hint) if one is not type(None)) if optional else hint
    if plain in {str, datetime}:
        name = "text" if plain is str else "timestamptz"
        return (name, "NULL") if optional else (f"{name} NOT NULL", "''")
    if get_origin(plain) is tuple:
        return ("text[] NOT NULL", "'{}'") if get_args(plain)[0] is str else ("jsonb NOT NULL", "'[]'")
    if get_origin(plain) is Mapping:
        return "jsonb NOT NULL", "'{}'"
    raise TypeError(f"no column holds {hint}")
