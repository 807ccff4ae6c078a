"""Client metadata documents that a server on this machine publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp.domain.apps.client import Client
from tests.integration.oidc.registering import as_json
from tests.support.calling import Answer
from tests.support.deployment import App, Deployment, asked_by
from tests.support.tls import HttpsSite

REDIRECT = "https://agent.example/cb"


@dataclass
class Published:
    """A client metadata document at its own URL, on a site that the test controls."""

    site: HttpsSite
    idp: Deployment
    url: str

    def serves(
        self, *, status: str = "200 OK", content_type: str = "application/json", headers: dict[str, str] | None = None, **m: Any
    ) -> None:
        """Serve a valid document with these members changed. A member of ... is left out."""
        document = {
            "client_id": self.url, "client_name": "An agent", "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], **m,
        }  # fmt: skip
        told = {name: value for name, value in document.items() if value is not ...}
        self.site.answer = as_json(told, status, content_type, **(headers or {}))

    @property
    def app(self) -> App:
        """The app that the document describes."""
        return App(Client(id=self.url, redirect_uris=(REDIRECT,), auth_methods=("none",)))

    def asked(self, **changes: str | None) -> Answer:
        """Send GET /authorize in the browser of a new signed-in user."""
        return self.idp.browser(self.idp.person()).get("/authorize", asked_by(self.app, **changes))

    def accepted(self) -> bool:
        """Return whether /authorize answers with a page of status 200 (consent). Otherwise assert an error page of status 400."""
        answer = self.asked()
        assert answer.is_page
        assert answer.status in {200, 400}
        return answer.status == 200
