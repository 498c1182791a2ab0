"""The process that looks at one site: takes what to look at as JSON on stdin, gives the visits as JSON on stdout."""

from __future__ import annotations

import json
import os
import sys
from functools import partial

import msgspec


def main() -> int:
    """Look as the job says: at a portal that has a file (`portal`), else at a site (`url`); the exit code."""
    job = json.loads(sys.stdin.readline())
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.net.settings"
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    from crawler.look.promises import visit
    from crawler.look.spider import Look, Plan
    from crawler.look.survey import survey
    from tintinh.run.portal_files import portals

    addresses = [job["url"]] if "url" in job else portals()[job["portal"]].own_addresses()
    plan: Plan = partial(visit, portals()[job["portal"]]) if "portal" in job else partial(survey, job["url"])
    process = AsyncCrawlerProcess(get_project_settings())
    crawler = process.create_crawler(Look)
    process.crawl(crawler, plan=plan, addresses=addresses)
    process.start()
    assert isinstance(crawler.spider, Look)
    sys.stdout.buffer.write(msgspec.json.encode(crawler.spider.visits))
    return 0


if __name__ == "__main__":
    sys.exit(main())
