"""What a database should hold after what was crawled, and what is lost, duplicated or wrong in one. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class Sight(NamedTuple):
    """An article as it was met: at a moment, with this content."""

    identity: str
    moment: datetime
    content_hash: str


@dataclass(slots=True)
class Crawled:
    """What crawls put on disk: this, and nothing else, belongs into the database."""

    sights: set[Sight] = field(default_factory=set)
    fetches: set[tuple[str, datetime]] = field(default_factory=set)

    def __or__(self, other: Crawled) -> Crawled:
        return Crawled(self.sights | other.sights, self.fetches | other.fetches)


@dataclass(slots=True)
class Stored:
    """What a database holds; a chain is the states of an article with the moment each began."""

    articles: Mapping[str, Mapping[str, Any]]
    chains: Mapping[str, Sequence[tuple[str, datetime]]]
    fetches: Sequence[tuple[str, datetime]]
    oddities: Sequence[str] = ()


@dataclass(slots=True)
class Verdict:
    """What is not as it should be, one line each; `hit`: the fault met a crawl that was still going on."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    hit: bool = False

    def __bool__(self) -> bool:
        return bool(self.lost or self.duplicated or self.wrong)


def chains_of(sights: Iterable[Sight]) -> dict[str, list[tuple[str, datetime]]]:
    """The history that sights amount to: by time, equal neighbours are one state.

    >>> from datetime import UTC
    >>> day = lambda number: datetime(2026, 11, number, tzinfo=UTC)
    >>> found = chains_of([Sight("a", day(3), "new"), Sight("a", day(1), "old"), Sight("a", day(2), "old")])
    >>> [(content, moment.day) for content, moment in found["a"]]
    [('old', 1), ('new', 3)]
    """
    chains: dict[str, list[tuple[str, datetime]]] = {}
    for identity, moment, content_hash in sorted(sights):
        chain = chains.setdefault(identity, [])
        if not chain or chain[-1][0] != content_hash:
            chain.append((content_hash, moment))
    return chains


def judge(
    stored: Stored, quiet: Mapping[str, Mapping[str, Any]], sure: Crawled, maybe: Crawled | None = None
) -> Verdict:
    """Compare a database with a quiet crawl's articles and with what crawls put on disk.

    `maybe`: lines damaged on disk, which may be rejected or, where the damage left their content alone, stored.
    """
    verdict = Verdict(wrong=list(stored.oddities))
    possible = sure | maybe if maybe else sure
    verdict.lost += [f"article {identity}" for identity in quiet.keys() - stored.articles.keys()]
    verdict.duplicated += [f"article {identity}" for identity in stored.articles.keys() - quiet.keys()]
    for identity in quiet.keys() & stored.articles.keys():
        given, wanted = stored.articles[identity], quiet[identity]
        verdict.wrong += [f"{name} of {identity}" for name in wanted if given[name] != wanted[name]]
    least, most = chains_of(sure.sights), chains_of(possible.sights)
    for identity in quiet.keys() & stored.articles.keys():
        _judge_chain(verdict, identity, stored.chains[identity], [least.get(identity, []), most.get(identity, [])])
    counted = Counter(stored.fetches)
    verdict.lost += [f"fetch of {url}" for url, _ in sure.fetches - counted.keys()]
    verdict.duplicated += [
        f"fetch of {fetch[0]}" for fetch, times in counted.items() if times > 1 or fetch not in possible.fetches
    ]
    return verdict


def _judge_chain(
    verdict: Verdict,
    identity: str,
    given: Sequence[tuple[str, datetime]],
    wanted: Sequence[Sequence[tuple[str, datetime]]],
) -> None:
    if list(given) in [list(chain) for chain in wanted]:
        return
    have, least, most = (Counter(content for content, _ in chain) for chain in (given, *wanted))
    missing, surplus = least - have, have - most
    verdict.lost += [f"{times} states of {identity}" for times in missing.values()]
    verdict.duplicated += [f"{times} states of {identity}" for times in surplus.values()]
    if not missing and not surplus:
        verdict.wrong.append(f"order or times of the states of {identity}")
