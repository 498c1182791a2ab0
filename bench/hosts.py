"""`python -m bench.hosts [HOSTS] [DAYS]`: what one PostgreSQL bears when every portal of a country waits in it, and how late news is seen.

Claims: portals that are due found, queued, claimed and ended by eight sessions at once. Lateness: a simulated clock over made-up hosts whose
news come at random, a few of them often, most seldom; the same number of looks a day spent by what is due (as `note_lists.sql` learns it), in turn
(round robin), and as well as anybody could who knew every rate (LambdaCrawl's optimum for the harmonic penalty, Kolobov and others 2019).
"""

from __future__ import annotations

import heapq
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import exp, log, sqrt
from pathlib import Path
from statistics import mean, median

import psycopg

from ingest import migrate
from sql.load import query
from tintinh.embedded import postgres
from work import queue

HOSTS, DAYS = 10_000, 30
SESSIONS = 8
# Hours: what lists are read no oftener and no seldomer than (`note_lists.sql`), and the first interval.
SHORTEST, LONGEST, FIRST = 1.0, 72.0, 6.0
# Looks a host and day that there are in all.
LOOKS = (1.0, 2.0, 3.0)
FILL = """
INSERT INTO news.portal (name, origin, home, hosts, added_at)
SELECT 'h' || n, 'added', 'http://h' || n || '.gov.vn/', ARRAY['h' || n || '.gov.vn'], now() - interval '1 year' FROM generate_series(1, %(hosts)s) AS n;
INSERT INTO news.run (portal, kind, started_at, finished_at, status)
SELECT 'h' || n, 'crawl', now() - interval '3 hours' * r, now() - interval '3 hours' * r + interval '4 minutes', 'ok'
FROM generate_series(1, %(hosts)s) AS n, generate_series(1, 20) AS r;
INSERT INTO news.list (portal, key, kind, every, read_at, next_due)
SELECT 'h' || n, 'http://h' || n || '.gov.vn/' || l, 'section', '3 hours', now() - interval '3 hours', now() - interval '1 minute' * (n %% 60)
FROM generate_series(1, %(hosts)s) AS n, generate_series(1, 6) AS l;
INSERT INTO news.host (host, delay, next_due) SELECT 'h' || n || '.gov.vn', 5, now() - interval '1 hour' FROM generate_series(1, %(hosts)s) AS n;
"""


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def claims(uri: str, hosts: int) -> None:
    """How fast portals are found due, queued, claimed and ended."""
    with psycopg.connect(uri, autocommit=True) as connection:
        migrate.upgrade(connection)
        queue.install(connection)
        for statement in FILL.split(";")[:-1]:
            connection.execute(statement.encode(), {"hosts": hosts})
        connection.execute("ANALYZE")
        found: list[tuple[object, ...]] = []
        took = [
            timed(lambda: found.__setitem__(slice(None), connection.execute(query("due_portals")).fetchall()))
            for _ in range(5)
        ]
        print(f"{len(found)} of {hosts} portals found due: {median(took) * 1000:.0f} ms")
        with queue.Jobs(uri) as jobs:
            took = [timed(lambda: [jobs.crawl(str(row[0]), is_due=True) for row in found])]
        print(f"queued: {len(found) / took[0]:.0f} a second, one by one")

    def work(_: int) -> int:
        number = 0
        with psycopg.connect(queue.conninfo(uri), autocommit=True) as own:
            worker = own.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id").fetchone()
            assert worker is not None
            while True:
                job = own.execute("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['crawls'], %s)", worker).fetchone()
                if job is None or job[0] is None:
                    return number
                own.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", job)
                number += 1

    done: list[int] = []
    with ThreadPoolExecutor(SESSIONS) as pool:
        seconds = timed(lambda: done.extend(pool.map(work, range(SESSIONS))))
    print(
        f"claimed and ended by {SESSIONS} sessions: {sum(done) / seconds:.0f} a second, each of {sum(done)} once: {sum(done) == len(found)}"
    )


def lateness(
    rates: Sequence[float], days: float, looks: float, policy: str, seed: int = 1
) -> tuple[float, float, float]:
    """Mean and 95th percentile of hours from news to the look that finds it, and looks a host and day, after a week to settle.

    `rates` are news a day, `looks` how many looks a host and day there are.
    """
    chance = random.Random(seed)
    news = [chance.expovariate(rate) * 24 for rate in rates]  # when each host's next is published
    gap = 24 / (looks * len(rates))  # hours between two looks of the whole fleet
    every = [FIRST] * len(rates)
    best = optimum(rates, looks) if policy == "optimum" else []
    queue_ = [(chance.uniform(0, FIRST if not best else 24 / best[host]), host) for host in range(len(rates))]
    heapq.heapify(queue_)
    late: list[float] = []
    now, settled, made = 0.0, 7 * 24.0, 0
    while now < settled + days * 24:
        due, host = heapq.heappop(queue_)
        now = max(now + gap, due) if policy == "due" else now + gap if policy == "turn" else due
        met = 0
        while news[host] <= now:
            if now > settled:
                late.append(now - news[host])
            news[host] += chance.expovariate(rates[host]) * 24
            met += 1
        made += now > settled
        if policy == "due":
            every[host] = min(LONGEST, max(SHORTEST, every[host] * (0.5 if met else 1.5)))
            heapq.heappush(queue_, (now + every[host], host))
        elif policy == "turn":
            heapq.heappush(queue_, (now + 1e6, host))
        else:
            heapq.heappush(queue_, (now + 24 / best[host] * chance.uniform(0.9, 1.1), host))
    late.sort()
    return mean(late), late[int(len(late) * 0.95)], made / len(rates) / days


def optimum(rates: Sequence[float], looks: float) -> list[float]:
    """Looks a day of each host that make the harmonic penalty least, for who knows the rates; none oftener than once an hour."""

    def spread(price: float) -> list[float]:
        return [min(24.0, (-rate + sqrt(rate * rate + 4 * rate / price)) / 2) for rate in rates]

    low, high = 1e-9, 1e6
    for _ in range(100):
        middle = sqrt(low * high)
        low, high = (middle, high) if mean(spread(middle)) > looks else (low, middle)
    return spread(high)


def main() -> None:
    """Print both."""
    hosts = int(sys.argv[1]) if len(sys.argv) > 1 else HOSTS
    days = float(sys.argv[2]) if len(sys.argv) > 2 else DAYS
    with tempfile.TemporaryDirectory() as folder, postgres.server(Path(folder)) as uri:
        claims(uri, hosts)
    chance = random.Random(7)
    rates = [min(60.0, exp(chance.gauss(log(0.8), 1.3))) for _ in range(hosts)]
    print(
        f"\nnews a day and host: median {median(rates):.1f}, mean {mean(rates):.1f}; hours from news to the look that finds it, mean and 95 %"
    )
    for looks in LOOKS:
        for policy in ("due", "turn", "optimum"):
            average, late, made = lateness(rates, days, looks, policy)
            print(f"{looks:4.0f} looks a day  {policy:8} {average:6.2f} {late:7.2f}   ({made:.2f} looks made)")


if __name__ == "__main__":
    main()
