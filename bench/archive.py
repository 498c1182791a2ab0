"""`python -m bench.archive`: what the page archive costs a crawl.

The same crawl with and without it, interleaved, medians of five; a portal of 200 articles on loopback, pages filled up
to the size that portals' pages have (about 60 KB). No delay between requests: a polite crawl waits longer than this
takes. `--warc FILE --replay replay.py` crawls a capture instead.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

import psycopg

from ingest import migrate
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected
from tintinh.embedded import postgres

ARTICLES, PAGE_BYTES, ROUNDS = 200, 60_000, 5
SECTION = "/tin-an-ninh-trat-tu.html"


def pages() -> dict[str, bytes]:
    """A list of all articles, and the articles: the demo portal's, each under many numbers."""
    portal, chance = DemoSite(), random.Random(5)
    words = portal.page(expected()[0].path).body.decode().split()
    made: dict[str, bytes] = {"/robots.txt": b"User-agent: *\nDisallow:\n"}
    links = []
    for number in range(ARTICLES):
        truth = expected()[number % len(expected())]
        path = re.sub(r"/\d+-", f"/{10_000 + number}-", truth.path)
        body = portal.page(truth.path).body
        filler = " ".join(chance.choices(words, k=(PAGE_BYTES - len(body)) // 8)).replace("--", "").replace("<", "")
        made[path] = body + f"<!-- {filler} -->".encode()
        links.append(f'<div class="item"><h2><a href="{path}">{truth.title}</a></h2></div>')
    opening = b'<div class="items-leading">'
    made["/"] = portal.page(SECTION).body.replace(opening, opening + "\n".join(links).encode())
    return made


def serve(packed: bool) -> None:
    """Print the address, serve until killed."""
    made = {path: gzip.compress(body) if packed else body for path, body in pages().items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = made.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"ready http://127.0.0.1:{server.server_port}/ {len(made)} pages", flush=True)
    server.serve_forever()


@contextmanager
def served(command: list[str]) -> Iterator[str]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[1]
        finally:
            process.kill()


def crawl(address: str, folder: Path, uri: str, archive: bool) -> tuple[float, int]:
    """Seconds from the first request to the last, and how many there were."""
    wiring = {"spool": str(folder / "spool"), "prefix": "bench-1", "dsn": uri, "portal": "bench", "run": None}
    job = {
        "spider": "site",
        "arguments": {"start": address, "name": "bench", "full": True},
        "settings": {
            "TINTINH_SINK": "ingest.sink.SpoolSink", "TINTINH_MEMORY": "ingest.memory.DatabaseMemory",
            "TINTINH_WIRING": wiring, "TINTINH_ALLOW_PRIVATE": "1",
            "TINTINH_ARCHIVE_FOLDER": str(folder / "archive") if archive else "",
        },
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tintinh.run.crawl_process"], input=json.dumps(job) + "\n", capture_output=True, text=True, check=True
    )  # fmt: skip
    log = done.stderr
    seconds = re.search(r"'elapsed_time_seconds': ([\d.]+)", log)
    requests = re.search(r"'tintinh/requests': (\d+)", log)
    assert seconds, log[-2000:]
    assert requests, log[-2000:]
    return float(seconds[1]), int(requests[1])


def processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(address: str) -> None:
    rates: dict[bool, list[float]] = {False: [], True: []}
    costs: dict[bool, list[float]] = {False: [], True: []}
    size = plain = requests = 0
    with tempfile.TemporaryDirectory() as home, postgres.server(Path(home)) as uri:
        with psycopg.connect(uri, autocommit=True) as connection:
            migrate.upgrade(connection)
        for _ in range(ROUNDS):
            for archive, measured in rates.items():
                with tempfile.TemporaryDirectory() as folder:
                    before = processor()
                    seconds, requests = crawl(address, Path(folder), uri, archive)
                    measured.append(requests / seconds)
                    costs[archive].append((processor() - before) / requests * 1000)
                    size = sum(path.stat().st_size for path in Path(folder).rglob("*.warc.gz")) or size
                    plain = sum(path.stat().st_size for path in Path(folder).rglob("*.jsonl"))
    without, with_archive = (median(rates[archive]) for archive in (False, True))
    print(f"\nCrawl of {requests} responses (per second, median of {ROUNDS})")
    print(f"  {'without the archive':<44}{without:>10.1f}")
    print(f"  {'with the archive':<44}{with_archive:>10.1f} {with_archive / without:>8.2f} x")
    print(
        f"  rounds without {[round(rate, 1) for rate in rates[False]]} with {[round(rate, 1) for rate in rates[True]]}"
    )
    plain_cost, cost = (median(costs[archive]) for archive in (False, True))
    print(f"  processor time a response, start included: {plain_cost:.1f} ms without, {cost:.1f} ms with")
    print(f"  archive {size / requests:.0f} bytes a response, spool {plain / requests:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--packed", action="store_true", help="the portal sends gzip, as most servers are set up to")
    parser.add_argument("--warc", help="a capture to crawl")
    parser.add_argument("--replay", help="the program that serves it")
    given = parser.parse_args()
    if given.serve:
        return serve(given.packed)
    command = [sys.executable, "-m", "bench.archive", "--serve", *(["--packed"] if given.packed else [])]
    if given.warc:
        command = [sys.executable, given.replay, "--warc", given.warc, "--port", "8132"]
    with served(command) as address:
        return measure(address)


if __name__ == "__main__":
    sys.exit(main())
