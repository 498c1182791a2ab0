"""Records survive what happens to a process and its disk; other programs read the files."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
from scrapy.http import Response

from crawler.archive import files, records
from crawler.archive.files import ArchiveFailed, ArchiveWriter, NotInArchive, Place
from crawler.archive.writer import pairs
from crawler.ports import Capture

SEEN = datetime(2026, 11, 5, 8, 1, 2, 345, tzinfo=UTC)
URL = "http://demo.vn/tin/1.html"
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"a"')]
PAGE = "<h1>Bắt hai đối tượng</h1>".encode() * 500


def response(page: bytes = PAGE, moment: datetime = SEEN, **changes: object) -> tuple[bytes, str, str]:
    return records.response(URL, moment, 200, HEADERS, page, ip="127.0.0.1", **changes)  # type: ignore[arg-type]


def capture(page: bytes = PAGE) -> Capture:
    return Capture(URL, SEEN, records.digest(page))


def written(root: Path, page: bytes = PAGE, moment: datetime = SEEN) -> Place:
    writer = ArchiveWriter(root, "demo", "tests")
    record, kind, number = response(page, moment)
    asked = records.request(URL, moment, "GET", [("User-Agent", "x")], b"", concurrent_to=number)
    place = writer.write(moment, kind, record, asked)
    writer.close()
    return place


def payload(root: Path, place: Place) -> bytes:
    return records.read(files.member(root, place.file, place.offset, place.length)).payload


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    """What warcio's own checker says."""
    program = Path(sys.executable).with_name("warcio")
    return subprocess.run([program, "check", "-v", path], capture_output=True, text=True, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def test_a_response_is_read_back(root: Path) -> None:
    place = written(root)
    assert place.file == "demo/demo-20261105-00001.warc.gz"
    record = records.read(files.member(root, place.file, place.offset, place.length))
    assert (record.type, record.status, record.payload) == ("response", 200, PAGE)
    assert record.http_headers["content-type"] == "text/html; charset=utf-8"
    assert record.headers["WARC-Target-URI"] == URL
    assert record.headers["WARC-Payload-Digest"] == records.digest(PAGE)
    assert records.moment_of(record.headers["WARC-Date"]) == SEEN
    asked = files.member_after(root, place.file, place.offset + place.length)
    assert asked is not None
    assert records.read(asked).headers["WARC-Concurrent-To"] == record.headers["WARC-Record-ID"]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(PAGE, mtime=0)), ("deflate", zlib.compress(PAGE)), ("deflate", zlib.compress(PAGE)[2:-4]),
     ("br", brotli.compress(PAGE)), ("zstd", records.zstd.compress(PAGE)), ("GZIP", gzip.compress(PAGE, mtime=0)),
     ("br, gzip", gzip.compress(brotli.compress(PAGE), mtime=0)), ("identity", PAGE), ("gzip", PAGE)],
)  # fmt: skip
def test_what_was_compressed_on_the_way_is_read_plain(encoding: str, body: bytes) -> None:
    record, _, _ = records.response(URL, SEEN, 200, [("Content-Encoding", encoding)], body, ip=None)
    assert records.read(record).payload == PAGE
    assert body in zlib.decompress(record, records.GZIP), "as it came"


def test_revisits_refer_to_the_capture(root: Path) -> None:
    later = SEEN + timedelta(days=1)
    same, kind, _ = response(moment=later, earlier=capture())
    assert kind == "revisit"
    record = records.read(same)
    assert record.headers["WARC-Profile"].endswith("/identical-payload-digest")
    assert record.headers["WARC-Refers-To-Target-URI"] == URL
    assert records.moment_of(record.headers["WARC-Refers-To-Date"]) == SEEN
    assert (record.status, record.payload) == (200, b"")
    assert len(same) < 1000 < len(PAGE)
    answer, kind, _ = records.response(URL, later, 304, HEADERS, b"", ip=None, earlier=capture())
    assert kind == "revisit"
    assert records.read(answer).headers["WARC-Profile"].endswith("/server-not-modified")


def test_warcio_finds_nothing_wrong(root: Path) -> None:
    writer = ArchiveWriter(root, "demo", "tests")
    later = SEEN + timedelta(minutes=1)
    for record, kind, number in (response(), response(moment=later, earlier=capture())):
        writer.write(SEEN, kind, record, records.request(URL, SEEN, "GET", [], b"", concurrent_to=number))
    for status in (304, 404, 301, 599):
        record, kind, _ = records.response(URL, later, status, HEADERS, b"", ip=None)
        writer.write(SEEN, kind, record)
    writer.close()
    (path,) = root.rglob("*.warc.gz")
    done = checked(path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") >= 5
    data = bytearray(path.read_bytes())
    record = files.member(root, "demo/" + path.name, 0, 100)
    assert record == data[:100]
    broken = path.with_name("broken.warc")  # one flipped byte, and it would say so
    plain = bytearray(gzip.decompress(bytes(data)))
    plain[plain.index("đối".encode())] ^= 1
    broken.write_bytes(bytes(plain))
    assert checked(broken).returncode == 1


def test_one_file_a_day_that_grows(root: Path) -> None:
    first = written(root)
    second = written(root, PAGE[::-1], SEEN + timedelta(hours=2))
    third = written(root, PAGE, SEEN + timedelta(days=1))
    assert second.file == first.file
    assert second.offset > first.offset + first.length
    assert third.file == "demo/demo-20261106-00001.warc.gz"
    assert (payload(root, first), payload(root, second)) == (PAGE, PAGE[::-1])


def test_a_new_day_begins_a_new_file_in_a_running_crawl(root: Path) -> None:
    writer = ArchiveWriter(root, "demo", "tests")
    places = [writer.write(moment, "response", response(moment=moment)[0]) for moment in (SEEN, SEEN + timedelta(days=1))]  # fmt: skip
    assert [payload(root, place) for place in places] == [PAGE, PAGE], "while they are being written"
    writer.close()
    assert sorted(path.name for path in root.rglob("*.gz*")) == [
        "demo-20261105-00001.warc.gz",
        "demo-20261106-00001.warc.gz",
    ]


def test_a_full_file_is_followed_by_the_next(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FILE_BYTES", 600)
    assert [written(root, os.urandom(600)).file[-14:] for _ in range(3)] == [
        "-00001.warc.gz", "-00002.warc.gz", "-00003.warc.gz"
    ]  # fmt: skip


def test_two_writers_never_share_a_file(root: Path) -> None:
    one, two = ArchiveWriter(root, "demo", "tests"), ArchiveWriter(root, "demo", "tests")
    places = [writer.write(SEEN, "response", response()[0]) for writer in (one, two, one, two)]
    assert places[0].file == places[2].file != places[1].file == places[3].file
    one.close()
    two.close()
    assert all(payload(root, place) == PAGE for place in places)
    assert written(root).file == places[0].file


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.crawler.archive.test_archive import PAGE, SEEN, response
from crawler.archive.files import ArchiveWriter
writer = ArchiveWriter(Path({archive!r}), "demo", "tests")
while True:
    print(*writer.write(SEEN, "response", response(os.urandom(40_000))[0]), flush=True)
"""


@pytest.mark.parametrize("torn", [0, 1, 700, 30_000], ids=lambda bytes_: f"torn {bytes_}")
def test_what_was_written_survives_kill_9(root: Path, torn: int) -> None:
    program = KILLED.format(root=str(Path(__file__).parents[3]), archive=str(root))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().splitlines()
    told = [Place(file, int(offset), int(length), kind) for file, offset, length, kind in map(str.split, lines) if kind]
    (left,) = root.rglob("*.open")
    with left.open("ab") as file:
        file.write(response(os.urandom(40_000))[0][:torn])  # a record that was being written
    place = written(root)
    assert place.file == told[0].file
    (path,) = root.rglob("*.gz*")
    assert path.name == "demo-20261105-00001.warc.gz"
    done = checked(path)
    assert done.returncode == 0, done.stdout
    assert all(len(payload(root, one)) == 40_000 for one in told)
    assert payload(root, place) == PAGE


def test_a_file_that_a_power_cut_left_empty_or_full_of_zeros(root: Path) -> None:
    first = written(root)
    path = root / first.file
    path.rename(path.with_name(path.name + ".open"))
    with path.with_name(path.name + ".open").open("ab") as file:
        file.write(bytes(5000))
    (root / "demo" / "demo-20261104-00001.warc.gz.open").touch()
    second = written(root)
    assert second.file == first.file
    assert (payload(root, first), payload(root, second)) == (PAGE, PAGE)
    assert sorted(p.name for p in root.rglob("*.gz*")) == [path.name]


FULL = """
import os, resource, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.crawler.archive.test_archive import SEEN, response
from crawler.archive.files import ArchiveFailed, ArchiveWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
writer = ArchiveWriter(Path({archive!r}), "demo", "tests")
for _ in range(10):
    try:
        print(*writer.write(SEEN, "response", response(os.urandom(10_000))[0]))
    except ArchiveFailed as error:
        print(error, file=sys.stderr)
writer.close()
"""


@pytest.mark.parametrize("limit", [300, 25_000, 41_000])
def test_a_full_disk_is_told_and_leaves_the_file_whole(root: Path, limit: int) -> None:
    program = FULL.format(root=str(Path(__file__).parents[3]), archive=str(root), limit=limit)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert f"the page archive cannot be written: File too large ({root}/demo)" in done.stderr
    told = [line.split() for line in done.stdout.splitlines()]
    assert len(told) == limit // 10_300
    for file, offset, length, kind in told:
        assert len(payload(root, Place(file, int(offset), int(length), kind))) == 10_000
    for path in root.rglob("*.warc.gz"):
        assert checked(path).returncode == 0


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(ArchiveFailed, match="page archive cannot be written: Not a directory"):
        written(tmp_path / "archive")


@pytest.mark.parametrize(("offset", "length"), [(10**6, 100), (0, 10**6)])
def test_bytes_that_are_not_there(root: Path, offset: int, length: int) -> None:
    place = written(root)
    with pytest.raises(NotInArchive):
        files.member(root, place.file, offset, length)
    with pytest.raises(NotInArchive, match="cannot be read"):
        files.member(root, "demo/none.warc.gz", 0, 1)


def damaged() -> Iterator[bytes]:
    whole = response()[0]
    yield whole[:-9]
    yield whole[5:]
    yield b""
    yield whole[:100] + bytes([whole[100] ^ 255]) + whole[101:]


@pytest.mark.parametrize("data", list(damaged()), ids=["cut", "not gzip", "empty", "flipped"])
def test_damage_is_told(data: bytes) -> None:
    with pytest.raises(records.DamagedRecord):
        records.read(data)


def test_headers_are_kept_in_the_bytes_that_came() -> None:
    given = {"Location": "/tin/bắt.html".encode(), "X-Odd": b"\xe9\xff (+%20)"}
    told = pairs(Response(URL, headers=given))
    plain = zlib.decompress(records.response(URL, SEEN, 301, told, b"", ip=None)[0], records.GZIP)
    assert b"HTTP/1.1 301 Moved Permanently\r\nLocation: " + given["Location"] + b"\r\n" in plain
    assert b"X-Odd: " + given["X-Odd"] + b"\r\n\r\n" in plain


def test_a_line_end_in_a_header_makes_no_header() -> None:
    told = pairs(Response(URL, headers={"X-One": "a\r\nX-Two: b", "Set-Cookie": ["a=1", "b=2"]}))
    record, _, _ = records.response(URL, SEEN, 200, told, PAGE, ip=None)
    read = records.read(record)
    assert read.http_headers["x-one"] == "a X-Two: b"
    assert "x-two" not in read.http_headers
    assert read.payload == PAGE
