"""The process that crawls one portal: takes its job as JSON on stdin, tells progress on a pipe."""

from __future__ import annotations

import json
import os
import signal
import sys


def main() -> int:
    """Crawl as the job says; 0 however that ended, which the progress tells."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until Scrapy has its own handler: the parent decides
    job = json.loads(sys.stdin.readline())
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.net.settings"
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    settings = get_project_settings()
    settings.setdict(job["settings"], priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(job["spider"], **job["arguments"])
    process.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
