"""A realm of Keycloak with people whose passwords Keycloak hashed, and one authenticator that was set up on its pages.

realm = with_people(keycloak, people(1000, "meadow.example"), upstream, {}, folder)
realm.export(folder)
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pyotp

from tests.support.vendors.people import PASSWORDS, Someone

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.support.keycloak import Keycloak, Realm

ALIAS = "corp"
"""The identity provider of the realm: another realm, where people have the user name of `username`."""
POLICIES = (
    "hashAlgorithm(argon2)", "hashAlgorithm(pbkdf2-sha256) and hashIterations(27500)",
    "hashAlgorithm(pbkdf2-sha512) and hashIterations(30000)",
)  # fmt: skip
"""How the password of a person is hashed: by their number. The iterations of SHA-512 are few, because Keycloak computes 333 of them."""
PERIODS, DIGITS, ALGORITHMS = (30, 60), (6, 8), ("HmacSHA1", "HmacSHA256", "HmacSHA512")
AT_ONCE = 100
_ACTION = re.compile(r'<form[^>]*action="([^"]+)"', re.ASCII)
_SECRET = re.compile(r'name="totpSecret"[^>]*value="([^"]+)"', re.ASCII)


def username(person: Someone) -> str:
    """The name with which the person signs in there."""
    return f"person{person.number}"


def totp(person: Someone) -> tuple[int, int, str]:
    """Period, digits and algorithm of the person's authenticator."""
    number = person.number // 5
    return PERIODS[number % 2], DIGITS[number // 2 % 2], ALGORITHMS[number % 3]


def _hashed(keycloak: Keycloak, folder: Path) -> dict[tuple[int, str], dict[str, Any]]:
    """Let Keycloak hash each of the few passwords by each policy. Returns its credentials by number of the policy and password."""
    realm = keycloak.realm()
    for number, policy in enumerate(POLICIES):
        realm.change(passwordPolicy=policy)
        for at, password in enumerate(PASSWORDS):
            realm.user(f"u-{number}-{at}", password=password)
    found = {}
    for user in json.loads(realm.export(folder).read_text())["users"]:
        _, number, at = user["username"].split("-")
        found[int(number), PASSWORDS[int(at)]] = {name: user["credentials"][0][name] for name in ("type", "secretData", "credentialData")}
    return found


def _user(person: Someone, subjects: dict[str, str], hashed: dict[tuple[int, str], dict[str, Any]]) -> dict[str, Any]:
    credentials: list[dict[str, Any]] = []
    if person.password:
        credentials.append(hashed[person.number % len(POLICIES), person.password])
    if person.totp_secret:
        period, digits, algorithm = totp(person)
        about = {"subType": "totp", "digits": digits, "counter": 0, "period": period, "algorithm": algorithm, "secretEncoding": "BASE32"}
        secret = {"value": person.totp_secret}
        credentials.append({"type": "otp", "userLabel": "Phone", "credentialData": json.dumps(about), "secretData": json.dumps(secret)})
    own = {
        "id": person.uuid, "username": username(person), "firstName": person.given, "lastName": person.family,
        "enabled": not person.disabled, "emailVerified": person.verified, "credentials": credentials,
        "realmRoles": ["editor"] if person.number % 2 else [],
        "groups": ["/staff"] if person.number % 3 == 0 else [], "attributes": {"locale": ["en"]}, "createdTimestamp": person.created * 1000,
    }  # fmt: skip
    if person.email:
        own["email"] = person.email
    if person.is_linked:
        subject = subjects.get(username(person), person.uuid)
        own["federatedIdentities"] = [{"identityProvider": ALIAS, "userId": subject, "userName": username(person)}]
    return own


def with_people(keycloak: Keycloak, people: tuple[Someone, ...], upstream: Realm, subjects: dict[str, str], folder: Path) -> Realm:
    """Make the realm. `subjects`: ids at `upstream` by user name, for people who are linked. `folder`: for an export of the hashes."""
    hashed = _hashed(keycloak, folder)
    realm = keycloak.realm(duplicateEmailsAllowed=True, loginWithEmailAllowed=False, internationalizationEnabled=True)
    realm.call("POST", "roles", json={"name": "editor"})
    realm.make("groups", name="staff")
    config = {
        "clientId": "x", "clientSecret": "x", "authorizationUrl": f"{upstream.issuer}/auth", "tokenUrl": f"{upstream.issuer}/token",
    }  # fmt: skip
    realm.client("corner-shop", secret="s" * 32, redirectUris=["https://shop.example/callback", "https://shop.example/*"])
    realm.make("identity-provider/instances", alias=ALIAS, providerId="oidc", config=config)
    own = [_user(each, subjects, hashed) for each in people]
    for at in range(0, len(own), AT_ONCE):
        body = {"ifResourceExists": "FAIL", "users": own[at : at + AT_ONCE]}
        assert realm.call("POST", "partialImport", json=body).json()["added"] == len(body["users"])
    return realm


def enrol(keycloak: Keycloak, realm: Realm, name: str, password: str, **policy: Any) -> pyotp.TOTP:
    """Let a new person set up an authenticator on Keycloak's own pages. `policy`: members of the realm such as `otpPolicyDigits`."""
    whole = {"otpPolicyType": "totp", "otpPolicyAlgorithm": "HmacSHA1", "otpPolicyDigits": 6, "otpPolicyPeriod": 30}
    realm.change(**whole | {"otpPolicyInitialCounter": 0, "otpPolicyLookAheadWindow": 1} | policy)  # Keycloak passes over a policy in parts
    realm.user(name, password=password, requiredActions=["CONFIGURE_TOTP"])
    if not any(each["clientId"] == "pages" for each in realm.call("GET", "clients").json()):
        realm.client("pages", publicClient=True, redirectUris=["https://app.example/*"])
    with keycloak.browser(follow_redirects=False) as browser:
        asked = {"client_id": "pages", "response_type": "code", "scope": "openid", "redirect_uri": "https://app.example/cb"}
        page = browser.get(f"{realm.issuer}/protocol/openid-connect/auth", params=asked)
        page = _followed(browser, browser.post(_action(page), data={"username": name, "password": password}))
        raw = html.unescape(_SECRET.search(page.text)[1])  # type: ignore[index]  # no match fails the test, too
        algorithm = str(policy.get("otpPolicyAlgorithm", "HmacSHA1")).removeprefix("Hmac").lower()
        secret = base64.b32encode(raw.encode()).decode().rstrip("=")  # the key is the bytes of the text on the page
        digits, period = policy.get("otpPolicyDigits", 6), policy.get("otpPolicyPeriod", 30)
        made = pyotp.TOTP(secret, digits=digits, digest=getattr(hashlib, algorithm), interval=period)
        page = browser.post(_action(page), data={"totp": made.now(), "totpSecret": raw, "userLabel": "Phone"})
        assert "code" in parse_qs(urlsplit(page.headers["location"]).query), page.text[:500]
    return made


def _action(page: httpx.Response) -> str:
    found = _ACTION.search(page.text)
    assert found, page.text[:500]
    return html.unescape(found[1])


def _followed(browser: httpx.Client, answer: httpx.Response) -> httpx.Response:
    while answer.is_redirect:
        answer = browser.get(str(answer.next_request.url if answer.next_request else ""))
    return answer
