"""Addresses that somebody wants fetched now: taken over HTTP from who has a token, fetched by a worker."""

from __future__ import annotations

import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reader.serve.answers import dumped, json_answer, problem
from reader.serve.api import NotFound

# Bytes of a body; an address has at most 2,000 characters.
LONGEST = 16_000
# Requests of one token within so many seconds.
MOST, WITHIN = 60, 3600.0


class Refused(ValueError):
    """An address is not fetched; why."""


class Full(Exception):
    """So much waits already that nothing more is taken; why."""


class Fetching(Protocol):
    """What takes addresses; called in threads."""

    def owner(self, token: str) -> str | None:
        """Whose token this is; None where it is nobody's. Raises Unavailable."""

    def take(self, url: str) -> int:
        """Have an address fetched; the number of the job. Raises Refused, Full, Unavailable."""

    def job(self, number: int) -> Mapping[str, Any] | None:
        """How a job goes: `id`, `url`, `state`, `article` (id) or `reason` once it has ended. Raises Unavailable."""


class Limit:
    """So many requests of one who asks within a time that goes along."""

    def __init__(self, most: int = MOST, within: float = WITHIN) -> None:
        self.most, self.within = most, within
        self._asked: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, who: str, now: float) -> float:
        """Seconds until this one may ask; 0: now, and that counts.

        >>> limit = Limit(most=2, within=10.0)
        >>> limit.wait("a", 0), limit.wait("a", 4), limit.wait("a", 5), limit.wait("b", 5), limit.wait("a", 10)
        (0.0, 0.0, 5.0, 0.0, 0.0)
        """
        asked = self._asked[who]
        while asked and now - asked[0] >= self.within:
            asked.popleft()
        if len(asked) >= self.most:
            return self.within - (now - asked[0])
        asked.append(now)
        return 0.0


def routes(fetching: Fetching) -> list[Route]:
    """The addresses that take work and say how it goes."""
    limit = Limit()

    async def fetch(request: Request) -> Response:
        """Take an address: 202 and where to ask how it went."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        who = await run_in_threadpool(fetching.owner, token.strip()) if scheme.lower() == "bearer" and token else None
        if who is None:
            answer = problem(
                HTTPStatus.UNAUTHORIZED, "Unauthorized", "a bearer token is wanted: `tintinh tokens add NAME` makes one"
            )
            answer.headers["WWW-Authenticate"] = 'Bearer realm="tintinh"'
            return answer
        try:
            url = _address(await _body(request))
            if seconds := limit.wait(who, time.monotonic()):
                answer = problem(
                    HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests", f"{MOST} addresses an hour are taken"
                )
                answer.headers["Retry-After"] = str(int(seconds) + 1)
                return answer
            number = await run_in_threadpool(fetching.take, url)
        except Refused as error:
            return problem(HTTPStatus.BAD_REQUEST, "Bad Request", str(error))
        except Full as error:
            answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable", str(error))
            answer.headers["Retry-After"] = "60"
            return answer
        place = f"{request.scope.get('root_path', '')}/api/v1/jobs/{number}"
        body = dumped({"id": number, "url": url, "state": "waiting", "location": place})
        return Response(body, HTTPStatus.ACCEPTED, {"Location": place, "Cache-Control": "no-store"}, "application/json")

    def job(request: Request) -> Response:
        """How a job goes."""
        number = request.path_params["id"]
        found = fetching.job(number) if number < 2**63 else None
        if found is None:
            raise NotFound(f"there is no job {number}; ended ones are forgotten after a week")
        return json_answer(request, found)

    return [
        Route("/api/v1/fetch", fetch, methods=["POST"]),
        Route("/api/v1/jobs/{id:int}", job, methods=["GET"]),
    ]


async def _body(request: Request) -> bytes:
    """The body of a request. Raises Refused for one that no address needs."""
    found = b""
    async for part in request.stream():
        found += part
        if len(found) > LONGEST:
            raise Refused(f"the body is longer than {LONGEST} bytes")
    return found


def _address(body: bytes) -> str:
    """The address in a body of JSON. Raises Refused.

    >>> _address(b'{"url": "https://congan.example.vn/tin/1-bai.html"}')
    'https://congan.example.vn/tin/1-bai.html'
    >>> _address(b'{"url": 5}')
    Traceback (most recent call last):
        ...
    reader.serve.fetching.Refused: the body is to be {"url": "https://…"}
    """
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("the body is no JSON") from error
    url = given.get("url") if isinstance(given, dict) else None
    if not isinstance(url, str) or not url.strip():
        raise Refused('the body is to be {"url": "https://…"}')
    return url.strip()
