"""`tintinh portals`: the list, `new`, `check`."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from tintinh.cli import articles, portal_rows, portal_view, probe
from tintinh.cli.output import Format, rows, say
from vietnam import urls

if TYPE_CHECKING:
    from crawler.spider.wrapper import Wrapper


class _Named(TyperGroup):
    """`portals NAME` is `portals show NAME`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take a word that is no command of the group's for the name of a portal."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["show", *args]
        return super().resolve_command(ctx, args)


group = typer.Typer(
    cls=_Named,
    help="Portals known; `add` keeps a site, `set` and `remove` change that, `new` makes a file, `check` compares files with live pages.",
)
group.command()(portal_rows.add)
group.command()(portal_rows.remove)
group.command()(portal_view.show)
group.command("set")(portal_rows.change)


@group.callback(invoke_without_command=True)
def portals(context: typer.Context, province: articles.Province = None, form: articles.FormatOption = None) -> None:
    """Portals known, their province then and now, platform, hosts, whether verified, and how their last run went."""
    if context.invoked_subcommand is None:
        articles.portals(province, form)
    elif province is not None or form is not None:
        raise typer.BadParameter(f"options of `{context.invoked_subcommand}` come after it")


@group.command()
def new(
    url: Annotated[str, typer.Argument(help="Home page of the portal.", metavar="URL")],
    name: Annotated[str | None, typer.Option(help="Name of the portal; default: its province, in one word.")] = None,
    province: Annotated[str | None, typer.Option(help="Its province; default: as the host says.")] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Only one more recorded page, for a portal that has a file.")
    ] = False,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="Write here; default: this source checkout.")] = None,
) -> None:
    """Look at a portal and write its file, a recorded page and the values a person must compare with it.

    Its test fails until somebody has read the page and put a name into `read_by`. Nothing is overwritten.
    """
    from tintinh.cli import scaffold
    from tintinh.run.look import address
    from tintinh.run.portal_files import portal_of, portals

    try:
        root = into if into is not None else scaffold.checkout(Path.cwd())
    except scaffold.NoCheckout as error:
        raise _failed(error) from error
    if not root.is_dir():
        raise _failed(f"{root} is no folder")
    try:
        start = address(url)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    owner = portal_of(start) or (name if name in portals() else None)
    if page:
        if owner is None:
            raise _failed("no portal file names this host: leave out --page, or add --name")
        _write(root, _files(start, owner, None))
        return
    slug = articles.province_slug(province) if province is not None else scaffold.province_of(start.split("/")[2])
    if slug is None and owner is None:
        raise typer.BadParameter("the host does not say which province it is: add --province")
    name = owner or name or str(slug).replace("-", "")
    if not scaffold.NAME.fullmatch(name) or name == "site" or iskeyword(name):
        raise typer.BadParameter(f"--name takes a word like binhthuan, not {name!r}")
    if name in portals():
        raise _failed(f"the portal {name} has a file already: crawler/portals/{name}.py; --page records a page of it")
    _write(root, _files(start, name, slug))
    say("Then make the page about portals again: python -m tintinh.portal_table > docs/portals.md")


def _write(root: Path, files: dict[str, bytes]) -> None:
    from tintinh.cli import scaffold

    try:
        scaffold.write(root, files)
    except FileExistsError as error:
        raise _failed(error) from error
    for file in files:
        say(f"wrote {root / file}")
    say("Now compare the .json with the page; when every value is right, put your name into read_by.")


@group.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(help="Portal names; none: every portal that has a file.", metavar="PORTAL")
    ] = None,
    jobs: Annotated[int, typer.Option("-j", min=1, max=64, help="Portals at a time.")] = 2,
    form: articles.FormatOption = None,
) -> None:
    """Compare live pages with what the portal files promise, and with what crawls have learned of their layout.

    One line a finding, exit code 1 where something is off.
    """
    from crawler.look.promises import findings
    from tintinh.run.known_portals import UnknownPortal
    from tintinh.run.look import LookFailed, look
    from tintinh.run.portal_files import portals

    known = portals()
    wanted = list(dict.fromkeys(names or sorted(known)))
    if unknown := [name for name in wanted if name not in known]:
        raise typer.BadParameter(str(UnknownPortal(unknown, known)))

    learned = learned_of(wanted)

    def found(name: str) -> list[dict[str, str]]:
        try:
            visits = look({"portal": name})
            broken = findings(known[name], visits, now=datetime.now(UTC), before=learned.get(name))
        except LookFailed as error:
            return [{"portal": name, "check": "home", "finding": str(error)}]
        return [{"portal": name, "check": one.check, "finding": one.finding} for one in broken]

    pool = ThreadPoolExecutor(jobs)
    try:
        off = [one for portal in pool.map(found, wanted) for one in portal]
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C does not wait for portals that were not begun
    if off or form is Format.json:
        rows(off, ("portal", "check", "finding"), form)
    broken = len({one["portal"] for one in off})
    say(f"{len(wanted) - broken} of {len(wanted)} portals are as their files say")
    if off:
        raise typer.Exit(1)


def learned_of(names: list[str]) -> dict[str, Wrapper]:
    """What crawls have learned of portals; nothing, and one line, where no database can say."""
    from crawler.ports import MemoryGone
    from crawler.spider.wrapper import of_plain
    from ingest.errors import DatabaseUnreachable
    from ingest.memory import DatabaseMemory
    from tintinh import config

    if not (config.given_server() or config.has_database()):
        return {}
    found: dict[str, Wrapper] = {}
    try:
        with config.dsn() as uri:
            for name in names:
                memory = DatabaseMemory(dsn=uri, portal=name)
                if (told := memory.learned()) is not None:
                    found[name] = of_plain(told)
    except (DatabaseUnreachable, MemoryGone) as error:
        say(f"tintinh: the layouts are not compared with earlier crawls: {error}")
    return found


def _files(url: str, name: str, province: str | None) -> dict[str, bytes]:
    """The files by path; without a province only the recorded page and its values."""
    from crawler.look.survey import fields_of, page_of
    from crawler.platforms.base import Fields
    from crawler.platforms.registry import platforms
    from tintinh.cli import scaffold

    visits, told = probe.survey_of(url)
    platform = platforms()[told["platform"]["name"]]
    read = [(visit, fields_of(visit, platform)) for visit in visits if visit.role == "article" and page_of(visit)]
    samples = [(visit, fields) for visit, fields in read if isinstance(fields, Fields)]
    if not samples:
        raise _failed(f"{told['home']}: no article could be read, nothing was written")
    visit, fields = max(samples, key=lambda sample: (sample[0].asked == url, len(sample[1].extracted_by)))
    case = f"tests/portals/{name}/{scaffold.case_name(visit.url)}"
    values = json.dumps(scaffold.expected_values(visit, fields, platform.name), ensure_ascii=False, indent=2)
    recorded = {f"{case}.html": visit.body, f"{case}.json": f"{values}\n".encode()}
    if province is None:
        return recorded
    facts = scaffold.Portal(
        name=name, home=told["home"], hosts=_hosts(told["home"], told["url"]), province=province,
        platform=None if platform.name == "generic" else platform.name, seen=visits[0].at.date(),
        sections=tuple(section["url"] for section in told["sections"] if section.get("articles")),
    )  # fmt: skip
    return {f"crawler/portals/{name}.py": scaffold.portal_file(facts).encode(), **recorded}


def _hosts(*addresses: str) -> tuple[str, ...]:
    """The hosts of some addresses as portal files know them, without port and www."""
    return tuple(dict.fromkeys(urls.site(url).partition(":")[0] for url in addresses))


def _failed(reason: object) -> typer.Exit:
    say(f"tintinh: {reason}")
    return typer.Exit(1)
