"""Addresses that count: whether one is that of a further page of a list. Pure, of addresses alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

# Entries that a page has at least, where addresses count entries.
_FEWEST = 3
# What an address may have more than that of the first page: `/PhanTrang/…/2/`, `?page=2`, `-trang-2`.
_EXTRA_WORDS = 3
_PARAMETER = re.compile(r"[?&][^=&]*(?==)")
# What TYPO3 signs an address with says nothing of where it leads.
_SIGNED = re.compile(r"[?&]chash=[0-9a-f]*")
# A parameter of an extension: its name stands in the last brackets, `tx_news_pi1[currentPage]`.
_IN_BRACKETS = re.compile(r"(?<=[?&])[^=&]*\[([^\]=&]*)\](?==)")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
# What pagers call their parameter; nothing else may be more in an address than in that of a home page.
_COUNTER = re.compile(r"p|pg|trang|phan|so|\w*page\w*|(?:limit)?start|offset|from|skip|batdau|index|cur")
# What some pagers call the number of a page, and count from nought.
_FROM_NOUGHT = re.compile(r"(?:\w+_)?page_?(?:num|number|no|index)?(?:_\w+)?")
_PAGE_NUMBER = re.compile(r"(?:page|paged|trang|pg)_?(?:num(?:ber)?|no|index)?$|^p$", re.IGNORECASE)
# What an address calls the moment or entry from which on its list is shown.
_CURSOR = re.compile(r"(?:updated-max|max-?id|before|until|older(?:than)?|cursor)", re.IGNORECASE)
_SKIPPED = re.compile(r"[?&/]\(?(?:start|offset|from|skip|batdau)\)?[=/]\d+(?:[&/]|$)", re.IGNORECASE)
_ARCHIVE = re.compile(r"/(?:19|20)\d\d(?:[/-](?:0?[1-9]|1[0-2])(?:[/-]\d{1,2})?)?/?$")
_ENDINGS = frozenset(["html", "htm", "aspx", "php", "chn", "index", "default", "http", "https", "www"])


def follows(pairs: Iterable[tuple[int, str]]) -> bool:
    """Whether addresses of one shape differ in one number, which follows the printed one: 2, 3 or 1, 2 or 10, 20.

    >>> follows([(2, "/muc/trang-2.htm"), (3, "/muc/trang-3.htm")]), follows([(2, "/muc?start=10"), (3, "/muc?start=20")])
    (True, True)
    >>> follows([(1, "/tin-30.html"), (2, "/tin-31.html"), (3, "/tin-40.html")])
    False
    >>> follows([(2, "/2025/chuyen-12"), (3, "/2026/chuyen-15")])
    False
    """
    given = sorted(dict(pairs).items())
    columns = list(zip(*([int(run) for run in re.findall(r"\d+", url)] for _, url in given), strict=False))
    changing = [column for column in columns if len(set(column)) > 1]
    # Two parameters may count alike: `?page=2&tab=2`.
    if not changing or any(column != changing[0] for column in changing):
        return False
    steps = {
        (later - earlier) / (number - before)
        for ((before, _), (number, _)), (earlier, later) in zip(pairwise(given), pairwise(changing[0]), strict=True)
        if number != before
    }
    return len(steps) == 1 and min(steps) >= 1


def leads_on(own: str, url: str, number: int) -> bool:
    """Whether an address is that of a page `number` of the list at `own`: all its words and numbers, and the number.

    >>> leads_on("http://a.vn/muc.htm", "http://a.vn/muc/trang-2.htm", 2), leads_on("http://a.vn/muc", "http://a.vn/muc-page1", 2)
    (True, True)
    >>> leads_on("http://a.vn/M/17/Buu.html", "http://a.vn/M/PhanTrang/17/2/Buu.html", 2), leads_on("http://a.vn/muc", "http://a.vn/muc?start=20", 2)
    (True, True)
    >>> leads_on("http://a.vn/muc", "http://a.vn/muc?tx_news_pi1%5BcurrentPage%5D=2&cHash=a8f30e", 2), leads_on("http://a.vn/n.php?cat.1", "http://a.vn/n.php?cat.1.6", 2)
    (True, True)
    >>> leads_on("http://a.vn/muc/", "http://a.vn/muc/16", 3), leads_on("http://a.vn/muc/", "http://a.vn/muc/17", 3)
    (True, False)
    >>> leads_on("http://a.vn/muc", "http://a.vn/muc/(offset)/8", 2), leads_on("http://a.vn/muc", "http://a.vn/muc/start/7/", 2)
    (True, True)
    >>> leads_on("http://a.vn/muc", "http://a.vn/khac-2", 2), leads_on("http://a.vn/", "http://a.vn/phap-luat-2", 2)
    (False, False)
    """
    mine, theirs = words(own), words(url)
    more = theirs - mine
    counts = [int(word) for word in more.elements() if word.isdigit()]
    lost = mine - theirs
    if len(counts) != 1 or sum(more.values()) - 1 > _EXTRA_WORDS:
        return False
    if any(not word.isdigit() for word in lost) or sum(lost.values()) > 1:
        return False
    if not urlsplit(own).path.strip("/") and not all(word.isdigit() or _COUNTER.fullmatch(word) for word in more):
        return False
    (count,) = counts
    if lost:  # the number of the page shown is another
        return count > int(next(iter(lost))) and count in {number, number - 1}
    if count in {number, number - 1} or ("?" in url and count % 5 == 0 and count >= 5 * (number - 1)):
        return True
    # So many entries are skipped: `/muc/8`, `?start=16`.
    base = own.rstrip("/")
    skips = url.rstrip("/") in {f"{base}/{count}", f"{base}.{count}"} or _SKIPPED.search(url) is not None
    return skips and number > 1 and count % (number - 1) == 0 and count >= _FEWEST * (number - 1)


def ends_in(url: str) -> int:
    """The last number of an address."""
    return int((re.findall(r"\d{1,5}", url) or ["0"])[-1])


def counts_pages(own: str, url: str, number: int) -> bool:
    """Whether an address is that of page `number` of the list at `own` by the name of its counter.

    >>> counts_pages("http://a.vn/?go=list&c=AN", "http://a.vn/?go=list&c=AN&pg=2", 2), counts_pages("http://a.vn/tin", "http://a.vn/tin/bai-2", 2)
    (True, False)
    """
    more = words(url) - words(own)
    is_counter = all(word.isdigit() or _COUNTER.fullmatch(word) for word in more)
    return is_counter and str(number) in more and leads_on(own, url, number)


def leads_elsewhere(own: str, url: str, number: int) -> bool:
    """Whether an address of another shape ends in the number of a page, behind all numbers that the list's own has; some it must have.

    That alone is weak: a link must say that it leads to that page, or stand in a row of numbers.

    >>> leads_elsewhere("http://a.vn/?page=muc&cm=1", "http://a.vn/?page=ds&loai=1&tr=2", 2), leads_elsewhere("http://a.vn/muc-11.aspx", "http://a.vn/List.aspx?cat=11&page=2", 2)
    (True, True)
    >>> leads_elsewhere("http://a.vn/muc-11.aspx", "http://a.vn/muc-12-2.aspx", 2), leads_elsewhere("http://a.vn/phap-luat", "http://a.vn/tin/4/2", 2)
    (False, False)
    """
    mine, theirs = _numbers_of(own), _numbers_of(url)
    if not theirs or theirs[-1] != number:
        return False
    rest = Counter(theirs[:-1])
    return bool(mine) and not Counter(mine) - rest


def _behind_host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _numbers_of(url: str) -> list[int]:
    return [int(run) for run in re.findall(r"\d{1,9}", _behind_host(url))]


def names_page(url: str, number: int) -> bool:
    """Whether a parameter of an address that is called a page's number has this one.

    >>> names_page("http://a.vn/index.php?mact=News&cntnt01pagenumber=2&page=57", 2), names_page("http://a.vn/?id=2", 2)
    (True, False)
    """
    return any(
        value == str(number) and _PAGE_NUMBER.search(name) is not None for name, value in parse_qsl(urlsplit(url).query)
    )


def words(url: str) -> Counter[str]:
    """The words and numbers of an address; a number in a parameter's name counts nothing.

    >>> sorted(words("http://a.vn/muc-3.html?query-0-page=2"))
    ['2', '3', 'a', 'muc', 'page', 'query', 'vn']
    """
    plain = url.lower()
    if "?" in url:
        plain = _IN_BRACKETS.sub(r"\1", _SIGNED.sub("", plain.replace("%5b", "[").replace("%5d", "]")))
        plain = _PARAMETER.sub(lambda name: re.sub(r"\d+", " ", name[0]), plain)
    return Counter(word for word in _WORDS.findall(plain) if word not in _ENDINGS)


def next_number(own: str, url: str, shown: int) -> int | None:
    """The number of the page that a link behind the one shown leads to; None where it leads elsewhere.

    >>> next_number("http://a.vn/muc", "http://a.vn/muc/trang-2", 1), next_number("http://a.vn/muc/trang-2", "http://a.vn/muc/trang-3", 2)
    (2, 3)
    >>> next_number("http://a.vn/muc", "http://a.vn/muc/tin-12", 1), next_number("http://a.vn/", "http://a.vn/muc", 1)
    (None, None)
    """
    if re.split(r"\d+", own) == re.split(r"\d+", url):
        mine, theirs = ([int(run) for run in re.findall(r"\d+", one)] for one in (own, url))
        changed = [(before, after) for before, after in zip(mine, theirs, strict=True) if before != after]
        if len(changed) == 1 and changed[0][1] - changed[0][0] == 1:
            return max(shown + 1, changed[0][1])
    return shown + 1 if leads_on(own, url, shown + 1) or turns(own, url, shown + 1) else None


def turns(own: str, url: str, number: int) -> bool:
    """Whether an address is that of the list at `own` with a counter of pages in its query, whatever else a portlet adds.

    >>> turns("http://a.vn/tin", "http://a.vn/tin?p_p_id=101_X&p_p_state=normal&_101_X_delta=5&_101_X_cur=2", 2)
    True
    >>> turns("http://a.vn/tin?loai=5", "http://a.vn/tin?pageNum_rs=1&totalRows_rs=7&loai=5", 2)
    True
    >>> turns("http://a.vn/tin", "http://a.vn/khac?_101_X_cur=2", 2), turns("http://a.vn/tin?m=1", "http://a.vn/tin?cur=2", 2)
    (False, False)
    """
    mine, theirs = parse_qsl(urlsplit(own).query), parse_qsl(urlsplit(url).query)
    return (
        urlsplit(own)._replace(query="") == urlsplit(url)._replace(query="")
        and all(pair in theirs for pair in mine)
        and any(
            (value == str(number) and _COUNTER.fullmatch(re.split(r"[_\[]", name.lower().rstrip("]"))[-1]))
            or (value == str(number - 1) and _FROM_NOUGHT.fullmatch(name.lower()))
            for name, value in theirs
        )
    )


def cursor(own: str, url: str, *, says_next: bool = False) -> str | None:
    """The moment or entry from which on an address goes on with the list at `own`, where it counts no pages.

    `says_next`: the link says that it leads on; then what is counted from may have any name.

    >>> cursor("http://a.vn/muc?loai=2", "http://a.vn/muc?loai=2&before=2026-11-02T09:00"), cursor("http://a.vn/muc", "http://a.vn/khac?before=9")
    ('2026-11-02T09:00', None)
    >>> cursor("http://a.vn/muc", "http://a.vn/muc?truoc=65081"), cursor("http://a.vn/muc", "http://a.vn/muc?truoc=65081", says_next=True)
    (None, '65081')
    """
    given, mine = dict(parse_qsl(urlsplit(url).query)), dict(parse_qsl(urlsplit(own).query))
    told = next((name for name in given if _CURSOR.fullmatch(name)), None)
    if told is None and says_next:
        changed = [name for name in given if given[name] != mine.get(name)]
        alone = len(changed) == 1 and mine.keys() <= given.keys()
        is_cursor = alone and not _COUNTER.fullmatch(changed[0]) and any(map(str.isdigit, given[changed[0]]))
        told = changed[0] if is_cursor else None
    if told is None or urlsplit(url).path != urlsplit(own).path or given[told] == mine.get(told):
        return None
    kept = [name for name in mine if name != told and not (_CURSOR.fullmatch(name) or _COUNTER.fullmatch(name))]
    return given[told] if all(given.get(name) == mine[name] for name in kept) else None


def archive_of(url: str) -> tuple[int, ...]:
    """The year, or year and month, or the day, of whose archive an address is; empty for others.

    >>> archive_of("http://a.vn/luu-tru/2026/11"), archive_of("http://a.vn/ngay/2026-11-05/"), archive_of("http://a.vn/2026/"), archive_of("http://a.vn/tin-2026")
    ((2026, 11), (2026, 11, 5), (2026,), ())
    """
    found = _ARCHIVE.search(url)
    return tuple(int(number) for number in re.findall(r"\d+", found[0])) if found is not None else ()


def count_in(own: str, url: str) -> str:
    """The number that an address has and the page shown does not.

    >>> count_in("http://a.vn/muc-page1", "http://a.vn/muc-page2"), count_in("http://a.vn/muc", "http://a.vn/muc?start=20")
    ('2', '20')
    """
    return next((word for word in (words(url) - words(own)) if word.isdigit()), url)
