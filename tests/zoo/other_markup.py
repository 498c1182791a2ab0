"""The same page as another web shop would have made it: other names, other elements, the same words in the same places."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial

# Names that style sheets in common use give to what readers do not see; a page says it in no other way.
_SAYS_UNSEEN = re.compile(
    r"hidden|d-none|visually-?hidden|sr-only|screen-reader-text|(?:sm|md|lg|xl):\S+|d-(?:sm|md|lg|xl)-\S+"
)
_APART = re.compile(r"(?is)(<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->)")
_TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?:\s+[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?|\s*/)*)\s*>")
_ATTRIBUTE = re.compile(r"(\s+)([^\s=<>\"'/]+)(\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_NAMING = frozenset(["class", "id", "for", "headers", "aria-labelledby", "aria-controls", "aria-describedby"])

Change = Callable[[str], str]


def changed(markup: str, *changes: Change) -> str:
    """A page with each change made to what is neither script, style nor comment.

    >>> changed("<script>'<h1>'</script><h1>a</h1>", CHANGES["headings"])
    "<script>'<h1>'</script><div>a</div>"
    """
    parts = _APART.split(markup)
    for change in changes:
        parts = [part if number % 2 else change(part) for number, part in enumerate(parts)]
    return "".join(parts)


def names_withheld(markup: str) -> str:
    """Classes and ids that say nothing, the same for the same name.

    >>> names_withheld("<p class='tac-gia sr-only'>a</p>")
    "<p class='xd6d6d2 sr-only'>a</p>"
    """
    return _TAG.sub(lambda tag: f"<{tag[1]}{_ATTRIBUTE.sub(_withheld, tag[2])}>" if tag[2] else tag[0], markup)


def _withheld(attribute: re.Match[str]) -> str:
    space, name, equals, value = attribute.groups()
    if name.lower() not in _NAMING:
        return attribute[0]
    quote = value[0] if value[0] in "\"'" else '"'
    told = [word if _SAYS_UNSEEN.fullmatch(word) else _hashed(word) for word in value.strip("\"'").split()]
    return f"{space}{name}{equals}{quote}{' '.join(told)}{quote}"


def _hashed(word: str) -> str:
    return f"x{hashlib.sha256(word.encode()).hexdigest()[:6]}"


def renamed(markup: str, *, tags: str, new: str = "div") -> str:
    """Elements that bear another name: `tags` is a pattern of those that change; the page as it is where some are not closed."""
    if not _are_closed(markup, tags):
        return markup
    return re.sub(rf"(?i)<(/?)(?:{tags})(?=[\s>])", rf"<\1{new}", markup)


def wrapped(markup: str, *, tag: str) -> str:
    """Each element of a kind in a `<div>` of its own; the page as it is where some are not closed."""
    if not _are_closed(markup, tag):
        return markup
    opened = re.sub(rf"(?i)<{tag}(\s[^>]*)?>", lambda found: f"<div>{found[0]}", markup)
    return re.sub(rf"(?i)</{tag}>", lambda found: f"{found[0]}</div>", opened)


def _are_closed(markup: str, tags: str) -> bool:
    opened, closed = (re.findall(rf"(?i)<{stroke}(?:{tags})(?=[\s>])", markup) for stroke in ("", "/"))
    return len(opened) == len(closed)


CHANGES: dict[str, Change] = {
    "names": names_withheld,
    "parts": partial(renamed, tags="article|main|section|header|footer|nav|aside|figure|figcaption|hgroup|address"),
    "headings": partial(renamed, tags="h[1-6]"),
    "paragraphs": partial(renamed, tags="p"),
    "lists": partial(renamed, tags="ul|ol|li|dl|dd|dt"),
    "boxes": partial(wrapped, tag="div"),
    "wrapped": partial(wrapped, tag="p"),
}
