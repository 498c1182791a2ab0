"""uvloop's event loop, which connects where Python's audit hooks see it."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvloop


class Loop(uvloop.Loop):
    """Makes its connections by sockets of Python's: uvloop's own are made in C, past every check (crawler/net/reach.py)."""

    async def create_connection(
        self, protocol_factory: Any, host: Any = None, port: Any = None, *, sock: Any = None, **given: Any
    ) -> Any:
        """Connect as asyncio does; raises PermissionError where the address is out of reach."""
        if sock is not None or host is None:
            return await super().create_connection(protocol_factory, host, port, sock=sock, **given)
        failure: OSError = OSError(f"{host} leads nowhere")
        if given.get("ssl") and given.get("server_hostname") is None:
            given["server_hostname"] = host
        local = given.pop("local_addr", None)
        wanted = {name: given.pop(name, 0) for name in ("family", "proto", "flags")}
        for one in await asyncio.to_thread(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM, **wanted):
            made = socket.socket(*one[:3])
            made.setblocking(False)
            try:
                if local is not None:
                    made.bind(local)
                await self.sock_connect(made, one[4])
            except OSError as error:
                made.close()
                failure = error
            else:
                return await super().create_connection(protocol_factory, sock=made, **given)
        raise failure
