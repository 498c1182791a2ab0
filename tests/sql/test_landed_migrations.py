"""A migration that has left the machine it was written on stays as it is: who has run it never runs it again."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LANDED = Path(__file__).with_name("migrations.sha256")


def digests() -> dict[str, str]:
    """SHA-256 of each migration and of the work after it, by path from the project's folder."""
    files = sorted([*ROOT.glob("sql/migrations/*.sql"), *ROOT.glob("sql/afterwards/*.sql")])
    return {str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_landed_migration_stays_as_it_was() -> None:
    landed = dict(reversed(line.split("  ")) for line in LANDED.read_text().splitlines())
    present = digests()
    changed = [path for path, digest in landed.items() if present.get(path) != digest]
    assert not changed, f"databases that ran these never see the change; write a new migration: {changed}"
    newest = max(Path(path).name[:4] for path in present)
    unlisted = " ".join(path for path in present if path not in landed and f"/{newest}_" not in path)
    assert not unlisted, f"older than the newest, so landed: sha256sum {unlisted} >> {LANDED.relative_to(ROOT)}"
