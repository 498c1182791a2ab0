"""`python -m bench.replay`: the archive in pywb. Every page, asked for at each of its dates, must be what was archived.

Runs in the environment of `make bench`: pywb and Scrapy's locked dependencies do not go together.
"""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.archive import records
from crawler.archive.files import ArchiveWriter
from crawler.ports import Capture
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected

SEEN = datetime(2026, 11, 5, 8, tzinfo=UTC)
PLAIN = [("Content-Type", "text/html; charset=utf-8")]
PACKED = [*PLAIN, ("Content-Encoding", "gzip")]


def archive(root: Path) -> dict[str, bytes]:
    """The demo portal's articles on three days: a page, the same again, not modified; every other one came packed."""
    writer, portal, pages = ArchiveWriter(root, "demo", "bench"), DemoSite(), {}
    for number, truth in enumerate(expected()):
        url, body = f"http://demo.example.vn{truth.path}", portal.page(truth.path).body
        pages[url] = body
        sent, headers = (gzip.compress(body), PACKED) if number % 2 else (body, PLAIN)
        earlier = Capture(url, SEEN, records.digest(sent))
        for day, status in ((0, 200), (1, 200), (2, 304)):
            moment = SEEN + timedelta(days=day)
            record, kind, told = records.response(
                url, moment, status, headers, sent if status == 200 else b"", ip=None, earlier=earlier if day else None
            )
            writer.write(moment, kind, record, records.request(url, moment, "GET", [], b"", concurrent_to=told))
    writer.close()
    return pages


def main() -> int:
    from gevent.monkey import patch_all

    patch_all()
    from pywb.apps.frontendapp import FrontEndApp
    from pywb.manager.manager import main as manager
    from werkzeug.test import Client
    from werkzeug.wrappers import Response

    logging.disable(logging.CRITICAL)
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
        os.chdir(folder)
        pages = archive(Path(folder) / "archive")
        manager(["init", "demo"])
        manager(["add", "demo", *map(str, Path(folder).glob("archive/demo/*.warc.gz"))])
        client = Client(FrontEndApp(), Response)
        for line in Path("collections/demo/indexes/index.cdxj").read_text().splitlines():
            _, stamp, told = line.split(" ", 2)
            row = json.loads(told)
            answer = client.get(f"/demo/{stamp}id_/{row['url']}", headers={"Accept-Encoding": "identity"})
            body = answer.get_data()
            if answer.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            day = str(int(stamp[6:8]) - SEEN.day)
            right = body == pages[row["url"]]
            found[({"0": "page", "1": "same again", "2": "not modified"}[day], "as archived" if right else f"{answer.status_code}, {len(body)} bytes")] += 1  # fmt: skip
    print("\nThe archive in pywb")
    for (kind, outcome), count in sorted(found.items()):
        print(f"  {kind:<20}{outcome:<24}{count:>6}")
    return 0 if found["page", "as archived"] == found["same again", "as archived"] == len(pages) else 1


if __name__ == "__main__":
    sys.exit(main())
