"""What is written is there, whole, and nothing else is taken for it."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from crawler.article import encode
from crawler.lines import Fetch, Rejection
from ingest import spool
from ingest.errors import SpoolFailed
from ingest.segments import ingest_segment
from ingest.sink import SpoolSink
from ingest.spool import SpoolWriter, lines, pending, seal, unseal
from ingest.store import ingest_file
from tests.support import article, at

# Writes one line, says so, then waits to be killed.
WRITER = """
import sys, time
from pathlib import Path
from ingest.spool import SpoolWriter, seal
writer = SpoolWriter(Path(sys.argv[1]), "demo-1")
writer.write(sys.stdin.buffer.readline().strip())
print("written", flush=True)
time.sleep(600)
"""


def stored(connection: psycopg.Connection) -> list[str]:
    return [str(row[0]) for row in connection.execute("SELECT title FROM news.article ORDER BY id")]


def rejected(connection: psycopg.Connection) -> list[tuple[str, bytes]]:
    return [(row[0], bytes(row[1])) for row in connection.execute("SELECT reason, item FROM news.reject ORDER BY id")]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """How many bytes of each file, by inode, were brought to disk; of a folder, how often."""
    found: dict[int, int] = {}
    original = os.fsync

    def fsync(handle: int) -> None:
        original(handle)
        state = os.fstat(handle)
        found[state.st_ino] = found.get(state.st_ino, 0) + 1 if stat.S_ISDIR(state.st_mode) else state.st_size

    monkeypatch.setattr(os, "fsync", fsync)
    return found


def test_a_line_is_on_disk_when_it_is_written(tmp_path: Path, synced: dict[int, int]) -> None:
    """All of it, and the name of its file; power cuts cannot be tested, so what the system is asked for is."""
    writer, folder = SpoolWriter(tmp_path, "demo-1"), tmp_path.stat().st_ino
    for count in range(1, 4):
        writer.write(*[encode(article(number)) for number in range(count)])
        (segment,) = tmp_path.iterdir()
        assert synced[segment.stat().st_ino] == segment.stat().st_size > 0
        assert synced[folder] == 1, "a new name is on disk as well"
    writer.close()
    assert synced[folder] == 2, "and a changed one"


def test_what_a_sink_is_given_is_on_disk_when_it_returns(tmp_path: Path, synced: dict[int, int]) -> None:
    sink = SpoolSink(spool=str(tmp_path), prefix="demo-1")
    sink.write([article(1)])
    (segment,) = tmp_path.iterdir()
    assert synced[segment.stat().st_ino] == segment.stat().st_size > 0
    sink.close()


def test_seal_and_unseal_are_inverse() -> None:
    for content in (encode(article()), b'{"title":"\\",\\"crc\\":\\"00000000\\"}"}', b'{"a":{"crc":"00000000"}}'):
        assert unseal(seal(content)) == content
        assert json.loads(seal(content)).keys() == {*json.loads(content), "crc"}


def test_a_line_without_checksum_is_taken_as_it_is() -> None:
    assert unseal(b'{"title":"x"}') == b'{"title":"x"}'


def test_any_flipped_bit_is_noticed_or_harmless() -> None:
    content = b'{"title":"Tin","body":"x"}'
    sealed = seal(content)
    for place in range(len(sealed)):
        for bit in range(8):
            damaged = sealed[:place] + bytes([sealed[place] ^ 1 << bit]) + sealed[place + 1 :]
            try:
                read = json.loads(unseal(damaged))
            except ValueError:
                continue
            read = {name: value for name, value in read.items() if name in {"title", "body"}}
            assert read == json.loads(content), damaged


def test_what_is_written_waits_for_ingest_once_it_is_closed(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, "demo-1")
    writer.write(b'{"a":1}', b'{"a":2}')
    writer.write(b'{"a":3}')
    assert pending(tmp_path) == [], "a segment that is being written is nobody else's"
    assert len(list(tmp_path.glob("*.open"))) == 1
    writer.close()
    (segment,) = pending(tmp_path)
    with segment.open("rb") as stream:
        assert [unseal(line) for line in lines(stream)] == [b'{"a":1}', b'{"a":2}', b'{"a":3}']
    writer.close()
    assert pending(tmp_path) == [segment]


def test_a_writer_that_wrote_nothing_leaves_nothing(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path / "spool", "demo-1")
    writer.write()
    writer.close()
    assert not (tmp_path / "spool").exists()
    assert pending(tmp_path / "spool") == []


def test_segments_rotate_and_come_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 50)
    writer = SpoolWriter(tmp_path, "demo-1")
    for number in range(12):
        writer.write(b'{"number":%d}' % number)
    writer.close()
    found = []
    for segment in pending(tmp_path):
        with segment.open("rb") as stream:
            found += [json.loads(unseal(line))["number"] for line in lines(stream)]
    assert found == list(range(12))
    assert len(pending(tmp_path)) > 3


def test_segments_of_several_portals_come_in_order_of_time(tmp_path: Path) -> None:
    writers = [SpoolWriter(tmp_path, f"{name}-{run}") for name, run in (("z-one", 1), ("a-two", 20), ("m", 3))]
    for number, writer in enumerate(writers):
        writer.write(b'{"number":%d}' % number)
    for writer in writers:
        writer.close()
    assert [json.loads(path.read_bytes())["number"] for path in pending(tmp_path)] == [0, 1, 2]


def test_a_segment_of_a_dead_writer_is_picked_up_and_that_of_a_living_is_not(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(encode(article()) + b"\n")
        process.stdin.close()
        try:
            assert process.stdout.readline() == b"written\n"
            assert pending(tmp_path) == []
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        (segment,) = pending(tmp_path)
        assert segment.suffix == ".jsonl"
        with segment.open("rb") as stream:
            assert [unseal(line) for line in lines(stream)] == [encode(article())]


def test_looking_while_writers_finish_never_fails_and_never_loses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many look for segments while one writes: every line is seen exactly once in the end."""
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 1)
    taken: list[bytes] = []
    failures: list[BaseException] = []
    done = threading.Event()
    counting = threading.Lock()

    def take() -> None:
        for segment in pending(tmp_path):
            claimed = segment.with_suffix(".mine")
            try:
                segment.rename(claimed)
            except FileNotFoundError:
                continue  # the other one was quicker
            with counting:
                taken.extend(claimed.read_bytes().splitlines())

    def look() -> None:
        try:
            while not done.is_set():
                take()
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    writer = SpoolWriter(tmp_path, "demo-1")
    for number in range(300):
        writer.write(b'{"number":%d}' % number)
    writer.close()
    done.set()
    for reader in readers:
        reader.join()
    take()
    assert failures == []
    assert sorted(json.loads(line)["number"] for line in taken) == list(range(300))


def test_a_torn_last_line_is_a_reject_that_keeps_what_is_left(connection: psycopg.Connection, tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, "demo-1")
    writer.write(encode(article(1)), encode(article(2)))
    writer.close()
    (segment,) = pending(tmp_path)
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-40])
    figures = ingest_segment(connection, segment)
    assert (figures.new, figures.rejected) == (1, 1)
    assert stored(connection) == ["Bài số 1"]
    assert [item for _, item in rejected(connection)] == [whole[:-40].splitlines()[1]]
    assert not segment.exists()


def test_a_flipped_byte_is_a_reject_with_the_item_kept(connection: psycopg.Connection) -> None:
    good, bad = seal(encode(article(1))), seal(encode(article(2))).replace("Bài số 2".encode(), "Bài số 3".encode())
    figures = ingest_file(connection, io.BytesIO(good + b"\n" + bad + b"\n"))
    assert (figures.new, figures.rejected) == (1, 1)
    ((reason, item),) = rejected(connection)
    assert "checksum" in reason
    assert item == bad
    assert stored(connection) == ["Bài số 1"]


def test_blank_lines_and_foreign_line_ends_do_no_harm() -> None:
    assert list(lines(io.BytesIO(b'\n{"a":1}\r\n\n  \n{"a":2}'))) == [b'{"a":1}', b'{"a":2}']


def limited_writes(folder: Path, limit: int) -> tuple[int, str]:
    """In a process whose files may not grow beyond `limit`: write until it fails, then once more."""
    program = f"""
import resource, sys
from pathlib import Path
from ingest.errors import SpoolFailed
from ingest.spool import SpoolWriter
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
writer = SpoolWriter(Path(sys.argv[1]), "demo-1")
count = 0
while True:
    try:
        writer.write(b'{{"number":%d}}' % count)
    except SpoolFailed as error:
        print(count, error)
        break
    count += 1
try:
    writer.write(b'{{"number":-1}}')
except SpoolFailed:
    print("again")
"""
    done = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    first, again = done.stdout.splitlines()
    assert again == "again"
    count, _, reason = first.partition(" ")
    return int(count), reason


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="the system cannot limit files")
@pytest.mark.parametrize("limit", [500, 501, 510, 517])
def test_a_full_disk_fails_and_leaves_the_segment_whole(tmp_path: Path, limit: int) -> None:
    count, reason = limited_writes(tmp_path / "spool", limit)
    assert "spool cannot be written" in reason
    assert str(tmp_path / "spool") in reason
    (segment,) = pending(tmp_path / "spool")
    with segment.open("rb") as stream:
        assert [json.loads(unseal(line))["number"] for line in lines(stream)] == list(range(count))
    assert segment.read_bytes().endswith(b"\n")
    assert count > 5


def test_a_file_where_the_spool_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("x")
    with pytest.raises(SpoolFailed, match=r"spool cannot be written: .*spool"):
        SpoolWriter(tmp_path / "spool", "demo-1").write(b"{}")


def test_the_sink_writes_lines_of_all_kinds(tmp_path: Path, connection: psycopg.Connection) -> None:
    sink = SpoolSink(spool=str(tmp_path), prefix="demo-1", run=7)
    url = "http://demo.vn/tin/1-bai.html"
    answer = Fetch(portal="demo", url=url, fetched_at=at(0), status=200, etag='"x"', bytes=5, digest="d")
    sink.write([answer, article(1)])
    (segment,) = tmp_path.iterdir()
    written = [json.loads(line) for line in segment.read_bytes().splitlines()]
    assert [line.get("kind", "article") for line in written] == ["fetch", "article"]
    assert written[0]["run_id"] == 7
    sink.write([Rejection(portal="demo", url="http://demo.vn/login", reason="not an article page", fetched_at=at(1))])
    sink.close()
    (segment,) = pending(tmp_path)
    figures = ingest_segment(connection, segment)
    assert (figures.new, figures.rejected) == (1, 1)
    assert connection.execute("SELECT url, status, etag, bytes FROM news.fetch").fetchall() == [
        ("http://demo.vn/tin/1-bai.html", 200, '"x"', 5)
    ]
    assert connection.execute("SELECT etag FROM news.sighting").fetchall() == [('"x"',)]
    assert connection.execute("SELECT url, reason FROM news.reject").fetchall() == [
        ("http://demo.vn/login", "not an article page")
    ]
