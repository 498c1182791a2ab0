"""The paragraphs of an article's element, with what their markup says about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|odt|ods|rtf)(?:$|\?|#|/[0-9a-f-]{30,})", re.IGNORECASE)
_AUTHOR = re.compile(r"author|tac-?gia|byline|but-?danh", re.IGNORECASE)
# A line of so many characters that ends a sentence is no line of a poem or an address.
LONG_LINE = 90
_CLOSES = "”’»\"')]"


def ends_in(text: str, marks: str) -> bool:
    """Whether a text ends in one of these marks, quotes and brackets that close behind it apart.

    >>> ends_in("Bà nói: “Tôi rất mừng.”", ".!?…"), ends_in("Quang cảnh hội nghị (trái)", ".!?…"), ends_in("", ".")
    (True, False, False)
    """
    last = text.rstrip(_CLOSES)[-1:]
    return last != "" and last in marks


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (or row, list item, caption) with what its markup says about it."""

    text: str
    kind: str = "text"
    bold: bool = False
    italic: bool = False
    right: bool = False
    centered: bool = False
    after_image: bool = False
    heading: bool = False
    # Tag and class of the element it stands in: what is made alike is of one kind.
    make: str = ""
    # Where single breaks divide it.
    lines: tuple[str, ...] = ()

    @property
    def set_apart(self) -> bool:
        """Whether it is set in bold or italics, or its class is an author's."""
        return self.bold or self.italic or _AUTHOR.search(self.make) is not None
