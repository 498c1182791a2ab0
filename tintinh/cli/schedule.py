"""`tintinh schedule`: what cron or systemd is to do, printed for whoever installs it."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path
from typing import Annotated

import typer

from ingest import portals as rows_of_portals
from tintinh import config
from tintinh.cli.output import say
from work import schedule as texts

# Names that a scheduled crawl is given as they are now; others are for tests and single calls.
HANDED_ON = (
    "DATABASE_URL", "TINTINH_HOME", "TINTINH_USER_AGENT", "TINTINH_CONTACT", "TINTINH_NOTIFY", "TINTINH_ARCHIVE", "TINTINH_ARCHIVE_URL", "TINTINH_PROXY",
    "TINTINH_ALLOW_PRIVATE", "TINTINH_SERVE_URL",
)  # fmt: skip
UNITS = Path("/etc/systemd/system")


def schedule(
    names: Annotated[list[str] | None, typer.Argument(help="Portals; none: all.", metavar="PORTAL…")] = None,
    cron: Annotated[bool, typer.Option("--cron", help="A crontab: `tintinh schedule --cron | crontab -`.")] = False,
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and a timer a portal.")] = False,
    to: Annotated[Path | None, typer.Option(help="With --systemd: write the units into this folder.")] = None,
) -> None:
    """Print a crontab or systemd's units that look at every portal once an hour, spread over the hour."""
    if cron == systemd or (to is not None and not systemd):
        raise typer.BadParameter("--cron or --systemd; --to goes with --systemd")
    portals = _portals(names)
    environment = {name: os.environ[name] for name in HANDED_ON if os.environ.get(name)}
    environment["TINTINH_HOME"] = str(config.home())
    try:
        if cron:
            typer.echo(texts.crontab(portals, _command(), environment), nl=False)
            return
        files = texts.units(
            portals,
            _command(),
            environment,
            home=str(config.home()),
            user=_user(),
            folder=str((to or UNITS).absolute()),
        )
    except texts.Unquotable as error:
        raise typer.BadParameter(str(error)) from error
    if to is None:
        typer.echo("".join(texts.printed(files)), nl=False)
        return
    to.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        descriptor = os.open(
            to / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if name.endswith(".env") else 0o644
        )
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    say(
        f"{len(files)} files in {to}; then: systemctl daemon-reload; systemctl enable --now {' '.join(n for n in files if n.endswith('.timer'))}"
    )


def _portals(names: list[str] | None) -> list[str]:
    from tintinh.run.portal_files import portals

    known = set(portals())
    if config.given_server() or config.has_database():
        with config.database("news_reader") as connection:
            stored = rows_of_portals.stored(connection)
        known = {name for name in known | set(stored) if name not in stored or stored[name].ended_at is None}
    if unknown := set(names or ()) - known:
        raise typer.BadParameter(f"no portal named {', '.join(sorted(unknown))}: see `tintinh portals`")
    return sorted(names or known)


def _command() -> list[str]:
    """How this very program is called from anywhere."""
    script = Path(sys.executable).absolute().parent / "tintinh"
    return (
        [str(script)] if os.access(script, os.X_OK) else [str(Path(sys.executable).absolute()), "-P", "-m", "tintinh"]
    )


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
