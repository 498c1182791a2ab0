"""Addresses: `canonical` can be fetched and is what a reader copies, `identity` only tells articles apart.

What is known of one platform stands in `_VIEWS` and `_joomla`: shapes that cannot be mistaken for another platform's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

_PORTS = {"http": "80", "https": "443"}
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL)
_LONGEST = 8000  # characters of an address; servers refuse longer ones
# Addresses whose parts are kept: the pages of a portal share their menus.
_KEPT = 8192

# Who sent the reader, and which visit this is: never which article.
_TRACKING = re.compile(
    r"(?:utm_[a-z0-9_]+|mtm_[a-z]+|pk_(?:campaign|kwd|source|medium)|(?:fb|g|dc|gb|wb|ms|tt|tw|yc|li_fat_|zn)clid"
    r"|li_fat_id|fb_(?:action_ids|action_types|source|ref|comment_id)|fbclid|gclid|gclsrc|gad_source|_ga|_gl|_gid"
    r"|mc_[ce]id|igshid|igsh|zarsrc|zalo|zaloclid|zmp3_src|srsltid|yclid|_openstat|ref_src|ref_url|spm|vero_id|mkt_tok"
    r"|phpsessid|jsessionid|aspsessionid[a-z]*|asp\.net_sessionid|sessionid|session_id|sessid|cfid|cftoken"
    r"|nocache|__cf_chl_[a-z_]+)\Z",
    re.IGNORECASE,
)
# Letters and digits of a session, which no number or name of a section has.
_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z0-9]{16,}", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\(S\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE)

# Another view of the same article. The value decides: `amp=1` is a view, `print=ao-thun` may be a section.
_VIEW = {
    "tmpl": {"component", "print", "raw"},
    "print": {"", "1", "true", "yes", "y"},
    "printable": {"", "1", "true", "yes"},
    "amp": {"", "1", "true"},
    "outputtype": {"amp"},
    "output": {"amp", "print"},
    "view": {"print", "amp"},
    "mode": {"print"},
    "layout": {"default"},
    "format": {"html", "amp"},
    "mobile": {"", "0", "1", "true"},
    "replytocom": None,
    "ml": {"1"},
    "start": {"0"},
    "page": {""},
    "limitstart": {"", "0"},
    "device": {"mobile", "desktop"},
    "gidzl": None,
    "mobile_view": None,
}  # fmt: skip
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)\Z", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp|\.amp)/?\Z", re.IGNORECASE)
_AMP_SUFFIX = re.compile(r"\.amp(?=\.html?\Z)|/amp(?=\.html?\Z)", re.IGNORECASE)
# NukeViet: /print/…, /savefile/…, /sendmail/… before the article's own path, after the language where there is one.
_VIEWS = re.compile(
    r"(?<![^/])(?:print|savefile|sendmail)/(?=(?:[^/]+/)+[^/]+-\d+(?:\.html)?\Z|(?:[^/]+/)+[^/]+\.html\Z)"
)
_JOOMLA_NOISE = {"itemid", "catid", "lang", "layout", "showall"}


def is_http(url: str) -> bool:
    """Is this an absolute http(s) address with a host?

    >>> is_http("HTTPS://a.vn/x"), is_http("mailto:a@b.vn"), is_http("/x"), is_http("http:///x")
    (True, False, False, False)
    """
    return _split(_tidy(url)) is not None


def canonical(url: str) -> str:
    """The address without visit and campaign, otherwise as linked, so that it can still be fetched.

    Anything but an absolute http(s) address is returned stripped and otherwise as it is.

    >>> canonical("HTTP://CongAn.Example.VN:80/tin%2dtuc/b%e1%ba%aft?fbclid=x&ItemID=7&b=2&a=1#top")
    'http://congan.example.vn/tin-tuc/b%E1%BA%AFt?ItemID=7&b=2&a=1'
    >>> canonical("http://a.vn/bắt giữ/;jsessionid=1A?PHPSESSID=9")
    'http://a.vn/b%E1%BA%AFt%20gi%E1%BB%AF/'
    """
    return fetchable(url) or _tidy(url)


@lru_cache(maxsize=_KEPT)
def fetchable(url: str) -> str | None:
    """The same; None for anything but an absolute http(s) address with a host.

    >>> fetchable("http://a.vn"), fetchable("mailto:a@b.vn")
    ('http://a.vn/', None)
    """
    parts = _split(_tidy(url))
    if parts is None:
        return None
    scheme, host, path, query = parts
    path = _encode(_dots(_SESSION_IN_PATH.sub("", path)), _PATH_SAFE) or "/"
    query = "&".join(pair for pair in query.split("&") if pair and not _tracks(pair))
    return f"{scheme}://{host}{path}" + (f"?{_encode(query, _QUERY_SAFE)}" if query else "")


def spellings(url: str) -> list[str]:
    """The addresses under which an article may be stored that somebody asks for by this one, the likeliest first.

    >>> spellings("www.a.vn/tin/1?utm_source=zalo")
    ['http://www.a.vn/tin/1', 'https://www.a.vn/tin/1', 'http://a.vn/tin/1', 'https://a.vn/tin/1']
    >>> spellings("https://a.vn/tin/1")[:2], spellings("1-bai")
    (['https://a.vn/tin/1', 'http://a.vn/tin/1'], [])
    """
    given = url.strip()
    if "://" not in given:
        given = f"http://{given}" if "." in given.partition("/")[0] else ""
    whole = fetchable(given)
    if whole is None:
        return []
    scheme, _, rest = whole.partition("://")
    schemes = (scheme, "https" if scheme == "http" else "http")
    hosts = (rest, rest.removeprefix("www.") if rest.startswith("www.") else f"www.{rest}")
    return [f"{one}://{host}" for host in hosts for one in schemes]


@lru_cache(maxsize=_KEPT)
def identity(url: str) -> str:
    """A key, not an address: equal for every address of one article, as far as the address can tell.

    >>> identity("https://www.a.vn/tin/x-12/index.htm?utm_source=zalo") == identity("http://a.vn/tin/x-12/")
    True
    >>> identity("http://a.vn/?id=1") == identity("http://a.vn/?id=2")
    False
    >>> identity("http://a.vn/index.php?option=com_content&view=article&id=12:bat-giu&catid=8&Itemid=102")
    'a.vn?id=12&option=com_content&view=article'
    """
    url = canonical(url)
    parts = _split(url)
    if parts is None:
        return url
    _, host, path, asked = parts
    query = [pair for pair in asked.split("&") if pair and not _is_view(pair)]
    path = _INDEX.sub("/", path)
    if joomla := _joomla(query):
        query = joomla
    else:
        path = _VIEWS.sub("", path, count=1)
        path = _AMP_PATH.sub("", _AMP_SUFFIX.sub("", path))
    return host.removeprefix("www.") + path.rstrip("/") + ("?" + "&".join(sorted(query)) if query else "")


@lru_cache(maxsize=_KEPT)
def site(url: str) -> str:
    """The host without `www.`, with its port unless that is the usual one; empty for what has no host.

    >>> site("https://www.congan.example.vn:443/x"), site("http://127.0.0.1:8101/")
    ('congan.example.vn', '127.0.0.1:8101')
    """
    parts = _split(_tidy(url))
    return parts[1].removeprefix("www.") if parts else ""


def same_site(a: str, b: str) -> bool:
    """Do both addresses belong to one site?

    >>> same_site("http://www.a.vn/x", "https://a.vn/y"), same_site("http://a.vn", "http://b.vn")
    (True, False)
    """
    return bool(site(a)) and site(a) == site(b)


_LINE_END = re.compile(r"[\t\r\n]+")
_AROUND = "".join(map(chr, range(33))) + "\x7f\xa0\u200b\ufeff"


def _split(url: str) -> tuple[str, str, str, str] | None:
    """Scheme, host, path and query of an http(s) address; None for anything else, and for what no server accepts."""
    found = _ADDRESS.match(url) if len(url) <= _LONGEST else None
    if not found or (scheme := found[1].lower()) not in _PORTS:
        return None
    host = _host(found[2] or "", scheme)
    return (scheme, host, found[3], found[4] or "") if host else None


def _tidy(url: str) -> str:
    # As browsers do: white space around an address and line ends inside it do not count.
    return _LINE_END.sub("", url.strip(_AROUND))


def _host(authority: str, scheme: str) -> str:
    host = authority.rpartition("@")[2].lower()
    if host.startswith("["):
        name, _, rest = host.partition("]")
        name, port = name + "]", rest.removeprefix(":")
    else:
        name, _, port = host.partition(":")
    name = name.rstrip(".")
    if not name.isascii():
        try:
            name = name[:255].encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    if not name or re.search(r"[^a-z0-9._~:\[\]-]", name) or (port and not (port.isascii() and port.isdigit())):
        return ""
    port = port.lstrip("0")[:6]
    return f"{name}:{port}" if port and port != _PORTS[scheme] else name


_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_PATH_SAFE = "/:@!$&'()*+,;="
_QUERY_SAFE = "/:@!$&'()*+,;=?[]|"
_ESCAPE = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9._~/:@!$&'()*+,;=?|\[\]-]*")


def _encode(text: str, safe: str) -> str:
    """Percent-encoding the one usual way: capitals, unreserved characters bare, everything else kept encoded."""
    if _PLAIN.fullmatch(text):
        return text
    return quote(_STRAY.sub("%25", _ESCAPE.sub(_bare, text)), safe=safe + "%", errors="replace")


def _bare(match: re.Match[str]) -> str:
    return "".join(
        char if (char := chr(byte)) in _UNRESERVED else f"%{byte:02X}" for byte in unquote_to_bytes(match[0])
    )


def _dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if len(kept) > 1:
                kept.pop()
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _tracks(pair: str) -> bool:
    """Whether a parameter says who sent the reader; `sid` is a section's number on some portals, a token on others.

    >>> _tracks("sid=4"), _tracks("sid=9f86d081884c7d65"), _tracks("fbclid=x")
    (False, True, True)
    """
    name, _, value = pair.partition("=")
    return _TRACKING.match(name) is not None or (name.lower() == "sid" and _TOKEN.fullmatch(value) is not None)


def _is_view(pair: str) -> bool:
    name, _, value = pair.partition("=")
    if name.lower() not in _VIEW:
        return False
    values = _VIEW[name.lower()]
    return values is None or value.lower() in values


def _joomla(query: list[str]) -> list[str] | None:
    """Joomla's plain addresses say which article in `id`; alias, category and menu item vary with the link."""
    pairs = dict(pair.partition("=")[::2] for pair in query)
    if not pairs.get("option", "").startswith("com_") or pairs.get("view") != "article":
        return None
    return [
        f"id={value.partition(':')[0].partition('%3A')[0]}" if name == "id" else f"{name}={value}"
        for name, value in pairs.items()
        if name.lower() not in _JOOMLA_NOISE
    ]
