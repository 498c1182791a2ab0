"""Which rules read the pages."""

from __future__ import annotations

import hashlib
from importlib.resources import files


def version() -> str:
    """Tells today's rules from others: a digest of everything that extraction is made of."""
    digest = hashlib.sha256()
    for package in ("crawler.platforms", "vietnam"):
        for file in sorted(files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
