"""Loads what settings name for the ports of a crawl."""

from __future__ import annotations

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.ports import Memory, Nothing, Sink


def memory(settings: BaseSettings) -> Memory:
    path = settings.get("TINTINH_MEMORY")
    found: Memory = load_object(path)(**settings.getdict("TINTINH_WIRING")) if path else Nothing()
    return found


def sink(settings: BaseSettings) -> Sink | None:
    path = settings.get("TINTINH_SINK")
    found: Sink | None = load_object(path)(**settings.getdict("TINTINH_WIRING")) if path else None
    return found
