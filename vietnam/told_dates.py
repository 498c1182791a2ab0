"""Dates that a page does not tell and others do: when they count beside it. Pure functions."""

from __future__ import annotations

from datetime import datetime

from vietnam.dates import VIETNAM

# How `extracted_by` begins for a date that the article's page does not print.
ELSEWHERE = "elsewhere: "


def is_more_exact(told: datetime, told_precision: str, page: datetime | None, page_precision: str | None) -> bool:
    """Whether what is told elsewhere says more than a page, and does not speak against it.

    >>> from datetime import UTC
    >>> told = datetime(2026, 11, 5, 18, 47, tzinfo=UTC)
    >>> is_more_exact(told, "minute", datetime(2026, 11, 6, tzinfo=VIETNAM), "day"), is_more_exact(told, "day", None, None)
    (True, True)
    >>> is_more_exact(told, "minute", datetime(2026, 11, 5, tzinfo=VIETNAM), "day")
    False
    """
    if page is None:
        return True
    same_day = told.astimezone(VIETNAM).date() == page.astimezone(VIETNAM).date()
    return same_day and page_precision == "day" and told_precision == "minute"
