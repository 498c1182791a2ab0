"""`tintinh portals add`, `remove`, `set`: portals without a file, and what is set for any portal."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any

import typer

from ingest import portals as rows
from tintinh import config
from tintinh.cli import probe
from tintinh.cli.options import check_portal, province_slug
from tintinh.cli.output import say

FAILED = 1
ProvinceOption = Annotated[str | None, typer.Option(help="Its province: lam-dong, 'Lâm Đồng'.")]
PlatformOption = Annotated[str | None, typer.Option(help="Do not look, it is this platform.")]
DailyOption = Annotated[
    int | None, typer.Option("--daily", min=0, max=2_000_000_000, help="Requests a day, at most; 0: no limit.")
]
HoursOption = Annotated[
    str | None, typer.Option(help="Hours in which `crawl --all` takes it, Vietnam time: 22-5; none: always.")
]


def add(
    url: Annotated[str, typer.Argument(help="Home page of the portal.", metavar="URL")],
    name: Annotated[str | None, typer.Option(help="Name of the portal; default: its host, in one word.")] = None,
    province: ProvinceOption = None,
    platform: PlatformOption = None,
    daily: DailyOption = None,
    hours: HoursOption = None,
) -> None:
    """Look at a site and keep it: `crawl NAME` and `crawl --all` take it from then on. One that was removed is taken back.

    Nothing is kept where no article of it can be read.
    """
    from tintinh.run import known_portals, look

    settings = _settings(province, platform, daily, hours)
    try:
        address = look.address(url)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    from tintinh.run.portal_files import portals

    with config.database() as connection:
        known = rows.stored(connection)
        owner, _ = known_portals.of_address(address, known)
        if (owner in known or owner in portals()) and name not in {None, owner}:
            raise typer.BadParameter(f"{address} is of the portal {owner} already")
        if owner in known:
            was_removed = known[owner].ended_at is not None
            rows.end(connection, owner, ended=False)
            rows.change(connection, owner, **settings)
            say(f"{owner} is crawled {'again' if was_removed else 'already'}")
            return
        if (called := name or owner) in portals():
            raise typer.BadParameter(f"{called} has a portal file: `tintinh crawl {called}` reads it")
        if (taken := known.get(called)) is not None:
            raise typer.BadParameter(f"{taken.name} is {taken.home}: give this site another --name")
        try:
            portal = known_portals.added(
                address, known, name=name, platform=platform, province=settings.get("province")
            )
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    _, told = probe.survey_of(address)
    if not probe.read_articles(told):
        say(f"tintinh: {told['home']}: no article could be read, nothing was kept")
        raise typer.Exit(FAILED)
    with config.database() as connection:
        rows.keep_found(connection, portal)
        rows.change(connection, portal.name, **{key: settings[key] for key in settings if key != "province"})
    say(f"{portal.name}: {told['platform']['name']}, {told['home']}; `tintinh crawl {portal.name}` reads it")


def remove(name: Annotated[str, typer.Argument(help="Name of a portal.", metavar="PORTAL")]) -> None:
    """Crawl a portal no more. What it published stays, and `portals add` takes it back."""
    from tintinh.run.portal_files import of_file

    with config.database() as connection:
        if (portal := of_file(name)) is not None:
            rows.keep(connection, portal)
        check_portal(connection, name)
        if not rows.end(connection, name):
            raise typer.BadParameter(f"{name} has articles only: nothing crawls it")
    say(f"{name} is crawled no more; its articles stay")


def change(
    name: Annotated[str, typer.Argument(help="Name of a portal.", metavar="PORTAL")],
    province: ProvinceOption = None,
    platform: PlatformOption = None,
    daily: DailyOption = None,
    hours: HoursOption = None,
) -> None:
    """Set the province, the platform, requests a day or the hours of a portal; the province is that of its articles, too."""
    from tintinh.run.portal_files import of_file

    settings = _settings(province, platform, daily, hours)
    if not settings:
        raise typer.BadParameter("say what to set: --province, --platform, --daily, --hours")
    with config.database() as connection:
        portal = of_file(name)
        if portal is not None:
            if {"province", "platform"} & settings.keys():
                raise typer.BadParameter(f"{name} has a portal file, which says its province and platform")
            rows.keep(connection, portal)
        check_portal(connection, name)
        if not rows.change(connection, name, **settings):
            raise typer.BadParameter(f"{name} has articles only: nothing crawls it")
    say(f"{name}: {', '.join(sorted(settings))} set")


def _settings(province: str | None, platform: str | None, daily: int | None, hours: str | None) -> dict[str, Any]:
    """What a user said, by the names that the row knows it under."""
    from crawler.platforms.registry import platforms

    settings: dict[str, Any] = {}
    if province is not None:
        settings["province"] = None if province.strip().lower() == "none" else province_slug(province)
    if platform is not None:
        if platform and platform not in platforms():
            raise typer.BadParameter(f"no platform named {platform}; there are: {', '.join(sorted(platforms()))}")
        settings["platform"] = platform or None
    if daily is not None:
        settings["daily_requests"] = daily or None
    if hours is not None:
        try:
            settings["hours"] = hours_of(hours)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    return settings


def hours_of(text: str) -> tuple[time, time] | None:
    """The hours that a person wrote; None for `none`. ValueError for what is none.

    >>> hours_of("22-5"), hours_of("none"), hours_of("21:30-5:15")
    ((datetime.time(22, 0), datetime.time(5, 0)), None, (datetime.time(21, 30), datetime.time(5, 15)))
    """
    if text.strip().lower() == "none":
        return None
    try:
        begin, end = (time.fromisoformat(part.strip().zfill(5 if ":" in part else 2)) for part in text.split("-"))
    except ValueError as error:
        raise ValueError(f"{text!r} are no hours: write 22-5 or 21:30-5:15, or none") from error
    if begin == end:
        raise ValueError(f"{text!r} are no hours: write none for always")
    return begin, end
