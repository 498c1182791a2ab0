"""Joomla 1.5 to 5: com_content and K2, the usual templates, and overrides that drop the wrappers."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.platforms import _joomla_addresses as addresses
from crawler.platforms import content
from crawler.platforms._joomla_fields import (
    SECTION_LABEL,
    date_candidates,
    in_title,
    info_elements,
    names_category,
    title_elements,
    title_rule,
    title_score,
)
from crawler.platforms.base import Evidence, Fields, Listing, NotAnArticle
from crawler.platforms.page import Page
from crawler.text import dates, urls
from crawler.text.normalize import clean

_CONTAINERS = (
    # Each with what must be true of it.
    (".itemView, #k2Container", "contains(concat(' ',normalize-space(@class),' '),' itemView ') or .//*[contains(@class,'itemTitle')]"),
    (".item-page, .item-pagenews", "true()"),
    (".com-content-article", "true()"),
    ("[itemtype*='schema.org/Article'], [itemtype*='schema.org/NewsArticle']", ".//*[@itemprop='articleBody' or @itemprop='headline' or @itemprop='name'] and (.//h1 or .//h2)"),
)  # fmt: skip
_BODIES = ("[itemprop='articleBody']", ".com-content-article__body", ".itemBody", ".article-content", ".article-body")
_PICTURES = "[class*='item-image'], [class*='article-full-image'], [class*='itemImageBlock'], [class*='img-fulltext']"
_HEADINGS = "h1, h2, h3, [class*='contentheading'], [class*='itemTitle'], [itemprop='headline'], [class*='article-title'], [class*='title-detail']"
_CRUMBS = ".breadcrumbs a[href], .breadcrumb a[href], [class*='mod-breadcrumbs'] a[href], [class*='pathway'] a[href]"
_IN_MODULE = "ancestor::*[not(self::body)][contains(concat(' ',@class),' module') or contains(@class,'sp-module') or contains(@class,'t3-module')]"
_IN_FRAME = "ancestor::aside or ancestor::nav or ancestor::footer or ancestor::header[not(ancestor::article)] or ancestor::*[not(self::body)][contains(concat(' ',@class,' '),' menu ') or contains(concat(' ',@class),' sidebar') or contains(@class,'t3-sidebar')]"
_LISTS = (
    "blog", "blog-featured", "blogfeatured", "category-list", "items-leading", "items-row", "blog-items", "com-content-category-blog",
    "com-content-category__articles", "com-content-featured", "itemList", "itemListView", "leading_separator", "category-blog", "latestItemsContainer", "blog_more",
)  # fmt: skip
_LIST_NAMES = frozenset(_LISTS)


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
        if not self.could_be_article(page.url) or "contentpane" in page.body_classes:
            return "other"
        query = addresses.query_of(page.url)
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
        if container is None and self._is_bare_list(page):
            return "list"
        if self._title(page) is not None and self._looks_like_article(page) and not self._is_static(page):
            return "article"
        return "list" if self._has_entries(page) else "other"

    def sections(self, page: Page) -> list[str]:
        found: dict[str, str] = {}
        menu = (
            "//*[self::nav or contains(concat(' ',@class,' '),' menu ') or contains(concat(' ',@class,' '),' nav ') or contains(@class,'mainnav') "
            "or contains(@class,'megamenu') or contains(@class,'mod-menu') or contains(@class,'moduletable_menu') or @id='mainmenu' or @id='nav' or contains(@class,'navbar')"
            " or contains(@id,'menu') or contains(@class,'category-name') or contains(@class,'category-children') or contains(@class,'cat-children') or contains(@class,'subcategory') or contains(@class,'mainlevel')"
            " or contains(@class,'ubCategor') or contains(@class,'categories-list') or contains(@class,'com-content-categories') or contains(@class,'category__child')]"
        )
        for scope in page.root.xpath(menu):
            for anchor, url in page.links(scope):
                if addresses.could_be_section(url, labelled=names_category(anchor)):
                    found.setdefault(self.list_key(url), url)
        for anchor, url in page.links():
            if (
                (
                    {"mainlevel", "category"} & set((anchor.get("class") or "").split())
                    or addresses.query_of(url).get("view") in {"category", "featured", "frontpage", "section"}
                )
                and addresses.could_be_section(url, labelled=names_category(anchor))
                and not addresses.start_of(url)
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
        return addresses.identity(url)

    def list_key(self, url: str) -> str:
        return addresses.list_key(url)

    def could_be_article(self, url: str) -> bool:
        return addresses.could_be_article(url)

    def is_article_address(self, url: str) -> bool | None:
        query = addresses.query_of(url)
        if query.get("view"):
            return query["view"] in {"article", "item"}
        last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
        return bool(addresses.ID_ALIAS.match(last)) or None

    def document(self, url: str, body: bytes, told: str | None = None) -> None:
        return None

    def extract(self, page: Page) -> Fields:
        found = self._title(page)
        if found is None:
            raise NotAnArticle("no title")
        title, heading, rule = found
        container = self._container(page)
        if container is None or self._inside_list(container):
            container = self._around(heading)
        section = self._section(page, container, title)
        labels = frozenset({section[0]}) if section else frozenset()
        above = {heading, *heading.iterancestors()}
        bodies = [body for body in self._bodies(page, container) if body not in above]
        if bodies:
            pictures = [
                element
                for element in page.select(_PICTURES, container)
                if element not in bodies and not any(body in element.iterancestors() for body in bodies)
            ]
            read = content.read(page, *pictures, *bodies, skip=info_elements(page, [*pictures, *bodies]), labels=labels)
            body_rule = "body element"
        else:
            skip = (*info_elements(page, [container]), *title_elements(container, heading, title))
            read = content.read(page, container, skip=skip, labels=labels)
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
        introduction = page.select("[class*='itemIntroText']", container)
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
        if "container" not in page.found:
            page.found["container"] = self._find_container(page)
        container: HtmlElement | None = page.found["container"]
        return container

    def _find_container(self, page: Page) -> HtmlElement | None:
        for css, condition in _CONTAINERS:
            for element in page.select(css):
                if condition == "true()" or element.xpath(f"boolean({condition})"):
                    return element
        # mod_newsflash prints its short news in the same tables
        tables = [table for table in page.select("table.contentpaneopen") if not table.xpath(f"boolean({_IN_MODULE})")]
        if tables and not self._lists(page):
            return tables[0].getparent()
        return None

    def _bodies(self, page: Page, container: HtmlElement) -> list[HtmlElement]:
        tables = page.select("table.contentpaneopen", container)
        if tables:
            return [
                table
                for table in tables
                if not table.xpath("ancestor::table[contains(concat(' ',@class,' '),' contentpaneopen ')]")
                and not table.xpath(".//*[contains(@class,'contentheading')]")
            ]
        for css in _BODIES:
            bodies = page.select(css, container)
            if bodies and len(clean(bodies[0].text_content())) > 20:
                return bodies[:1]
        return []

    def _title(self, page: Page) -> tuple[str, HtmlElement, str] | None:
        if "title" not in page.found:
            page.found["title"] = self._find_title(page)
        title: tuple[str, HtmlElement, str] | None = page.found["title"]
        return title

    def _find_title(self, page: Page) -> tuple[str, HtmlElement, str] | None:
        container = self._container(page)
        scopes = [container] if container is not None and not self._inside_list(container) else []
        places = {
            content.bare(clean(node.text_content()))
            for node in [
                *(
                    link
                    for item in page.select("li[class*='active'], li[class*='current']")
                    for link in item
                    if link.tag == "a"
                ),
                *page.select("[class*='category-name'] a"),
            ]
        }
        for scope in [*scopes, page.root]:
            best: tuple[float, str, HtmlElement, str] | None = None
            for element in page.select(_HEADINGS, scope):
                text = clean(element.text_content())
                if not text or (scope is page.root and _beside(element)):
                    continue
                score = title_score(text, element, page.title)
                if content.bare(text) in places:
                    score -= 4  # a page heading repeats the menu item
                if best is None or score > best[0]:
                    best = (score, text, element, title_rule(element))
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
            for element in page.select(f".{name}")
            if not element.xpath(
                "ancestor::aside|ancestor::*[contains(@class,'moduletable') or contains(@class,'sp-module')]"
            )
        ] or (
            page.root.xpath(
                "//table[contains(concat(' ',@class,' '),' category ')]|//tr[contains(@class,'sectiontableentry')]/ancestor::table[1]|//table[contains(concat(' ',@class,' '),' blog ')]"
            )
            if page.select("table.category, table.blog, tr[class*='sectiontableentry']")
            else []
        )

    def _inside_list(self, element: HtmlElement) -> bool:
        return any(not _LIST_NAMES.isdisjoint((node.get("class") or "").split()) for node in element.iterancestors())

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
        return len(clean(around.text_content())) > 300 and any(True for _ in date_candidates(page, found[1], around))

    def _is_static(self, page: Page) -> bool:
        """A page such as “Giới thiệu”: no date, no category, nobody signs."""
        found, container = self._title(page), self._container(page)
        if found is None:
            return False
        around = container if container is not None else self._around(found[1])
        label = ".//*[contains(@class,'article-info') or contains(@class,'category-name') or contains(@class,'itemCategory') or contains(@class,'sublevel')]"
        if around.xpath(f"boolean({label})") or date_candidates(page, found[1], around):
            return False
        return content.read(page, around, skip=(found[1],)).byline is None

    def _is_bare_list(self, page: Page) -> bool:
        """A list without the wrappers of Joomla: headlines that are links follow the heading with no text before them."""
        own, found = self.identity(page.url), self._title(page)
        heading = found[1] if found is not None and in_title(found[0], page.title) else None
        headlines, between, counting = set(), 0, heading is None
        for element in page.root.iter():
            counting = counting or element is heading
            if not counting or not isinstance(element.tag, str):
                continue
            if element.tag in {"script", "style", "form", "select", "option"}:
                between += len(clean(element.tail or ""))
                continue
            if element.tag == "a" and element.xpath(
                f"boolean((ancestor::h1 or ancestor::h2 or ancestor::h3 or ancestor::h4) and not({_IN_MODULE}) and not({_IN_FRAME}))"
            ):
                url = page.absolute(element.get("href") or "")
                if (
                    url
                    and urls.same_site(url, page.url)
                    and self.could_be_article(url)
                    and self._is_entry(element, url)
                ):
                    headlines.add(self.identity(url))
            elif not headlines and element is not heading:
                between += len(clean(element.text or "")) + len(clean(element.tail or ""))
            if heading is not None and between > 200:
                return False
        return len(headlines - {own}) > (0 if addresses.start_of(page.url) else 1)

    def _has_entries(self, page: Page) -> bool:
        """A list without the wrappers of Joomla: several links to articles outside the modules, or a home page."""
        home = urlsplit(page.url).path in {"", "/", "/index.php"}
        found = {
            self.identity(url)
            for scope in self._list_scopes(page)
            for anchor, url in page.links(scope)
            if self.could_be_article(url)
            and self._is_entry(anchor, url)
            and (home or not anchor.xpath(f"boolean({_IN_MODULE} or {_IN_FRAME})"))
        }
        return len(found - {self.identity(page.url)}) > 1

    def _list_entries(self, page: Page) -> list[HtmlElement]:
        entries: list[HtmlElement] = page.root.xpath(
            "//*[contains(@class,'readmore') or contains(@class,'readon')]//a|//a[contains(@class,'readon') or contains(@class,'readmore')]"
        )
        return entries

    def _is_pager(self, anchor: HtmlElement, url: str, page: Page) -> bool:
        if not addresses.start_of(url) or not self.could_be_article(url):
            return False
        here, there = urlsplit(page.url), urlsplit(url)
        if addresses.query_of(url).get("view") in {"article", "item"}:
            return False
        if there.path.rstrip("/") == here.path.rstrip("/"):
            return self.list_key(url).rpartition("@")[0] == self.list_key(page.url).rpartition("@")[0]
        return here.path in {"", "/", "/index.php"} and bool(
            anchor.xpath("boolean(ancestor-or-self::*[contains(@class,'agination') or contains(@class,'pagenav')])")
        )

    def _is_entry(self, anchor: HtmlElement, url: str) -> bool:
        query = addresses.query_of(url)
        if query.get("view"):
            return query["view"] in {"article", "item"}
        if urlsplit(url).path in {"", "/", "/index.php"} or addresses.start_of(url):
            return False
        labels = "ancestor::*[contains(@class,'category-name') or contains(@class,'parent-category') or contains(@class,'pagination') or contains(@class,'article-info') or contains(@class,'tags') or contains(@class,'breadcrumb') or contains(@class,'itemListCategory') or contains(@class,'catItemCategory') or contains(@class,'cat-children') or contains(@class,'category-children') or contains(@class,'subcategor') or contains(@class,'author')]"
        if anchor.xpath(f"boolean({labels})") or names_category(anchor):
            return False
        if addresses.ID_ALIAS.match(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])):
            return True
        leading = "ancestor-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or contains(@class,'readmore') or contains(@class,'readon') or contains(@class,'list-title') or contains(@class,'items-more') or contains(@class,'item-title') or contains(@class,'contentheading') or contains(@class,'contentpagetitle') or contains(@class,'blogsection') or contains(@class,'catItemTitle') or contains(@class,'com-content-category-blog__links') or contains(@class,'page-header') or self::th]"
        return bool(anchor.xpath(f"boolean({leading})"))

    # -- fields -----------------------------------------------------------------------------------------

    def _take_date(self, page: Page, heading: HtmlElement, container: HtmlElement, fields: Fields) -> None:
        candidates = sorted(date_candidates(page, heading, container), key=lambda found: found[0])
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
        for css, inside in (
            (".category-name, [class*='itemCategory'], [class*='sublevel']", "self::*"),
            (
                "[class*='article-info'], [class*='articleinfo']",
                ".//a[contains(@href,'category') or @itemprop='genre']",
            ),
        ):
            places = [*page.select(css, container), *page.select(css)]
            for element in (found for place in places for found in place.xpath(inside)):
                links = element.xpath(".//a") if element.tag != "a" else [element]
                text = clean(links[0].text_content()) if links else SECTION_LABEL.sub("", clean(element.text_content()))
                if text:
                    return text, "category label"
        for anchor in container.iter("a"):
            before = anchor.getprevious()
            led = clean((anchor.getparent().text if before is None else before.tail) or "")
            if len(led) < 80 and re.search(r"(?i)(?:đăng trong|chuyên mục|danh mục|posted in|published in)\s*:?$", led):
                return clean(anchor.text_content()), "category label"
        names = [clean(anchor.text_content()) for anchor in page.select(_CRUMBS)]
        names = [name for name in names if name and not content.same_words(name, title)]
        if len(names) > 1 or (names and not re.match(r"(?i)trang (?:chủ|nhất)|home", names[0])):
            return names[-1], "breadcrumbs"
        for element in page.select("[class*='componentheading'], h1"):
            parent = element.getparent()
            if "componentheading" not in (element.get("class") or "") and (
                parent is None or (parent.tag != "hgroup" and "page-header" not in (parent.get("class") or ""))
            ):
                continue
            text = clean(element.text_content())
            if text and not content.same_words(text, title) and len(text) < 80:
                return text, "page heading"
        return None


def _beside(element: HtmlElement) -> bool:
    """Whether an element stands in a module or another part around the article."""
    for node in element.iterancestors():
        own = node.get("class") or ""
        if node.tag in {"aside", "footer"} or "moduletable" in own or "sp-module" in own or "t3-module" in own:
            return True
    return False


PLATFORM = Joomla()
