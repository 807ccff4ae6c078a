"""The measured flows, the same for every provider. Endpoints come from its metadata, and its pages are answered as forms."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.support.forms import Browser, Page


@dataclass(frozen=True)
class Account:
    """The account that signs in, the app, and the service that fetches tokens for itself."""

    client_id: str
    client_secret: str
    redirect_uri: str
    service_id: str
    service_secret: str
    fields: Mapping[str, str | Callable[[], str]]
    """Answers to the sign-in pages by field name. On a page without any of these fields the approving button is pressed.

    A code of a second factor is made when it is needed.
    """
    first_visit: dict[str, str] = field(default_factory=dict)
    """Parameters that this provider needs for a sign-in that yields a refresh token."""


class Relying:
    """An app and its person over one httpx client. Each flow keeps what the next one needs."""

    def __init__(self, http: httpx.Client, account: Account) -> None:
        self.http = http
        self.account = account
        self._browser = Browser(http, stop=account.redirect_uri)
        self.paths: dict[str, str] = {}
        self._refresh_token = ""
        self.access_token = ""

    def discovery(self) -> None:
        """Fetch the metadata document."""
        found = self.http.get("/.well-known/openid-configuration").raise_for_status().json()
        self.paths = {name: urlsplit(url).path for name, url in found.items() if name.endswith("_endpoint")}

    def client_credentials(self) -> None:
        """Fetch a token of a service."""
        self._token(self.account.service_id, self.account.service_secret, grant_type="client_credentials")

    def sign_in_page(self) -> None:
        """Load the page to which the app sends the browser."""
        self.http.cookies.clear()
        self._open({})

    def login(self) -> None:
        """Sign in without a session: authorize, the pages, the code, the tokens."""
        self.http.cookies.clear()
        tokens = self._visit(self.account.first_visit)
        self._refresh_token = tokens["refresh_token"]

    def sso_visit(self) -> None:
        """Sign in with a session: authorize, the code, the tokens; no page."""
        self._visit({})

    def refresh(self) -> None:
        """Refresh the tokens."""
        tokens = self._token(
            self.account.client_id, self.account.client_secret, grant_type="refresh_token", refresh_token=self._refresh_token
        )
        self._refresh_token = tokens["refresh_token"]

    def _visit(self, extra: dict[str, str]) -> dict[str, Any]:
        page, verifier, state = self._open(extra)
        answer = self._sign_in(page).answer
        if answer.get("state") != state or "code" not in answer:
            raise AssertionError(f"not a code for this request: {answer}")
        return self._token(
            self.account.client_id,
            self.account.client_secret,
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=self.account.redirect_uri,
            code_verifier=verifier,
        )

    def _open(self, extra: dict[str, str]) -> tuple[Page, str, str]:
        """Return the request, its verifier and its state."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        page = self._browser.open(
            self.paths["authorization_endpoint"],
            {
                "response_type": "code",
                "client_id": self.account.client_id,
                "redirect_uri": self.account.redirect_uri,
                "scope": "openid offline_access",
                "state": state,
                "nonce": secrets.token_urlsafe(16),
                "code_challenge": challenge,
                "code_challenge_method": "S256",
                **extra,
            },
        )
        return page, verifier, state

    def _sign_in(self, page: Page) -> Page:
        for _ in range(6):
            if page.redirected_to is not None:
                return page
            known = {name: _value(self.account.fields[name]) for name in page.fields & set(self.account.fields)}
            button = "approve" if not known and page.has_button("approve") else None
            page = self._browser.submit(page, known, button=button)
        raise AssertionError(f"signing in does not end: {page}")

    def _token(self, client_id: str, client_secret: str, **form: str) -> dict[str, Any]:
        answer = self.http.post(self.paths["token_endpoint"], auth=(client_id, client_secret), data=form)
        tokens: dict[str, Any] = answer.raise_for_status().json()
        self.access_token = tokens["access_token"]
        return tokens


def _value(given: str | Callable[[], str]) -> str:
    return given if isinstance(given, str) else given()
