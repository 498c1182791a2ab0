"""Answers whose head never ends, over HTTP, in a real crawl."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from crawler.net.heads import LONGEST_HEAD
from tests.support import environment, tintinh

# What a server sends that has no end in mind; far more than an answer's head may have.
MOST = 200 * LONGEST_HEAD
KINDS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-%d: a\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX: a\r\n", b" %d\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\nX-%d: a\r\n\r\n"),
}


class Endless:
    """Answers every connection with a start and then the same part over and over; counts the bytes that it got rid of."""

    def __init__(self, start: bytes, part: bytes) -> None:
        self.start, self.part, self.sent = start, part, 0

    def answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(20)
            connection.recv(65536)
            connection.sendall(self.start)
            number, sent = 0, 0
            while sent < MOST:
                data = b"".join(self.part % n for n in range(number, number + 500))
                connection.sendall(data)
                number, sent = number + 500, sent + len(data)
                self.sent = max(self.sent, sent)


@contextmanager
def serving(endless: Endless) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=endless.answer, args=server.accept()[:1], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("kind", KINDS)
def test_an_endless_head_ends_with_its_reason(kind: str, tmp_path: Path) -> None:
    endless = Endless(*KINDS[kind])
    with serving(endless) as address:
        done = tintinh(
            "crawl", "site", "-a", f"start={address}", "-a", "name=demo",
            env=environment(tmp_path / "home", SCRAPY_SETTINGS_MODULE="crawler.net.settings", TINTINH_ALLOW_PRIVATE="1"),
            cwd=tmp_path, module="scrapy",
        )  # fmt: skip
    assert f"does not answer: HeadTooLong: more than {LONGEST_HEAD} bytes of headers" in done.stderr
    # What lay in the sockets' buffers counts as sent.
    assert LONGEST_HEAD < endless.sent < MOST / 2
