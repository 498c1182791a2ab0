"""What is read from the demo portal that was crawled: search, show, export, runs, portals."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.conftest import Command
from tests.support import PATIENCE, environment, started
from tests.tintinh.crawled import NOWHERE, SUPERSCRIPT, TOTAL, Crawled, objects, one_line, stored
from tintinh.demo.truth import expected
from vietnam.normalize import fold

# Reading


def test_search_formats(crawled: Crawled) -> None:
    lines = objects(crawled("search", "ma tuy").stdout)
    assert lines
    texts = {row["id"]: fold(f"{row['title']} {row['body']}") for row in stored(crawled.uri)}
    assert all({"ma", "tuy"} <= set(re.findall(r"\w+", texts[line["id"]])) for line in lines)
    assert len(lines) < len(texts)
    assert json.loads(crawled("search", "ma tuy", "--format", "json").stdout) == lines
    table = crawled("search", "ma tuy", "--format", "table").stdout
    assert lines[0]["title"].split()[0] in table
    read = list(csv.DictReader(io.StringIO(crawled("search", "ma tuy", "--format", "csv").stdout)))
    assert [row["id"] for row in read] == [str(line["id"]) for line in lines]
    assert list(read[0]) == list(lines[0])
    spelt = objects(crawled("search", "ma túy", "--limit", 100).stdout)
    assert {line["id"] for line in spelt} == {
        line["id"] for line in objects(crawled("search", "ma tuy", "--limit", 100).stdout)
    }
    assert objects(crawled("search", "ma túy", "--limit", 2).stdout) == spelt[:2]


def test_search_filters(crawled: Crawled) -> None:
    truth = [one for one in expected() if one.unit == "PV28"]
    assert truth
    found = objects(crawled("search", "", "--unit", "pv28", "--limit", 1000).stdout)
    assert {crawled.address + one.path for one in truth} <= {row["url"] for row in found}
    dated = objects(crawled("search", "", "--since", "2017-01-01", "--until", "1/1/2018", "--sort", "date").stdout)
    assert [row["url"] for row in dated] == [
        crawled.address + one.path for one in expected() if one.published.year == 2017
    ][:20]


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("json", "[]\n"),
        ("jsonl", ""),
        ("csv", "id,published_at,title,authors,unit,section,portal,copies\n"),
        ("table", ""),
    ],
)
def test_nothing_found_is_no_failure(crawled: Crawled, form: str, printed: str) -> None:
    done = crawled("search", "không-có-từ-này", "--format", form)
    assert (done.returncode, done.stdout.replace("\r\n", "\n")) == (0, printed)
    assert one_line(done.stderr) == "nothing found" if form == "table" else done.stderr == ""


@pytest.mark.parametrize("query", ["-x", "--", "'; DROP TABLE news.run; --", "%s", "x" * 20_000])
def test_hostile_queries(crawled: Crawled, query: str) -> None:
    done = crawled("search", "--", query)
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) is (query == "-x"), "everything without x"


def test_bytes_that_are_no_text(crawled: Crawled) -> None:
    """What a terminal of another encoding sends."""
    done = subprocess.run(
        [sys.executable, "-m", "tintinh", "search", b"l\xfd do"],
        env=environment(crawled.home, DATABASE_URL=crawled.uri), capture_output=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 2)


def test_offsets_beyond_everything(crawled: Crawled) -> None:
    for arguments in (("search", "", "--offset", "100000"), ("export", "--offset", "100000")):
        done = crawled(*arguments)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_show(crawled: Crawled) -> None:
    truth = expected()[0]
    url = crawled.address + truth.path
    (row,) = objects(crawled("show", url).stdout)
    assert row["title"] == truth.title
    assert objects(crawled("show", row["id"]).stdout) == [row]
    page = crawled("show", row["id"], "--format", "table").stdout
    assert page.startswith(truth.title)
    assert truth.paragraphs[-1] in page


@pytest.mark.parametrize("key", ["0", "999999999999", "9" * 30, "http://127.0.0.1:1/x", "x", SUPERSCRIPT, "-1"])
def test_show_of_nothing(crawled: Crawled, key: str) -> None:
    done = crawled("show", "--", key)
    assert (done.returncode, done.stdout) == (1, "")
    assert one_line(done.stderr) == f"no article {key}"


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_export(crawled: Crawled, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"ra ngoài.{ending}"
    done = crawled("export", "-o", file)
    assert (done.returncode, done.stdout, one_line(done.stderr)) == (0, "", f"{TOTAL} articles in {file}")
    if ending == "parquet":
        read = pyarrow.parquet.read_table(file).to_pylist()
    elif ending == "csv":
        read = list(csv.DictReader(io.StringIO(file.read_bytes().decode())))
    else:
        read = objects(file.read_text(encoding="utf-8"))
    known = [(row["url"], row["title"], row["body"]) for row in stored(crawled.uri)]
    assert [(row["url"], row["title"], row["body"]) for row in read] == known
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_export_to_stdout(crawled: Crawled) -> None:
    read = objects(crawled("export").stdout)
    assert [row["url"] for row in read] == [crawled.address + one.path for one in expected()]
    assert len(objects(crawled("export", "ma túy", "--limit", "2").stdout)) == 2


def test_export_into_a_folder_that_is_not_there(crawled: Crawled, tmp_path: Path) -> None:
    done = crawled("export", "-o", tmp_path / "none" / "x.jsonl")
    assert done.returncode == 1
    assert "No such file" in one_line(done.stderr)


@pytest.mark.parametrize("asked", [(), ("--since-change", "0")], ids=["rows", "mirror"])
def test_a_reader_that_leaves_early_is_no_failure(crawled: Crawled, asked: tuple[str, ...]) -> None:
    """And is told no cursor: it has not taken the rows in front of it."""
    with started(
        "export", *asked, env=environment(crawled.home, DATABASE_URL=crawled.uri), cwd=crawled.home
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(PATIENCE) == 0


def test_runs_and_portals_and_status(crawled: Crawled) -> None:
    (run,) = objects(crawled("runs").stdout)
    assert (run["portal"], run["kind"], run["status"], run["new"]) == ("demo", "crawl", "ok", TOTAL)
    assert crawled("runs", "--portal", "other").stdout == ""
    assert "demo" in crawled("runs", "--format", "table").stdout
    portals = {row["portal"]: row for row in objects(crawled("portals").stdout)}
    assert portals["demo"]["articles"] == TOTAL
    assert portals["demo"]["status"] == "ok"
    assert (portals["binhthuan"]["platform"], portals["binhthuan"]["articles"]) == ("joomla", 0)
    status = crawled("db", "status").stdout
    assert f"articles {TOTAL} " in status
    assert "0 segments" in status


@pytest.mark.parametrize("spelling", ["binh-thuan", "Bình Thuận", "tỉnh Bình Thuận", "lam-dong", "LÂM ĐỒNG"])
def test_a_province_as_people_write_it(crawled: Crawled, spelling: str) -> None:
    done = crawled("export", "--province", spelling)
    assert done.returncode == 0
    assert {(row["province"], row["province_now"]) for row in objects(done.stdout)} == {("binh-thuan", "lam-dong")}
    assert len(objects(done.stdout)) == TOTAL


def test_other_provinces(crawled: Crawled) -> None:
    assert crawled("export", "--province", "TP. HCM").stdout == ""
    assert crawled("search", "", "--province", "Đắk Nông").stdout == ""


def test_a_misspelt_province_is_told_with_near_ones(command: Command) -> None:
    done = command("search", "ma túy", "--province", "lam-dogn", env={"DATABASE_URL": NOWHERE})
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown province 'lam-dogn', did you mean Lâm Đồng" in done.stderr


def test_portals_of_a_province(crawled: Crawled) -> None:
    rows = {row["portal"]: row for row in objects(crawled("portals", "--province", "lâm đồng").stdout)}
    assert {"binhthuan", "lamdong"} <= set(rows)
    assert {row["province_now"] for row in rows.values()} == {"lam-dong"}
    own = objects(crawled("portals", "--province", "binh-thuan").stdout)
    assert [(row["portal"], row["province"], row["place"], row["hosts"]) for row in own if row["portal"] != "demo"] == [
        ("binhthuan", "binh-thuan", "Bình Thuận → Lâm Đồng", ["congan.binhthuan.gov.vn"])
    ]
    table = crawled("portals", "--province", "binh-thuan", "--format", "table").stdout
    assert "Bình Thuận → Lâm Đồng" in table
    assert "congan.binhthuan.gov.vn" in table
