"""Whether an app can be tried, and what its tokens say, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.texts import marked
from idp.http.account.moment import Moment, moment
from idp.http.console.claim_words import TIMES, WORDS
from idp.http.console.try_tokens import claims_of
from idp.http.language import texts_of
from idp.oauth.clients.authentication import SECRET_METHODS

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.apps.client import Client
    from idp.domain.texts import Texts

TITLES = {"id_token": marked("ID token"), "access_token": marked("Access token"), "refresh_token": marked("Refresh token")}


class Member(NamedTuple):
    """A member of a token. `at`: its time, if it is one. `words`: what it means, or empty."""

    name: str
    value: str
    at: Moment | None
    words: str


class Told(NamedTuple):
    """A token in words. `seconds`: how long it would have lived. Without `claims` it is sealed for this provider or for the app."""

    title: str
    kind: str
    seconds: int | None
    header: list[Member]
    claims: list[Member]


def obstacle(client: Client, *, person: bool = True) -> str:
    """Return why the console cannot try this app, as a word that the page explains; empty if it can. `person`: with a sign-in."""
    needed = "authorization_code" if person else "client_credentials"
    rules = (
        (needed not in client.grant_types, "kind"),
        (client.disabled, "disabled"),
        (client.registered_by is not None, "dynamic"),  # its redirect URIs are its own to change
        (not (client.is_public or set(SECRET_METHODS) & set(client.auth_methods)), "key"),
        (client.is_sender_constrained or (person and (client.must_push or client.must_sign)), "bound"),
    )
    return next((word for applies, word in rules if applies), "")


def told(request: Request, answer: dict[str, Any]) -> list[Told]:
    """Return the tokens of a token response (RFC 6749 §5.1) in words, without the tokens."""
    texts = texts_of(request)
    return [_told(texts, kind, answer[kind], answer) for kind in TITLES if kind in answer]


def _told(texts: Texts, kind: str, token: str, answer: dict[str, Any]) -> Told:
    claims = claims_of(token)
    lives = dict(claims)
    seconds = lives["exp"] - lives["iat"] if {"exp", "iat"} <= lives.keys() else answer["expires_in"] if kind == "access_token" else None
    header = claims_of(token, 0) if kind != "refresh_token" else []
    return Told(texts.text(TITLES[kind]), kind, seconds, *([_member(texts, *one) for one in part] for part in (header, claims)))


def _member(texts: Texts, name: str, value: Any) -> Member:
    at = moment(value) if name in TIMES and isinstance(value, int) else None
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Member(name, shown, at, texts.text(WORDS[name]) if name in WORDS else "")
