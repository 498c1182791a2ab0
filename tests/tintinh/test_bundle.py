"""Evidence in one file: whole, checkable with the tools people have, the same for the same data."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.support import Portal
from tests.tintinh.test_source import Crawled
from tintinh.demo.server import serve


@pytest.fixture(scope="module")
def crawled(database_of: NewDatabase, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    portal = Portal()
    with serve(site=portal) as address:
        made = Crawled(database_of(template), address, tmp_path_factory.mktemp("crawled"), portal)
        made.crawl("--max-articles", "6")
        made.crawl("--full", "--max-articles", "6")
        yield made


def bundled(crawled: Crawled, number: int, file: Path) -> dict[str, bytes]:
    done = crawled("show", number, "--bundle", file)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def first(crawled: Crawled) -> tuple[int, str]:
    ((number, title),) = crawled.rows("SELECT id, title FROM news.article ORDER BY id LIMIT 1")
    return number, title


def test_it_is_whole_and_checks_with_the_tools_that_people_have(crawled: Crawled, tmp_path: Path) -> None:
    number, title = first(crawled)
    found = bundled(crawled, number, tmp_path / "a.zip")
    folder = tmp_path / "out"
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        packed.extractall(folder)
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert (checked.returncode, len(checked.stdout.splitlines())) == (0, len(found) - 1)
    (record,) = folder.glob("warc/*.warc.gz")
    warcio = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", record], capture_output=True, check=False
    )
    assert (warcio.returncode, warcio.stdout) == (0, b"")
    assert title in found["article.html"].decode()
    assert json.loads(found["article.json"])["title"] == title
    pages = json.loads(found["pages.json"])
    assert [one["warc"] for one in pages] == [f"warc/{record.name}", None]
    assert all(name in found["README.txt"].decode() for name in found if not name.startswith(("warc/", "README")))
    assert "MISSING.txt" not in found
    (folder / "article.txt").write_text("khác")
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 1


def test_the_same_data_give_the_same_bytes_and_nothing_is_overwritten(crawled: Crawled, tmp_path: Path) -> None:
    number, _ = first(crawled)
    for name in ("a.zip", "b.zip"):
        bundled(crawled, number, tmp_path / name)
    digests = {hashlib.sha256((tmp_path / name).read_bytes()).digest() for name in ("a.zip", "b.zip")}
    assert len(digests) == 1
    (tmp_path / "a.zip").write_text("mine")
    done = crawled("show", number, "--bundle", tmp_path / "a.zip")
    assert (done.returncode, "is there already" in done.stderr) == (1, True)
    assert (tmp_path / "a.zip").read_text() == "mine"
    done = crawled("show", number, "--bundle", tmp_path / "none" / "a.zip")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_a_state_that_newer_rules_read_stands_beside_its_page(crawled: Crawled, tmp_path: Path) -> None:
    crawled.rows("UPDATE news.article_current SET title = 'Cũ', content_hash = 'older' WHERE id = 2 RETURNING id")
    assert crawled("reextract").returncode == 0
    found = bundled(crawled, 2, tmp_path / "a.zip")
    text = found["history.txt"].decode()
    assert "revision 2" in text
    assert "[-Cũ-]" in text
    assert "read by newer rules" in text
    assert len([name for name in found if name.startswith("warc/")]) >= 1


def test_what_the_archive_lost_is_said_and_what_is_redacted_is_not_there(crawled: Crawled, tmp_path: Path) -> None:
    number, title = first(crawled)
    (held,) = crawled.root.rglob("*.warc.gz")
    held.rename(tmp_path / "elsewhere")
    done = crawled("show", number, "--bundle", tmp_path / "a.zip")
    (tmp_path / "elsewhere").rename(held)
    assert done.returncode == 1
    assert "not in the bundle: revision 1" in done.stderr
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert "revision 1" in packed.read("MISSING.txt").decode()
        assert str(crawled.root) not in packed.read("MISSING.txt").decode()
    assert crawled("redact", number, "--reason", "tòa", "--by", "A").returncode == 0
    done = crawled("show", number, "--bundle", tmp_path / "b.zip")
    assert (done.returncode, title in done.stderr) == (1, False)
    assert not (tmp_path / "b.zip").exists()
