"""The files of a new portal, made of a probe: pure functions but for the writing."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.look.survey import Visit
from crawler.platforms.base import Fields
from vietnam import provinces

NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
_LABEL = re.compile(r"^(?:www|cong-?an|ca|gov|vn|com)")


class NoCheckout(ValueError):
    """There is no source checkout to write into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The facts of a portal's file."""

    name: str
    home: str
    hosts: tuple[str, ...]
    province: str
    platform: str | None
    sections: tuple[str, ...]
    seen: date


def province_of(host: str) -> str | None:
    """The province that a host is named after.

    >>> province_of("congan.binhthuan.gov.vn"), province_of("conganthanhhoa.gov.vn:443"), province_of("example.vn")
    ('binh-thuan', 'thanh-hoa', None)
    """
    for label in host.partition(":")[0].split("."):
        try:
            return provinces.find(_LABEL.sub("", label)).slug
        except provinces.UnknownProvince:
            continue
    return None


def portal_file(portal: Portal) -> str:
    """The text of crawler/portals/<name>.py: facts, and none that nobody has seen."""
    place = provinces.get(portal.province)
    rank = "tỉnh" if place.kind == provinces.PROVINCE else "TP."
    merged = f" (part of {provinces.now(portal.province).name} since 2025-07-01)" if place.successor else ""
    return "\n".join(
        (
            f'"""Công an {rank} {place.name}{merged}."""',
            "",
            "from crawler.spider.dispatcher import PortalSpider",
            "",
            "",
            f"class {_class_name(portal.name)}(PortalSpider):",
            f"    name = {_quoted(portal.name)}",
            f"    home = {_quoted(portal.home)}",
            f"    hosts = ({', '.join(map(_quoted, portal.hosts))}{',' * (len(portal.hosts) == 1)})",
            f"    province = {_quoted(portal.province)}",
            f"    platform_name = {_quoted(portal.platform) if portal.platform else None}",
            *_sections(portal.sections),
            "    # Set once a crawl of the real site has succeeded and a person has read its recorded pages.",
            "    verified = False",
            f"    source = {_quoted(f'tintinh probe of the site, {portal.seen}')}",
            "",
        )
    )


def _sections(found: tuple[str, ...]) -> list[str]:
    if not found:
        return []
    if len(found) == 1:
        return [f"    sections = ({_quoted(found[0])},)"]
    return ["    sections = (", *(f"        {_quoted(url)}," for url in found), "    )"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _class_name(name: str) -> str:
    """The class of a portal's name, by its province where it is one.

    >>> _class_name("binhthuan"), _class_name("congan_khac")
    ('BinhThuan', 'CongAnKhac')
    """
    try:
        parts = provinces.find(name).slug.split("-")
    except provinces.UnknownProvince:
        parts = name.replace("congan", "cong_an").split("_")
    return "".join(part.capitalize() for part in parts)


def case_name(url: str) -> str:
    """The name of a recorded page, by its address.

    >>> case_name("http://a.vn/tin/12-bat-cuop.html"), case_name("http://a.vn/?id=12")
    ('12-bat-cuop', 'article')
    """
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or urlsplit(url).path.rpartition("/")[2]
    return re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")[:60].strip("-") or "article"


def expected_values(visit: Visit, fields: Fields, platform: str) -> dict[str, Any]:
    """What was extracted, for a person to compare with the page; `read_by` waits for a name."""
    return {
        "read_by": None,
        "url": visit.url,
        "fetched_at": visit.at.isoformat(timespec="seconds"),
        "charset": visit.charset,
        "platform": platform,
        "kind": "article",
        "title": fields.title,
        "published": fields.published_at.isoformat() if fields.published_at else None,
        "precision": fields.published_precision,
        "byline": fields.byline,
        "authors": list(fields.authors),
        "unit": fields.unit,
        "credit": fields.credit,
        "lead": fields.lead,
        "body": fields.body.replace("\t", " | ").split("\n\n"),
        "section": fields.section,
        "images": [{"url": image.url, "caption": image.caption} for image in fields.images],
        "attachments": [{"url": file.url, "name": file.name} for file in fields.attachments],
    }


def checkout(start: Path) -> Path:
    """The source checkout that holds a folder; NoCheckout where there is none."""
    for folder in (start.absolute(), *start.absolute().parents):
        project = folder / "pyproject.toml"
        if project.is_file() and (folder / "crawler" / "portals").is_dir():
            named = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("name")
            if named == "tintinh":
                return folder
    raise NoCheckout("here is no source checkout of tintinh: go to one, or name it with --into DIR")


def write(root: Path, files: Mapping[str, bytes]) -> None:
    """Write new files below a folder: all or none; FileExistsError where one is there already."""
    for name in files:
        if (root / name).exists():
            raise FileExistsError(f"{root / name} is there already, nothing was written")
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
