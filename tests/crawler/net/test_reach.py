"""The check at the connection: whoever makes it, in whichever loop."""

from __future__ import annotations

import asyncio
import http.client
import socket
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import uvloop

from crawler.net import reach
from crawler.net.loop import Loop
from tests.crawler.net.hostile import Listener, listening

WEB = reach.Reach(ports=frozenset(range(1, 65536)))


@pytest.fixture
def inside() -> Iterator[tuple[Listener, int]]:
    """A listener on loopback, while a crawl that may not reach it goes on in this process."""
    with listening() as (listener, port):
        reach.enter(WEB)
        try:
            yield listener, port
        finally:
            reach.leave(WEB)


def by_socket(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def by_socket_of_ipv6(port: int) -> None:
    socket.create_connection(("::1", port), timeout=5).close()


def by_mapped_address(port: int) -> None:
    socket.create_connection(("::ffff:127.0.0.1", port), timeout=5).close()


def by_name(port: int) -> None:
    with socket.socket() as made:
        made.connect(("localhost", port))


def by_number(port: int) -> None:
    with socket.socket() as made:
        made.settimeout(5)
        if error := made.connect_ex(("127.1", port)):
            raise OSError(error, "refused")


def by_http_client(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as made:
        made.request("GET", "/")


def by_urllib(port: int) -> None:
    urllib.request.urlopen(f"http://localhost:{port}/", timeout=5).close()


def in_loop(make: Callable[[], asyncio.AbstractEventLoop], *, given: bool = False) -> Callable[[int], None]:
    async def connect(port: int) -> None:
        if given:
            with socket.socket() as made:
                made.setblocking(False)
                await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", port))
        else:
            _, writer = await asyncio.open_connection("localhost", port)
            writer.close()

    def run(port: int) -> None:
        loop = make()
        try:
            loop.run_until_complete(asyncio.wait_for(connect(port), 10))
        finally:
            loop.close()

    return run


WAYS = {
    "socket": by_socket, "IPv6": by_socket_of_ipv6, "mapped": by_mapped_address, "name": by_name, "number": by_number,
    "http.client": by_http_client, "urllib": by_urllib,
    "asyncio": in_loop(asyncio.new_event_loop), "asyncio's socket": in_loop(asyncio.new_event_loop, given=True),
    "our loop": in_loop(Loop), "our loop's socket": in_loop(Loop, given=True),
    "uvloop's socket": in_loop(uvloop.new_event_loop, given=True),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_nothing_in_this_process_connects_to_what_is_out_of_reach(inside: tuple[Listener, int], way: str) -> None:
    listener, port = inside
    with pytest.raises(OSError, match=r"private address|is a name|refused"):
        WAYS[way](port)
    assert listener.connections == 0


@pytest.mark.parametrize("way", WAYS)
def test_all_of_them_connect_once_no_crawl_goes_on(way: str) -> None:
    with listening() as (_, port):
        WAYS[way](port)


def test_uvloops_own_connections_are_unseen(inside: tuple[Listener, int]) -> None:
    """Why the crawl has a loop of its own; once this fails, it may have uvloop's again."""
    in_loop(uvloop.new_event_loop)(inside[1])


def test_one_address_can_be_exempt_and_no_other(inside: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch) -> None:
    _, port = inside
    monkeypatch.setattr(reach, "EXEMPT", {("127.0.0.1", port)})
    by_socket(port)
    for other in (by_socket_of_ipv6, by_mapped_address):
        with pytest.raises(PermissionError):
            other(port)


def test_sockets_of_the_machine_itself_are_none_of_its_business(inside: tuple[Listener, int]) -> None:
    with socket.socket(socket.AF_UNIX) as made, pytest.raises(FileNotFoundError):
        made.connect("/nowhere/at/all")


def test_what_is_judged_is_what_is_connected(inside: tuple[Listener, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is resolved once; of several addresses those out of reach are left out."""
    listener, port = inside
    resolve, asked = socket.getaddrinfo, list[object]()

    def led(host: object, *given: object, **named: object) -> object:
        asked.append(host)
        return [*resolve("::1", port, type=socket.SOCK_STREAM), *resolve("127.0.0.1", port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", led)
    with pytest.raises(PermissionError, match=r"two\.example\.vn: .* is a private address"):
        asyncio.run(reach.connected("two.example.vn", port, WEB))
    assert listener.connections == 0
    monkeypatch.setattr(reach, "EXEMPT", {("127.0.0.1", port)})
    made, address = asyncio.run(reach.connected("two.example.vn", port, WEB))
    made.close()
    assert (address, asked) == ("127.0.0.1", ["two.example.vn"] * 2)
