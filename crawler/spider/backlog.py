"""Articles to ask for that wait for others: what Scrapy keeps of a request takes some KB, what it is made from a tenth. Pure."""

from __future__ import annotations

from crawler.spider.decisions import Ask

# Requests that are with Scrapy, at most, before articles wait; a crawl never waits for its backlog.
MOST_UNDER_WAY = 1000


class Backlog:
    """Lets lists and sources pass, and as many articles as may be under way; every answer makes place for one.

    >>> from crawler.spider.decisions import Context
    >>> first, second, section = Ask("http://a.vn/1", Context("article")), Ask("http://a.vn/2", Context("article")), Ask("http://a.vn/", Context())
    >>> backlog = Backlog(most=1)
    >>> len(backlog.admit(first)), len(backlog.admit(second)), len(backlog.admit(section)), len(backlog.waiting)
    (1, 0, 1, 1)
    >>> len(backlog.answered()), [ask.url for ask in backlog.answered()], len(backlog.waiting)
    (0, ['http://a.vn/2'], 0)
    """

    def __init__(self, most: int = MOST_UNDER_WAY) -> None:
        self.most = most
        self.under_way = 0
        self.waiting: list[Ask] = []

    def admit(self, ask: Ask) -> list[Ask]:
        """The request to send now; none where it is an article's and has to wait."""
        if ask.context.role == "article" and ask.context.awaited is None and self.under_way >= self.most:
            self.waiting.append(ask)
            return []
        self.under_way += 1
        return [ask]

    def answered(self) -> list[Ask]:
        """Take in that a request has ended; what may be sent now, the newest first, as Scrapy does."""
        self.under_way -= 1
        return self._next()

    def idle(self) -> list[Ask]:
        """Take in that no request is under way; what may be sent now."""
        self.under_way = 0
        return self._next()

    def _next(self) -> list[Ask]:
        count = min(len(self.waiting), max(0, self.most - self.under_way))
        self.under_way += count
        return [self.waiting.pop() for _ in range(count)]
