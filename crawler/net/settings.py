"""Scrapy settings; plain `scrapy crawl` uses them too."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


def _version() -> str:
    try:
        return version("tintinh")
    except PackageNotFoundError:
        return "0"


def _user_agent() -> str:
    contact = os.environ.get("TINTINH_CONTACT")
    return os.environ.get("TINTINH_USER_AGENT") or f"tintinh/{_version()}" + (f" (+{contact})" if contact else "")


BOT_NAME = "tintinh"
SPIDER_MODULES = ["crawler.portals"]
USER_AGENT = _user_agent()
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
}

# Polite by default: these are small servers of public offices. Nobody needs to be spared on loopback.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0.5  # seconds, half as much to half as much again
DOWNLOAD_SLOTS = {host: {"delay": 0.0, "concurrency": 8} for host in ("127.0.0.1", "localhost", "::1", "[::1]")}
DOWNLOAD_TIMEOUT = 20  # seconds
RETRY_TIMES = 3
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]  # what asks to be left alone (429, 503) is: crawler/net/politeness.py
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # bytes; no page of text is as long
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.net.guard.PublicResolver"
# Nothing else is downloaded: no file, no ftp, no s3, no data.
DOWNLOAD_HANDLERS_BASE = dict.fromkeys(("http", "https"), "crawler.net.heads.BoundedHeads")
REDIRECT_MAX_TIMES = 10

COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPERROR_ALLOW_ALL = True  # the spider accounts for every status itself
CONCURRENT_ITEMS = 1  # 1.4 times the throughput of 100; of one answer there is one item
DOWNLOADER_STATS = False  # every response and failure is a line of the spool
WARN_ON_GENERATOR_RETURN_VALUE = False  # it looks at the callback of every answer
# A loop in C where there is one for the machine: 1.2 times the throughput.
ASYNCIO_EVENT_LOOP = "crawler.net.loop.Loop" if find_spec("uvloop") is not None else None
DUPEFILTER_CLASS = (
    "scrapy.dupefilters.BaseDupeFilter"  # the frontier asks for nothing twice, and counts what it leaves out
)
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"

DOWNLOADER_MIDDLEWARES = {
    "crawler.net.guard.Guard": 40,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.net.robots.Robots": 100,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.net.politeness.Politeness": 555,
    "crawler.net.refresh.Refresh": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.net.compression.Compression": 590,
    # Unused: addresses are chosen by the frontier, not by `allowed_domains`.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.net.recorder.Recorder": 860,
}
# Unused: every status is read, the frontier knows how deep it is, and an address that is too long is said to be so.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
ITEM_PIPELINES = {"crawler.net.recorder.SinkPipeline": 300}
EXTENSIONS = {
    "crawler.net.ending.Ending": 100,
    "crawler.net.remembering.Recollection": 100,
    "crawler.net.pause.Pause": 300,
    "crawler.net.lease.Lease": 400,
    "crawler.net.progress.Progress": 500,
}

# What the program around the crawl may wire in; empty for plain `scrapy crawl`.
TINTINH_SINK = ""
TINTINH_MEMORY = ""
TINTINH_WIRING: dict[str, object] = {}
TINTINH_PROGRESS_FD = -1
# Seconds that a crawl goes on without hearing from the worker that runs it; 0: no worker does.
TINTINH_LEASE_SECONDS = 0.0
# Where the page archive lies; empty: none is kept.
TINTINH_ARCHIVE_FOLDER = ""
TINTINH_ALLOW_PRIVATE = os.environ.get("TINTINH_ALLOW_PRIVATE", "")
# Address of an HTTP proxy that everything goes through, which then answers for where it connects to. Those of the environment are not asked.
TINTINH_PROXY = ""
# Known articles asked again in one incremental run, at most; all of them with --full.
TINTINH_RECHECK = 500
# `due`: lists and known articles are asked again when they are due; `all`: all lists, and articles longest unseen first.
TINTINH_REVISIT = "all"
# So many hours must lie between two sightings of an absence before the article counts as taken down.
TINTINH_CONFIRM_HOURS = 6.0
# So many requests in a row without any answer, and the portal is taken for down.
TINTINH_FAILURES_IN_A_ROW = 5
# What earlier crawls learned of hosts: pace, refusals (crawler/net/pace.py).
TINTINH_HOSTS: dict[str, object] = {}
# Seconds to stay away from a host after its first refusal (429, 503) that names no time; each one after it doubles that.
TINTINH_BACKOFF_SECONDS = 60.0
# Seconds that a crawl waits for hosts that refuse, in all; what would take longer ends it.
TINTINH_WAIT_SECONDS = 300.0
# Open lists in a browser, as portals do whose file says so; the browser, where it is not on the path.
TINTINH_BROWSER = False
TINTINH_CHROMIUM = ""
