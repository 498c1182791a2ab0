"""What a portal's pages have in common: where its articles keep their fields, what its cards print, how its lists end.

Learned from every article and list of a crawl, kept with the run, held against the next one: where it stops fitting,
the portal has changed its layout. It decides nothing about a page: reading stays a function of the page alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.platforms.base import Fields, Listing

# Fields whose share of articles says whether a portal is read as it was.
FILLED = ("published_at", "byline", "authors", "unit", "credit", "section", "lead", "images")
PLACED = ("title", "body", "published_at")
# Articles from which on a crawl is compared with those before.
ENOUGH = 8
# What earlier crawls count for at most, in articles: what was long ago is forgotten.
REMEMBERED = 200
# So unlikely must chance be before it is called a change.
CHANCE = 1e-6
# Share of the articles that a place must have had to be called the portal's, and at most to be new.
_USUAL = 0.6
_NEW = 0.02


@dataclass(slots=True)
class Wrapper:
    """Counts of what was met: articles, and where or whether each field was found; lists, and what they print.

    >>> wrapper = Wrapper()
    >>> for _ in range(3):
    ...     wrapper.learn(Fields("Tên", "a#1", byline="Hữu Liêm", places={"title": "div > h1.title"}))
    >>> wrapper.rate("byline"), wrapper.places["title"]
    (1.0, Counter({'div > h1.title': 3}))
    """

    articles: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    places: dict[str, Counter[str]] = field(default_factory=dict)
    lists: int = 0
    entries: int = 0
    cards: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    # Which rules read the articles: what others read otherwise is no change of the portal's.
    rules: str | None = None

    def learn(self, read: Fields | Listing) -> None:
        """Take in an article, or a page of a list."""
        if isinstance(read, Fields):
            self._learn_article(read)
        else:
            self._learn_list(read)

    def _learn_article(self, fields: Fields) -> None:
        self.articles += 1
        self.filled.update(name for name in FILLED if getattr(fields, name))
        for name in PLACED:
            if (rule := fields.extracted_by.get(name, "")) or name in fields.places:
                where = fields.places.get(name) or rule.partition(" (against ")[0]
                self.places.setdefault(name, Counter())[where] += 1

    def _learn_list(self, listing: Listing) -> None:
        self.lists += 1
        self.entries += len(listing.cards)
        for card in listing.cards.values():
            self.cards.update(card.prints)
        if listing.end:
            self.ends[listing.end] += 1

    def rate(self, name: str) -> float:
        """The share of the articles that have a field; 0 where there are none."""
        return self.filled[name] / self.articles if self.articles else 0.0

    def changes_since(self, before: Wrapper, *, enough: int = ENOUGH, chance: float = CHANCE) -> list[str]:
        """What no longer fits, one line each; empty where either knows too few articles to tell.

        >>> from dataclasses import replace
        >>> before = Wrapper(40, Counter(byline=38), {"title": Counter({"h1.title": 40})})
        >>> now = Wrapper(20, Counter(), {"title": Counter({"div > h2": 20})})
        >>> for line in now.changes_since(before):
        ...     print(line)
        byline in 0 of 20 articles, in 95 % before
        title in `div > h2`, in `h1.title` before
        >>> before.changes_since(before), Wrapper(3).changes_since(before), replace(now, rules="newer").changes_since(before)
        ([], [], [])
        """
        if self.rules != before.rules or self.articles < enough or before.articles < ENOUGH:
            return []
        return [*self._emptied(before, chance), *self._moved(before, chance)]

    def _emptied(self, before: Wrapper, chance: float) -> Iterator[str]:
        for name in FILLED:
            share = (before.filled[name] + 1) / (before.articles + 2)
            if self.rate(name) < share / 2 and _at_most(self.filled[name], self.articles, share) < chance:
                yield f"{name} in {self.filled[name]} of {self.articles} articles, in {before.rate(name):.0%} before".replace(
                    "%", " %"
                )

    def _moved(self, before: Wrapper, chance: float) -> Iterator[str]:
        for name in PLACED:
            earlier, now = before.places.get(name, Counter()), self.places.get(name, Counter())
            if not earlier or not now:
                continue
            (usual, count), (found, times) = earlier.most_common(1)[0], now.most_common(1)[0]
            share = count / before.articles
            is_new = earlier[found] <= _NEW * before.articles and times > _USUAL * self.articles
            if share > _USUAL and is_new and _at_most(now[usual], self.articles, share) < chance:
                yield f"{name} in `{found}`, in `{usual}` before"

    def joined(self, before: Wrapper) -> Wrapper:
        """What both know; of what was before no more than counts for `REMEMBERED` articles, and nothing that other rules read."""
        if self.rules != before.rules:
            return self if self.articles else before
        fading = min(1.0, REMEMBERED / before.articles) if before.articles else 1.0
        return Wrapper(
            self.articles + round(before.articles * fading),
            _sum(self.filled, before.filled, fading),
            {
                name: _sum(self.places.get(name, Counter()), before.places.get(name, Counter()), fading)
                for name in PLACED
                if name in self.places or name in before.places
            },
            self.lists + round(before.lists * fading),
            self.entries + round(before.entries * fading),
            _sum(self.cards, before.cards, fading),
            _sum(self.ends, before.ends, fading),
            self.rules,
        )

    def plain(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {
            "articles": self.articles,
            "filled": dict(self.filled),
            "places": {name: dict(found.most_common(5)) for name, found in self.places.items()},
            "lists": self.lists,
            "entries": self.entries,
            "cards": dict(self.cards),
            "ends": dict(self.ends),
            "rules": self.rules,
        }


def of_plain(told: Mapping[str, Any]) -> Wrapper:
    """What `Wrapper.plain` made; without a field that it does not have.

    >>> wrapper = Wrapper(2, Counter(byline=1), {"title": Counter({"h1": 2})}, 3, 9, Counter(date=8), Counter(seen=1))
    >>> of_plain(wrapper.plain()) == wrapper
    True
    """
    return Wrapper(
        told.get("articles", 0),
        Counter(told.get("filled", {})),
        {name: Counter(found) for name, found in told.get("places", {}).items()},
        told.get("lists", 0),
        told.get("entries", 0),
        Counter(told.get("cards", {})),
        Counter(told.get("ends", {})),
        told.get("rules"),
    )


def _sum(now: Counter[str], before: Counter[str], fading: float) -> Counter[str]:
    return now + Counter({name: round(count * fading) for name, count in before.items()})


def _at_most(found: int, of: int, share: float) -> float:
    """How likely chance gives no more than `found` of `of` where a share of all is right (binomial).

    >>> round(_at_most(0, 10, 0.5), 6)
    0.000977
    """
    return sum(math.comb(of, count) * share**count * (1 - share) ** (of - count) for count in range(found + 1))
