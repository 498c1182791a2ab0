"""The section an article stands in, by evidence: crumbs, labels at its heading, menus, addresses, what machines are told."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.evidence import crumbs, menu
from crawler.platforms.evidence import title as title_evidence
from crawler.platforms.evidence.content import same_words
from crawler.platforms.evidence.crumbs import CLOSE, EMPTY, HOME, LONGEST, REACH, SAYS_NOTHING, STROKES
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, children, is_longer, names, own_text, text_of
from vietnam import dates
from vietnam.normalize import clean, fold

_BUTTON = re.compile(
    r"(?i)(?:quay lại|trở (?:lại|về)|về trang|rss|bản in|in bài|xem (?:thêm|tiếp)|(?:các )?(?:tin|bài) khác)\b"
)
# What leads to the article before and the one after.
_NEIGHBOUR = re.compile(r"(?i)[«‹<←\s]*(?:(?:bài|tin)(?: viết)? (?:trước|sau|tiếp|kế|cũ hơn|mới hơn)|previous|next)\b")
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
# “Trong Thời sự”, “In Thời sự”, of what is linked elsewhere, too; “In” is a button besides.
_WITHIN = re.compile(r"(?i)\W*(?:trong|in)\s*:?\s*")
_STROKE = re.compile(r"\s+[-–|•·]\s+")
# An issue of a magazine, or an archive.
_OF_A_TIME = re.compile(r"(?i)^(?:số|tháng|năm|quý|kỳ)\b.*\d")
_SAME_SECTION = re.compile(
    r"(?i)(?:các )?(?:tin|bài)(?: tức| viết)?(?: khác)? (?:cùng|trong) (?:chuyên )?mục\s*:?\s+[“\"]?([^“”\":]+?)[”\"]?"
)
# Elements around a link in which the label in front of it may stand.
_AROUND = 8
# Folders around an article one of which may be its section's: portals of portlets put four between.
_FOLDERS = 5
# A section's name has no more words.
_WORDS = 8
_LABEL_TAGS = frozenset(
    ["a", "span", "td", "div", "p", "b", "strong", "li", "h2", "h3", "h4", "h5", "em", "small", "font"]
)


def find(
    page: Page, title: str, hints: Sequence[str] = (), heading: Element | None = None, texts: Sequence[Element] = ()
) -> tuple[str, str] | None:
    """The section and the rule; `texts`: the elements that hold the article's text.

    Strongest first: the platform's own label, crumbs, a label at the heading, what machines are told, the folder of the address.
    """
    for hint in hints:
        for element in page.select(hint):
            named = text_of(element)
            if named and len(named) < 120 and not HOME.match(named):
                return named, hint
    text = texts[0] if texts else None
    return (
        _in_front_of_title(page, heading, title)
        or crumbs.named(page, title)
        or crumbs.plain(page, title, heading)
        or crumbs.named(page, title, is_sure=False)
        or crumbs.told(page, title)
        or _of_others(page)
        or _label(page, title, heading, text)
        or _label_below(page, title, texts)
        or _told(page)
        or _from_menu(page)
        or _from_parameter(page)
        or _from_class(page, heading)
        or _labelled_anywhere(page, title)
        # A portal may call one of its sections “Tin tức”; it is one where nothing says more.
        or crumbs.named(page, title, EMPTY, is_sure=False)
        or crumbs.plain(page, title, heading, EMPTY)
        or _label(page, title, heading, text, EMPTY)
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
    is_section = url is not None and len(name) <= LONGEST and not (HOME.match(name) or EMPTY.match(name))
    return (name, "link in front of the title") if is_section else None


def _label(
    page: Page, title: str, heading: Element | None, text: Element | None, empty: re.Pattern[str] = SAYS_NOTHING
) -> tuple[str, str] | None:
    """A label in the lines at the heading: a link beside the date, or a name that a menu has, too."""
    if heading is None:
        return None
    best: tuple[int, int, str] | None = None
    for element in _at_heading(page, heading, text):
        name = _CATEGORY_TEXT.sub("", menu.said_by(element) if element.tag == "a" else clean(own_text(element)) or "")
        if element.tag != "a" and len(name) <= LONGEST:  # the section and the date in one line
            parts = (part for part in _STROKE.split(name) if part != name)
            name = next((part for part in parts if part and menu.is_linked_elsewhere(page, part, element)), name)
        if (
            not name
            or len(name) > LONGEST
            or len(name.split()) > _WORDS
            or HOME.match(name)
            or _NEIGHBOUR.match(name)
            or (element.tag == "a" and not text_of(element) and fold(name) not in menu.names_of(page))
            or empty.match(name.strip(STROKES))
            or same_words(name, title)
            or _OF_A_TIME.match(name)
            or not name[0].isalnum()  # what is left between links
        ):
            continue
        if not re.search(r"[^\W\d_]{2}", name) or dates.find(name) is not None or name.startswith("#"):
            continue
        parent = next(ancestors(element), element)
        around = f"{names(element)} {names(parent)} {element.attr('rel') or ''} {element.attr('href') or ''}"
        in_menu = menu.is_linked_elsewhere(page, name, element)
        if _NOT_A_LABEL.search(around) or (not in_menu and _TAG.search(around)):
            continue
        called = _LABEL_NAMES.search(f"{names(element)} {names(parent)}") is not None or bool(
            _CATEGORY_TEXT.match(text_of(element))
        )
        is_link = element.tag == "a" and page.absolute(element.attr("href") or "") is not None
        away = abs(page.place(heading) - page.place(element))
        near = away <= CLOSE
        score = 2 * in_menu + called * (1 + (near and not is_link)) + is_link
        # A story that a box beside names twice is further off.
        if score >= 2 and (best is None or (score, -away) > best[:2]):
            best = (score, -away, name)
    return (best[2], "label at the heading") if best is not None else None


def _label_below(page: Page, title: str, texts: Sequence[Element]) -> tuple[str, str] | None:
    """A link behind the text that a label in front of it calls the section: “Chuyên mục: …”, “Chủ đề: …” of what a menu has, too."""
    if not texts:
        return None
    # A text may hold its own foot.
    pieces = [piece.place for piece in page.asides.long_texts if texts[-1] in piece.around]
    for element in page.between(max(pieces, default=page.end_of(texts[-1])) + 1, page.end_of(texts[-1]) + REACH):
        name = text_of(element) if element.tag == "a" else ""
        if not 0 < len(name) <= LONGEST or len(name.split()) > _WORDS:
            continue
        before = _said_in_front(element, name)
        is_category = _CATEGORY_ALONE.fullmatch(before) is not None
        if page.asides.lies_in(element) and not (is_category and _is_in_article(element, texts)):
            continue
        is_category = is_category or (
            menu.is_linked_elsewhere(page, name, element)
            and (_TOPIC_ALONE.fullmatch(before) is not None or _is_called_section(element))
        )
        is_category = is_category or (not before and _is_chip(page, element, name, texts))
        if is_category and not (SAYS_NOTHING.match(name) or same_words(name, title)):
            return name, "label below the text"
    return None


def _of_others(page: Page) -> tuple[str, str] | None:
    """What the heading over other stories of the section calls it, and a link does, too: “Bài cùng mục Pháp luật”."""
    for heading in page.body.iter_elements(("h2", "h3", "h4", "h5")):
        found = None if is_longer(heading, 2 * LONGEST) else _SAME_SECTION.fullmatch(text_of(heading))
        if found is not None and menu.is_linked_elsewhere(page, found[1], heading):
            return found[1], "heading over others of the section"
    return None


def _labelled_anywhere(page: Page, title: str) -> tuple[str, str] | None:
    """The one link of the page that a label calls the section and that has a twin, wherever it stands: themes print such facts beside the text."""
    found: dict[str, None] = {}
    for anchor, _ in page.links():
        name = "" if is_longer(anchor, LONGEST) else text_of(anchor)
        if name and len(name.split()) <= _WORDS and menu.is_linked_elsewhere(page, name, anchor):
            before = _said_in_front(anchor, name)
            if _CATEGORY_ALONE.fullmatch(before) or _WITHIN.fullmatch(before):
                found[name] = None
    names_found = [name for name in found if not (SAYS_NOTHING.match(name) or same_words(name, title))]
    return (names_found[0], "label beside the article") if len(names_found) == 1 else None


def _is_in_article(element: Element, texts: Sequence[Element]) -> bool:
    """Whether an element stands in the article's own element, with the text."""
    around = {texts[-1], *ancestors(texts[-1])}
    return any(outer.tag == "article" and outer in around for outer in ancestors(element))


def _is_called_section(anchor: Element) -> bool:
    """Whether the name of a link, and that of its line, calls it a section, and none a keyword."""
    around = " ".join(names(node) for node in (anchor, *islice(ancestors(anchor), 2)))
    called = _LABEL_NAMES.search(names(anchor)) is not None and _TAG.search(around) is None
    return called and _NOT_A_LABEL.search(around) is None


def _is_chip(page: Page, anchor: Element, name: str, texts: Sequence[Element]) -> bool:
    """Whether a link stands alone in a list of its own in the article's element, and a menu leads there under the same name."""
    row = next((node for node in islice(ancestors(anchor), 2) if node.tag in {"ul", "ol"}), None)
    if row is None or len(children(row)) > 1 or not _is_in_article(row, texts):
        return False
    url = page.absolute(anchor.attr("href") or "")
    return url is not None and any(
        led == url and link is not anchor and fold(text_of(link)) == fold(name)
        for link, led in menu.links(page).items()
    )


def _said_in_front(anchor: Element, name: str) -> str:
    """The label right in front of a link; empty where there is none."""
    for node in islice(chain([anchor], ancestors(anchor)), _AROUND):
        if is_longer(node, LONGEST * 2):
            return ""
        text = text_of(node)
        before = text.partition(name)[0]
        if before:
            return before
        if node.tag in {"ul", "ol"} and len(children(node)) > 1:
            return ""  # what stands in front of a list is the heading of all that it names
    return ""


def _at_heading(page: Page, heading: Element, text: Element | None) -> Iterator[Element]:
    start = page.place(heading)
    end = page.place(text) if text is not None else start + REACH
    links = sum(1 for element in page.between(start - REACH + 1, start) if element.tag == "a")
    above = REACH if links < 12 else 8
    begins = min((piece.place for piece in page.asides.long_texts if text in piece.around), default=end)
    for element in page.between(start - above, min(max(end, start + 25), start + 4 * REACH) + 1):
        around = list(ancestors(element)) if element.tag in _LABEL_TAGS else [heading]
        if heading not in around:
            inner = around[: around.index(text)] if text is not None and text in around else None
            is_inside = inner is not None and not any(outer is text for outer in ancestors(heading))
            # A text may begin with the article's own labels.
            opens_text = (
                is_inside
                and page.place(element) < begins
                and any(outer.tag in {"header", "footer"} for outer in inner or ())
                and not any(outer.tag in {"section", "blockquote", "aside", "figure"} for outer in inner or ())
            )
            if is_inside and not opens_text:
                continue
            if page.place(element) > start and _is_of_stories(element):
                continue
            if page.place(element) > end and element in menu.links(page) and not opens_text:
                continue  # behind a short text begins the menu beside it, which names every section
            if (opens_text or not page.asides.lies_in(element)) and not any(outer.tag == "a" for outer in around):
                yield element


def _is_of_stories(element: Element) -> bool:
    """Whether an element stands in a list of headlines: of one with few words a section could be called."""
    outer = next((node for node in ancestors(element) if node.tag in {"ul", "ol"}), None)
    return outer is not None and any(len(text_of(anchor).split()) > _WORDS for anchor in outer.iter_elements("a"))


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
    slugs = {folder.rpartition("/")[2]: folder for folder in reversed(folders)}
    for anchor, url in page.links():
        if not url.startswith(tuple(folders)):
            # `/phap-luat/bai.html` stands in the section `/categories/phap-luat/` that is called “Pháp luật”.
            slug = url.rstrip("/").rpartition("/")[2]
            label = menu.plain_label(menu.said_by(anchor)) if slug in slugs else ""
            if label and re.sub(r"\W+", "-", fold(label)).strip("-") == slug:
                named.setdefault(slugs[slug], label)
            continue
        bare = re.sub(r"(?:/index)?\.(?:html?|aspx|php|chn)$", "", url.rstrip("/"))
        if bare not in folders:
            bare = re.sub(r"-\d+$", "", bare)  # `/thong-bao-12` leads to the list of `/thong-bao/…`
        if bare in folders:
            label = menu.plain_label(menu.said_by(anchor))
            if label and len(label) < LONGEST and not HOME.match(label):
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
        label = menu.plain_label(menu.said_by(anchor)) if anchor in in_menu else ""
        if (
            label
            and len(label) < LONGEST
            and not (HOME.match(label) or SAYS_NOTHING.match(label) or _BUTTON.match(label))
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
