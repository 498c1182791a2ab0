"""DotNetNuke (DNN) 4 to 9: news of its modules printed as pages, or fetched by script from the JSON API of `cmsview`.

The API, as the portal of Hà Nội uses it: a section page's script calls `getNewsBlockContents(0, <ModuleId>, 3, <page>`
(a number instead of a variable for the page is a block of the home page); the list is
`/DesktopModules/cmsview/api/NewsContent/listnew?PortalId=0&ModuleId=…&GetType=3&PageIndex=…&txtKeyword=`, an article
`…/NewsContent/getbyid?id=…`; people read it at `/tin-tuc/<slug>-<Id>`. Its times are the clock on the wall, without a zone.
Pages: EasyDNNnews (`/ArtMID/432/ArticleID/12/slug`, `/PgrID/432/PageID/2`), DNNArticle (`/articleType/ArticleView/articleId/12/…`),
older modules (`/tabid/69/newsid/12/…`). Facts: public crawlers of that API, the modules' documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from lxml import html

from crawler.platforms.base import Elsewhere, Evidence, Fields, Listing
from crawler.platforms.evidence import content
from crawler.platforms.page import Page, UnreadablePage
from crawler.platforms.webforms import WebForms
from vietnam import byline as bylines
from vietnam import dates, urls
from vietnam.normalize import clean

_API = "/DesktopModules/cmsview/api/NewsContent/"
_API_LIST = re.compile(r"/api/NewsContent/list(?:new)?$", re.IGNORECASE)
_API_ARTICLE = re.compile(r"/api/NewsContent/getbyid$", re.IGNORECASE)
_CALL = re.compile(r"getNewsBlockContents\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*([^,)]+)")
_PUBLIC = re.compile(r"^/(?:tin-tuc|[^/]+/tin-tuc)/(?:[^/]*-)?(\d+)/?$", re.IGNORECASE)
_IN_PATH = re.compile(r"/(?:articleid|newsid|itemid|aid|id|idtin|news_id|detailid)/(\d+)(?:/|$)", re.IGNORECASE)
_PAGER_IN_PATH = re.compile(r"/(?:PgrID/\d+/PageID|currentpage|pageindex|page|trang)/(\d{1,6})(?=/|$)", re.IGNORECASE)
_CONTROLS = re.compile(
    r"/(?:ctl|categoryid|userid|author|evl|tags?|articletype/(?:categoryview|authorview|archiveview|tagview))/",
    re.IGNORECASE,
)


_TITLES = ("Name", "Title")
_LEADS = ("Description", "Summary")
_SLUGS = ("Url", "Slug")
_SECTIONS = ("CategoryName", "NewsCategoryName", "CateName")
_TIMES = ("PublishTime", "PublishDate", "CreatedTime", "CreatedDate")
_TOLD = frozenset([*_TITLES, *_LEADS, *_SLUGS, *_SECTIONS, *_TIMES])


class DotNetNuke(WebForms):
    """Answers for pages of DotNetNuke and for its news API."""

    name = "dotnetnuke"
    titles = (
        ".edn_articleTitle", "h1.edn_title", ".edn_article h1", "[id*='ViewNews_lblTitle']", "[id*='_lblHeadline']", ".article_headline", ".newsTitle", ".detail-title", *WebForms.titles,
    )  # fmt: skip
    bodies = (
        ".edn_articleContent", ".edn_fullArticle", ".edn_article .edn_content", ".ArticleDetail .ArticleContent", "[id*='ViewNews_lblContent']", "[id*='_lblArticle']", ".newsContent",
        *WebForms.bodies,
    )  # fmt: skip
    leads = (".edn_articleSummary", ".edn_articleSubTitle", "[id*='ViewNews_lblSummary']", *WebForms.leads)
    stamps = (".edn_articleDate", ".edn_metaDetails time", ".edn_article time", ".edn_publishDate", *WebForms.stamps)
    section_labels = (".edn_articleCategories a", ".edn_categories a", *WebForms.section_labels)
    pictures = (".edn_articleImage", ".edn_mainImage", *WebForms.pictures)
    chrome = (".edn_socialButtons", ".edn_relatedArticles", ".edn_articleGallery", ".edn_tags", ".edn_comments")

    def recognize(self, page: Page) -> Evidence:
        reasons = []
        if "dotnetnuke" in page.generator.lower() or "DNN Platform" in page.text[:3000]:
            reasons.append("meta generator")
        if "getNewsBlockContents" in page.text or "/DesktopModules/cmsview/" in page.text:
            reasons.append("scripts of the news API")
        if "dnn_" in page.text and re.search(r"id=['\"]dnn_\w+", page.text):
            reasons.append("ids dnn_…")
        if re.search(r"__dnnVariable|dnn\.controls|/js/dnn(?:core|\.modalpopup|\.js)|/Portals/_default/", page.text):
            reasons.append("scripts and skins of DNN")
        if "DnnModule" in page.text or "DNNModuleContent" in page.text or "DNNEmptyPane" in page.text:
            reasons.append("class names of module containers")
        certain = {"meta generator", "scripts of the news API", "ids dnn_…"} & set(reasons)
        return Evidence(min(1.0, 0.2 * len(reasons) + 0.5 * bool(certain) + 0.1 * len(certain)), tuple(reasons))

    # -- addresses --------------------------------------------------------------------------------------

    def is_article_address(self, url: str) -> bool | None:
        parts = urlsplit(url)
        if _API_ARTICLE.search(parts.path):
            return True
        if _API_LIST.search(parts.path) or _CONTROLS.search(parts.path):
            return False
        if _IN_PATH.search(parts.path) or _PUBLIC.match(parts.path):
            return True
        return super().is_article_address(url)

    def article_key(self, url: str) -> str:
        """The number, whether the page or the API was asked."""
        parts = urlsplit(url)
        if _API_ARTICLE.search(parts.path):
            return f"tin-tuc {_parameter(parts.query, 'id')}"
        if found := _PUBLIC.match(parts.path):
            return f"tin-tuc {found[1]}"
        if found := _IN_PATH.search(parts.path):
            return f"article {found[1]}"
        return super().article_key(url)

    def page_number(self, url: str) -> tuple[str, int]:
        base, number = super().page_number(_PAGER_IN_PATH.sub("", url))
        found = _PAGER_IN_PATH.search(urlsplit(url).path)
        base = re.sub(r"/default\.aspx(?=\?|$)", "", base, flags=re.IGNORECASE)
        return base, int(found[1]) if found else number

    # -- pages ------------------------------------------------------------------------------------------

    def page_kind(self, page: Page) -> str | None:
        if _uses_api(page):
            if _PUBLIC.match(urlsplit(page.address).path):
                return "article"
            if _news_lists(page):
                return "list"
        return super().page_kind(page)

    def listing(self, page: Page) -> Listing:
        lists = _news_lists(page) if _uses_api(page) else []
        if lists:
            # What the page itself links to comes again in the lists of its script.
            name = _section_name(page)
            return Listing(pages=[*lists], told={url: json.dumps({"CategoryName": name}) for url in lists})
        listing = super().listing(page)
        if _uses_api(page):
            listing.articles = [_asked_of_api(url) for url in listing.articles]
        return listing

    def extract(self, page: Page) -> Fields:
        if _uses_api(page) and _PUBLIC.match(urlsplit(page.address).path):
            raise Elsewhere(_asked_of_api(page.address))
        return super().extract(page)

    # -- the API ----------------------------------------------------------------------------------------

    def document(self, url: str, body: bytes, told: str | None = None) -> Fields | Listing | None:
        path = urlsplit(url).path
        if not (_API_LIST.search(path) or _API_ARTICLE.search(path)):
            return None
        try:
            data = json.loads(body)
        except ValueError:
            return None
        context: dict[str, Any] = json.loads(told) if told else {}
        if _API_LIST.search(path):
            return _news_list(url, data, context) if isinstance(data, dict) else None
        if isinstance(data, list):
            data = data[0] if data else None
        return self._article(url, data, context) if isinstance(data, dict) else None

    def _article(self, url: str, data: Mapping[str, Any], row: Mapping[str, Any]) -> Fields | None:
        """The article, what its own answer leaves out taken from its row in the list; None where neither says enough."""
        title = clean(_text(data, *_TITLES) or _text(row, *_TITLES))
        section = clean(_text(data, *_SECTIONS) or _text(row, *_SECTIONS))
        markup = _text(data, "FullContent", "Body", "Content")
        if not title or not markup or not (row or (section and _moment(data))):
            return None
        try:
            page = Page(url, _whole(title, _text(data, *_LEADS) or _text(row, *_LEADS), markup).encode())
        except UnreadablePage:
            return None
        (body,) = page.select("#body")
        lead = page.select("#lead")
        read = content.read(page, *lead, body, labels=frozenset({title}))
        if not read.paragraphs and not read.images and not read.attachments:
            return None
        fields = Fields(
            title=title, identity=self.identity(url), body=read.body, body_html=read.html, lead=read.lead,
            images=read.images, attachments=read.attachments,
        )  # fmt: skip
        slug = quote((_text(data, *_SLUGS) or _text(row, *_SLUGS)).strip("/ ") or "bai-viet", safe="-_.~")
        parts = urlsplit(url)
        fields.url = urls.canonical(f"{parts.scheme}://{parts.netloc}/tin-tuc/{slug}-{_parameter(parts.query, 'id')}")
        fields.note("title", "dotnetnuke: Name")
        fields.note("body", "dotnetnuke: FullContent")
        self._take_lead(lead[0] if lead else None, read, fields)
        if section:
            fields.section = section
            fields.note(
                "section", "dotnetnuke: the list's name" if not _text(data, *_SECTIONS) else "dotnetnuke: CategoryName"
            )
        moment = _moment(data) or _moment(row)
        if moment is not None:
            stamp, raw, name = moment
            fields.published_at, fields.published_raw = stamp.at, raw
            fields.published_precision = "minute" if stamp.precision == "second" else stamp.precision
            fields.note("published_at", f"dotnetnuke: {name}")
        self._sign(page, data, read, fields)
        return fields

    def _sign(self, page: Page, data: Mapping[str, Any], read: content.Content, fields: Fields) -> None:
        if read.byline is None:
            # Never `CreatedBy`: that is the account.
            for name in ("Author", "AuthorName", "Source"):
                text = clean(_text(data, name))
                found = bylines.judge(text, emphasized=True, aligned_right=True, last=True) if text else None
                if found is not None and not any(bylines.is_account_name(one) for one in found.authors):
                    read.byline, read.byline_rule = found, f"dotnetnuke: {name}"
                    break
        self._take_byline(page, read, fields)


def _uses_api(page: Page) -> bool:
    return "cmsview" in page.text or "getNewsBlockContents" in page.text


def _news_lists(page: Page) -> list[str]:
    """The lists that the page's own script asks for page by page; a block of a fixed page is none."""
    found = {}
    for portal, module, kind, number in _CALL.findall(page.text):
        if not number.strip().isdigit():
            query = {"PortalId": portal, "ModuleId": module, "GetType": kind, "PageIndex": 1, "txtKeyword": ""}
            found[module] = page.absolute(f"{_API}listnew?{urlencode(query)}")
    return [url for url in found.values() if url]


def _section_name(page: Page) -> str:
    """What a section calls itself: the link of the menu that leads to it, its heading, its title."""
    for anchor, url in page.links():
        text = clean("".join(anchor.itertext()))
        if text and len(text) < 80 and url.rstrip("/") == page.address.rstrip("/"):
            return text
    heading = next((clean("".join(one.itertext())) for one in page.select("h1")), "")
    return heading or re.split(r"\s+[|–»-]\s+", page.title)[0]


def _asked_of_api(url: str) -> str:
    """Where the script of an article's page gets the article."""
    parts = urlsplit(url)
    found = _PUBLIC.match(parts.path)
    return f"{parts.scheme}://{parts.netloc}{_API}getbyid?id={found[1]}" if found else url


def _news_list(url: str, data: Mapping[str, Any], told: Mapping[str, Any]) -> Listing:
    parts = urlsplit(url)
    listing = Listing()
    for name in ("ListData", "ListMoreData"):
        for row in data.get(name) or ():
            if isinstance(row, dict) and row.get("Id") is not None:
                address = f"{parts.scheme}://{parts.netloc}{_API}getbyid?id={row['Id']}"
                listing.articles.append(address)
                known = {key: value for key, value in row.items() if key in _TOLD and isinstance(value, str)}
                listing.told[address] = json.dumps({**told, **known}, ensure_ascii=False)
    listing.articles = list(dict.fromkeys(listing.articles))
    # The first page may carry what the editors pinned, so what it counts is the part behind that.
    rows = len(data.get("ListMoreData") or data.get("ListData") or ())
    if listing.articles and len(listing.articles) >= told.get("rows", 0):
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        number = int(query["PageIndex"]) if query.get("PageIndex", "").isdigit() else 1
        following = parts._replace(query=urlencode(query | {"PageIndex": str(number + 1)})).geturl()
        listing.pages.append(following)
        listing.told[following] = json.dumps({**told, "rows": rows}, ensure_ascii=False)
    return listing


def _moment(data: Mapping[str, Any]) -> tuple[dates.Timestamp, str, str] | None:
    """When it was published, as its own clock said, whatever zone a serializer wrote behind it."""
    for name in _TIMES:
        value = data.get(name)
        stamp = dates.find(re.sub(r"(?:Z|[+-]\d\d:?\d\d)$", "", value)) if isinstance(value, str) else None
        if stamp is not None and stamp.at.year > 1970:
            return stamp, str(value), name
    return None


def _text(data: Mapping[str, Any], *names: str) -> str:
    """The first of the members that holds a text."""
    return next((value for name in names if isinstance(value := data.get(name), str) and value.strip()), "")


def _parameter(query: str, wanted: str) -> str:
    return next((value for name, value in parse_qsl(query) if name.lower() == wanted), "")


def _whole(title: str, lead: str, markup: str) -> str:
    teaser = clean("".join(map(str, html.fromstring(f"<div>{lead}</div>").itertext()))) if clean(lead) else ""
    shown = f'<div id="lead"><p>{_escape(teaser)}</p></div>' if teaser else ""
    return f'<html><body><h1>{_escape(title)}</h1>{shown}<div id="body">{markup}</div></body></html>'


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


PLATFORM = DotNetNuke()
