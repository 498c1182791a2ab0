"""`tintinh demo`: crawls the bundled portal and checks every field of every article against its truth."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import typer

from ingest import migrate
from reader import stored as articles
from reader.filters import Filters
from reader.rows import Row
from tintinh import config
from tintinh.cli.crawl import run_all
from tintinh.cli.output import Format, rows, say
from tintinh.cli.show import print_article
from tintinh.demo import PORT
from tintinh.demo.server import serve
from tintinh.demo.truth import expected
from tintinh.run.known_portals import added, site_job

SAMPLE_QUERY = "ma tuy"


def run(port: int) -> int:
    """The tour; 0 only if everything that was stored is right."""
    with _served(port) as address, config.dsn() as uri:
        if not config.given_server():
            upgrade(uri)
        typer.echo(f"The demo portal is served at {address}/ ; database: {uri}")
        portal = name_of(address)
        demo = added(f"{address}/", {}, name=portal, platform=None, province="binh-thuan")
        job = site_job(demo, {}, {"TINTINH_ALLOW_PRIVATE": "1", "LOG_LEVEL": "INFO"})
        outcomes, interrupted = run_all(uri, [job], 1)
        outcome = outcomes[0]
        with config.connect(uri) as connection:
            stored = list(articles.export(connection, Filters(portal=portal)))
            found = articles.search(connection, Filters(query=SAMPLE_QUERY, portal=portal), limit=3)
            _print(stored, found)
    figures = outcome.figures
    typer.echo(
        f"\nRun {outcome.run}: {outcome.status}, {outcome.stats.get('requests', 0)} requests, {figures.new} new, {figures.changed} changed, "
        f"{figures.unchanged + outcome.stats.get('not_modified', 0)} unchanged, {figures.rejected} rejected."
    )
    wrong = [] if interrupted else differences(stored, address)
    for line in wrong[:20]:
        say(line)
    if interrupted or outcome.status != "ok" or wrong or not found:
        compared = "" if interrupted else f", {len(wrong)} differences from the truth"
        say(f"demo: {outcome.status}{compared}" + (f": {outcome.error}" if outcome.error else ""))
        return 130 if interrupted else 1
    typer.echo(f"Every field of all {len(stored)} articles is as the portal printed it.\n")
    typer.echo("What to try next:")
    program = "tintinh" if sys.argv[0].endswith("__main__.py") else sys.argv[0]
    for line in (
        f"search 'lừa đảo' --portal {portal}",
        f"show {stored[0]['id']}",
        f"export -o articles.csv --portal {portal}",
        "serve    # the same as a page: http://127.0.0.1:8000/",
        "runs",
        "db psql",
        "crawl --site https://…",
    ):
        typer.echo(f"  {program} {line}")
    return 0


def name_of(address: str) -> str:
    """What the portal is called: at each port it is one of its own, because the addresses of its articles are others.

    >>> name_of("http://127.0.0.1:8055"), name_of("http://127.0.0.1:40123")
    ('demo', 'demo-40123')
    """
    port = urlsplit(address).port
    return "demo" if port == PORT else f"demo-{port}"


def differences(stored: list[Row], address: str) -> list[str]:
    """One line for every field that is not as the truth has it."""
    by_url = {row["url"]: row for row in stored}
    lines = []
    for truth in expected():
        row = by_url.pop(address + truth.path, None)
        if row is None:
            lines.append(f"missing: {truth.path}")
            continue
        wanted = {
            "title": truth.title, "section": truth.section, "published_at": truth.published, "byline": truth.byline,
            "authors": list(truth.authors), "unit": truth.unit, "credit": truth.credit, "lead": truth.lead, "body": truth.body,
            "images": [{"url": address + image.path, "caption": image.caption} for image in truth.images],
            "attachments": [{"url": address + file.path, "name": file.name} for file in truth.attachments],
        }  # fmt: skip
        lines += [
            f"{truth.path}: {name}: {row[name]!r} instead of {value!r}"
            for name, value in wanted.items()
            if row[name] != value
        ]
    return lines + [f"not an article: {url}" for url in by_url]


def upgrade(uri: str) -> None:
    """Bring the home's own database to today's schema; nobody else's is changed without being asked."""
    with config.connect(uri, check=False) as connection:
        present = migrate.version(connection)
        if migrate.upgrade(connection) and present:
            say(f"the embedded database had schema {present}: upgraded to {migrate.target_version()}")


@contextmanager
def _served(port: int) -> Iterator[str]:
    """On the given port, so that a second tour meets the same addresses; on any other if it is taken."""
    try:
        context = serve(port=port)
        address = context.__enter__()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        context = serve()
        address = context.__enter__()
    try:
        yield address
    finally:
        context.__exit__(None, None, None)


def _print(stored: list[Row], found: list[Row]) -> None:
    columns = ("published_at", "title", "authors", "unit", "section")
    rows(stored, columns, Format.table)
    typer.echo(f"\ntintinh search {SAMPLE_QUERY!r}")
    rows(found, ("id", *columns), Format.table)
    if found:
        full = next((row for row in stored if row["id"] == found[0]["id"]), None)
        if full:
            typer.echo(f"\ntintinh show {full['id']}")
            print_article(full)
