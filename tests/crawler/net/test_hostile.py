"""Addresses, redirects and names that lead to this machine, through every handler that may download: none arrives."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.crawler.net.hostile import NAMES, REBINDS, REBOUND, SPELT, TIMES, Listener, Portal, listening, served
from tests.support import PATIENCE, environment

ROOT = Path(__file__).parents[3]
AIOHTTP = dict.fromkeys(("http", "https"), "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler")
HANDLERS: dict[str, dict[str, Any]] = {
    "twisted": {},
    "twisted-asyncio": {"ASYNCIO_EVENT_LOOP": None},
    "aiohttp": {"DOWNLOAD_HANDLERS": AIOHTTP},
    "aiohttp-asyncio": {"DOWNLOAD_HANDLERS": AIOHTTP, "ASYNCIO_EVENT_LOOP": None},
}
LED = ("301", "302", "303", "307", "308", "meta")
# Case → address, with the ports of the portal and of the listener to be filled in.
CASES = {
    **{f"spelt {host}": f"http://{host}:{{private}}/" for host in SPELT},
    **{f"https {host}": f"https://{host}:{{private}}/" for host in SPELT[:2]},
    **{f"name {name}": f"http://{name}:{{private}}/" for name in NAMES},
    **{f"{how} to localhost.": f"http://127.0.0.1:{{portal}}/{how}?to={quote('http://localhost.:')}{{private}}/" for how in LED},
    **{
        f"302 to {host}": f"http://127.0.0.1:{{portal}}/302?to={quote(f'http://{host}:', safe='')}{{private}}/"
        for host in (*SPELT, *NAMES)
    },
    **{
        f"302 to {address}": f"http://127.0.0.1:{{portal}}/302?to={quote(address, safe='')}"
        for address in ("file:///etc/hostname", "ftp://127.0.0.1/", "data:text/html,x", "s3://bucket/key", "gopher://127.0.0.1/")
    },
    **{address: address for address in ("file:///etc/hostname", "ftp://127.0.0.1:{private}/", "data:text/html,x", "s3://bucket/key")},
    **{f"rebinding {number}": f"http://{REBINDS}:{{portal}}/trang-{number}" for number in range(TIMES)},
}  # fmt: skip


@dataclass
class Asked:
    listener: Listener
    portal: Portal
    outcome: dict[str, str]


def crawled(home: Path, job: dict[str, Any], **env: str) -> dict[str, str]:
    """What a crawl in a process of its own says of each address, by its number."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawler.net.hostile"], input=json.dumps({"browser": False} | job) + "\n", text=True,
        capture_output=True, timeout=PATIENCE, check=True, cwd=ROOT, env=environment(home, **env),
    )  # fmt: skip
    told: dict[str, str] = json.loads(done.stdout)
    return told


def ask(home: Path, settings: dict[str, Any], **env: str) -> Iterator[Asked]:
    """What came of all cases, and who reached what."""
    portal = Portal()
    with served(portal) as port, listening(port) as (listener, private):
        job = {
            "names": NAMES | REBOUND, "exempt": [("127.0.0.1", port)], "settings": settings,
            "addresses": [f"http://127.0.0.1:{port}/", f"http://congan.example.vn:{private}/"],
            "urls": [url.replace("{portal}", str(port)).replace("{private}", str(private)) for url in CASES.values()],
        }  # fmt: skip
        told = crawled(home, job, **env)
        yield Asked(listener, portal, {case: told[str(number)] for number, case in enumerate(CASES)})


@pytest.fixture(scope="module", params=HANDLERS)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    yield from ask(tmp_path_factory.mktemp("home"), HANDLERS[request.param])


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("rebinding")])
def test_it_gives_no_answer(asked: Asked, case: str) -> None:
    """A redirect that leads to no web address is an answer of the portal's own."""
    assert not asked.outcome[case].startswith("answered 200"), asked.outcome[case]


def test_nobody_reaches_the_listener(asked: Asked) -> None:
    assert (asked.listener.connections, asked.listener.paths) == (0, [])


def test_the_portal_is_reached(asked: Asked) -> None:
    """Else all of this would prove nothing."""
    led = sum("to=" in path for path, _ in asked.portal.asked)
    assert led >= sum("to=" in url for url in CASES.values())


def test_a_name_that_leads_elsewhere_the_next_time_is_not_followed_there(asked: Asked, request: Any) -> None:
    told = [asked.outcome[f"rebinding {number}"] for number in range(TIMES)]
    if "aiohttp-" not in request.node.callspec.id and "aiohttp" in request.node.callspec.id:
        pytest.skip("uvloop resolves in C: the test's names mean nothing to it")
    assert any(one.startswith("answered 200 by 127.0.0.1") for one in told), told
    assert not any("127.0.0.2" in one for one in told if one.startswith("answered")), told


def test_the_same_addresses_arrive_where_private_ones_are_allowed(tmp_path: Path) -> None:
    """The listener does listen, and the addresses do lead to it."""
    for asked in ask(tmp_path, HANDLERS["twisted"], TINTINH_ALLOW_PRIVATE="1"):
        arrived = [case for case, told in asked.outcome.items() if told.startswith("answered")]
        assert len(arrived) > 50, asked.outcome
        assert asked.listener.connections > 40


def test_only_a_proxy_that_the_settings_name_is_asked(tmp_path: Path) -> None:
    """It may be private, and then answers for where it connects to; nothing else private is asked for through it."""
    proxy, portal = Portal(), Portal()
    with served(proxy) as proxy_port, served(portal) as port, listening() as (listener, private):
        env = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), f"http://127.0.0.1:{private}")
        own = f"http://127.0.0.1:{port}/"
        job = {"names": {}, "exempt": [("127.0.0.1", port)], "addresses": [own], "urls": [own], "settings": {}}
        assert crawled(tmp_path, job, **env) == {"0": "answered 200 by 127.0.0.1"}
        named = {"TINTINH_PROXY": f"http://127.0.0.1:{proxy_port}"}
        wanted = ["http://congan.example.vn/tin", f"http://127.0.0.1:{private}/", f"http://127.0.0.1:{proxy_port}/"]
        told = crawled(tmp_path, job | {"exempt": [], "urls": wanted, "settings": named}, **env)
    assert told["0"] == "answered 200 by 127.0.0.1"
    assert told["1"].startswith("PrivateAddress: ")
    assert [path for path, _ in proxy.asked if not path.startswith("/")] == ["http://congan.example.vn/tin"]
    assert listener.connections == 0
