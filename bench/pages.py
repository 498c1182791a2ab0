"""What other tools make of a page, each behind the same small function; a tool that is not installed is left out."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import warnings
from collections.abc import Callable
from datetime import datetime
from html import escape
from importlib import import_module
from typing import Any, NamedTuple

FILLER = (
    "Công an tỉnh vừa phối hợp với chính quyền địa phương tổ chức buổi tuyên truyền pháp luật cho hơn ba trăm học sinh.",
    "Tại buổi tuyên truyền, các em được hướng dẫn cách nhận biết thủ đoạn lừa đảo và cách báo tin cho lực lượng chức năng.",
    "Hoạt động này góp phần nâng cao ý thức chấp hành pháp luật, xây dựng môi trường học đường an toàn, lành mạnh.",
)


class Found(NamedTuple):
    """What a tool read from a page: people, the moment as it gave it, title and text."""

    authors: tuple[str, ...]
    date: str
    title: str = ""
    body: str = ""


Reader = Callable[[str, str], Found]


def article(*, byline: str = "", date: str = "") -> str:
    """A plain article page with its date under the title and its byline as the last line, to the right."""
    paragraphs = "".join(f"<p>{text}</p>" for text in FILLER)
    return (
        "<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>Tuyên truyền pháp luật cho học sinh</title></head>"
        "<body><article><h1>Tuyên truyền pháp luật cho học sinh</h1>"
        f"<div class='date'>{escape(date)}</div>{paragraphs}"
        f"<p style='text-align: right'><strong>{escape(byline)}</strong></p></article></body></html>"
    )


def _iso(moment: Any) -> str:
    return moment.isoformat() if isinstance(moment, datetime) else str(moment or "")


def _text(document: Any, name: str) -> str:
    return getattr(document, name, None) or ""


def _trafilatura() -> Reader:
    trafilatura = import_module("trafilatura")

    def read(page: str, url: str) -> Found:
        document = trafilatura.bare_extraction(page, url=url, with_metadata=True)
        names = (document.author or "").split("; ") if document else []
        return Found(
            tuple(filter(None, names)),
            _iso(document.date) if document else "",
            _text(document, "title"),
            _text(document, "text"),
        )

    return read


def _newspaper4k() -> Reader:
    newspaper = import_module("newspaper")

    def read(page: str, url: str) -> Found:
        found = newspaper.article(url, input_html=page, language="vi")
        return Found(tuple(found.authors), _iso(found.publish_date), found.title or "", found.text or "")

    return read


def _news_please() -> Reader:
    news_please = import_module("newsplease").NewsPlease

    def read(page: str, url: str) -> Found:
        found = news_please.from_html(page, url=url)
        return Found(tuple(found.authors or ()), _iso(found.date_publish), found.title or "", found.maintext or "")

    return read


def _htmldate() -> Reader:
    find_date = import_module("htmldate").find_date

    def read(page: str, url: str) -> Found:
        return Found((), find_date(page, url=url, outputformat="%Y-%m-%dT%H:%M", original_date=True) or "")

    return read


PEERS: dict[str, tuple[str, Callable[[], Reader]]] = {
    "htmldate": ("htmldate", _htmldate),
    "trafilatura": ("trafilatura", _trafilatura),
    "newspaper4k": ("newspaper", _newspaper4k),
    "news-please": ("newsplease", _news_please),
}


def installed() -> dict[str, Reader]:
    """The tools that are there; each answers nothing, instead of raising, for a page it cannot read."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    return {name: _quiet(make()) for name, (module, make) in PEERS.items() if importlib.util.find_spec(module)}


def _quiet(read: Reader) -> Reader:
    def safely(page: str, url: str) -> Found:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                return read(page, url)
            except Exception:  # whatever a peer raises, it has read nothing
                return Found((), "")

    return safely
