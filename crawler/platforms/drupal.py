"""Drupal 6 to 11: nodes with aliases or `/node/N`, lists made by Views, the themes Garland, Bartik, Zen, Bootstrap, Olivero.

Facts: class names are the machine names of content types and fields (`node-type-article`, `field-name-field-tom-tat` in 7;
`page-node-type-article`, `field--name-field-tom-tat` since 8), so a field's purpose can be read in them. Pagers count from 0.
The usual printed date is month first (`Fri, 08/11/2017 - 15:21`) until somebody sets another form; the weekday and the machine date
tell which. RDFa of 7 is in the site's zone, `time[datetime]` and RDFa since 8 in UTC; both tell when a node was created: a date
field of the editors is stronger. “Submitted by”, `rel=author` and RDFa `sioc:has_creator` name the account, never who wrote.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.platforms.base import Card, Evidence, Fields
from crawler.platforms.evidence import dating
from crawler.platforms.evidence import text as article_text
from crawler.platforms.evidence.machine_dates import Machine, machine_dates
from crawler.platforms.markup import MarkupPlatform
from crawler.platforms.page import Page
from crawler.platforms.tree import Element, ancestors, is_longer, text_of
from vietnam import dates, urls
from vietnam.dates import Timestamp
from vietnam.normalize import clean

_NODE = re.compile(r"^/?(?:index\.php/)?(?:[a-z]{2}/)?node/(\d+)/?$")
_NO_NODE = re.compile(
    r"^/?(?:index\.php/)?(?:[a-z]{2}/)?(?:users?|taxonomy|node(?:/\d+/\w+)?|node/add.*|comment|print|printpdf|printmail|search|admin|filter|aggregator|"
    r"system|sites|core|modules|themes|forum|poll|contact|sitemap|feed|rss|tags?|tu-khoa|the|calendar|flag|forward|webform|captcha|views|quicktabs|"
    r"entity_print|media|oembed|history|batch|cron\.php|update\.php|xmlrpc\.php)(?:[/.]|$)",
    re.IGNORECASE,
)
_OPERATION = re.compile(r"/(?:feed|rss\.xml|edit|delete|revisions|print|printable|translations|share)/?$")
_PICKED = re.compile(
    r"(?:^|[\s_-])(?:view|views-row|node-teaser|node--view-mode-teaser|teaser|view-mode-teaser)(?:$|\s)"
)
# Content types by their machine names.
_NEWS = re.compile(
    r"(?:^|-)(?:article|news|story|blog|post|tin|bai|bao-?chi|su-?kien|thong-?bao|canh-?bao|ban-?tin|press)",
    re.IGNORECASE,
)
_NO_NEWS = re.compile(
    r"(?:^|-)(?:page|webform|landing|trang|gioi-?thieu|video|album|gallery|anh|photo|van-?ban|document|legal|thu-?tuc|event|lich|faq|hoi-?dap|question|poll|forum|book|banner|"
    r"slide\w*|product|panel|lien-?ket|link|co-?cau|don-?vi|staff|profile|contact)",
    re.IGNORECASE,
)
_TYPE_OF_BODY = re.compile(r"^(?:page-)?node-type-(.+)$")
_NUMERIC = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b")

# The form that nobody has changed; where both readings fall on the weekday, it decides.
# A line that says who posted it, and when, has no more characters.
_LONGEST_LINE = 160
_ENGLISH = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d/\d\d/\d{4} - ")


def _named(*names: str) -> tuple[str, ...]:
    """Selectors of fields whose machine names begin so, for 7 and for 8 and later."""
    return tuple(f"[class*='{prefix}-name-field-{name}']" for name in names for prefix in ("field", "field-"))


_LEADS = _named(
    "tom-tat",
    "tomtat",
    "trich",
    "sapo",
    "mo-ta",
    "mota",
    "lead",
    "summary",
    "teaser",
    "intro",
    "dan-nhap",
    "gioi-thieu",
    "description",
    "excerpt",
    "subtitle",
)
_SIGNED = _named("tac-gia", "tacgia", "but-danh", "butdanh", "author", "byline", "nguoi-viet", "nguon", "source")
_SECTIONS = _named(
    "chuyen-muc",
    "chuyenmuc",
    "danh-muc",
    "danhmuc",
    "the-loai",
    "theloai",
    "category",
    "categories",
    "section",
    "linh-vuc",
    "loai-tin",
    "nhom-tin",
    "muc",
    "news-category",
)
_DATES = _named(
    "ngay-dang",
    "ngaydang",
    "ngay-xuat",
    "ngay-ban-hanh",
    "ngay",
    "published",
    "publish",
    "post-date",
    "date",
    "thoi-gian",
)


# What the body of a list is called.
_LISTED = frozenset(["page-taxonomy", "path-taxonomy", "front", "path-frontpage", "page-node-", "page-taxonomy-term"])


class Drupal(MarkupPlatform):
    """Answers for pages of Drupal."""

    name = "drupal"
    titles = (
        "h1.page-title", "h1#page-title", "#page-title", "h1.page-header", "h1.node__title", "h1.node-title", ".block-page-title-block h1", ".node-full h1", "h1.title", ".field--name-title h1",
        ".node-title h1", "h2.node__title", ".node > h2.title", "h2.title",
    )  # fmt: skip
    bodies = (
        ".field--name-body", ".field-name-body", "[property~='content:encoded']", "[property='schema:text']", *_named("noi-dung", "noidung", "content", "body", "chi-tiet", "text"),
        ".field--type-text-with-summary", ".field-type-text-with-summary", ".field--type-text-long", ".field-type-text-long", "[class*='field--name-field-paragraph']", ".node__content", ".node .node-content",
        ".node > .content", ".node .content", ".node-inner .content",
    )  # fmt: skip
    leads = _LEADS
    signatures = (
        *(f"{field} .field-item" for field in _SIGNED),
        *(f"{field} .field__item" for field in _SIGNED),
        *(f"{field}.field__item" for field in _SIGNED),
    )
    pictures = (
        *_named("image", "anh", "hinh", "media", "avatar", "thumbnail", "picture"), ".field-type-image", ".field--type-image",
    )  # fmt: skip
    files = (
        ".field-type-file",
        ".field--type-file",
        *_named("file", "dinh-kem", "tep", "attachment", "tai-lieu"),
        "table#attachments",
        "#attachments",
    )
    chrome = (
        "#attachments", ".field-type-file", ".field--type-file",
        ".field-label", ".field__label", "ul.links", ".node__links", ".link-wrapper", ".comment-wrapper", "#comments", ".field--name-comment", ".field-name-field-tags", ".field--name-field-tags",
        ".addtoany_list", ".service-links", ".sharethis-wrapper", ".print-link", ".rate-widget", ".fivestar-widget", ".statistics_counter", ".submitted", ".node__meta", ".node__submitted", ".book-navigation",
        ".view", ".terms", ".meta", ".field-type-taxonomy-term-reference", ".visually-hidden", ".rdf-meta", ".image-attach-teaser", ".easy_social_box", ".at-share",
    )  # fmt: skip
    entries = (
        ".views-field-title a", ".views-row h1 a", ".views-row h2 a", ".views-row h3 a", ".views-row h4 a", ".views-row .title a", ".node-teaser h2 a", ".node--view-mode-teaser h2 a", ".node--view-mode-teaser h3 a",
        "h2.node__title a", "h3.node__title a", ".node-title a", ".node h2 a", ".node__title a", ".teaser__title a", ".card-title a", "article[about] h2 a", "article[about] h3 a", "[property~='dc:title'] a",
    )  # fmt: skip

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if page.generator.lower().startswith("drupal"):
            reasons.append("meta generator")
        if re.search(
            r"Drupal\.settings|drupal-settings-json|drupalSettings|data-drupal-|jQuery\.extend\(Drupal", page.text
        ):
            reasons.append("Drupal's settings")
        if re.search(
            r"/sites/(?:default|all|[\w.-]+)/(?:files|themes|modules)/|/core/(?:themes|misc|modules|assets)/|/misc/drupal\.js|/themes/(?:custom|contrib)/",
            page.text,
        ):
            reasons.append("files under /sites/, /core/")
        if re.search(
            r"<body[^>]*\b(?:page-node|node-type-|page-node-type-|path-node|path-frontpage|not-front|path-taxonomy|page-taxonomy)\b",
            page.text,
        ):
            reasons.append("class names of body")
        if re.search(
            r"\bclass=[\"'][^\"']*\b(?:field-+name-|node--type-|node--view-mode|views-row|views-field-|block-system|region-content|node-teaser|view-display-id-)",
            page.text,
        ):
            reasons.append("class names of fields, nodes, views")
        if re.search(
            r"rel=[\"']shortlink[\"'][^>]*/node/\d|data-history-node-id|typeof=[\"'](?:sioc:|schema:Article)|[\"'/]node/\d+[\"']",
            page.text,
        ):
            reasons.append("nodes")
        return Evidence(min(1.0, 0.25 * len(reasons) + 0.3 * ("meta generator" in reasons)), tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        path = _path(url)
        if _NODE.match(path):
            return True
        if path.strip("/") in {"", "vi", "en"} or _NO_NODE.match(path) or _OPERATION.search(path):
            return False
        return None

    def could_be_section(self, url: str) -> bool:
        path = _path(url)
        if _OPERATION.search(path) or (
            _NO_NODE.match(path) and not re.search(r"taxonomy/term/\d+(?:/all)?/?$|(?:^|/)node/?$", path)
        ):
            return False
        return super().could_be_section(url)

    def is_list_query(self, query: str) -> bool:
        return "q" in parse_qs(query)

    def page_number(self, url: str) -> tuple[str, int]:
        """Pages count from 0; several pagers of one page share a parameter: `page=0,2`. The home page's list is `/node` too."""
        parts = urlsplit(url)
        number, kept = 1, []
        for pair in sorted(filter(None, parts.query.split("&"))):
            name, _, value = pair.partition("=")
            if name == "page" and re.fullmatch(r"[\d,]{1,12}", unquote(value)):
                number = max([1, *(int(part) + 1 for part in unquote(value).split(",") if part)])
            elif not (name == "q" and value in {"", "node"}):
                kept.append(pair)
        path = re.sub(r"^/index\.php(?=/|$)", "", parts.path.rstrip("/"))
        path = "" if path in {"/node", "/vi", "/vi/node"} else path
        return f"{urls.site(url)}{path}?{'&'.join(kept)}".rstrip("?"), number

    def article_key(self, url: str) -> str:
        """The number of a node, else its alias; under any view, page of comments, and the language that needs no prefix."""
        path = unquote(_path(url)).strip("/")
        return re.sub(r"^(?:index\.php/)?(?:vi/)?|/(?:print|printable)$|\.html$", "", path)

    # -- pages ------------------------------------------------------------------------------------------

    def page_kind(self, page: Page) -> str | None:
        kinds = [found[1] for name in page.body_classes if (found := _TYPE_OF_BODY.match(name))]
        if not kinds and not _LISTED.isdisjoint(page.body_classes):
            return "list" if self._is_list(page) else "other"
        node = self._node(page)
        if not kinds and node is not None:
            kinds = re.findall(r"\bnode--type-([\w-]+)", node.attr("class") or "")
        if not kinds:
            return None
        kind = kinds[0]
        if _NO_NEWS.search(kind) and not re.match(r"(?:tin|bai|news)", kind):
            return "list" if self._holds_a_list(page) else "other"
        if _NEWS.search(kind):
            return "article" if self.bodies_of(page) else "other"
        return None

    def _holds_a_list(self, page: Page) -> bool:
        listed = {url for hint in self.entries for anchor in page.select(hint) if not page.asides.lies_in(anchor)
                  and (url := page.absolute(anchor.attr("href") or "")) and urls.same_site(url, page.url) and self.could_be_article(url)}  # fmt: skip
        return len(listed) > 2

    def _node(self, page: Page) -> Element | None:
        """The element of the node that is the page, not of a teaser on it."""
        bodies = self.bodies_of(page)
        for node in ancestors(bodies[0]) if bodies else ():
            if (
                "node" in (node.attr("class") or "").split()
                or node.tag == "article"
                or node.attr("data-history-node-id")
            ):
                return node
        return None

    # -- fields -----------------------------------------------------------------------------------------

    def extract(self, page: Page, card: Card | None = None) -> Fields:
        fields = super().extract(page, card)
        # A node that is asked by its number says the address it is read at.
        if _NODE.match(_path(page.address)):
            for link in page.select("link[rel='canonical']"):
                url = page.absolute(link.attr("href") or "")
                if url and urls.same_site(url, page.url) and self.is_article_address(url) is None:
                    fields.identity = self.identity(url)
        return fields

    def find_region(self, page: Page) -> article_text.Region | None:
        found = self.title_of(page)
        heading = found.element if found is not None else None
        return article_text.find(page, heading, self.bodies, _picked)

    def find_date(self, page: Page, heading: Element | None, bodies: list[Element]) -> dating.Dated | None:
        node = self._node(page)
        inside = heading if heading is not None and node is not None and node in ancestors(heading) else None
        machine = list(machine_dates(page, inside, bodies))
        for hint in (
            *_DATES,
            ".field--name-created",
            ".submitted",
            ".node__submitted",
            ".node__meta",
            ".meta",
            ".post-info",
            ".article-info",
            ".posted",
            ".date",
            ".created",
        ):
            for element in page.select(hint):
                above = list(ancestors(element))
                if any(body in above for body in bodies) or page.asides.lies_in(element) or _picked(element):
                    continue
                stamp = _printed(clean(" ".join(element.strings)), machine, page)
                if stamp is not None:
                    return dating.confirmed(stamp, f"printed, {hint}", machine)
        if machine:
            return dating.published(page, inside, bodies, machine_first=True)
        if heading is not None and bodies:
            for element in page.between(page.place(heading) + 1, page.place(bodies[0])):
                text = "" if is_longer(element, _LONGEST_LINE) else text_of(element)
                if _NUMERIC.search(text) and (stamp := _printed(text, machine, page)) is not None:
                    return dating.confirmed(stamp, "printed, whichever of day and month comes first", machine)
        return dating.published(page, heading, bodies)

    def find_section(self, page: Page, title: str) -> tuple[str, str] | None:
        for hint in (
            *(f"{field} a" for field in _SECTIONS),
            *(f"{field}.field__item" for field in _SECTIONS),
            ".terms a",
            ".field-type-taxonomy-term-reference a",
            ".taxonomy a",
        ):
            for element in page.select(hint):
                tags = any("tags" in (node.attr("class") or "") for node in ancestors(element))
                text = text_of(element)
                if text and len(text) < 120 and not tags and not page.asides.lies_in(element) and not _picked(element):
                    return text, hint
        found = super().find_section(page, title)
        return None if found and found[0] in {"Node", "Nodes"} else found

    def _outside(self, page: Page, hints: tuple[str, ...], bodies: list[Element]) -> list[Element]:
        if hints is self.files:  # 6 hangs the table of attachments into the text
            return [element for hint in hints for element in page.select(hint) if not _picked(element)]
        return [element for element in super()._outside(page, hints, bodies) if not _picked(element)]


def _path(url: str) -> str:
    """The path a Drupal sees: without rewriting by the web server it stands in `q`."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query).get("q") if parts.path in {"", "/", "/index.php"} else None
    return f"/{asked[-1]}" if asked else parts.path


def _picked(element: Element) -> bool:
    """Whether an element belongs to a teaser or to a list that Views made."""
    return any(_PICKED.search(node.attr("class") or "") for node in ancestors(element))


def _printed(text: str, machine: list[Machine], page: Page | None) -> Timestamp | None:
    """The moment in a label such as “Submitted by admin on Fri, 08/11/2017 - 15:21”, whichever of day and month comes first.

    >>> [_printed(f"Đăng bởi bientap vào {text}", [], None).at.date().isoformat() for text in ("T6, 11/08/2017 - 15:21", "Fri, 08/11/2017 - 15:21")]
    ['2017-08-11', '2017-08-11']
    """
    fetched = page.fetched_at if page is not None else None
    for piece in re.split(r"\s+[—|•·]\s+", text[:200]):
        words = piece.split()
        for first in range(min(len(words), 16)):
            label = " ".join(words[first:])
            swapped = _NUMERIC.sub(r"\3\2\1\2\4", label)
            day_first = dates.find(label, fetched_at=fetched)
            month_first = dates.find(swapped, fetched_at=fetched) if swapped != label else None
            if month_first is not None and (
                day_first is None
                or _fits(month_first, machine) + bool(_ENGLISH.search(label)) / 2 > _fits(day_first, machine)
            ):
                return replace(month_first, raw=label)
            if day_first is not None:
                return day_first
    return None


def _fits(stamp: Timestamp, machine: list[Machine]) -> int:
    """How well a reading agrees with the machine dates, then with the weekday it prints."""
    same = any(stamp.at.date() in {other.stamp.at.date(), other.other.at.date()} for other in machine)
    return 2 * same + (not stamp.weekday_conflict)


PLATFORM = Drupal()
