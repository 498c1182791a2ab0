"""Joomla 1.5 to 5: com_content and K2, the usual templates, and overrides that drop the wrappers."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

from lxml.html import HtmlElement

from crawler.platforms import content
from crawler.platforms.base import Evidence, Fields, Listing, NotAnArticle
from crawler.platforms.page import Page
from crawler.text import dates, urls
from crawler.text.normalize import clean

_ID_ALIAS = re.compile(r"^\d+-[^/]+?(?:\.html?)?$")
_NOT_CONTENT = re.compile(
    r"/component/(?!content|k2)|/(?:mailto|login|dang-nhap|search|tim-kiem|contact|lien-he|user|users|rss|feed|sitemap|so-do-trang)(?:[/.?]|$)|"
    r"\.(?:pdf|docx?|xlsx?|zip|rar|jpe?g|png|gif|mp[34]|rss|xml|css|js|ico)$",
    re.IGNORECASE,
)
_CONTAINERS = (
    ("K2 item", "//*[contains(concat(' ',normalize-space(@class),' '),' itemView ') or @id='k2Container' and .//*[contains(@class,'itemTitle')]]"),
    ("item-page", "//*[contains(concat(' ',normalize-space(@class),' '),' item-page ') or contains(concat(' ',normalize-space(@class),' '),' item-pagenews ')]"),
    ("com-content-article", "//*[contains(concat(' ',normalize-space(@class),' '),' com-content-article ')]"),
    ("article itemtype", "//*[contains(@itemtype,'schema.org/Article') or contains(@itemtype,'schema.org/NewsArticle')][.//*[@itemprop='articleBody' or @itemprop='headline' or @itemprop='name'] and (.//h1 or .//h2)]"),
)  # fmt: skip
_BODIES = (
    "//*[@itemprop='articleBody']",
    "//*[contains(concat(' ',normalize-space(@class),' '),' com-content-article__body ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' itemBody ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' article-content ')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' article-body ')]",
)
_PICTURES = ".//*[contains(@class,'item-image') or contains(@class,'article-full-image') or contains(@class,'itemImageBlock') or contains(@class,'img-fulltext')]"
_LISTS = (
    "blog", "blog-featured", "blogfeatured", "category-list", "items-leading", "items-row", "blog-items", "com-content-category-blog",
    "com-content-category__articles", "com-content-featured", "itemList", "itemListView", "leading_separator", "category-blog", "latestItemsContainer", "blog_more",
)  # fmt: skip
_PUBLISHED = re.compile(
    r"(?:^|[\s_-])(?:published|itemdatecreated|publish|article-date|date-published|createdate)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CREATED = re.compile(r"(?:^|[\s_-])(?:create|created|datecreated)(?:$|[\s_-])", re.IGNORECASE)
_MODIFIED = re.compile(r"(?:^|[\s_-])(?:modified|modifydate|itemdatemodified)(?:$|[\s_-])", re.IGNORECASE)
_MODIFIED_TEXT = re.compile(r"cập nhật|updated|modified|sửa lần cuối", re.IGNORECASE)
_CREATED_TEXT = re.compile(r"được viết|ngày viết|ngày tạo|created|được tạo|tạo ngày", re.IGNORECASE)
_PUBLISHED_TEXT = re.compile(r"được đăng|ngày đăng|đăng ngày|published|đăng lúc|xuất bản", re.IGNORECASE)
_SECTION_LABEL = re.compile(
    r"^(?:chuyên mục|danh mục|chủ đề|thể loại|category|đăng trong|mục|published in|được đăng trong|in)\s*:?\s+",
    re.IGNORECASE,
)


class Joomla:
    """Answers for pages of Joomla."""

    name = "joomla"

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if page.generator.lower().startswith("joomla"):
            reasons.append("meta generator")
        if re.search(r"option=com_\w+", page.text):
            reasons.append("addresses with option=com_…")
        if re.search(
            r"/(?:media/(?:system|jui|vendor/joomla\w*|com_content)|components/com_\w+|plugins/system)/",
            page.text,
        ):
            reasons.append("files under /media/system, /components/com_…")
        if re.search(
            r"class=[\"'][^\"']*\b(?:contentpaneopen|contentheading|moduletable|article-info|com-content-\w+)",
            page.text,
        ):
            reasons.append("class names of com_content")
        if 'class="joomla-script-options' in page.text or "Joomla.JText" in page.text:
            reasons.append("Joomla script options")
        certain = {"meta generator", "addresses with option=com_…"} & set(reasons)
        score = min(1.0, 0.3 * len(reasons) + 0.3 * len(certain))
        return Evidence(score, tuple(reasons))

    def kind(self, page: Page) -> str:
        if not self.could_be_article(page.url) or page.root.xpath(
            "boolean(//body[contains(concat(' ',@class,' '),' contentpane ')])"
        ):
            return "other"
        query = _query(page.url)
        if query.get("view") in {
            "category",
            "featured",
            "frontpage",
            "section",
            "categories",
            "itemlist",
            "archive",
        }:
            return "list"
        if query.get("view") in {"article", "item"} and query.get("option", "com_content") in {
            "com_content",
            "com_k2",
        }:
            return "article" if self._title(page) and not self._is_static(page) else "other"
        if query.get("option", "com_content") not in {"com_content", "com_k2"}:
            return "other"
        container = self._container(page)
        if self._lists(page) and not (container is not None and not self._inside_list(container) and self._title(page)):
            return "list"
        if self._title(page) is not None and self._looks_like_article(page) and not self._is_static(page):
            return "article"
        return "other"

    def sections(self, page: Page) -> list[str]:
        found: dict[str, str] = {}
        menu = (
            "//*[self::nav or contains(concat(' ',@class,' '),' menu ') or contains(concat(' ',@class,' '),' nav ') or contains(@class,'mainnav') "
            "or contains(@class,'megamenu') or contains(@class,'mod-menu') or contains(@class,'moduletable_menu') or @id='mainmenu' or @id='nav' or contains(@class,'navbar')"
            " or contains(@id,'menu') or contains(@class,'category-name') or contains(@class,'category-children') or contains(@class,'cat-children') or contains(@class,'subcategory') or contains(@class,'mainlevel')]"
        )
        for scope in page.root.xpath(menu):
            for _, url in page.links(scope):
                if self._could_be_section(url):
                    found.setdefault(self.list_key(url), url)
        for anchor, url in page.links():
            if (
                (
                    "mainlevel" in (anchor.get("class") or "")
                    or _query(url).get("view") in {"category", "featured", "frontpage", "section"}
                )
                and self._could_be_section(url)
                and not _start_of(url)
            ):
                found.setdefault(self.list_key(url), url)
        return list(found.values())

    def listing(self, page: Page) -> Listing:
        listing = Listing()
        seen: set[str] = set()
        own = self.list_key(page.url)
        for scope in self._list_scopes(page):
            for anchor, url in page.links(scope):
                if not self.could_be_article(url) or self.list_key(url) == own:
                    continue
                if self._is_pager(anchor, url, page):
                    if self.list_key(url) not in seen:
                        seen.add(self.list_key(url))
                        listing.pages.append(url)
                elif self._is_entry(anchor, url) and self.identity(url) not in seen:
                    seen.add(self.identity(url))
                    listing.articles.append(url)
        for anchor, url in page.links():  # templates put the pager outside the list
            if self._is_pager(anchor, url, page) and self.list_key(url) not in {own, *seen}:
                seen.add(self.list_key(url))
                listing.pages.append(url)
        return listing

    def identity(self, url: str) -> str:
        query = _query(url)
        if query.get("view") in {"article", "item"} and query.get("id"):
            number = re.match(r"\d+", query["id"])
            if number:
                return f"{urls.site(url)}#{query.get('option', 'com_content')}:{number[0]}"
        parts = urlsplit(url)
        last = unquote(parts.path.rstrip("/").rpartition("/")[2])
        if _ID_ALIAS.match(last):
            # the same article hangs under every menu item that shows its category
            return f"{urls.site(url)}#{re.sub(r'[.]html?$', '', last)}"
        path = re.sub(r"\.html?$", "", parts.path.replace("/index.php", "", 1).rstrip("/"))
        return urls.identity(f"{parts.scheme}://{parts.netloc}{path or '/'}")

    def list_key(self, url: str) -> str:
        query = _query(url)
        start = _start_of(url)
        if query.get("option") in {"com_content", "com_k2"} or query.get("view"):
            number = re.match(r"\d+", query.get("id", ""))
            view = query.get("view", "")
            key = f"{view}:{number[0] if number else query.get('Itemid', '')}"
            return f"{urls.site(url)}?{key}@{start}"
        path = re.sub(r"\.html?$", "", urlsplit(url).path.replace("/index.php", "", 1).rstrip("/"))
        return f"{urls.site(url)}{path}@{start}"

    def could_be_article(self, url: str) -> bool:
        query = _query(url)
        if (
            query.get("tmpl") == "component"
            or query.get("print")
            or query.get("format", "html") not in {"html", ""}
            or query.get("task", "category") not in {"category", "tag"}
            or query.get("type") in {"rss", "atom"}
        ):
            return False
        if query.get("option", "com_content") not in {"com_content", "com_k2"} or query.get("view") in {
            "form",
            "itemform",
            "login",
            "reset",
            "remind",
            "registration",
            "profile",
            "user",
        }:
            return False
        return not _NOT_CONTENT.search(urlsplit(url).path)

    def extract(self, page: Page) -> Fields:
        found = self._title(page)
        if found is None:
            raise NotAnArticle("no title")
        title, heading, rule = found
        container = self._container(page)
        if container is None or self._inside_list(container):
            container = self._around(heading)
        skip = _info_elements(page)
        section = self._section(page, container, title)
        labels = frozenset({section[0]}) if section else frozenset()
        bodies = [body for body in self._bodies(container) if heading not in list(body.iter())]
        if bodies:
            inside = [node for body in bodies for node in body.iter()]
            pictures = [element for element in container.xpath(_PICTURES) if element not in inside]
            read = content.read(page, *pictures, *bodies, skip=skip, labels=labels)
            body_rule = "body element"
        else:
            read = content.read(
                page, container, skip=(*skip, *_title_elements(container, heading, title)), labels=labels
            )
            body_rule = "article element"
        if not read.paragraphs and not read.images and not read.attachments:
            raise NotAnArticle("no text")
        fields = Fields(
            title=title,
            identity=self.identity(page.url),
            body=read.body,
            body_html=read.html,
            lead=read.lead,
            images=read.images,
            attachments=read.attachments,
        )
        fields.extracted_by.update(title=rule, body=f"joomla: {body_rule}")
        introduction = container.xpath(".//*[contains(@class,'itemIntroText')]")
        if introduction and clean(introduction[0].text_content()) and len(read.paragraphs) > 1:
            fields.lead, fields.extracted_by["lead"] = clean(introduction[0].text_content()), "K2 introduction"
        elif read.lead:
            fields.extracted_by["lead"] = "first paragraph in bold"
        self._take_date(page, heading, container, fields)
        self._take_byline(read, fields)
        if section:
            fields.section, fields.extracted_by["section"] = section
        return fields

    # -- where things are -------------------------------------------------------------------------------

    def _container(self, page: Page) -> HtmlElement | None:
        for _, path in _CONTAINERS:
            for element in page.root.xpath(path):
                return element
        tables = page.root.xpath("//table[contains(concat(' ',@class,' '),' contentpaneopen ')]")
        if tables and not self._lists(page):
            return tables[0].getparent()
        return None

    def _bodies(self, container: HtmlElement) -> list[HtmlElement]:
        tables = container.xpath(".//table[contains(concat(' ',@class,' '),' contentpaneopen ')]")
        if tables:
            return [
                table
                for table in tables
                if not table.xpath("ancestor::table[contains(concat(' ',@class,' '),' contentpaneopen ')]")
                and not table.xpath(".//*[contains(@class,'contentheading')]")
            ]
        for path in _BODIES:
            bodies: list[HtmlElement] = container.xpath("." + path)
            if bodies and len(clean(bodies[0].text_content())) > 20:
                return bodies[:1]
        return []

    def _title(self, page: Page) -> tuple[str, HtmlElement, str] | None:
        container = self._container(page)
        scopes = [container] if container is not None and not self._inside_list(container) else []
        places = {
            clean(node.text_content())
            for node in page.root.xpath(
                "//li[contains(@class,'active') or contains(@class,'current')]/a|//*[contains(@class,'category-name')]//a"
            )
        }
        for scope in [*scopes, page.root]:
            best: tuple[float, str, HtmlElement, str] | None = None
            for element in scope.xpath(
                ".//h1|.//h2|.//h3|.//*[contains(@class,'contentheading') or contains(@class,'itemTitle') or @itemprop='headline' or contains(@class,'article-title') or contains(@class,'title-detail')]"
            ):
                text = clean(element.text_content())
                if not text or (
                    element.xpath(
                        "ancestor::aside|ancestor::footer|ancestor::*[contains(@class,'moduletable') or contains(@class,'sp-module') or contains(@class,'t3-module')]"
                    )
                    and scope is page.root
                ):
                    continue
                score = _title_score(text, element, page.title)
                if any(content.same_words(text, name) for name in places):
                    score -= 4  # a page heading repeats the menu item
                if best is None or score > best[0]:
                    best = (score, text, element, _title_rule(element))
            if best is not None and (best[0] >= 2 or (scope is not page.root and best[0] >= 1)):
                return best[1], best[2], best[3]
        return self._title_by_repetition(page)

    def _title_by_repetition(self, page: Page) -> tuple[str, HtmlElement, str] | None:
        """Where a template has no headings: the text outside the menus that repeats the page's <title>."""
        wanted = re.split(r"\s+[|\-–]\s+", page.title)[0]
        repeats = page.root.xpath(
            "//body//*[self::b or self::strong or self::font or self::span or self::div or self::td or self::p]"
        )
        for element in repeats if len(wanted) >= 15 else []:
            if not element.xpath("boolean(ancestor-or-self::a or .//a)") and content.same_words(
                element.text_content(), wanted
            ):
                return clean(element.text_content()), element, "joomla: repeats <title>"
        return self._title_above_date(page) if self._container(page) is None else None

    def _title_above_date(self, page: Page) -> tuple[str, HtmlElement, str] | None:
        """Where neither headings nor <title> help: the emphasized line right above the printed date."""
        best: HtmlElement | None = None
        for element in page.root.iter("b", "strong", "font", "span", "i", "em", "p", "div", "small"):
            if element.xpath(
                "boolean(ancestor-or-self::a or ancestor::form or ancestor::*[contains(@class,'module')])"
            ):
                continue
            text = clean(element.text_content())
            if best is not None and len(text) < 60 and dates.find(text) is not None:
                return clean(best.text_content()), best, "joomla: emphasized line above the date"
            if element.tag in {"b", "strong", "font"} and 15 <= len(text) <= 250 and not element.xpath("boolean(.//a)"):
                best = element
        return None

    def _around(self, heading: HtmlElement) -> HtmlElement:
        """The smallest element around the heading that holds a text, not just a label."""
        node = heading
        while (parent := node.getparent()) is not None and parent.tag not in {"body", "html"}:
            node = parent
            own = sum(
                len(clean(text))
                for text in node.xpath(
                    ".//text()[not(ancestor::a) and not(ancestor::script) and not(ancestor::style) and not(ancestor::form)]"
                )
            )
            if own - len(clean(heading.text_content())) > 200:
                break
        return node

    def _lists(self, page: Page) -> list[HtmlElement]:
        return [
            element
            for name in _LISTS
            for element in page.root.xpath(f"//*[contains(concat(' ',normalize-space(@class),' '),' {name} ')]")
            if not element.xpath(
                "ancestor::aside|ancestor::*[contains(@class,'moduletable') or contains(@class,'sp-module')]"
            )
        ] or page.root.xpath(
            "//table[contains(concat(' ',@class,' '),' category ')]|//tr[contains(@class,'sectiontableentry')]/ancestor::table[1]|//table[contains(concat(' ',@class,' '),' blog ')]"
        )

    def _inside_list(self, element: HtmlElement) -> bool:
        path = " or ".join(f"contains(concat(' ',normalize-space(@class),' '),' {name} ')" for name in _LISTS)
        return bool(element.xpath(f"boolean(ancestor::*[{path}])"))

    def _list_scopes(self, page: Page) -> list[HtmlElement]:
        lists = self._lists(page)
        outermost = [
            element
            for element in lists
            if not any(other is not element and element in other.iterdescendants() for other in lists)
        ]
        if outermost:
            return outermost
        main: list[HtmlElement] = page.root.xpath(
            "//main|//*[@id='main' or @id='content' or @id='component' or @id='maincontent' or @id='mainbody' or contains(@class,'mainbody') or contains(@class,'component')]"
        )
        return main[:1] or [page.root]

    def _looks_like_article(self, page: Page) -> bool:
        if self._container(page) is not None:
            return True
        found = self._title(page)
        if found is None or len(self._list_entries(page)) > 8:
            return False
        around = self._around(found[1])
        return len(clean(around.text_content())) > 300 and any(True for _ in _date_candidates(page, found[1], around))

    def _is_static(self, page: Page) -> bool:
        """A page such as “Giới thiệu”: no date, no category, nobody signs."""
        found, container = self._title(page), self._container(page)
        if found is None:
            return False
        around = container if container is not None else self._around(found[1])
        label = ".//*[contains(@class,'article-info') or contains(@class,'category-name') or contains(@class,'itemCategory') or contains(@class,'sublevel')]"
        if around.xpath(f"boolean({label})") or _date_candidates(page, found[1], around):
            return False
        return content.read(page, around, skip=(found[1],)).byline is None

    def _list_entries(self, page: Page) -> list[HtmlElement]:
        entries: list[HtmlElement] = page.root.xpath(
            "//*[contains(@class,'readmore') or contains(@class,'readon')]//a|//a[contains(@class,'readon') or contains(@class,'readmore')]"
        )
        return entries

    def _could_be_section(self, url: str) -> bool:
        query = _query(url)
        if not self.could_be_article(url) or _start_of(url) or query.get("view") in {"article", "item"}:
            return False
        if urlsplit(url).path in {"", "/"} and not query.get("view"):
            return False
        last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
        return (
            bool(query.get("view"))
            or not _ID_ALIAS.match(last)
            or not last.endswith((".html", ".htm"))
            or "category" in url
        )

    def _is_pager(self, anchor: HtmlElement, url: str, page: Page) -> bool:
        if not _start_of(url) or not self.could_be_article(url):
            return False
        here, there = urlsplit(page.url), urlsplit(url)
        if _query(url).get("view") in {"article", "item"}:
            return False
        if there.path.rstrip("/") == here.path.rstrip("/"):
            return self.list_key(url).rpartition("@")[0] == self.list_key(page.url).rpartition("@")[0]
        return here.path in {"", "/", "/index.php"} and bool(
            anchor.xpath("boolean(ancestor::*[contains(@class,'pagination') or contains(@class,'pagenav')])")
        )

    def _is_entry(self, anchor: HtmlElement, url: str) -> bool:
        query = _query(url)
        if query.get("view"):
            return query["view"] in {"article", "item"}
        if urlsplit(url).path in {"", "/", "/index.php"} or _start_of(url):
            return False
        labels = "ancestor::*[contains(@class,'category-name') or contains(@class,'parent-category') or contains(@class,'pagination') or contains(@class,'article-info') or contains(@class,'tags') or contains(@class,'breadcrumb') or contains(@class,'itemListCategory') or contains(@class,'catItemCategory') or contains(@class,'cat-children') or contains(@class,'category-children') or contains(@class,'subcategor') or contains(@class,'author')]"
        if anchor.xpath(f"boolean({labels})"):
            return False
        if _ID_ALIAS.match(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])):
            return True
        leading = "ancestor-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or contains(@class,'readmore') or contains(@class,'readon') or contains(@class,'list-title') or contains(@class,'items-more') or contains(@class,'item-title') or contains(@class,'contentheading') or contains(@class,'contentpagetitle') or contains(@class,'blogsection') or contains(@class,'catItemTitle') or contains(@class,'com-content-category-blog__links') or contains(@class,'page-header') or self::th]"
        return bool(anchor.xpath(f"boolean({leading})"))

    # -- fields -----------------------------------------------------------------------------------------

    def _take_date(self, page: Page, heading: HtmlElement, container: HtmlElement, fields: Fields) -> None:
        candidates = sorted(_date_candidates(page, heading, container), key=lambda found: found[0])
        if not candidates:
            return
        _, stamp, rule = candidates[0]
        fields.published_at, fields.published_raw, fields.published_precision = (
            stamp.at,
            stamp.raw,
            stamp.precision,
        )
        if stamp.precision == "second":
            fields.published_precision = "minute"
        fields.extracted_by["published_at"] = f"joomla: {rule}"
        if stamp.weekday_conflict:
            fields.extracted_by["published_at"] += " (the weekday printed is another)"

    def _take_byline(self, read: content.Content, fields: Fields) -> None:
        byline, rule = read.byline, read.byline_rule
        if byline is None:
            return
        fields.byline, fields.authors, fields.unit, fields.credit = (
            byline.raw,
            byline.authors,
            byline.unit,
            byline.credit,
        )
        for name in ("byline", *(field for field in ("authors", "unit", "credit") if getattr(fields, field))):
            fields.extracted_by[name] = f"{rule}"

    def _section(self, page: Page, container: HtmlElement, title: str) -> tuple[str, str] | None:
        """The section as printed, and the rule."""
        for path in (
            ".//*[contains(concat(' ',@class,' '),' category-name ') or contains(@class,'itemCategory') or contains(@class,'sublevel')]",
            ".//*[contains(@class,'article-info') or contains(@class,'articleinfo')]//a[contains(@href,'category') or @itemprop='genre']",
        ):
            for element in [*container.xpath(path), *page.root.xpath(path)]:
                links = element.xpath(".//a") if element.tag != "a" else [element]
                text = (
                    clean(links[0].text_content()) if links else _SECTION_LABEL.sub("", clean(element.text_content()))
                )
                if text:
                    return text, "category label"
        crumbs = page.root.xpath(
            "//*[contains(concat(' ',@class,' '),' breadcrumbs ') or contains(concat(' ',@class,' '),' breadcrumb ') "
            "or contains(@class,'mod-breadcrumbs') or contains(@class,'pathway')]//a[@href]"
        )
        names = [clean(anchor.text_content()) for anchor in crumbs]
        names = [name for name in names if name and not content.same_words(name, title)]
        if len(names) > 1 or (names and not re.match(r"(?i)trang (?:chủ|nhất)|home", names[0])):
            return names[-1], "breadcrumbs"
        for element in page.root.xpath(
            "//*[contains(@class,'componentheading')]|//*[contains(@class,'page-header')]/h1|//hgroup/h1"
        ):
            text = clean(element.text_content())
            if text and not content.same_words(text, title) and len(text) < 80:
                return text, "page heading"
        return None


def _query(url: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def _start_of(url: str) -> int:
    query = _query(url)
    value = query.get("start") or query.get("limitstart") or "0"
    return int(value) if value.isdigit() and len(value) < 8 else 0


def _title_score(text: str, element: HtmlElement, page_title: str) -> float:
    score = 0.0
    if content.same_words(text, page_title):
        score += 4
    elif page_title and len(text) > 15 and text.casefold() in page_title.casefold():
        score += 3
    if element.get("itemprop") in {"headline", "name"} or re.search(
        r"contentheading|itemTitle|article-title", element.get("class") or ""
    ):
        score += 2
    score += {"h1": 1.0, "h2": 1.2, "h3": 0.3}.get(str(element.tag), 0.5)
    if element.xpath("boolean(ancestor::*[contains(@class,'page-header') or contains(@class,'article-header')])"):
        score += 0.5
    return score


def _title_rule(element: HtmlElement) -> str:
    return f"joomla: {element.tag}" + (
        f".{(element.get('class') or '').split()[0]}" if (element.get("class") or "").split() else ""
    )


def _title_elements(container: HtmlElement, heading: HtmlElement, title: str) -> tuple[HtmlElement, ...]:
    """The heading, other headings above it, and whatever repeats the title."""
    found = [heading]
    for element in container.iter("h1", "h2", "h3"):
        if element is heading:
            break
        found.append(element)
    found += [
        element
        for element in container.xpath(".//h1|.//h2|.//h3|.//p|.//div[not(*)]")
        if element is not heading and content.same_words(element.text_content(), title)
    ]
    return tuple(element for element in found if element is not container)


def _info_elements(page: Page) -> tuple[HtmlElement, ...]:
    """Labels beside the text that are no text: dates, authors, counters."""
    found: list[HtmlElement] = []
    for element in page.root.xpath("//td|//p|//span|//div|//small|//em|//time|//li|//dd|//i"):
        text = element.text_content()
        if len(text) > 120 or (len(element) > 3) or not text.strip():
            continue
        label = clean(text)
        if dates.find(label) is not None or re.match(
            r"^(?:Viết bởi|Written by|Lượt xem|Hits|Số lần xem|Lần cập nhật cuối|Cập nhật lần cuối|Last Updated|Chuyên mục:|Đăng bởi)",
            label,
        ):
            found.append(element)
    return tuple(found)


def _date_candidates(
    page: Page, heading: HtmlElement, container: HtmlElement
) -> list[tuple[tuple[int, int], dates.Timestamp, str]]:
    """Printed dates around the article: published before created before modified before attributes."""
    found: list[tuple[tuple[int, int], dates.Timestamp, str]] = []
    order = {element: number for number, element in enumerate(page.root.iter())}
    top = order.get(heading, 0)
    scopes = [container] if container is not None else []
    parent = container.getparent() if container is not None else None
    if parent is not None and parent.tag not in {"body", "html"}:
        scopes.append(parent)
    for depth, scope in enumerate(scopes):
        for element in scope.iter(
            "dd",
            "td",
            "span",
            "div",
            "p",
            "time",
            "small",
            "li",
            "em",
            "i",
            "strong",
            "b",
            "font",
            "h4",
            "h5",
            "h6",
        ):
            text = element.text_content()
            if len(text) > 200 or _outside(element, scope):
                continue
            stamp = dates.find(text)
            if stamp is None and element.tag != "p":
                stamp = dates.find(_SECTION_LABEL.sub("", clean(text)))
            if stamp is None:
                continue
            names = " ".join(
                f"{node.get('class') or ''} {node.get('itemprop') or ''}"
                for node in (element, *list(element.iterancestors())[:2])
            )
            rank = _date_rank(clean(text), names)
            stamp, how = _with_clock(stamp, element)
            found.append(
                (
                    (rank + 10 * depth, abs(order.get(element, 0) - top)),
                    stamp,
                    f"printed{how}, {_RANKS[rank]}",
                )
            )
        if found:
            return found
    for element in page.root.xpath(
        "//time[@datetime]|//meta[@property='article:published_time' or @itemprop='datePublished']"
    ):
        stamp = dates.find(element.get("datetime") or element.get("content") or "")
        if stamp is not None and not _outside(element, container):
            found.append(((9, 0), stamp, f"{element.tag} attribute"))
    return found


_RANKS = {0: "labelled published", 1: "unlabelled", 2: "labelled created", 3: "labelled modified"}


def _date_rank(text: str, names: str) -> int:
    if _MODIFIED_TEXT.search(text) or _MODIFIED.search(names) or "dateModified" in names:
        return 3
    if _PUBLISHED_TEXT.search(text) or "datePublished" in names:
        return 0
    if _CREATED_TEXT.search(text) or _CREATED.search(names) or "dateCreated" in names:
        return 2
    return 0 if _PUBLISHED.search(names) else 1


def _with_clock(stamp: dates.Timestamp, element: HtmlElement) -> tuple[dates.Timestamp, str]:
    """A day without a time takes the time of its own <time datetime>, read as the clock on the wall.

    Joomla writes the site's clock there; +00:00 is what a site says whose time zone was never set.
    """
    if stamp.precision != "day":
        return stamp, ""
    for node in (element, *element.iterdescendants("time"), *element.iterancestors("time")):
        written = re.match(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})", node.get("datetime") or "")
        clock = dates.find(written[1]) if written else None
        if clock is not None and clock.at.date() == stamp.at.date():
            return replace(stamp, at=clock.at, precision="minute"), " with the time of its attribute"
    return stamp, ""


def _outside(element: HtmlElement, scope: HtmlElement) -> bool:
    """Whether a label belongs to a comment, a list of other articles, a side module, or the running text."""
    for node in (element, *element.iterancestors()):
        if node is scope:
            return False
        names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        if (node.tag in {"aside", "footer", "form"} and "article-aside" not in names) or node.get(
            "itemprop"
        ) == "articleBody":
            return True
        if re.search(r"comment|\bjc\b|moduletable|sp-module|t3-module|latest|mostread|related|tin-?khac", names):
            return True
    return False


PLATFORM = Joomla()
