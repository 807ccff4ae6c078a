"""What a person or an app does once. Each act can be tried in either region, and says whether it gave something."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pyotp

from idp.domain.access import admin_scopes
from idp.domain.requests.pkce import challenge_of
from tests.integration.oidc.proving import assertion
from tests.support.forms import Browser, Page, origin
from tests.support.in_process import InProcess
from tests.support.pages import APP

if TYPE_CHECKING:
    from bench.regions.pair import Pair, Region
    from tests.support.people import Person

VERIFIER = "a-verifier.of_43~characters-at-the-very-least"
LINK = re.compile(r"https?://\S+/link/\S+", re.ASCII)
_SIGNED_IN = "change-email"


@dataclass
class Once:
    """Something that may give once. `use` tries it in a region; `gave`: the regions in which it gave something."""

    name: str
    use: Callable[[Region], bool]
    gave: set[str] = field(default_factory=set)

    def tried(self, region: Region) -> bool:
        """Whether it gave something now."""
        given = self.use(region)
        if given:
            self.gave.add(region.settings.table_prefix)
        return given


def browser(region: Region, cookies: Any = None) -> Browser:
    """A browser that talks to this region. `cookies`: those of a browser of before, because the address of the provider is the same."""
    http = httpx.Client(transport=InProcess(region.app, address=region.address), base_url=region.settings.issuer, cookies=cookies)
    return Browser(http, stop=APP)


def asked(pair: Pair) -> dict[str, str]:
    """An authorization request of the shop."""
    return {
        "response_type": "code", "client_id": pair.shop.id, "redirect_uri": APP, "scope": "openid email offline_access", "state": "s",
        "nonce": "n", "code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256",
    }  # fmt: skip


class Visit:
    """A person before the shop in one region."""

    def __init__(self, pair: Pair, region: Region, person: Person) -> None:
        self.pair, self.person, self.browser = pair, person, browser(region)

    def code(self) -> str:
        """A code of a sign-in with the password; empty if there is none."""
        page = self.browser.open("/authorize", asked(self.pair))
        return code_of(sign_in(self.browser, page, self.person, self.person.password))

    def tokens(self, region: Region) -> dict[str, str]:
        """The tokens of a sign-in."""
        told = redeemed(self.pair, region, self.code())
        if not told:
            raise RuntimeError("the sign-in gave no tokens")
        return told


def sign_in(visiting: Browser, page: Page, person: Person, password: str) -> Page:
    """Answer the page that asks for the password, if it does."""
    return visiting.submit(page, {"email": person.email, "password": password}) if "password" in page.fields else page


def code_of(page: Page) -> str:
    """The code with which the browser was sent to the app, or empty."""
    return page.answer.get("code", "") if page.redirected_to else ""


def token(pair: Pair, region: Region, form: dict[str, str]) -> dict[str, str]:
    """The answer of the token endpoint; empty if it refused."""
    answer = browser(region).http.post("/token", data={"client_id": pair.shop.id, **form})
    return answer.json() if answer.is_success else {}


def redeemed(pair: Pair, region: Region, code: str) -> dict[str, str]:
    """What a code gave."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": APP, "code_verifier": VERIFIER}
    return token(pair, region, form) if code else {}


def refreshed(pair: Pair, region: Region, refresh_token: str) -> dict[str, str]:
    """What a refresh token gave."""
    return token(pair, region, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def code_once(pair: Pair, code: str) -> Once:
    """A code."""
    return Once("code", lambda region: bool(redeemed(pair, region, code)))


def refresh_once(pair: Pair, refresh_token: str) -> Once:
    """A refresh token, which is rotated by its use."""
    return Once("refresh token", lambda region: bool(refreshed(pair, region, refresh_token)))


def pushed_once(pair: Pair, region: Region, visit: Visit) -> Once:
    """A pushed authorization request, by a browser that has a session."""
    pushed = browser(region).http.post("/par", data=asked(pair)).json()["request_uri"]

    def use(there: Region) -> bool:
        visiting = browser(there, visit.browser.http.cookies)
        page = visiting.open("/authorize", {"client_id": pair.shop.id, "request_uri": pushed})
        return bool(code_of(sign_in(visiting, page, visit.person, visit.person.password)))

    return Once("pushed request", use)


def link_once(region: Region, person: Person, words: list[str]) -> Once:
    """The link of a mail for a new password. `words` gets each password that it set."""
    asking = browser(region)
    asking.submit(asking.open("/forgot"), {"email": person.email})
    mailer: Any = region.services.mailer
    link = next(found[0] for mail in mailer.sent if mail.to == person.email and (found := LINK.search(mail.text)))

    def use(there: Region) -> bool:
        visiting, word = browser(there), f"nine wet walruses {secrets.token_hex(4)}"
        page = visiting.open(link)
        if "new_password" not in page.fields:
            return False
        page = visiting.submit(page, {"new_password": word})
        done = "password" in page.fields and "new_password" not in page.fields
        words.extend([word] if done else [])
        return done

    return Once("link", use)


def assertion_once(pair: Pair) -> Once:
    """A client assertion of a service, valid for ten minutes."""
    now = pair.clock()
    sent = {
        "grant_type": "client_credentials",
        **assertion(pair.key, pair.service.id, now, aud=pair.here.settings.issuer, iat=now, exp=now + 600),
    }
    return Once("assertion", lambda region: browser(region).http.post("/token", data=sent).is_success)


def totp_once(person: Person, at: int) -> Once:
    """The code that an authenticator shows at this time (epoch seconds)."""
    code = pyotp.TOTP(person.phone.secret if person.phone else "").at(at)

    def use(region: Region) -> bool:
        visiting = browser(region)
        page = sign_in(visiting, visiting.open("/account"), person, person.password)
        return "code" in page.fields and visiting.submit(page, {"code": code}).has_button(_SIGNED_IN)

    return Once("typed code", use)


def recovery_once(person: Person) -> Once:
    """A recovery code."""
    code = person.recovery_codes[0]

    def use(region: Region) -> bool:
        visiting = browser(region)
        page = sign_in(visiting, visiting.open("/account"), person, person.password)
        form = next((form for form in page.forms if urlsplit(form.action).path == "/recovery-code"), None)
        if form is None:
            return False
        headers = {"Origin": origin(form.action)}
        pressed = {button.name: button.value for button in form.buttons[:1] if button.name}
        page = Page(visiting.http.post(form.action, data={**form.fields, **pressed}, headers=headers, follow_redirects=True))
        return "code" in page.fields and visiting.submit(page, {"code": code}).has_button(_SIGNED_IN)

    return Once("recovery code", use)


def opens(region: Region, person: Person, password: str) -> bool:
    """Whether this password signs in."""
    visiting = browser(region)
    return sign_in(visiting, visiting.open("/account"), person, password).has_button(_SIGNED_IN)


def disable(region: Region, person: Person) -> None:
    """Disable the account, as an admin does."""
    root = region.service_client(*sorted(admin_scopes.ALL), resources=[region.settings.admin_resource])
    headers = {"Authorization": f"Bearer {region.service_token(root, resources=(region.settings.admin_resource,))}"}
    answer = browser(region).http.patch(f"/admin/v1/users/{person.user.id}", json={"disabled": True}, headers=headers)
    answer.raise_for_status()
