"""Joomla 1.5 to 5: com_content and K2, the usual templates, and overrides that drop the wrappers."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.platforms import _joomla_addresses as addresses
from crawler.platforms import _joomla_article as article
from crawler.platforms import _joomla_lists as lists
from crawler.platforms._joomla_fields import date_candidates, info_elements, section_of, title_elements
from crawler.platforms.base import Evidence, Fields, Listing, NotAnArticle
from crawler.platforms.evidence import content
from crawler.platforms.page import Page
from vietnam.normalize import clean

_PICTURES = "[class*='item-image'], [class*='article-full-image'], [class*='itemImageBlock'], [class*='img-fulltext']"


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
            return "article" if article.title_of(page) and not article.is_static(page) else "other"
        if query.get("option", "com_content") not in {"com_content", "com_k2"}:
            return "other"
        container = article.container_of(page)
        if lists.wrappers(page) and not (
            container is not None and not lists.inside_list(container) and article.title_of(page)
        ):
            return "list"
        if container is None and lists.is_bare_list(page, article.own_heading(page)):
            return "list"
        if article.title_of(page) is not None and article.looks_like_article(page) and not article.is_static(page):
            return "article"
        return "list" if lists.has_entries(page) else "other"

    def sections(self, page: Page) -> list[str]:
        return lists.sections(page)

    def listing(self, page: Page) -> Listing:
        return lists.listing(page)

    def identity(self, url: str) -> str:
        return addresses.identity(url)

    def list_key(self, url: str) -> str:
        return addresses.list_key(url)

    def could_be_article(self, url: str) -> bool:
        return addresses.could_be_article(url)

    def is_article_address(self, url: str) -> bool | None:
        return addresses.is_article_address(url)

    def document(self, url: str, body: bytes, told: str | None = None) -> None:
        return None

    def extract(self, page: Page) -> Fields:
        found = article.title_of(page)
        if found is None:
            raise NotAnArticle("no title")
        title, heading, rule = found
        container = article.container_of(page)
        if container is None or lists.inside_list(container):
            container = article.text_around(heading)
        section = section_of(page, container, title)
        labels = frozenset({section[0]}) if section else frozenset()
        above = {heading, *heading.iterancestors()}
        bodies = [body for body in article.bodies_in(page, container) if body not in above]
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


PLATFORM = Joomla()
