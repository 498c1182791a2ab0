"""What pages may do in a browser to reach this machine: nothing arrives, whichever way, however the address is spelt."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Error, async_playwright

from tests.crawler.net.attacks import AWAY, SCRIPTS, WITHIN, pages
from tests.crawler.net.hostile import NAMES, REBINDS, REBOUND, TIMES, Listener, Portal, listening, served
from tests.crawler.net.test_browser import CHROMIUM, needs_chromium
from tests.support import PATIENCE, environment

ROOT = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.slow,
    needs_chromium,
]
TARGETS = ("127.0.0.1", "localhost.", "[::ffff:127.0.0.1]", "loopback.example.vn")
# Asked for directly, and by a redirect of the portal's.
HOSTS = (*TARGETS, "localhost", "[::1]", "2130706433", "0x7f.1", "0177.1", "１２７.0.0.1", "0.0.0.0", *NAMES)
# Seconds that a page has for what it is up to.
WAIT = 2.0
# Seconds that one has to arrive where nobody guards it; only those that browsers do not know take as long.
ARRIVES = 20


@dataclass
class Visited:
    listener: Listener
    portal: Portal
    outcome: dict[str, str]
    datagrams: int
    log: str


def attacking(private: int) -> dict[str, str]:
    """Path → page: every way for every target."""
    return {
        f"/{name}/{number}": page
        for number, host in enumerate(TARGETS)
        for name, page in pages(f"http://{host}:{private}", f"{host}:{private}").items()
    } | SCRIPTS


# Ways to a document that robots.txt forbids.
FORBIDDEN = {
    "/r/location": "<script>location.href = '/cam/location'</script>",
    "/r/form": "<form method='post' action='/cam/form'></form><script>document.forms[0].submit()</script>",
    "/r/iframe": "<iframe src='/cam/iframe'></iframe>",
    "/r/led": "<script>location.href = '/302?to=/cam/led'</script>",
    "/r/led-iframe": "<iframe src='/302?to=/cam/led-iframe'></iframe>",
    "/r/open": "<script>window.open('/cam/open')</script>",
}


def datagrams(waiting: socket.socket) -> int:
    """How many came."""
    waiting.setblocking(False)
    count = 0
    while True:
        try:
            waiting.recv(2048)
        except BlockingIOError:
            return count
        count += 1


def crawled(home: Path, job: dict[str, Any]) -> tuple[dict[str, str], str]:
    """What a crawl in a process of its own says of each address, by its number; and its log."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawler.net.hostile"], input=json.dumps(job) + "\n", text=True,
        capture_output=True, timeout=3 * PATIENCE, check=True, cwd=ROOT, env=environment(home),
    )  # fmt: skip
    return json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    portal = Portal()
    with (
        served(portal) as port,
        listening(port) as (listener, private),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waiting,
    ):
        waiting.bind(("127.0.0.1", private))
        portal.pages = attacking(private) | FORBIDDEN
        own = f"http://127.0.0.1:{port}"
        cases = {path: f"{own}{path}" for path in portal.pages if path not in SCRIPTS}
        cases |= {f"asked {host}": f"http://{host}:{private}/asked" for host in HOSTS}
        cases |= {f"302 {host}": f"{own}/302?to=http://{host}:{private}/led" for host in HOSTS}
        cases |= {f"rebinding {number}": f"http://{REBINDS}:{port}/trang-{number}" for number in range(TIMES)}
        job = {
            "browser": True, "wait": WAIT, "names": NAMES | REBOUND, "exempt": [("127.0.0.1", port)],
            "addresses": [own, f"http://congan.example.vn:{private}/"], "urls": list(cases.values()),
            "settings": {"PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_TIMEOUT": 30, "ROBOTSTXT_OBEY": True},
        }  # fmt: skip
        told, log = crawled(tmp_path_factory.mktemp("home"), job)
        outcome = {case: told[str(number)] for number, case in enumerate(cases)}
        yield Visited(listener, portal, outcome, datagrams(waiting), log)


def test_nothing_arrives(visited: Visited) -> None:
    assert (visited.listener.connections, visited.listener.paths, visited.datagrams) == (0, [], 0)


def test_every_page_was_opened(visited: Visited) -> None:
    """Else all of this would prove nothing; the scripts of the pages ran, too."""
    asked = {path.partition("?")[0] for path, _ in visited.portal.asked}
    assert asked >= {path for path in visited.outcome if path.startswith("/")}
    assert {"/shared.js", "/302", "/307"} <= asked


@pytest.mark.parametrize("host", HOSTS)
def test_a_page_of_this_machine_is_no_answer(visited: Visited, host: str) -> None:
    for case in (f"asked {host}", f"302 {host}"):
        assert not visited.outcome[case].startswith("answered"), visited.outcome[case]


def test_a_name_that_leads_elsewhere_the_next_time_is_not_followed_there(visited: Visited) -> None:
    told = [visited.outcome[f"rebinding {number}"] for number in range(TIMES)]
    assert any(one.startswith("answered 200 by 127.0.0.1") for one in told), told
    assert not any("127.0.0.2" in one for one in told if one.startswith("answered")), told


def test_documents_that_robots_txt_forbids_are_not_asked_for(visited: Visited) -> None:
    assert [path for path, _ in visited.portal.asked if path.startswith("/cam/")] == []


def test_the_log_says_what_was_refused(visited: Visited) -> None:
    assert "refused to the browser: " in visited.log


BUSY = "<html><body>Tin<script>setTimeout(() => { for (;;); }, 200)</script></body></html>"
GROWS = (
    "<html><body>Tin<script>document.body.append('x'.repeat(300000)); setTimeout(() => 0, 60000)</script></body></html>"
)


@pytest.mark.parametrize(
    ("page", "limits", "reason"),
    [
        (BUSY, {"HANG_SECONDS": 3}, "its scripts do not let go for 3 s"),
        (GROWS, {"LARGEST_PAGE": 200_000}, "it has more than 200000 characters"),
        ("<html><body>Tin</body></html>", {"VISIT_SECONDS": 2}, "it is read for more than 2 s"),
    ],
    ids=["busy", "grows", "lasts"],
)
def test_a_page_that_never_ends_is_closed(tmp_path: Path, page: str, limits: dict[str, int], reason: str) -> None:
    """As many at a time as the crawl opens; the crawl ends by itself."""
    portal = Portal({"/tin": page})
    with served(portal) as port:
        own = f"http://127.0.0.1:{port}"
        job = {
            "browser": True, "wait": PATIENCE, "names": {}, "exempt": [("127.0.0.1", port)], "addresses": [own],
            "urls": [f"{own}/tin?{number}" for number in range(3)], "limits": limits, "settings": {},
        }  # fmt: skip
        outcome, log = crawled(tmp_path, job)
    assert [told.partition(":")[0] for told in outcome.values()] == ["TargetClosedError"] * 3
    assert log.count(reason) == 3


def test_the_same_pages_do_arrive_from_a_browser_that_nobody_guards() -> None:
    """The ways lead where they say: what was not seen above was kept from it."""

    known, seen = {*WITHIN, *AWAY}, set[str]()

    def arrived(wanted: set[str]) -> bool:
        seen.update(path.strip("/").partition("?")[0] for path in listener.paths)
        return len(seen & wanted) > 0.8 * len(wanted)

    async def visit(port: int) -> None:
        async with async_playwright() as playwright:
            launched = await playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=os.geteuid() != 0)
            context = await launched.new_context()
            for name, ways in (("within", set(WITHIN)), *((name, {name}) for name in AWAY)):
                page = await context.new_page()
                with suppress(Error):  # it is led away meanwhile
                    await page.goto(f"http://127.0.0.1:{port}/{name}/0", wait_until="commit")
                with suppress(TimeoutError):
                    async with asyncio.timeout(ARRIVES):
                        while not arrived(ways):
                            await asyncio.sleep(0.05)
            await launched.close()

    portal = Portal()
    with served(portal) as port, listening(port) as (listener, private):
        portal.pages = attacking(private)
        asyncio.run(visit(port))
    assert arrived(known), sorted(known - seen)
