"""The command `tintinh`."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import psycopg
import typer

from ingest import edits, migrate, spool
from ingest.errors import DatabaseUnreachable, IngestError
from ingest.syndication import compare_due
from reader import filters
from sql.load import query
from tintinh import config
from tintinh.cli import (
    articles,
    backup,
    ingest,
    paging,
    phrases,
    portals,
    probe,
    reextract,
    schedule,
    serve,
    status,
    tokens,
    watch,
    work,
)
from tintinh.cli.options import FormatOption, Notify
from tintinh.cli.output import say
from tintinh.demo import PORT
from tintinh.run import watching
from vietnam import urls
from work import channels, pings, queue

# Exit codes.
DONE = 0
FAILED = 1  # finished, but something failed
WRONG_USAGE = 2
NO_DATABASE = 3
INTERRUPTED = 130  # as shells say it of SIGINT

app = typer.Typer(
    name="tintinh",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
database = typer.Typer(help="Schema and connection.", no_args_is_help=True)
app.add_typer(tokens.tokens, name="tokens")
app.add_typer(database, name="db")
backup.register(database)
phrases.register(database)
articles.register(app)
app.command()(ingest.ingest)
app.command()(probe.probe)
app.command()(serve.serve)
app.command()(status.status)
app.command()(schedule.schedule)
app.command()(work.worker)
app.command()(work.enqueue)
app.add_typer(portals.group, name="portals")
app.add_typer(watch.group, name="watch")
reextract.register(app)


class Revisit(StrEnum):
    """What is asked again of what is known."""

    due = "due"
    all = "all"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tintinh {version('tintinh')}")
        raise typer.Exit


@app.callback()
def program(
    _: Annotated[bool, typer.Option("--version", help="Name and version.", callback=_version, is_eager=True)] = False,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Print everything at once, without PAGER.")] = False,
) -> None:
    """Reads the news of Vietnam's provincial police portals and keeps every version of it in PostgreSQL."""
    paging.Pager.is_on = not no_pager


@app.command()
def crawl(
    portals: Annotated[list[str] | None, typer.Argument(help="Portal names, see `tintinh portals`.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Crawl every portal: those that have a file, those that were added.")
    ] = False,
    site: Annotated[
        str | None, typer.Option(help="A site without a portal file; its platform is found by looking.")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="With --site: do not look, it is this platform.")] = None,
    province: Annotated[str | None, typer.Option(help="With --site: its province, lam-dong or 'Lâm Đồng'.")] = None,
    name: Annotated[str | None, typer.Option(help="With --site: its portal name; default made of the host.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Visit every article again.")] = False,
    since: Annotated[
        str | None,
        typer.Option(help="Leave out articles published before this day (2026-11-05 or 5/11/2026)."),
    ] = None,
    max_pages: Annotated[int | None, typer.Option(min=1, help="At most so many list pages.")] = None,
    max_articles: Annotated[int | None, typer.Option(min=1, help="At most so many article pages.")] = None,
    max_requests: Annotated[
        int | None, typer.Option(min=1, help="At most so many requests, retries left out; default 200000.")
    ] = None,
    revisit: Annotated[
        Revisit | None,
        typer.Option(
            help="Which lists and known articles are asked again: those that are due (usual with --all), or all lists and "
            "articles longest unseen first (usual for a portal that is named)."
        ),
    ] = None,
    setting: Annotated[list[str] | None, typer.Option("-s", metavar="NAME=VALUE", help="Any Scrapy setting.")] = None,
    jobs: Annotated[int, typer.Option("-j", min=1, max=64, help="Portals at a time.")] = 2,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="For cron: say nothing unless a portal failed, then a line each and a summary."
        ),
    ] = False,
    notify: Notify = None,
    ping: Annotated[
        str | None,
        typer.Option(
            envvar="TINTINH_PING", metavar="URL", help="Dead man's switch: asked at URL/start, then at URL or URL/fail."
        ),
    ] = None,
    log_json: Annotated[
        Path | None, typer.Option(help="Add a JSON line a run to this file; it rotates at 10 MB.")
    ] = None,
    form: FormatOption = None,
) -> None:
    """Crawl portals and load what they published. Incremental unless --full."""
    from tintinh.cli import crawl
    from tintinh.run import known_portals

    if bool(portals) + every + bool(site) != 1:
        raise typer.BadParameter("name portals, or --all, or --site URL")
    if not site and (platform or province is not None or name):
        raise typer.BadParameter("--platform, --province and --name go with --site")
    try:
        limits = {
            "full": full or None, "since": filters.day(since).isoformat() if since else None,
            "max_pages": max_pages, "max_articles": max_articles, "max_requests": max_requests,
        }  # fmt: skip
        arguments = {key: value for key, value in limits.items() if value is not None}
        slug = filters.province(province) if province is not None else None
        settings = {"TINTINH_REVISIT": (revisit or (Revisit.due if every else Revisit.all)).value} | _settings(setting)
        address = crawl.address_of(site, platform) if site else ""
        hooks = channels.every(" ".join(notify or ()))
        heard = pings.usable(ping) if ping else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with config.opened():
        try:
            known = known_portals.stored()
            if site:
                portal = known_portals.added(address, known, name=name, platform=platform, province=slug)
                planned = [known_portals.site_job(portal, arguments, settings)]
            else:
                planned = known_portals.jobs(portals, known, arguments, settings)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        code = crawl.run(planned, jobs, form, quiet=quiet, log_file=log_json, notify=hooks, ping=heard)
    raise typer.Exit(code)


@app.command()
def fetch(
    addresses: Annotated[list[str], typer.Argument(help="Addresses of single articles.", metavar="URL…")],
    form: FormatOption = None,
) -> None:
    """Crawl single articles now, load them, print the stored rows."""
    from tintinh.cli import crawl
    from tintinh.run import known_portals

    for url in addresses:
        if not urls.is_http(url):
            raise typer.BadParameter(f"{url!r} is not an http(s) address")
    with config.opened():
        code = crawl.fetch(addresses, known_portals.fetch_jobs(addresses, known_portals.stored()), form)
    raise typer.Exit(code)


@app.command()
def redact(
    key: Annotated[str, typer.Argument(help="Id or address of an article.", metavar="ID|URL")],
    reason: Annotated[str, typer.Option(help="Why; it stays.")],
    by: Annotated[str | None, typer.Option(help="Who asked for it; default: your login name.")] = None,
) -> None:
    """Remove an article's text for a legal request, for good; who, when and why stays."""
    from ingest import redaction
    from reader import stored as articles

    if not reason.strip():
        raise typer.BadParameter("--reason must say something")
    with config.dsn() as uri, config.connect(uri) as connection:
        row = articles.article(connection, key)
        if row is None:
            say(f"no article {key}")
            raise typer.Exit(FAILED)
        done = redaction.redact(connection, row["id"], reason.strip(), by or _login_name())
        compare_due(connection)
        watching.after_ingest(connection, say)
        pages = articles.captures(connection, row["id"])
    say(f"article {row['id']} {'is redacted' if done else 'was redacted before'}")
    for page in pages:  # the files are not rewritten: they would no longer prove anything about the others
        say(f"its bytes lie on in {page['archive_file']}, {page['archive_length']} from {page['archive_offset']}")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise typer.BadParameter("this user has no name: say with --by who asked for it") from error


@database.command("init")
def db_init() -> None:
    """Make the schema in an empty database, and the roles news_reader and news_writer."""
    _upgrade(finish=True)
    with config.dsn() as uri, config.connect(uri) as connection:
        migrate.make_roles(connection)
        queue.give_rights(connection)


@database.command("upgrade")
def db_upgrade(
    finish: Annotated[
        bool,
        typer.Option(
            "--finish/--no-finish",
            help="Do the work that may come after a release, too: look old rows through, compare articles.",
        ),
    ] = True,
) -> None:
    """Bring the schema to this program's version."""
    _upgrade(finish)


def _upgrade(finish: bool) -> None:
    with config.dsn() as uri, config.connect(uri, check=False) as connection:
        applied = migrate.upgrade(connection, finish=finish)
        queue.install(connection)
        compared = compare_due(connection, _say_compared) if finish else 0
        if finish:
            edits.note_missing(connection)
        if compared:
            say(f"{compared} articles compared with each other")
        say("applied " + ", ".join(applied) if applied else f"schema {migrate.version(connection)}: nothing to do")


def _say_compared(articles: int) -> None:
    if articles % 5000 == 0:
        say(f"{articles} articles compared …")


@database.command("status")
def db_status() -> None:
    """Where the database is, its version, what it holds."""
    with config.dsn() as uri, config.connect(uri, check=False) as connection:
        present, wanted = migrate.version(connection), migrate.target_version()
        server = connection.info.server_version
        typer.echo(
            f"server   PostgreSQL {server // 10000}.{server % 10000} ({'DATABASE_URL' if config.given_server() else config.home()})"
        )
        typer.echo(
            f"schema   {present} of {wanted}"
            + ("" if present == wanted else "  run `tintinh db upgrade`" if present < wanted else "  upgrade tintinh")
        )
        if present == wanted:
            waiting = len(spool.pending(config.spool_folder(connection)))
            row = connection.execute(query("database_contents")).fetchone()
            assert row is not None
            typer.echo(
                f"articles {row[0]} ({row[1]} earlier states, {row[2]} rejects), {waiting} segments wait in the spool"
            )


@database.command("dsn")
def db_dsn() -> None:
    """Print the libpq URI; the embedded server stays up a minute, and as long as somebody is connected."""
    from tintinh.embedded import holder

    with config.dsn() as uri:
        config.connect(uri).close()
        if not config.given_server():
            holder.start(config.home())
        typer.echo(uri)


@database.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def db_psql(
    context: typer.Context,
    owner: Annotated[
        bool, typer.Option("--owner", help="With every right of the connection, not as a reader.")
    ] = False,
) -> None:
    """Open psql on the database as a reader, in Vietnam's time; further arguments go to psql."""
    import subprocess

    from tintinh.embedded import postgres

    with config.dsn() as uri:
        options = [os.environ.get("PGOPTIONS", "")]
        with config.connect(uri) as connection:
            if not owner:
                options.append("-c default_transaction_read_only=on")
                options += ["-c role=news_reader"] if migrate.become(connection, "news_reader") else []
                if "statement_timeout" not in options[0]:  # that of the role does not reach who becomes it
                    options.append("-c statement_timeout=60s")
        told = {"PGOPTIONS": " ".join(filter(None, options)), "PGTZ": os.environ.get("PGTZ", "Asia/Ho_Chi_Minh")}
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # psql's business
        command = [str(postgres.binary("psql")), uri, *context.args]
        done = subprocess.run(command, env=os.environ | told, check=False)
    raise typer.Exit(done.returncode)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the demo portal on loopback.")] = PORT,
) -> None:
    """The whole path on a bundled portal served on loopback: crawl, load, search, show."""
    from tintinh.demo import tour

    raise typer.Exit(tour.run(port))


def _settings(given: list[str] | None) -> dict[str, Any]:
    found = {}
    for pair in given or []:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"-s wants NAME=VALUE, not {pair!r}")
        found[name] = value
    return found


def main() -> NoReturn:
    """Run the command; every known failure is one line on stderr and its exit code."""
    try:
        config.load_environment()
        app(prog_name="tintinh", standalone_mode=True)
    except config.UnusableSetting as error:
        code = _fail(error, WRONG_USAGE)
    except DatabaseUnreachable as error:
        code = _fail(error, NO_DATABASE)
    except IngestError as error:
        code = _fail(error, FAILED)
    except psycopg.OperationalError as error:
        code = _fail(f"the database failed: {' '.join(str(error).split())}", NO_DATABASE)
    except psycopg.errors.InsufficientPrivilege as error:
        code = _fail(f"the database refuses: {' '.join(str(error).split())}", NO_DATABASE)
    except OSError as error:
        code = _fail(error, FAILED)
    except UnicodeEncodeError:
        code = _fail("an argument is not text in UTF-8", WRONG_USAGE)
    except KeyboardInterrupt:
        code = INTERRUPTED
    else:
        code = DONE
    sys.exit(code)


def _fail(reason: object, code: int) -> int:
    say(f"tintinh: {reason}")
    return code
