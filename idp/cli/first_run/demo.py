"""People and apps to try the provider with. Development only."""

from __future__ import annotations

from typing import Any

from idp.cli.first_run.people import Person

APP = "demo-app"
"""The client of the demo app that `idp dev` starts."""


def people() -> list[Person]:
    """Return a person without a second factor and one with TOTP. Both have every claim of profile, email, address and phone."""
    ada = _claims("Ada", "King", "Lovelace", birthdate="1985-12-10", zone="Europe/London", locale="en-GB", phone="+442079460123")
    grace = _claims("Grace", "Brewster", "Hopper", birthdate="1906-12-09", zone="America/New_York", locale="en-US", phone="+12025550143")
    london = _address("12 Park Lane", "London", "Greater London", "W1K 7AA", "United Kingdom")
    arlington = _address("1 Navy Way", "Arlington", "Virginia", "22201", "United States")
    return [
        Person("ada@example.com", claims={**ada, "address": london}),
        Person("grace@example.com", totp=True, claims={**grace, "address": arlington}),
    ]


def apps(port: int) -> list[dict[str, Any]]:
    """Return two confidential clients and a public one. The first is the demo app, on the port after the provider's."""
    return [
        _app(APP, "Demo app", port + 1, auth_methods=["client_secret_basic", "client_secret_post"]),
        _app("demo-web", "Demo web shop", port + 2, auth_methods=["client_secret_basic", "client_secret_post"]),
        _app("demo-spa", "Demo single-page app", port + 3, auth_methods=["none"]),
    ]


def _app(client_id: str, name: str, port: int, *, auth_methods: list[str]) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_name": name,
        "auth_methods": auth_methods,
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [f"http://localhost:{port}/callback"],
        "post_logout_redirect_uris": [f"http://localhost:{port}/"],
    }


def _claims(given: str, middle: str, family: str, *, birthdate: str, zone: str, locale: str, phone: str) -> dict[str, Any]:
    nickname = given.lower()
    return {
        "name": f"{given} {family}",
        "given_name": given,
        "middle_name": middle,
        "family_name": family,
        "nickname": given,
        "preferred_username": nickname,
        "profile": f"https://example.com/people/{nickname}",
        "picture": f"https://example.com/people/{nickname}.png",
        "website": f"https://{nickname}.example.com/",
        "gender": "female",
        "birthdate": birthdate,
        "zoneinfo": zone,
        "locale": locale,
        "phone_number": phone,
        "phone_number_verified": True,
    }


def _address(street: str, locality: str, region: str, code: str, country: str) -> dict[str, str]:
    lines = f"{street}\n{locality}, {region} {code}\n{country}"
    return {"formatted": lines, "street_address": street, "locality": locality, "region": region, "postal_code": code, "country": country}
