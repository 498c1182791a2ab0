"""Which picture an element shows, however late a script would load it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.platforms.page import Page
from crawler.platforms.tree import Element, children, parent_of

_LATE = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-echo", "data-url", "data-image", "data-img", "data-srcset", "data-lazy-srcset")  # fmt: skip
_BLANK = re.compile(
    r"^data:|(?:^|/)(?:blank|spacer|placeholder|loading|lazy|transparent|pixel|1x1|no-?image|grey|gray)[\w-]*\.(?:gif|png|svg|jpe?g)",
    re.IGNORECASE,
)
_ORNAMENT = re.compile(
    r"/(?:media/system|templates|themes|skins|modules|plugins|components|media/jui|smilies|emoji|(?<!uploads/)(?<!upload/)(?:ads|quang-?cao))/|/M_images/|/_layouts/(?:\d+/)?images/|/images/topics/|emoticon|smiley|gravatar\.com",
    re.IGNORECASE,
)
# A code to scan, and the small copies under a gallery that choose what it shows.
_CODE = re.compile(r"(?:^|[/_-])qr(?:-?_?code)?(?=[/_.-])", re.IGNORECASE)
_SMALL_COPY = re.compile(r"(?:^|[_-])thumbs?(?=[_.-])", re.IGNORECASE)
_SMALL = 150
# Pictures up to so many pixels wide or high are signs, not pictures of an article.
_TINY = 40


def source_of(page: Page, element: Element) -> str | None:
    """The canonical address of the picture that an `<img>` or `<amp-img>` shows; None for signs and blanks.

    Of several sizes the largest.
    """
    for text in _sources(element):
        url = page.absolute(text)
        if url and not _BLANK.search(text) and not _BLANK.search(urlsplit(url).path):
            return None if _is_ornament(element, url) else url
    return None


def _sources(element: Element) -> list[str]:
    late = [value for name in _LATE if (value := element.attr(name))]
    given = [value for name in ("srcset", "src") if (value := element.attr(name))]
    found = [_largest(value) for value in (*late, *(element.attr("src"), element.attr("srcset"))) if value]
    if not any(found and not _BLANK.search(found[0]) for found in [given, late]):
        picture = parent_of(element)
        if picture is not None and picture.tag == "picture":
            found += [
                _largest(value)
                for source in children(picture)
                if source.tag == "source" and (value := source.attr("srcset") or source.attr("data-srcset"))
            ]
    return found


def _largest(value: str) -> str:
    """The address with the greatest width or density of a srcset; the value itself where it is no set.

    >>> _largest("/a-320.jpg 320w, /a-800.jpg 800w"), _largest("/a b.jpg"), _largest("/a.jpg 1x, /a2.jpg 2x"), _largest("/a,b.jpg")
    ('/a-800.jpg', '/a b.jpg', '/a2.jpg', '/a,b.jpg')
    """
    sized = re.findall(r"(\S+)\s+(\d+(?:\.\d+)?)[wx]\s*(?:,|$)", value)
    return max(sized, key=lambda pair: float(pair[1]))[0] if sized else value.strip()


def _is_ornament(element: Element, url: str) -> bool:
    size = [int(value) for name in ("width", "height") if (value := element.attr(name) or "").isdigit()]
    path = urlsplit(url).path
    if any(pixels < _TINY for pixels in size) or _ORNAMENT.search(url):
        return True
    holder = parent_of(element)
    if not size or max(size) > _SMALL or (holder is not None and holder.tag == "a"):  # a link shows it large
        return False
    return _CODE.search(path) is not None or _SMALL_COPY.search(path.rpartition("/")[2]) is not None
