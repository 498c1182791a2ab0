"""Where a command listens, and that it cannot."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer


def listening_at(host: str, port: int) -> socket.socket:
    """A socket that listens; typer.BadParameter where it cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(found[0], socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(found[4])
            listening.listen(128)
        except BaseException:
            listening.close()
            raise
    except OSError as error:
        raise typer.BadParameter(f"{host}:{port} cannot be listened at: {error.strerror or error}") from error
    return listening


def named(listening: socket.socket) -> str:
    """Address and port of a socket as they stand in an address of the web."""
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if listening.family is socket.AF_INET6 else f"{host}:{port}"


def host_and_port(given: str) -> tuple[str, int]:
    """`PORT` or `HOST:PORT`; without a host this machine only. Raises typer.BadParameter.

    >>> host_and_port("9105"), host_and_port("0.0.0.0:9105"), host_and_port("[::1]:9105")
    (('127.0.0.1', 9105), ('0.0.0.0', 9105), ('::1', 9105))
    """
    host, _, port = given.rpartition(":")
    if not port.isdecimal() or not int(port) < 65536:
        raise typer.BadParameter(f"{given!r} is no PORT and no HOST:PORT")
    return host.strip("[]") or "127.0.0.1", int(port)


@contextmanager
def answering(app: Any, listening: socket.socket) -> Iterator[None]:
    """Have an ASGI application answer at a socket that listens, in a thread, as long as this is open."""
    import uvicorn

    settings = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", server_header=False, limit_concurrency=20,
        timeout_keep_alive=15, timeout_graceful_shutdown=1, h11_max_incomplete_event_size=16_000,
    )  # fmt: skip
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listening],), name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=3)
        listening.close()
