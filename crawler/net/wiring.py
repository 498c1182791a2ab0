"""Loads what settings name for the ports of a crawl."""

from __future__ import annotations

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.ports import Memory, NoMemory, Sink


def memory(settings: BaseSettings) -> Memory:
    """The memory that TINTINH_MEMORY names."""
    path = settings.get("TINTINH_MEMORY")
    loaded: Memory = load_object(path)(**settings.getdict("TINTINH_WIRING")) if path else NoMemory()
    return loaded


def sink(settings: BaseSettings) -> Sink | None:
    """The sink that TINTINH_SINK names; None for plain `scrapy crawl`."""
    path = settings.get("TINTINH_SINK")
    loaded: Sink | None = load_object(path)(**settings.getdict("TINTINH_WIRING")) if path else None
    return loaded
