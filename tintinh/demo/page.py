"""One answer of the demo portal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the portal."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""
    retry_after: str = ""

    @property
    def etag(self) -> str:
        """A strong validator: the quoted beginning of the body's SHA-256."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'
