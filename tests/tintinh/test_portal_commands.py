"""`tintinh portals new` and `check`, in a copy of the source checkout."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from tests.support import PATIENCE, Portal, environment, tintinh
from tintinh.demo.articles import load
from tintinh.demo.server import serve
from tintinh.demo.site import DemoSite
from tintinh.demo.truth import expected

ROOT = Path(__file__).parents[2]
WINGS = ("crawler", "ingest", "reader", "sql", "tintinh")
NEEDED = ("pyproject.toml", "scrapy.cfg", "tests/__init__.py", "tests/specimens.py", "tests/portals/test_recorded.py")


class Checkout(NamedTuple):
    """A copy of the checkout and the portal that it is about."""

    root: Path
    address: str
    portal: Portal

    def __call__(self, *arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        env = environment(self.root / "home", TINTINH_ALLOW_PRIVATE="1", PYTHONPATH=str(self.root))
        return tintinh("portals", *arguments, env=env, cwd=cwd or self.root)

    def new(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self("new", self.address, "--name", "demo", "--province", "binh-thuan", *arguments)

    def recorded_pages(self) -> subprocess.CompletedProcess[str]:
        """The test of recorded pages, run in the copy."""
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/portals"],
            cwd=self.root, env=environment(self.root / "home", PYTHONPATH=str(self.root)),
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    @property
    def values(self) -> Path:
        (found,) = (self.root / "tests" / "portals" / "demo").glob("*.json")
        return found

    def files(self) -> dict[str, bytes]:
        written = [*self.root.glob("crawler/portals/*"), *self.root.glob("tests/portals/demo/*")]
        return {str(file.relative_to(self.root)): file.read_bytes() for file in written if file.is_file()}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    root = tmp_path / "checkout"
    for wing in WINGS:
        shutil.copytree(ROOT / wing, root / wing, ignore=shutil.ignore_patterns("__pycache__"))
    for name in NEEDED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    portal = Portal()
    with serve(site=portal) as address:
        yield Checkout(root, f"{address}/", portal)


def failed(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (line,) = done.stderr.splitlines()
    return line.removeprefix("tintinh: ")


def test_a_new_portal_fails_its_test_until_a_person_has_read_the_page(checkout: Checkout) -> None:
    done = checkout.new()
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    values = json.loads(checkout.values.read_text())
    assert values["read_by"] is None
    before = checkout.recorded_pages()
    assert before.returncode == 1
    assert f"nobody has read it: compare {checkout.values.name} with the page" in before.stdout
    assert before.stdout.count("nobody has read it") >= 1
    checkout.values.write_text(json.dumps(values | {"read_by": "Thu Hà"}))
    after = checkout.recorded_pages()
    assert after.returncode == 0, after.stdout
    checkout.values.write_text(json.dumps(values | {"read_by": "Thu Hà", "title": "Một tiêu đề khác"}))
    wrong = checkout.recorded_pages()
    assert wrong.returncode == 1
    assert "Một tiêu đề khác" in wrong.stdout


def test_the_file_holds_facts_and_is_well_made(checkout: Checkout) -> None:
    assert checkout.new().returncode == 0
    file = checkout.root / "crawler" / "portals" / "demo.py"
    text = file.read_text()
    for fact in (
        f'home = "{checkout.address}"', 'hosts = ("127.0.0.1",)', 'province = "binh-thuan"', 'platform_name = "joomla"',
        f'"{checkout.address}tin-an-ninh-trat-tu.html",', "verified = False",
    ):  # fmt: skip
        assert f"    {fact}\n" in text
    assert re.search(r'source = "tintinh probe of the site, 20\d\d-\d\d-\d\d"', text)
    for tool in (("format", "--check"), ("check",)):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *tool, str(file)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_nothing_is_overwritten(checkout: Checkout) -> None:
    assert checkout.new().returncode == 0
    before = checkout.files()
    assert failed(checkout.new()) == (
        "the portal demo has a file already: crawler/portals/demo.py; --page records a page of it"
    )
    (checkout.root / "crawler" / "portals" / "demo.py").unlink()
    assert failed(checkout.new()).endswith(
        f"{checkout.values.with_suffix('.html').name} is there already, nothing was written"
    )
    assert checkout.files() == {name: body for name, body in before.items() if not name.endswith("demo.py")}


def test_one_more_page_of_a_portal_that_has_a_file(checkout: Checkout) -> None:
    truth = expected()[7]
    assert failed(checkout("new", checkout.address, "--page")).startswith("no portal file names this host")
    assert checkout.new().returncode == 0
    before = checkout.files()
    done = checkout("new", checkout.address.rstrip("/") + truth.path, "--name", "demo", "--page")
    assert done.returncode == 0, done.stderr
    added = sorted(name for name in checkout.files() if name not in before)
    assert [Path(name).suffix for name in added] == [".html", ".json"]
    assert json.loads((checkout.root / added[1]).read_text())["title"] == truth.title
    for name in added:
        assert truth.path.rpartition("/")[2].removesuffix(".html").startswith(Path(name).stem)
    assert checkout.recorded_pages().stdout.count("nobody has read it: compare") >= 2


def test_where_it_is_written(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert failed(checkout("new", checkout.address, "--province", "binh-thuan", cwd=elsewhere)) == (
        "here is no source checkout of tintinh: go to one, or name it with --into DIR"
    )
    assert failed(checkout.new("--into", elsewhere / "none")) == f"{elsewhere / 'none'} is no folder"
    assert checkout.portal.asked == 0
    assert checkout.new("--into", elsewhere).returncode == 0
    assert (elsewhere / "crawler" / "portals" / "demo.py").is_file()
    assert len(list((elsewhere / "tests" / "portals" / "demo").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("a b",), "is not an http(s) address"),
        (("http://127.0.0.1:1/",), "add --province"),
        (("http://127.0.0.1:1/", "--province", "lam-dogn"), "unknown province 'lam-dogn', did you mean Lâm Đồng?"),
        (("http://127.0.0.1:1/", "--province", "lam-dong", "--name", "Lâm Đồng"), "--name takes a word"),
        (("http://127.0.0.1:1/", "--province", "lam-dong", "--name", "../x"), "--name takes a word"),
        (("http://127.0.0.1:1/", "--province", "lam-dong", "--name", "class"), "--name takes a word"),
    ],
    ids=["address", "province", "misspelt", "name", "path", "keyword"],
)
def test_wrong_usage(checkout: Checkout, arguments: tuple[str, ...], line: str) -> None:
    done = checkout("new", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in " ".join(done.stderr.split())


def test_a_portal_that_has_a_file_or_does_not_answer(checkout: Checkout) -> None:
    known = checkout("new", "https://www.congan.binhthuan.gov.vn/")
    assert failed(known) == (
        "the portal binhthuan has a file already: crawler/portals/binhthuan.py; --page records a page of it"
    )
    silent = checkout("new", "http://127.0.0.1:1/", "--province", "lam-dong", "--name", "demo")
    assert failed(silent).startswith("127.0.0.1:1 does not answer: ")
    assert not (checkout.root / "crawler" / "portals" / "demo.py").exists()


def test_check_says_what_has_changed(checkout: Checkout) -> None:
    assert checkout.new().returncode == 0
    done = checkout("check", "demo")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 of 1 portals are as their files say\n")
    assert json.loads(checkout("check", "demo", "--format", "json").stdout) == []
    checkout.portal.site = DemoSite([article for article in load() if article.section == "phong-chong-ma-tuy"])
    done = checkout("check", "demo", "--format", "json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert {(one["portal"], one["check"]) for one in found} == {("demo", "section")}
    assert found[0]["finding"] == f"{checkout.address}tin-an-ninh-trat-tu.html: answers 404"
    table = checkout("check", "demo", "--format", "table")
    assert len(table.stdout.splitlines()) == len(found) + 1
    done = checkout("check", "demo", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no portal named nowhere" in done.stderr


def test_check_knows_what_crawls_have_learned(
    connection: psycopg.Connection, database_uri: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tintinh.cli import portals

    monkeypatch.setenv("TINTINH_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert portals.learned_of(["binhthuan"]) == {}, "no database is made for a look"
    assert list(tmp_path.iterdir()) == []
    connection.execute(
        "INSERT INTO news.run (portal, kind, status, accounts) VALUES ('binhthuan', 'crawl', 'ok', %s)",
        ('{"wrapper": {"articles": 9, "filled": {"byline": 9}}}',),
    )
    monkeypatch.setenv("DATABASE_URL", database_uri)
    (learned,) = portals.learned_of(["binhthuan", "hatinh"]).values()
    assert (learned.articles, learned.rate("byline")) == (9, 1.0)
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost:1/none")
    assert portals.learned_of(["binhthuan"]) == {}
