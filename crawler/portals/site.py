"""Any site that has no file of its own: the platform is found by looking, every section is followed."""

from __future__ import annotations

import re
from typing import Any

from crawler.spider.dispatcher import PortalSpider
from vietnam import urls


class Site(PortalSpider):
    name = "site"

    def __init__(
        self,
        *args: Any,
        start: str = "",
        platform: str | None = None,
        province: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not urls.is_http(start):
            raise ValueError(f"not an http(s) address: {start!r}")
        kwargs.setdefault("name", name_of(start))
        super().__init__(*args, start=start, **kwargs)
        self.platform_name, self.province = platform, province


def is_name(text: str) -> bool:
    """Whether a portal may be called so: it names files.

    >>> is_name("ca-binhthuan_2"), is_name("Demo.1"), is_name("../../x"), is_name("Bình Thuận"), is_name("")
    (True, True, False, False, False)
    """
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text) is not None


def name_of(url: str) -> str:
    """The portal name of an address: its host, as one word.

    >>> name_of("https://www.congan.example.vn/tin")
    'congan-example-vn'
    """
    return re.sub(r"[^a-z0-9]+", "-", urls.site(url).lower()).strip("-")
