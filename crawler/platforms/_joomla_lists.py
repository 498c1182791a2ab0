"""Lists on pages of Joomla: what they hold, where they go on, and where menus lead."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.platforms import _joomla_addresses as addresses
from crawler.platforms._joomla_fields import names_category
from crawler.platforms.base import Listing
from crawler.platforms.page import Page
from vietnam import urls
from vietnam.normalize import clean

_LISTS = (
    "blog", "blog-featured", "blogfeatured", "category-list", "items-leading", "items-row", "blog-items", "com-content-category-blog",
    "com-content-category__articles", "com-content-featured", "itemList", "itemListView", "leading_separator", "category-blog", "latestItemsContainer", "blog_more",
)  # fmt: skip
_LIST_NAMES = frozenset(_LISTS)
IN_MODULE = "ancestor::*[not(self::body)][contains(concat(' ',@class),' module') or contains(@class,'sp-module') or contains(@class,'t3-module')]"
_IN_FRAME = "ancestor::aside or ancestor::nav or ancestor::footer or ancestor::header[not(ancestor::article)] or ancestor::*[not(self::body)][contains(concat(' ',@class,' '),' menu ') or contains(concat(' ',@class),' sidebar') or contains(@class,'t3-sidebar')]"


def sections(page: Page) -> list[str]:
    """Where the menus and category labels of a page lead."""
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
                found.setdefault(addresses.list_key(url), url)
    for anchor, url in page.links():
        if (
            (
                {"mainlevel", "category"} & set((anchor.get("class") or "").split())
                or addresses.query_of(url).get("view") in {"category", "featured", "frontpage", "section"}
            )
            and addresses.could_be_section(url, labelled=names_category(anchor))
            and not addresses.start_of(url)
        ):
            found.setdefault(addresses.list_key(url), url)
    return list(found.values())


def listing(page: Page) -> Listing:
    """The articles of a page's lists, and their other pages."""
    found = Listing()
    seen: set[str] = set()
    own = addresses.list_key(page.url)
    for scope in scopes(page):
        for anchor, url in page.links(scope):
            if not addresses.could_be_article(url) or addresses.list_key(url) == own:
                continue
            if _is_pager(anchor, url, page):
                if addresses.list_key(url) not in seen:
                    seen.add(addresses.list_key(url))
                    found.pages.append(url)
            elif _is_entry(anchor, url) and addresses.identity(url) not in seen:
                seen.add(addresses.identity(url))
                found.articles.append(url)
    for anchor, url in page.links():  # templates put the pager outside the list
        if _is_pager(anchor, url, page) and addresses.list_key(url) not in {own, *seen}:
            seen.add(addresses.list_key(url))
            found.pages.append(url)
    return found


def wrappers(page: Page) -> list[HtmlElement]:
    """The elements that Joomla and its templates put around a list."""
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


def inside_list(element: HtmlElement) -> bool:
    """Whether an element stands in such a wrapper."""
    return any(not _LIST_NAMES.isdisjoint((node.get("class") or "").split()) for node in element.iterancestors())


def scopes(page: Page) -> list[HtmlElement]:
    """The outermost wrappers, else the main part of the page."""
    lists = wrappers(page)
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


def is_bare_list(page: Page, heading: HtmlElement | None) -> bool:
    """A list without the wrappers of Joomla: headlines that are links follow the heading with no text before them."""
    own = addresses.identity(page.url)
    headlines, between, counting = set(), 0, heading is None
    for element in page.root.iter():
        counting = counting or element is heading
        if not counting or not isinstance(element.tag, str):
            continue
        if element.tag in {"script", "style", "form", "select", "option"}:
            between += len(clean(element.tail or ""))
            continue
        if element.tag == "a" and element.xpath(
            f"boolean((ancestor::h1 or ancestor::h2 or ancestor::h3 or ancestor::h4) and not({IN_MODULE}) and not({_IN_FRAME}))"
        ):
            url = page.absolute(element.get("href") or "")
            if url and urls.same_site(url, page.url) and addresses.could_be_article(url) and _is_entry(element, url):
                headlines.add(addresses.identity(url))
        elif not headlines and element is not heading:
            between += len(clean(element.text or "")) + len(clean(element.tail or ""))
        if heading is not None and between > 200:
            return False
    return len(headlines - {own}) > (0 if addresses.start_of(page.url) else 1)


def has_entries(page: Page) -> bool:
    """A list without the wrappers of Joomla: several links to articles outside the modules, or a home page."""
    home = urlsplit(page.url).path in {"", "/", "/index.php"}
    found = {
        addresses.identity(url)
        for scope in scopes(page)
        for anchor, url in page.links(scope)
        if addresses.could_be_article(url)
        and _is_entry(anchor, url)
        and (home or not anchor.xpath(f"boolean({IN_MODULE} or {_IN_FRAME})"))
    }
    return len(found - {addresses.identity(page.url)}) > 1


def teasers(page: Page) -> list[HtmlElement]:
    """The links “read more”."""
    entries: list[HtmlElement] = page.root.xpath(
        "//*[contains(@class,'readmore') or contains(@class,'readon')]//a|//a[contains(@class,'readon') or contains(@class,'readmore')]"
    )
    return entries


def _is_pager(anchor: HtmlElement, url: str, page: Page) -> bool:
    if not addresses.start_of(url) or not addresses.could_be_article(url):
        return False
    here, there = urlsplit(page.url), urlsplit(url)
    if addresses.query_of(url).get("view") in {"article", "item"}:
        return False
    if there.path.rstrip("/") == here.path.rstrip("/"):
        return addresses.list_key(url).rpartition("@")[0] == addresses.list_key(page.url).rpartition("@")[0]
    return here.path in {"", "/", "/index.php"} and bool(
        anchor.xpath("boolean(ancestor-or-self::*[contains(@class,'agination') or contains(@class,'pagenav')])")
    )


def _is_entry(anchor: HtmlElement, url: str) -> bool:
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
