"""Which portals there are: those with a file, and those that users added; and the jobs that crawl them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from difflib import get_close_matches
from typing import Any

from crawler.portals.site import is_name, name_of
from ingest import portals as rows
from ingest.portals import StoredPortal
from tintinh import config
from tintinh.run.crawl import Job
from tintinh.run.portal_files import of_file, portal_of, portals
from vietnam import urls
from vietnam.dates import VIETNAM


class UnknownPortal(ValueError):
    """No portal has this name; near names are told."""

    def __init__(self, names: Iterable[str], known: Iterable[str]) -> None:
        unknown, known = list(names), list(known)
        near = list(dict.fromkeys(name for given in unknown for name in get_close_matches(given.lower(), known, n=3)))
        hint = f", did you mean {' or '.join(near)}?" if near else "; see `tintinh portals`, or use --site URL"
        super().__init__(f"no portal named {', '.join(unknown)}{hint}")


def stored() -> dict[str, StoredPortal]:
    """The portals that the database knows; none where there is no database yet. Raises DatabaseUnreachable."""
    if not (config.given_server() or config.has_database()):
        return {}
    with config.dsn() as uri, config.connect(uri) as connection:
        return rows.stored(connection)


def jobs(
    names: Sequence[str] | None,
    known: Mapping[str, StoredPortal],
    arguments: Mapping[str, Any],
    settings: Mapping[str, Any],
    now: time | None = None,
) -> list[Job]:
    """Jobs of the portals named; without names, of all that nobody removed and that are open at this hour.

    Raises UnknownPortal, ValueError for a removed one.
    """
    hour = now or datetime.now(VIETNAM).time()
    files = portals()
    removed = {name for name, portal in known.items() if portal.ended_at is not None}
    every = [name for name in sorted({*files, *known}) if name not in removed]
    open_now = [name for name in every if name not in known or known[name].is_open(hour)]
    wanted = list(dict.fromkeys(names)) if names else open_now
    if unknown := [name for name in wanted if name not in files and name not in known]:
        raise UnknownPortal(unknown, every)
    for name in wanted:
        if name in removed:
            raise ValueError(f"{name} was removed: `tintinh portals add {known[name].home}` takes it back")
    return [
        Job(name, name, dict(arguments), dict(settings), keeps=of_file(name))
        if name in files
        else site_job(known[name], arguments, settings)
        for name in wanted
    ]


def site_job(portal: StoredPortal, arguments: Mapping[str, Any], settings: Mapping[str, Any]) -> Job:
    """The job of a site. Under the name of a portal that has a file it is crawled as that one, and the file stays what counts."""
    site = {"start": portal.home, "name": portal.name, "platform": portal.platform, "province": portal.province}
    told = {**arguments, **{key: value for key, value in site.items() if value}}
    return Job(portal.name, "site", told, dict(settings), keeps=None if portal.name in portals() else portal)


def added(
    url: str, known: Mapping[str, StoredPortal], *, name: str | None, platform: str | None, province: str | None
) -> StoredPortal:
    """The portal that a site without a file is or becomes; what is not said is as it was. ValueError for what is no name."""
    called = name or name_of(url)
    if not is_name(called):
        raise ValueError(f"{called!r} is no name of a portal: letters without diacritics, figures, dots, - and _")
    before = known.get(called) or of_file(called)
    if before is not None and before.ended_at is not None:
        raise ValueError(f"{called} was removed: `tintinh portals add {before.home}` takes it back")
    return StoredPortal(
        name=called,
        origin="added",
        home=url,
        hosts=[urls.site(url)],
        sections=before.sections if before else [],
        province=province or (before.province if before else None),
        platform=platform or (before.platform if before else None),
    )


def of_address(url: str, known: Mapping[str, StoredPortal]) -> tuple[str, StoredPortal | None]:
    """The name of the portal that an address belongs to, and its row where it has no file; the name of its host where nobody knows it."""
    if name := portal_of(url):
        return name, None
    site = urls.site(url)
    for portal in known.values():
        if portal.origin == "added" and site in portal.hosts:
            return portal.name, portal
    return name_of(url), None


def fetch_jobs(addresses: Sequence[str], known: Mapping[str, StoredPortal]) -> list[Job]:
    """Jobs for single articles, one for each portal."""
    by_portal: dict[str, list[str]] = {}
    rows: dict[str, StoredPortal | None] = {}
    for url in addresses:
        name, row = of_address(url, known)
        rows[name] = row
        by_portal.setdefault(name, []).append(url)
    return [
        Job(name, name, {"only": found}, kind="fetch")
        if name in portals()
        else Job(name, "site", {"only": found, "start": found[0], "name": name, **_placed(rows[name])}, kind="fetch")
        for name, found in by_portal.items()
    ]


def _placed(row: StoredPortal | None) -> dict[str, str]:
    """What is known of a portal without a file that its articles get, too."""
    told = {"province": row.province, "platform": row.platform} if row is not None else {}
    return {key: value for key, value in told.items() if value}
