"""Addresses of Joomla: which article, which list, what is surely neither."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from vietnam import urls

ID_ALIAS = re.compile(r"^\d+-[^/]+?(?:\.html?)?$")
_NOT_CONTENT = re.compile(
    r"/component/(?!content|k2)|/(?:mailto|login|dang-nhap|search|tim-kiem|contact|lien-he|user|users|rss|feed|sitemap|so-do-trang)(?:[/.?]|$)|"
    r"\.(?:pdf|docx?|xlsx?|zip|rar|jpe?g|png|gif|mp[34]|rss|xml|css|js|ico)$",
    re.IGNORECASE,
)


def identity(url: str) -> str:
    query = query_of(url)
    if query.get("view") in {"article", "item"} and query.get("id"):
        number = re.match(r"\d+", query["id"])
        if number:
            return f"{urls.site(url)}#{query.get('option', 'com_content')}:{number[0]}"
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    if ID_ALIAS.match(last):
        # the same article hangs under every menu item that shows its category
        return f"{urls.site(url)}#{re.sub(r'[.]html?$', '', last)}"
    path = re.sub(r"\.html?$", "", parts.path.replace("/index.php", "", 1).rstrip("/"))
    return urls.identity(f"{parts.scheme}://{parts.netloc}{path or '/'}")


def list_key(url: str) -> str:
    query = query_of(url)
    start = start_of(url)
    if query.get("option") in {"com_content", "com_k2"} or query.get("view"):
        number = re.match(r"\d+", query.get("id", ""))
        view = query.get("view", "")
        key = f"{view}:{number[0] if number else query.get('Itemid', '')}"
        return f"{urls.site(url)}?{key}@{start}"
    if query.get("Itemid") and urlsplit(url).path in {"", "/", "/index.php"}:  # a menu item that is an alias
        return f"{urls.site(url)}?menu:{query['Itemid']}@{start}"
    path = re.sub(r"\.html?$", "", urlsplit(url).path.replace("/index.php", "", 1).rstrip("/"))
    return f"{urls.site(url)}{path}@{start}"


def could_be_article(url: str) -> bool:
    query = query_of(url)
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


def is_article_address(url: str) -> bool | None:
    query = query_of(url)
    if query.get("view"):
        return query["view"] in {"article", "item"}
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return bool(ID_ALIAS.match(last)) or None


def could_be_section(url: str, *, labelled: bool = False) -> bool:
    """`labelled`: the page presents the link as a category, so `8-tin.html` is none of its articles."""
    query = query_of(url)
    if not could_be_article(url) or start_of(url) or query.get("view") in {"article", "item"}:
        return False
    if urlsplit(url).path in {"", "/"} and not query.get("view"):
        return False
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return (
        labelled
        or bool(query.get("view"))
        or not ID_ALIAS.match(last)
        or not last.endswith((".html", ".htm"))
        or "category" in url
    )


def query_of(url: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def start_of(url: str) -> int:
    query = query_of(url)
    value = query.get("start") or query.get("limitstart") or "0"
    return int(value) if value.isdigit() and len(value) < 8 else 0
