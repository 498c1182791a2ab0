"""The section an article stands in, by evidence: crumbs, labels at its heading, menus, addresses, what machines are told."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.evidence import menu
from crawler.platforms.evidence import title as title_evidence
from crawler.platforms.evidence.content import same_words
from crawler.platforms.page import Page, kinds_of
from crawler.platforms.tree import Element, ancestors, children, is_longer, names, own_text, text_of
from vietnam import dates, urls
from vietnam.normalize import clean, fold

_HOME = re.compile(
    r"(?i)^(?:trang (?:chủ|nhất|tin)|home|homepage|trangchu|bạn đang (?:ở|xem)|you are here|vị trí|»|›|/|>)?\s*:?$"
)
# Crumbs that name no section: where another stands before them, that one is meant.
_SAYS_NOTHING = re.compile(
    r"(?i)^(?:liên hệ|giới thiệu|sơ đồ(?: trang| site)?|đăng nhập|tìm kiếm|tin tức|tin|tin bài|bài viết|news|chi tiết(?: tin| bài viết)?|tất cả|danh mục|chuyên mục|blog|posts?|articles?)$"
)
# Those that are no section of any portal.
_EMPTY = re.compile(
    r"(?i)^(?:liên hệ|giới thiệu|sơ đồ(?: trang| site)?|đăng nhập|tìm kiếm|chi tiết(?: tin| bài viết)?|tất cả|danh mục|chuyên mục|bài viết|posts?|articles?)$"
)
_BUTTON = re.compile(
    r"(?i)(?:quay lại|trở (?:lại|về)|về trang|rss|bản in|in bài|xem (?:thêm|tiếp)|(?:các )?(?:tin|bài) khác)\b"
)
# What leads to the article before and the one after.
_NEIGHBOUR = re.compile(r"(?i)[«‹<←\s]*(?:(?:bài|tin)(?: viết)? (?:trước|sau|tiếp|kế|cũ hơn|mới hơn)|previous|next)\b")
_CRUMBS = re.compile(
    r"bread-?_?crumb|crumbs?(?:$|[\s_-])|pathway|duong-?dan|dieu-?huong-?(?:trang|muc)|(?:^|[\s_-])nav-?path",
    re.IGNORECASE,
)
_LABEL_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cat(?:e|egory|egories)?|zone|chuyen-?muc|section|folder-?title|ten-?muc|topic|the-?loai|danh-?muc|kicker|cat-?link\w*|cate-?\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
# A keyword, unless a menu calls a section so.
_TAG = re.compile(r"tag|tu-?khoa|keyword", re.IGNORECASE)
_NOT_A_LABEL = re.compile(
    r"author|tac-?gia|share|social|comment|print|email|user|member|thanh-?vien|nguoi-?viet|login|facebook|zalo|rss",
    re.IGNORECASE,
)
_CATEGORY_CLASS = re.compile(r"(?:^|\s)(?:category|cat|chuyen-muc)-([a-z][a-z0-9-]*[a-z])(?=\s|$)")
_CATEGORY_PARAMETER = re.compile(
    r"(?:cat(?:e|egory)?|muc|chuyen_?muc|danh_?muc|zone|sec(?:tion)?|folder|topic|loai(?:_?tin)?|nhom|channel|menu|c)(?:_?id)?|id_?(?:cat(?:egory)?|muc|chuyenmuc|loai|nhom)",
    re.IGNORECASE,
)
_CATEGORY_TEXT = re.compile(
    r"(?i)^(?:chuyên mục|danh mục|thể loại|mục|đăng trong|category|posted in|filed under)\s*:\s*"
)
_CATEGORY_ALONE = re.compile(
    r"(?i)\W*(?:chuyên mục|danh mục|thể loại|mục tin|đăng trong|category|posted in|filed under)\s*:?\s*"
)
# What stands in front of a section, or of keywords.
_TOPIC_ALONE = re.compile(r"(?i)\W*(?:chủ đề|phân loại|topics?|nhãn|labels?)\s*:?\s*")
_STROKE = re.compile(r"\s+[-–|•·]\s+")
_COUNT_OR_STROKE = re.compile(r"^[›»>•*+–-]+\s*|\s*[(\[]\d+[)\]]$")
# What stands between crumbs, and hardly between the links of a menu.
_SEPARATED = re.compile(r"[»›>→]|(?<!\d)/|/(?!\d)")
_STROKES_IN_ROW = re.compile(r"\s*(?:[»›>|→]|(?<!\d)/|/(?!\d))+\s*")
# No row of crumbs has more characters, the headline at its end included.
_LONGEST_ROW = 500
# Links that are read of what is called a trail, and of a trail at most; a menu has more.
_LINKS_READ = 40
_TRAILS = 50
_LINKS_OF_TRAIL = 4
# A row of links without separators is crumbs only so many elements above the heading.
_CLOSE = 12
_ICONS = frozenset(["svg", "path", "g", "use", "polyline", "i"])
_STROKES = " »›>/→|·:"
# An issue of a magazine, or an archive.
_OF_A_TIME = re.compile(r"(?i)^(?:số|tháng|năm|quý|kỳ)\b.*\d")
# Elements around a link in which the label in front of it may stand.
_AROUND = 8
# Folders around an article one of which may be its section's: portals of portlets put four between.
_FOLDERS = 5
# A section's name has no more words and characters.
_WORDS = 8
_LONGEST = 80
_LABEL_TAGS = frozenset(
    ["a", "span", "td", "div", "p", "b", "strong", "li", "h2", "h3", "h4", "h5", "em", "small", "font"]
)
# Elements above the heading that may hold crumbs or a label.
_REACH = 45


def find(
    page: Page, title: str, hints: Sequence[str] = (), heading: Element | None = None, texts: Sequence[Element] = ()
) -> tuple[str, str] | None:
    """The section and the rule; `texts`: the elements that hold the article's text.

    Strongest first: the platform's own label, crumbs, a label at the heading, what machines are told, the folder of the address.
    """
    for hint in hints:
        for element in page.select(hint):
            named = text_of(element)
            if named and len(named) < 120 and not _HOME.match(named):
                return named, hint
    text = texts[0] if texts else None
    return (
        _in_front_of_title(page, heading, title)
        or _crumbs(page, title)
        or _plain_crumbs(page, title, heading)
        or _crumbs(page, title, is_sure=False)
        or _machine_crumbs(page, title)
        or _label(page, title, heading, text)
        or _label_below(page, title, texts)
        or _told(page)
        or _from_menu(page)
        or _from_parameter(page)
        or _from_class(page, heading)
        # A portal may call one of its sections “Tin tức”; it is one where nothing says more.
        or _crumbs(page, title, _EMPTY, is_sure=False)
        or _plain_crumbs(page, title, heading, _EMPTY)
        or _label(page, title, heading, text, _EMPTY)
    )


def _in_front_of_title(page: Page, heading: Element | None, title: str) -> tuple[str, str] | None:
    """A link that the heading begins with, divided from the title by a stroke."""
    if (
        heading is None
        or (link := title_evidence.link_in_front(heading)) is None
        or same_words(text_of(heading), title)
    ):
        return None
    name = text_of(link)
    url = page.absolute(link.attr("href") or "")
    is_section = url is not None and len(name) <= _LONGEST and not (_HOME.match(name) or _EMPTY.match(name))
    return (name, "link in front of the title") if is_section else None


def _last(crumbs: Sequence[str], title: str, empty: re.Pattern[str] = _SAYS_NOTHING) -> str | None:
    """The crumb that names the section: the last that says something."""
    said = [
        name
        for name in crumbs
        if name
        and len(name) < _LONGEST * 2
        and not _HOME.match(name)
        and not same_words(name, title)
        and not _cut(name, title)
    ]
    telling = [name for name in said if not empty.match(name)]
    return telling[-1] if telling else None


def _cut(name: str, title: str) -> bool:
    """Whether a crumb is the title, cut short; a title may begin with its section's name (“Tìm tung tích …”)."""
    bare, whole = fold(name).rstrip(" .…"), fold(title)
    is_cut = bare != fold(name) or len(bare) * 3 > len(whole)
    return not re.search(r"[^\W\d_]{2}", name) or (len(bare) > 12 and bare in whole and is_cut)


def _crumbs(
    page: Page, title: str, empty: re.Pattern[str] = _SAYS_NOTHING, *, is_sure: bool = True
) -> tuple[str, str] | None:
    """What something called a trail says; `is_sure`: only where it looks like one, because a menu may be called so, too."""
    best: tuple[int, str] | None = None
    called = page.select(
        "[itemtype*='BreadcrumbList'], [typeof*='BreadcrumbList'], [class*='crumb' i], [id*='crumb' i], [class*='pathway' i], [aria-label*='readcrumb'], [class*='duong-dan' i]"
    )
    for element in called[:_TRAILS]:
        likeness = _likeness_to_trail(element, title) if is_sure else 0
        if is_sure and not likeness:
            continue
        labels = [text_of(anchor) for anchor in islice(element.iter_elements("a", include_self=True), _LINKS_READ)]
        items = list(islice(element.iter_elements("li"), _LINKS_READ))
        if len(items) > len(labels) > 0 and items[-1].find("a") is None:
            # A section leads nowhere from its own page; a page's name does not, either, but no menu has it.
            here = text_of(items[-1]).strip(_STROKES)
            labels += [here] if _is_linked_elsewhere(page, here, items[-1]) else []
        if not labels:
            labels = [text_of(part) for part in children(element)]
        current = [
            text_of(part) for part in element.select("[aria-current]") if part.tag != "a" and part.find("a") is None
        ]
        if (name := _last([*labels, *current], title, empty)) and (best is None or likeness > best[0]):
            best = (likeness, name)
            if not is_sure or likeness > 1:
                break
    return (best[1], "breadcrumbs") if best is not None else None


def _likeness_to_trail(element: Element, title: str) -> int:
    """2 for a short row with strokes between its parts, 1 for one of few links or that ends in the title, 0 for others."""
    if is_longer(element, _LONGEST_ROW):
        return 0
    said = text_of(element)
    if _SEPARATED.search(said):
        return 2
    has_few_links = len(list(islice(element.iter_elements("a"), _LINKS_OF_TRAIL + 1))) <= _LINKS_OF_TRAIL
    return int(has_few_links or same_words(said[-len(title) :], title))


def _plain_crumbs(
    page: Page, title: str, heading: Element | None, empty: re.Pattern[str] = _SAYS_NOTHING
) -> tuple[str, str] | None:
    """Crumbs that no name tells: a short row of links that begins with the home page, above the heading."""
    if heading is None:
        return None
    # The menu begins with the home page, too: a row with separators is the surer one, whatever stands first.
    place, close = page.place(heading), None
    for anchor in page.between(place - _REACH * 3 + 1, place):
        if anchor.tag != "a":
            continue
        url = page.absolute(anchor.attr("href") or "")
        if url is None or not urls.same_site(url, page.url):
            continue
        label = text_of(anchor)
        is_root = urlsplit(url).path in {"", "/"} and not urlsplit(url).query
        # Portals of portlets have their home page in a folder, and say that it is.
        if not (is_root or label) or not _HOME.match(label):
            continue
        for outer in list(ancestors(anchor))[:3]:
            anchors = list(outer.iter_elements("a"))
            if (
                len(anchors) > 5
                or is_longer(outer, _LONGEST_ROW)
                or (label == "" and _CRUMBS.search(names(outer)) is None and len(anchors) < 2)
            ):
                break
            is_separated = _SEPARATED.search(text_of(outer)) is not None
            if (
                len(anchors) > 1
                and anchors[0] is anchor
                and (is_separated or (len(anchors) < 4 and (_ends_in(outer, title) or _is_close(page, outer, place))))
            ):
                parts = _STROKES_IN_ROW.split(text_of(outer))
                if name := _last(
                    [*(text_of(one) for one in anchors[1:]), *(parts[-1:] if len(parts) > len(anchors) else [])],
                    title,
                    empty,
                ):
                    if is_separated:
                        return name, "breadcrumbs without a name"
                    close = close or name
                    break  # what is around it may hold any stroke
    if close is None:
        close = _printed_crumbs(page, title, place, empty)
    return (close, "breadcrumbs without a name") if close else None


def _ends_in(row: Element, title: str) -> bool:
    """Whether the name of the page closes a row of links, leading nowhere."""
    return row.find("h1") is None and fold(text_of(row)).endswith(f" {fold(title)}")


def _is_close(page: Page, row: Element, place: int) -> bool:
    """Whether a row of links begins right above the heading at a place; what an icon is made of does not count."""
    between = page.between(page.place(row) + 1, place)
    return sum(1 for element in between if element.tag not in _ICONS) < _CLOSE


def _printed_crumbs(page: Page, title: str, place: int, empty: re.Pattern[str]) -> str | None:
    """The section in a line above the heading that leads nowhere: “Trang chủ > Tin tức > Tin hoạt động”."""
    for element in page.between(place - _REACH + 1, place):
        if element.tag not in {"div", "p", "td", "span", "li"} or element.find("a") is not None:
            continue
        said = text_of(element)
        if len(said) > _LONGEST * 3 or _SEPARATED.search(said) is None:
            continue
        home, *crumbs = map(clean, _SEPARATED.split(said))
        if home and _HOME.match(home) and (name := _last(crumbs, title, empty)):
            return name
    return None


def _machine_crumbs(page: Page, title: str) -> tuple[str, str] | None:
    for data in page.linked_data:
        if "breadcrumblist" not in kinds_of(data):
            continue
        items = data.get("itemListElement")
        listed = (
            sorted((item for item in items if isinstance(item, dict)), key=_position) if isinstance(items, list) else []
        )
        if name := _last([_name(item) for item in listed], title):
            return name, "JSON-LD BreadcrumbList"
    return None


def _position(item: dict[str, Any]) -> int:
    try:
        return int(item.get("position") or 0)
    except (TypeError, ValueError):
        return 0


def _name(item: dict[str, Any]) -> str:
    inner = item.get("item")
    given = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
    return clean(html.unescape(given)) if isinstance(given, str) else ""


def _label(
    page: Page, title: str, heading: Element | None, text: Element | None, empty: re.Pattern[str] = _SAYS_NOTHING
) -> tuple[str, str] | None:
    """A label in the lines at the heading: a link beside the date, or a name that a menu has, too."""
    if heading is None:
        return None
    best: tuple[int, int, str] | None = None
    for element in _at_heading(page, heading, text):
        name = _CATEGORY_TEXT.sub("", _said_by(element) if element.tag == "a" else clean(own_text(element)) or "")
        if element.tag != "a" and len(name) <= _LONGEST:  # the section and the date in one line
            parts = (part for part in _STROKE.split(name) if part != name)
            name = next((part for part in parts if part and _is_linked_elsewhere(page, part, element)), name)
        if (
            not name
            or len(name) > _LONGEST
            or len(name.split()) > _WORDS
            or _HOME.match(name)
            or _NEIGHBOUR.match(name)
            or (element.tag == "a" and not text_of(element) and fold(name) not in menu.names_of(page))
            or empty.match(name.strip(_STROKES))
            or same_words(name, title)
            or _OF_A_TIME.match(name)
        ):
            continue
        if not re.search(r"[^\W\d_]{2}", name) or dates.find(name) is not None or name.startswith("#"):
            continue
        parent = next(ancestors(element), element)
        around = f"{names(element)} {names(parent)} {element.attr('rel') or ''} {element.attr('href') or ''}"
        in_menu = _is_linked_elsewhere(page, name, element)
        if _NOT_A_LABEL.search(around) or (not in_menu and _TAG.search(around)):
            continue
        called = _LABEL_NAMES.search(f"{names(element)} {names(parent)}") is not None or bool(
            _CATEGORY_TEXT.match(text_of(element))
        )
        is_link = element.tag == "a" and page.absolute(element.attr("href") or "") is not None
        away = abs(page.place(heading) - page.place(element))
        near = away <= _CLOSE
        score = 2 * in_menu + called * (1 + (near and not is_link)) + is_link
        # A story that a box beside names twice is further off.
        if score >= 2 and (best is None or (score, -away) > best[:2]):
            best = (score, -away, name)
    return (best[2], "label at the heading") if best is not None else None


def _label_below(page: Page, title: str, texts: Sequence[Element]) -> tuple[str, str] | None:
    """A link behind the text that a label in front of it calls the section: “Chuyên mục: …”, “Chủ đề: …” of what a menu has, too."""
    if not texts:
        return None
    ends = page.end_of(texts[-1])
    for element in page.between(ends + 1, ends + _REACH):
        name = text_of(element) if element.tag == "a" else ""
        if not 0 < len(name) <= _LONGEST or len(name.split()) > _WORDS or page.asides.lies_in(element):
            continue
        before = _said_in_front(element, name)
        is_category = _CATEGORY_ALONE.fullmatch(before) or (
            _TOPIC_ALONE.fullmatch(before) and _is_linked_elsewhere(page, name, element)
        )
        is_category = is_category or (not before and _is_chip(page, element, name, texts))
        if is_category and not (_SAYS_NOTHING.match(name) or same_words(name, title)):
            return name, "label below the text"
    return None


def _is_chip(page: Page, anchor: Element, name: str, texts: Sequence[Element]) -> bool:
    """Whether a link stands alone in a list of its own in the article's element, and a menu leads there under the same name."""
    row = next((node for node in islice(ancestors(anchor), 2) if node.tag in {"ul", "ol"}), None)
    if row is None or len(children(row)) > 1:
        return False
    around = set(ancestors(texts[-1]))
    if not any(outer.tag == "article" and outer in around for outer in ancestors(row)):
        return False
    url = page.absolute(anchor.attr("href") or "")
    return url is not None and any(
        led == url and link is not anchor and fold(text_of(link)) == fold(name)
        for link, led in menu.links(page).items()
    )


def _said_in_front(anchor: Element, name: str) -> str:
    """The label right in front of a link; empty where there is none."""
    for node in islice(chain([anchor], ancestors(anchor)), _AROUND):
        if len(text := text_of(node)) > _LONGEST * 2:
            return ""
        before = text.partition(name)[0]
        if before:
            return before
    return ""


def _plain_label(label: str) -> str:
    """A label of a menu without how many articles it leads to, and without the stroke in front of it.

    >>> _plain_label("Cải cách hành chính (11)"), _plain_label("› Thời sự"), _plain_label("Mô hình 3 (Ba)")
    ('Cải cách hành chính', 'Thời sự', 'Mô hình 3 (Ba)')
    """
    return _COUNT_OR_STROKE.sub("", label)


def _is_linked_elsewhere(page: Page, name: str, element: Element) -> bool:
    """Whether a link of the page other than this element has that name."""

    def read() -> dict[str, int]:
        counted: dict[str, int] = {}
        for anchor, url in page.links():
            label = _plain_label(fold(_said_by(anchor)))
            parts = urlsplit(url)
            if label and (parts.path not in {"", "/"} or parts.query):
                counted[label] = counted.get(label, 0) + 1
        return counted

    label = _plain_label(fold(name))
    own = _plain_label(fold(_said_by(element))) if element.tag == "a" else ""
    return page.once("link labels", read).get(label, 0) > (label == own)


def _at_heading(page: Page, heading: Element, text: Element | None) -> Iterator[Element]:
    start = page.place(heading)
    end = page.place(text) if text is not None else start + _REACH
    links = sum(1 for element in page.between(start - _REACH + 1, start) if element.tag == "a")
    above = _REACH if links < 12 else 8
    for element in page.between(start - above, min(max(end, start + 25), start + 4 * _REACH) + 1):
        if element.tag in _LABEL_TAGS and not any(outer is heading for outer in ancestors(element)):
            if (
                text is not None
                and any(outer is text for outer in ancestors(element))
                and text not in ancestors(heading)
            ):
                continue
            if page.place(element) > start and _is_of_stories(element):
                continue
            if page.place(element) > end and element in menu.links(page):
                continue  # behind a short text begins the menu beside it, which names every section
            if not page.asides.lies_in(element) and not any(outer.tag == "a" for outer in ancestors(element)):
                yield element


def _is_of_stories(element: Element) -> bool:
    """Whether an element stands in a list of headlines: of one with few words a section could be called."""
    outer = next((node for node in ancestors(element) if node.tag in {"ul", "ol"}), None)
    return outer is not None and any(len(text_of(anchor).split()) > _WORDS for anchor in outer.iter_elements("a"))


def _said_by(anchor: Element) -> str:
    """The words of a link, drawn ones too."""
    return text_of(anchor) or menu.alternative(anchor)


def _from_menu(page: Page) -> tuple[str, str] | None:
    """The name that a link to a folder above the article bears, the nearest first."""
    path = urlsplit(page.address)._replace(query="").geturl().rstrip("/")
    folders = []
    for _ in range(_FOLDERS):
        path = path.rpartition("/")[0]
        # A folder that is a year or a month holds its archive.
        if path.count("/") >= 3 and not path.rpartition("/")[2].isdigit():
            folders.append(path)
    named: dict[str, str] = {}
    for anchor, url in page.links():
        if not url.startswith(tuple(folders)):
            continue
        bare = re.sub(r"(?:/index)?\.(?:html?|aspx|php|chn)$", "", url.rstrip("/"))
        if bare not in folders:
            bare = re.sub(r"-\d+$", "", bare)  # `/thong-bao-12` leads to the list of `/thong-bao/…`
        if bare in folders:
            label = _plain_label(_said_by(anchor))
            if label and len(label) < _LONGEST and not _HOME.match(label):
                named.setdefault(bare, label)
    for folder in folders:
        if folder in named:
            return named[folder], "link to the folder of the article"
    return None


def _from_parameter(page: Page) -> tuple[str, str] | None:
    """The name of a link whose address has no number but that of a section, which the article's has, too: `?cat=4&news=128`."""
    own = _numbers(page.address)
    sections = {pair for pair in own if _CATEGORY_PARAMETER.fullmatch(pair[0])}
    if not sections or len(own) < 2:
        return None
    in_menu = menu.links(page)
    for anchor, url in page.links():
        label = _plain_label(_said_by(anchor)) if anchor in in_menu else ""
        if (
            label
            and len(label) < _LONGEST
            and not (_HOME.match(label) or _SAYS_NOTHING.match(label) or _BUTTON.match(label))
        ):
            numbers = _numbers(url)
            if len(numbers) == 1 and numbers <= sections and dates.find(label) is None:
                return label, "link to the section in the address"
    return None


def _numbers(url: str) -> set[tuple[str, str]]:
    return {(name.lower(), value) for name, value in parse_qsl(urlsplit(url).query) if value.isdigit()}


def _from_class(page: Page, heading: Element | None) -> tuple[str, str] | None:
    """The link whose address ends in what a class of the article calls its category."""
    around = [page.body, *([heading, *ancestors(heading)] if heading is not None else [])]
    slugs = {found[1] for node in around for found in _CATEGORY_CLASS.finditer(node.attr("class") or "")}
    for anchor, url in page.links() if slugs else ():
        if re.sub(r"\.\w+$", "", url.rstrip("/").rpartition("/")[2]) in slugs and text_of(anchor):
            return text_of(anchor), "category in a class"
    return None


def _told(page: Page) -> tuple[str, str] | None:
    for data in page.linked_data:
        section = data.get("articleSection")
        section = section[0] if isinstance(section, list) and section else section
        if isinstance(section, str) and clean(section):
            return clean(html.unescape(section)), "JSON-LD articleSection"
    section = page.meta.get("article:section")
    return (section, "meta article:section") if section else None
