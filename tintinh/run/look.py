"""Looks at sites through a process of Scrapy's, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import msgspec

from crawler.look.survey import VISITS, Visit
from vietnam import urls

# A look ends by itself long before; this is for a process that hangs.
SECONDS = 120


class LookFailed(OSError):
    """The process that looks ended without an answer."""


def address(text: str) -> str:
    """The address that a person typed, https where they left that out; ValueError for what is none.

    >>> address("congan.example.vn"), address("http://congan.example.vn/tin?id=1")
    ('https://congan.example.vn/', 'http://congan.example.vn/tin?id=1')
    """
    url = text.strip() if "://" in text else f"https://{text.strip()}"
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if not urls.is_http(url) or not parts.hostname or any(part.isspace() for part in url):
        raise ValueError(f"{text!r} is not an http(s) address")
    return parts._replace(path=parts.path or "/").geturl()


def look(job: dict[str, Any]) -> list[Visit]:
    """The visits of a survey ({"url": …}) or of a portal's check ({"portal": …}), in the order they were made.

    Raises LookFailed where the process does not end in SECONDS, or ends without an answer.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tintinh.run.look_process"],
            input=json.dumps(job).encode() + b"\n", capture_output=True, timeout=SECONDS, check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise LookFailed(f"the look at {job} did not end in {SECONDS} s") from error
    try:
        return VISITS.decode(done.stdout)
    except msgspec.DecodeError as error:
        last = done.stderr.decode(errors="replace").strip().splitlines()
        raise LookFailed(f"the look at {job} failed: {last[-1] if last else done.returncode}") from error
