"""The browser's way out, spoken to by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from crawler.net import proxy, reach
from crawler.net.proxy import BadHead, Proxy, head_of
from crawler.net.reach import Reach
from tests.crawler.net.hostile import Listener, Portal, listening, served

# Seconds in which an answer, or the end of a connection, is there on any machine.
PATIENCE = 30


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Portal, int, Listener, int]]:
    """A portal that is in reach, with its port, and a listener that is not."""
    portal = Portal()
    with served(portal) as port, listening() as (listener, private):
        monkeypatch.setattr(reach, "EXEMPT", {("127.0.0.1", port)})
        yield portal, port, listener, private


async def everything(_: str) -> bool:
    return True


def say(
    *pieces: str | bytes, ports: tuple[int, ...] = (), may_read: Callable[[str], Awaitable[bool]] = everything
) -> tuple[bytes, Proxy]:
    """What a proxy answers to bytes until it closes the connection; each piece waits for an answer to the one before."""

    async def talk() -> tuple[bytes, Proxy]:
        async with Proxy(Reach(ports=frozenset(ports)), may_read) as made, asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
            answer = b""
            for number, piece in enumerate(pieces):
                writer.write(piece if isinstance(piece, bytes) else piece.encode())
                if number < len(pieces) - 1:
                    answer += await reader.read(65536)
            try:
                while more := await reader.read(65536):
                    answer += more
            except ConnectionError:
                pass  # it was closed with something of ours unread
            writer.close()
            return answer, made

    return asyncio.run(talk())


def get(url: str, *headers: str) -> str:
    return "\r\n".join([f"GET {url} HTTP/1.1", "Host: x", *headers, "", ""])


def test_a_request_is_passed_on(sites: tuple[Portal, int, Listener, int]) -> None:
    portal, port, _, _ = sites
    answer, made = say(get(f"http://127.0.0.1:{port}/tin?id=1", "Proxy-Connection: keep-alive"))
    assert answer.startswith(b"HTTP/1.0 200")
    assert portal.asked == [("/tin?id=1", f"127.0.0.1:{port}")], "with the host of its address, whatever it says itself"
    assert (made.counts, made.addresses) == ({"requests": 1}, {("127.0.0.1", port): "127.0.0.1"})


def test_a_tunnel_is_opened(sites: tuple[Portal, int, Listener, int]) -> None:
    portal, port, _, _ = sites
    answer, made = say(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n", "GET /tin HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.0 200")
    assert (portal.asked, made.counts) == ([("/tin", "")], {"tunnels": 1})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost.", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])
@pytest.mark.parametrize("tunnel", [True, False])
def test_what_is_out_of_reach_gets_no_answer(sites: tuple[Portal, int, Listener, int], host: str, tunnel: bool) -> None:
    _, _, listener, private = sites
    at = f"{host}:{private}"
    answer, made = say(f"CONNECT {at} HTTP/1.1\r\n\r\n" if tunnel else get(f"http://{at}/"), ports=(private,))
    assert (answer, made.counts, listener.connections) == (b"", {"refused": 1}, 0)


@pytest.mark.parametrize("host", ["a\0.vn", "a" * 300 + ".vn", ".", "a..vn"])
def test_what_no_resolver_takes_gets_no_answer(host: str) -> None:
    assert say(f"CONNECT {host}:443 HTTP/1.1\r\n\r\n")[0] == b""


def test_other_ports_get_no_answer() -> None:
    assert say("CONNECT 8.8.8.8:22 HTTP/1.1\r\n\r\n")[0] == b""


def test_the_next_request_of_a_connection_goes_nowhere(sites: tuple[Portal, int, Listener, int]) -> None:
    """It might be for another host: a server that keeps the connection would be asked for it."""
    portal, port, _, _ = sites
    first, second = get(f"http://127.0.0.1:{port}/1"), get(f"http://127.0.0.1:{port}/2")
    say(first + second)
    assert [path for path, _ in portal.asked] == ["/1"]


def test_a_body_is_passed_on_to_its_length(sites: tuple[Portal, int, Listener, int]) -> None:
    portal, port, _, _ = sites
    say(f"POST http://127.0.0.1:{port}/gui HTTP/1.1\r\nContent-Length: 3\r\n\r\na=1GET /other HTTP/1.1\r\n\r\n")
    assert [path for path, _ in portal.asked] == ["/gui"]


def test_a_document_that_may_not_be_read_is_not_asked_for(sites: tuple[Portal, int, Listener, int]) -> None:
    portal, port, _, _ = sites

    async def nothing(_: str) -> bool:
        return False

    url = f"http://127.0.0.1:{port}/tin"
    for header in ("Upgrade-Insecure-Requests: 1", "Accept: text/html,*/*;q=0.8"):
        assert say(get(url, header), may_read=nothing)[0] == b""
    assert portal.asked == []
    assert say(get(url, "Accept: */*"), may_read=nothing)[0], "a script is no document"


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\r\nHost: a.vn\r\n\r\n",
        "GET https://a.vn/ HTTP/1.1\r\n\r\n",
        "GET ftp://a.vn/ HTTP/1.1\r\n\r\n",
        "GET file:///etc/hostname HTTP/1.1\r\n\r\n",
        "CONNECT  HTTP/1.1\r\n\r\n",
        "GET http://a.vn/ HTTP/2\r\n\r\n",
        "GET http://a.vn/\r\n\r\n",
        "POST http://a.vn/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST http://a.vn/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST http://a.vn/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST http://a.vn/ HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        "GET http://[::1/ HTTP/1.1\r\n\r\n",
        "GET http://ă.vn/ HTTP/1.1\r\n\r\n",
    ],
)
def test_what_no_browser_sends_is_refused(head: str) -> None:
    with pytest.raises(BadHead):
        head_of(head.encode())
    answer, made = say(head)
    assert (answer, made.counts) == (b"", {"refused": 1})


def test_a_head_without_end_is_cut_off() -> None:
    assert say("GET http://a.vn/" + "a" * 2 * proxy.LONGEST_HEAD)[0] == b""


def test_a_head_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "HEAD_SECONDS", 0.1)
    assert say("GET http://a.vn/")[0] == b""


def test_an_answer_without_end_is_cut_off(
    sites: tuple[Portal, int, Listener, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal, port, _, _ = sites
    portal.pages["/dai"] = "a" * 1_000_000
    monkeypatch.setattr(proxy, "LARGEST", 100_000)
    for pieces in ([get(f"http://127.0.0.1:{port}/dai")], [f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n", get("/dai")]):
        assert 100_000 <= len(say(*pieces)[0]) < 110_000


def test_no_more_connections_than_a_browser_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "MOST", 0)
    assert say(get("http://a.vn/"))[1].counts == {"refused": 1}
