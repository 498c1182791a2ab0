"""What portals and later readers rely on: the pace, validators of one address only, items as itemadapter shows them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.exceptions import DropItem
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from crawler.article import Attachment, Image, encode
from crawler.net import settings as module
from crawler.net.compression import Compression
from crawler.net.recorder import Recorder, SinkPipeline, article_of
from crawler.net.refresh import Refresh
from crawler.portals.site import Site
from tests.support import article, environment, tintinh
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite


def settings() -> dict[str, Any]:
    return {name: getattr(module, name) for name in dir(module) if name.isupper() and name != "ASYNCIO_EVENT_LOOP"}


@pytest.mark.parametrize(
    ("url", "delay", "most"), [("http://congan.example.vn/", 0.5, 1), ("http://127.0.0.1/", 0.0, 8)]
)
def test_the_pace(url: str, delay: float, most: int) -> None:
    async def pace() -> tuple[float, int]:
        crawler = get_crawler(Site, settings())
        crawler.spider = crawler._create_spider(start="http://demo.vn/")
        downloader = Downloader(crawler)
        _, slot = downloader._get_slot(Request(url))
        downloader.close()
        await crawler.signals.send_catch_log_async(signals.engine_stopped)
        return slot.delay, slot.concurrency

    assert asyncio.run(pace()) == (delay, most)


@pytest.mark.parametrize("redirected", [False, True])
def test_validators_of_one_address_are_none_of_another(redirected: bool) -> None:
    crawler = get_crawler(Site, {"TINTINH_SINK": ""})
    recorder = Recorder.from_crawler(crawler)
    headers = {"If-None-Match": '"a"', "If-Modified-Since": "Thu, 01 Oct 2026 01:10:00 GMT"}
    meta = {"redirect_times": 1} if redirected else {}
    request = Request("http://demo.vn/moi.html", headers=headers, meta=meta)
    asyncio.run(recorder.process_request(request))
    kept = {name for name in headers if name in request.headers}
    assert kept == (set() if redirected else set(headers))


def test_pipelines_and_exports_see_what_itemadapter_makes_of_an_article(tmp_path: Path) -> None:
    """A pipeline that hands on an article in another shape: it is stored and exported as it left it."""
    pipeline = tmp_path / "upper.py"
    pipeline.write_text(
        "from itemadapter import ItemAdapter\n"
        "class Upper:\n"
        "    def process_item(self, item):\n"
        "        adapter = ItemAdapter(item)\n"
        "        return adapter.asdict() | {'title': adapter['title'].upper()}\n"
    )
    with serve(site=DemoSite()) as address:
        done = tintinh(
            "crawl", "site", "-a", f"start={address}", "-a", "max_articles=3", "-O", "out.jsonl",
            "-s", 'ITEM_PIPELINES={"upper.Upper": 100, "crawler.net.recorder.SinkPipeline": 300}',
            env=environment(
                tmp_path / "home", SCRAPY_SETTINGS_MODULE="crawler.net.settings", TINTINH_ALLOW_PRIVATE="1",
                PYTHONPATH=str(tmp_path),
            ),
            cwd=tmp_path, module="scrapy",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert len(lines) == 3
    assert all(line["title"] == line["title"].upper() for line in lines)
    assert "'tintinh/fetched': 3" in done.stderr
    assert all({"url", "published_at", "images", "extracted_by"} <= line.keys() for line in lines)


def test_any_shape_of_an_item_is_stored() -> None:
    one = article(
        1, images=(Image(url="http://demo.vn/a.jpg", caption="Ảnh"),), attachments=(Attachment(url="http://demo.vn/a.pdf", name="a"),)
    )  # fmt: skip
    assert article_of(one) is one
    for shape in (ItemAdapter(one).asdict(), asdict(one), json.loads(encode(one))):
        assert article_of(shape) == one
    for rubbish in ({"title": "Tin"}, 7, asdict(one) | {"title": " "}):
        with pytest.raises(DropItem, match="not an article"):
            article_of(rubbish)


def test_the_pipeline_hands_items_on(monkeypatch: pytest.MonkeyPatch) -> None:
    crawler = get_crawler(Site)
    crawler.get_downloader_middleware = lambda _: None  # type: ignore[method-assign, assignment]
    item = ItemAdapter(article()).asdict()
    assert asyncio.run(SinkPipeline(crawler).process_item(item)) is item
    assert crawler.stats.get_value("tintinh/fetched") == 1


def test_a_page_that_leads_on_by_itself_is_followed() -> None:
    crawler = get_crawler(Site)
    made = Refresh.from_crawler(crawler)
    request = Request("http://demo.vn/")
    splash = b"<html><head><META HTTP-EQUIV='Refresh' content='0; url=/trang-chu'></head></html>"
    followed = made.process_response(request, HtmlResponse(request.url, body=splash, request=request))
    assert isinstance(followed, Request)
    assert followed.url == "http://demo.vn/trang-chu"
    plain = HtmlResponse(request.url, body=b"<h1>Tin</h1>", request=request)
    assert made.process_response(request, plain) is plain


def test_no_middleware_runs_that_nothing_needs() -> None:
    crawler = get_crawler(Site, settings())
    base = crawler.settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES")
    on = {
        getattr(middleware, "__name__", str(middleware).rpartition(".")[2])
        for middleware, at in base.items()
        if at is not None
    }
    assert not on & {"OffsiteMiddleware", "RobotsTxtMiddleware", "MetaRefreshMiddleware", "HttpCompressionMiddleware"}
    assert {"Guard", "Robots", "Recorder", "Refresh", Compression.__name__} <= on
