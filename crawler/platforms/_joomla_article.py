"""Where the article stands on a page of Joomla: its element, its heading, its text, and whether it is one."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.platforms._joomla_fields import date_candidates, in_title, title_rule, title_score
from crawler.platforms._joomla_lists import IN_MODULE, inside_list, teasers, wrappers
from crawler.platforms.evidence import content
from crawler.platforms.page import Page
from vietnam import dates
from vietnam.normalize import clean

_CONTAINERS = (
    # Each with what must be true of it.
    (".itemView, #k2Container", "contains(concat(' ',normalize-space(@class),' '),' itemView ') or .//*[contains(@class,'itemTitle')]"),
    (".item-page, .item-pagenews", "true()"),
    (".com-content-article", "true()"),
    ("[itemtype*='schema.org/Article'], [itemtype*='schema.org/NewsArticle']", ".//*[@itemprop='articleBody' or @itemprop='headline' or @itemprop='name'] and (.//h1 or .//h2)"),
)  # fmt: skip
_BODIES = ("[itemprop='articleBody']", ".com-content-article__body", ".itemBody", ".article-content", ".article-body")
_HEADINGS = "h1, h2, h3, [class*='contentheading'], [class*='itemTitle'], [itemprop='headline'], [class*='article-title'], [class*='title-detail']"


def container_of(page: Page) -> HtmlElement | None:
    """The element that Joomla puts around an article."""
    if "container" not in page.found:
        page.found["container"] = _find_container(page)
    container: HtmlElement | None = page.found["container"]
    return container


def _find_container(page: Page) -> HtmlElement | None:
    for css, condition in _CONTAINERS:
        for element in page.select(css):
            if condition == "true()" or element.xpath(f"boolean({condition})"):
                return element
    # mod_newsflash prints its short news in the same tables
    tables = [table for table in page.select("table.contentpaneopen") if not table.xpath(f"boolean({IN_MODULE})")]
    if tables and not wrappers(page):
        return tables[0].getparent()
    return None


def bodies_in(page: Page, container: HtmlElement) -> list[HtmlElement]:
    """The elements that hold nothing but the text."""
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


def title_of(page: Page) -> tuple[str, HtmlElement, str] | None:
    """The title, its heading, the rule."""
    if "title" not in page.found:
        page.found["title"] = _find_title(page)
    title: tuple[str, HtmlElement, str] | None = page.found["title"]
    return title


def own_heading(page: Page) -> HtmlElement | None:
    """The heading that the page's <title> repeats."""
    found = title_of(page)
    return found[1] if found is not None and in_title(found[0], page.title) else None


def _find_title(page: Page) -> tuple[str, HtmlElement, str] | None:
    container = container_of(page)
    scopes = [container] if container is not None and not inside_list(container) else []
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
    return _title_by_repetition(page)


def _title_by_repetition(page: Page) -> tuple[str, HtmlElement, str] | None:
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
    return _title_above_date(page) if container_of(page) is None else None


def _title_above_date(page: Page) -> tuple[str, HtmlElement, str] | None:
    """Where neither headings nor <title> help: the emphasized line right above the printed date."""
    best: HtmlElement | None = None
    for element in page.root.iter("b", "strong", "font", "span", "i", "em", "p", "div", "small"):
        if element.xpath("boolean(ancestor-or-self::a or ancestor::form or ancestor::*[contains(@class,'module')])"):
            continue
        text = clean(element.text_content())
        if best is not None and len(text) < 60 and dates.find(text) is not None:
            return clean(best.text_content()), best, "joomla: emphasized line above the date"
        if element.tag in {"b", "strong", "font"} and 15 <= len(text) <= 250 and not element.xpath("boolean(.//a)"):
            best = element
    return None


def text_around(heading: HtmlElement) -> HtmlElement:
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


def _beside(element: HtmlElement) -> bool:
    """Whether an element stands in a module or another part around the article."""
    for node in element.iterancestors():
        own = node.get("class") or ""
        if node.tag in {"aside", "footer"} or "moduletable" in own or "sp-module" in own or "t3-module" in own:
            return True
    return False


def looks_like_article(page: Page) -> bool:
    """Whether a title, a date and some text stand together."""
    if container_of(page) is not None:
        return True
    found = title_of(page)
    if found is None or len(teasers(page)) > 8:
        return False
    around = text_around(found[1])
    return len(clean(around.text_content())) > 300 and any(True for _ in date_candidates(page, found[1], around))


def is_static(page: Page) -> bool:
    """A page such as “Giới thiệu”: no date, no category, nobody signs."""
    found, container = title_of(page), container_of(page)
    if found is None:
        return False
    around = container if container is not None else text_around(found[1])
    label = ".//*[contains(@class,'article-info') or contains(@class,'category-name') or contains(@class,'itemCategory') or contains(@class,'sublevel')]"
    if around.xpath(f"boolean({label})") or date_candidates(page, found[1], around):
        return False
    return content.read(page, around, skip=(found[1],)).byline is None
