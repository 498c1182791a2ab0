"""`python -m bench.faults`: faults done to real crawls at seeded moments; what is lost, duplicated, wrong afterwards.

Each trial crawls a small portal with `tintinh crawl`, meets one fault, is followed by a quiet crawl, and is compared with
what a quiet crawl gives and with every line that was on disk. `hit` counts faults that met a crawl still going on. Exit code 1 if anything is not as it should be.
"""

from __future__ import annotations

import argparse
import itertools
import math
import queue
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Sequence

from bench.faults.kinds import AS_ROOT, KINDS, PREPARED
from bench.faults.trial import scene
from bench.faults.verdict import Verdict

MEASURED = ("trials", "hit", "lost", "duplicated", "wrong")
COUNTED = ("lost", "duplicated", "wrong")


def run(
    names: Sequence[str], kills: int, seed: int, at_a_time: int, minutes: float = math.inf, *, held: bool = False
) -> dict[str, list[tuple[str, Verdict]]]:
    """Trials by kind, each kind in turn; a trial that breaks off is wrong. None begins after so many minutes.

    `held`: every fault meets a crawl that stands still, so that all of them hit.
    """
    latest = time.monotonic() + 60 * minutes
    waiting: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    for number, name in enumerate(itertools.islice(itertools.cycle(names), kills)):
        waiting.put((name, f"{seed}/{number}"))
    found: dict[str, list[tuple[str, Verdict]]] = {name: [] for name in names}

    def work() -> None:
        with scene(held=held) as stage:
            while time.monotonic() < latest:
                try:
                    name, seeded = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    verdict = stage.trial(KINDS[name], PREPARED.get(KINDS[name]), seeded)
                except Exception:
                    verdict = Verdict(wrong=[f"the trial broke off: {traceback.format_exc()}"])
                found[name].append((seeded, verdict))
                for kind in COUNTED:
                    for line in getattr(verdict, kind):
                        print(f"{name} [{seeded}]: {kind}: {line}", file=sys.stderr, flush=True)

    workers = [threading.Thread(target=work) for _ in range(at_a_time)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return found


def table(found: dict[str, list[tuple[str, Verdict]]]) -> Counter[str]:
    """Print a row a kind and the total; the total."""
    total: Counter[str] = Counter()
    print(f"{'fault':<42}" + "".join(f"{kind:>12}" for kind in MEASURED))
    for name, trials in found.items():
        counts = Counter({kind: sum(len(getattr(verdict, kind)) for _, verdict in trials) for kind in COUNTED})
        counts |= Counter(trials=len(trials), hit=sum(verdict.hit for _, verdict in trials))
        total.update(counts)
        print(f"{name:<42}" + "".join(f"{counts[kind]:>12}" for kind in MEASURED))
    print(f"{'total':<42}" + "".join(f"{total[kind]:>12}" for kind in MEASURED))
    if not AS_ROOT:
        print("Not as root: no full disk for the database; for spool and archive files that may not grow.")
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="trials, each kind in turn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", type=int, default=2, help="trials at a time")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no trial after so many")
    parser.add_argument("--only", default="", help="only kinds whose name holds this")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    total = table(run([name for name in KINDS if given.only in name], given.kills, given.seed, given.j, given.minutes))
    print(f"{time.monotonic() - began:.0f} s, seed {given.seed}, {given.kills - total['trials']} trials left undone")
    return 0 if total["trials"] == given.kills and not any(total[kind] for kind in COUNTED) else 1


if __name__ == "__main__":
    sys.exit(main())
