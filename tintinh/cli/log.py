"""A log of runs for machines: a JSON object a line, in a file that rotates."""

from __future__ import annotations

import fcntl
import json
import logging
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

# Bytes of a file, and how many older ones are kept: a year of hourly looks at sixty portals.
LARGEST = 10_000_000
KEPT = 5


def append(file: Path, record: Mapping[str, Any]) -> None:
    """Add a line. Commands that run at the same time write one after the other, and one of them rotates. Raises OSError."""
    line = json.dumps(record, ensure_ascii=False)
    with file.with_name(f"{file.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        handler = RotatingFileHandler(file, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
        try:
            if handler.shouldRollover(logging.LogRecord("tintinh", logging.INFO, "", 0, line, None, None)):
                handler.doRollover()
            assert handler.stream is not None
            handler.stream.write(f"{line}\n")  # by ourselves: logging would print what fails, and go on
        finally:
            handler.close()
