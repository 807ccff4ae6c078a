"""A stand-in for outgoing requests to apps that receive logout tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.adapters.outgoing import Fetched, FetchRefused

if TYPE_CHECKING:
    from collections.abc import Mapping


class Apps:
    """Records the forms that apps accepted. `answers` sets the status for a URL (default 200); 0 means that the app is down."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, int] = {}

    def get(self, url: str, *, accept: str = "", limit: int = 0, timeout: float = 0) -> Fetched:
        del url, accept, limit, timeout
        raise FetchRefused("not asked")

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = 0) -> int:
        del timeout
        answer = self.answers.get(url, 200)
        if not answer:
            raise FetchRefused("down")
        if answer == 200:
            self.heard.append((url, dict(form)))
        return answer
