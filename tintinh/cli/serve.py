"""`tintinh serve`: the ledger over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from tintinh import config
from tintinh.cli.listening import listening_at, named
from tintinh.cli.output import say


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at; 127.0.0.1: this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any that is free.")] = 8000,
    root_path: Annotated[str, typer.Option(help="Path that a proxy in front puts before ours.", metavar="PATH")] = "",
    proxy_headers: Annotated[
        bool, typer.Option("--proxy-headers", help="Believe X-Forwarded-* of a proxy on this machine.")
    ] = False,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Show the bundled portal after an edit, a takedown and a copy; nothing is kept."),
    ] = False,
) -> None:
    """Web page, JSON API and Atom feeds. Reads only, but for addresses that workers are to fetch; stops with Ctrl-C."""
    import uvicorn

    from ingest import migrate
    from reader.serve import app
    from tintinh.demo.shelf import shelf
    from tintinh.run.asking import Asking

    with shelf() if demo else config.dsn() as uri:
        config.connect(uri).close()  # one clear failure, before anything listens
        made = app.create(uri, lambda connection: migrate.become(connection, "news_reader"), archived, Asking(uri))
        listening = listening_at(host, port)
        say(f"http://{named(listening)}{root_path}/")
        settings = uvicorn.Config(
            made, log_level="warning", access_log=False, root_path=root_path, proxy_headers=proxy_headers,
            server_header=False, date_header=True, timeout_keep_alive=15, limit_concurrency=200, h11_max_incomplete_event_size=64_000,
        )  # fmt: skip
        with listening:
            uvicorn.Server(settings).run(sockets=[listening])


def archived(connection: Any, article: int) -> tuple[str, datetime]:
    """The page of an article as the archive keeps it. Raises NotFound."""
    from crawler.archive.files import NotInArchive
    from crawler.archive.records import DamagedRecord
    from crawler.platforms.page import decode
    from reader import stored as articles
    from reader.serve.api import NotFound
    from tintinh.run import source

    for capture in articles.captures(connection, article)[:5]:
        try:
            return decode(source.payload(connection, capture), None), capture["fetched_at"]
        except (NotInArchive, DamagedRecord, OSError):
            continue
    raise NotFound("the archive does not hold this page")
