"""The pages, rendered without a server. Password managers, testers and screen readers rely on their elements.

Text of others (an app's name, a login_hint, a state, a user agent) is escaped (docs/threat-model.md, F-10 and F-11).
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace as Record
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from idp.domain.languages import direction
from idp.domain.people import asked_claims
from idp.domain.people.protection import Protection
from idp.domain.texts import ENGLISH
from idp.http.catalogue import texts_in
from tests.support import console_samples
from tests.support.pseudo_locale import KNOWN, PSEUDO, unmarked
from tools.translation.catalogues import existing

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}${7*7}&amp;"

# StrictUndefined: only values that a page reads through |default may be missing.
ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


def protection(**facts: Any) -> Protection:
    """The facts of an account with a password only, except for `facts`."""
    bare = {"password_changed_at": 0, "passkeys": 0, "synced": 0, "totp": False, "recovery_left": 0, "email_verified": True}
    return Protection(**{"has_password": True, **bare, **facts})


def sample(text: str) -> dict[str, dict[str, Any]]:
    """The values of every page, with all optional parts. `text` is the value wherever a person, an app or an admin chooses it."""
    client = Record(name=text, logo_uri=text, policy_uri="https://app.example/p?" + text, tos_uri="https://app.example/t", client_uri=text)
    signing_in = {"client": client, "request": text, "csrf": text, "email": text, "error": text}
    own = {"csrf": text, "email": text, "error": text}
    enrolment = {"qr_svg": "data:image/svg+xml," + text, "secret": text, "enrolment": text, "otpauth_uri": "otpauth://totp/" + text}
    worded = Record(name=text, title=text, description=text, resource=text, lang=text, bare=False)
    bare = Record(name=text, title=text, description="", resource="", lang="", bare=True)
    scopes = [(worded, True), (bare, False)]
    device = Record(user_code=text, address=text, user_agent=text)
    detail = Record(title=text, description=text, rows=[Record(name=text, value=text)])
    moment = Record(text=lambda zone: text + zone, day=lambda zone: text + zone, machine=text)
    passkey = {"passkey_options": text, "passkey_challenge": text, "passkey_script_url": "/static/passkey.js?v=" + text}
    known = Record(id=text, name=text, synced=True, added=moment, last_used=moment)
    session = Record(id=text, started=moment, last_used=moment, address=text, country=text, user_agent=text, current=False)
    remembered = Record(id=text, user_agent=text, address=text, current=True, since=moment, until=moment)
    app = Record(
        id=text, name=text, scopes=[worded, bare], details=[detail], url="https://app.example/" + text, since=moment, last_used=moment
    )
    claims = [(claim, text) for claim in asked_claims.parse(" ".join(f"{name}!" for name in asked_claims.ASKABLE))]
    offered = {"languages": [("de", "Deutsch")], "time_zones": {"Europe": ("Europe/Berlin",)}}
    stored_rows: dict[str, list[dict[str, Any]]] = {
        "addresses": [{"email": text, "reserved_until": moment}],
        "authenticator_apps": [{"added_at": moment, "last_used_at": None}],
        "recovery_codes": [{"left": 8, "created_at": moment}],
        "passkeys": [{"name": text, "added_at": moment, "last_used_at": moment}],
        "allowed_apps": [{"app": text, "scopes": [text], "allowed_at": moment}],
        "app_access": [{"app": text, "scopes": [text], "created_at": moment, "revoked_at": moment}],
        "linked_accounts": [{"issuer": text, "subject": text}],
        "tokens_of_other_providers": [{"provider": text, "since": moment, "kept_until": moment}],
        "directories": [{"directory": text, "what_it_said": {"userName": text, "displayName": text}, "updated_at": moment}],
        "organizations": [{"organization": text, "joined_at": moment, "roles": [text]}],
        "sessions": [{"browser": text, "began_at": moment, "network_address": text, "app": text, "ended_at": moment}],
        "events": [{"type": text, "at": moment, "network_address": text, "kept_until": moment}],
        "mails_with_links": [{"sent_to": text, "sent_at": moment}],
        "remembered_devices": [{"browser": text, "remembered_at": moment, "network_address": text, "kept_until": moment}],
        "mail_problems": [{"problem": text, "reason": text, "since": moment}],
        "invitations": [{"email": text, "created_at": moment}],
        "known_places": [{}], "locked_browsers": [{}], "typed_codes": [{}],
    }  # fmt: skip
    account = {
        "id": text, "email": text, "email_verified": True, "profile": {"name": text, "address": {"locality": text}, text: text},
        "created_at": moment, "updated_at": None, "will_be_deleted_at": moment,
        "has_password": True, "second_factor_required": True, "admin": True,
        "roles": [text],        "groups": [text], "attributes": {text: [text, text]}, "accepted_terms": [{"version": text}],
    }  # fmt: skip
    demo = {"claims": {"sub": text, "name": text, "email": text, text: [text]}, "id_token_header": {text: text}, "tokens": {text: text}}
    return {
        "login.html": signing_in
        | passkey
        | {"reason": "reauthenticate", "can_reset": True, "offers_passkeys": True, "upgrades_passkeys": True, "mail_code": True}
        | {"connections": [Record(id=text, name=text, logo_uri=text)], "organisations": True},
        "upstream_link.html": signing_in | {"connection": text, "theirs": text},
        "upstream_finish.html": signing_in
        | {
            "connection": text,
            "ticket": text,
            "claims": claims,
            "terms": [Record(field="terms", uri="https://example.com/" + text), Record(field="app_terms", uri="https://app.example/t")],
            "sent": {"terms": "1"},
        }
        | offered,
        "forgot.html": signing_in,
        "mail_code.html": signing_in,
        "mail_code_type.html": signing_in | {"asked": text},
        "mail_code_link.html": signing_in | {"ticket": text},
        "reset_code.html": signing_in | {"asked": text},
        "reset.html": signing_in | passkey | {"ticket": text, "minimum": 15, "needs_code": True, "may_use_passkey": True},
        "reset_passkey.html": signing_in | passkey | {"ticket": text, "needs_code": True, "user_agent": text},
        "password_remove.html": own | passkey,
        "passkey_offer.html": signing_in | passkey | {"user_agent": text},
        "passkey_upgrade.html": signing_in | passkey | {"user_agent": text},
        "totp.html": signing_in | {"totp": True, "passkeys": True, "remember_days": 30, "remember": True},
        "recovery_code.html": signing_in | {"totp": True, "passkeys": True},
        "sign_up.html": signing_in
        | {"challenge": Record(text=text, bits=16), "connection": text, "connections": [Record(id=text, name=text, logo_uri=text)]},
        "sign_up_code.html": signing_in | {"asked": text},
        "sign_up_finish.html": signing_in
        | passkey
        | {
            "user_agent": text,
            "ticket": text,
            "minimum": 15,
            "claims": claims,
            "terms": [Record(field="terms", uri="https://example.com/" + text), Record(field="app_terms", uri="https://app.example/t")],
            "sent": {"terms": "1"},
            "invited": True,
        }
        | offered,
        "profile.html": own
        | offered
        | {"claims": claims, "stored": {"claim_name": text}, "seen": text, "kept": [("gender", text), (text, text)]},
        "data.html": own
        | {
            "account": account,
            "apps": {text: text},
            "organization_names": {text: text},
            "rows": stored_rows,
            "counts": dict.fromkeys(stored_rows, 12),
            "complete": False,
        }
        | {"words": {"x": "y"}, "scopes": {text: bare}, "zone": text},
        "ticket_code.html": {"code": text, "email": text},
        "enrol.html": signing_in | enrolment | {"required": False, "offers_passkey": True, "cancel_url": "/account?" + text},
        "recovery_codes.html": signing_in
        | {"codes": [text], "continue_action": "/next?" + text, "fields": {text: text}, "download": "data:text/plain," + text},
        "passkey.html": signing_in | passkey | {"totp": True, "remember_days": 1},
        "passkey_add.html": own
        | passkey
        | {"action": "/account/passkeys/confirm", "cancel_url": "/account?" + text, "name": text, "user_agent": text},
        "consent.html": signing_in
        | {
            "scopes": scopes,
            "redirect_host": text,
            "client_host": text,
            "local_only": True,
            "offline": True,
            "device": device,
            "details": [detail],
        },
        "choose_organization.html": signing_in | {"choices": [Record(id=text, name=text)]},
        "device.html": own | {"user_code": text, "prefilled": False},
        "device_done.html": {"client": client, "approved": True},
        "logout.html": signing_in | {"cancel_url": "/?" + text},
        "logged_out.html": {"client": client, "return_uri": "https://app.example/?" + text},
        "error.html": {
            "title": text,
            "message": text,
            "code": text,
            "status": 400,
            "request_id": text,
            "ways": [Record(text="Back to {name}", href="/authorize?" + text, name=text)],
            "contact": Record(text=text, href="mailto:" + text),
        },
        "form_post.html": {"client": client, "action": "https://app.example/?" + text, "fields": {"state": text, text: text}},
        "post_again.html": {"action": "/authorize?posted=again", "pairs": [("state", text), (text, text)]},
        "account.html": own
        | {"name": text, "notice": text, "totp_enabled": True, "recovery_left": 8, "sessions": [session, session], "apps": [app]}
        | {"passkeys": [known], "add_passkeys": True, "accepted": text, "passkey_script_url": "/static/passkey.js?v=" + text}
        | {"links": [Record(id=text, name=text, theirs=text, since=moment, gives_tokens=True)]}
        | {"connections": [Record(id=text, name=text, logo_uri=text)]}
        | {"can_change_email": True, "can_edit_profile": True, "can_delete": True, "remembered_devices": [remembered, remembered]}
        | {
            "protection": protection(recovery_left=8),
            "password_changed": moment,
            "totp_since": moment,
            "zone": text,
            "own_language": text,
            "language_tag": text,
        },
        "email.html": own | {"typed": text},
        "verify_email.html": own
        | {"email": text, "sent": True, "to_send": "/account/verify-email", "to_check": "/account/verify-email/code"},
        "email_code.html": own | {"address": text},
        "email_link.html": own | {"present": text, "ticket": text},
        "delete_account.html": own | {"until": moment},
        "deleted.html": {"email": text, "until": moment},
        "delete_undo.html": {"email": text, "ticket": text, "until": moment},
        "delete_undone.html": {},
        "email_undo.html": {"email": text, "ticket": text, "resets": True},
        "email_undone.html": {"resets": True},
        "join.html": {"email": text, "ticket": text, "organisation": text},
        "join_done.html": {"organisation": text, "administers": True},
        "not_me.html": {"email": text, "ticket": text, "resets": True},
        "not_me_done.html": {"resets": True},
        "password.html": own | {"needs_code": True, "minimum": 15},
        "reauthenticate.html": own
        | passkey
        | {
            "needs_code": True,
            "minimum": 15,
            "next": text,
            "act": text,
            "passkey": text,
            "passkeys": True,
            "passwords": True,
            "chosen": {"connection": text},
        },
        "outbox.html": {"mails": [Record(to=text, subject=text, text=text, at=text, number=1)]},
        "home.html": {"demo": [Record(label=text, url="/?" + text, note=text)]},
        "demo/demo_home.html": {"issuer": text, "sign_in_url": "/?" + text},
        "demo/demo_signed_in.html": demo,
        "demo/demo_userinfo.html": demo | {"userinfo": {"sub": text, "name": text, "email": text, text: {text: [text]}}},
        **console_samples.samples(text, moment, passkey),
    }


PAGES = sorted(sample(""))
TRANSLATED = sorted(set(PAGES) - {"outbox.html", "demo/demo_home.html", "demo/demo_signed_in.html", "demo/demo_userinfo.html"})
"""All pages but those of the development server."""


@dataclass
class Page(HTMLParser):
    """The elements of a page, and the fields that each of its forms sends."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    forms: dict[str, set[str]] = field(default_factory=dict)
    action: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag == "form" and attributes.get("method") != "get":
            self.action = attributes["action"]
            self.forms.setdefault(self.action, set())
        elif self.action is not None and "name" in attributes:
            self.forms[self.action].add(attributes["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.action = None

    def one(self, identifier: str) -> dict[str, str]:
        (found,) = [attributes for _, attributes in self.elements if attributes.get("id") == identifier]
        return found


def write(template: str, /, **context: Any) -> str:
    """The page as the server renders it, with the values that every page gets."""
    common = {
        "lang": "en",
        "dir": "ltr",
        "t": str,
        "n": ENGLISH.count,
        "stylesheet": "/static/idp.css",
        "script": "/static/idp.js",
        "brand": "idp",
        "client": None,
        "error": None,
    }
    return ENVIRONMENT.get_template(template).render(common | context)


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def shape(html: str) -> list[tuple[str, list[str]]]:
    """Tags and names of attributes, in order. Hostile text must not change them."""
    return [(tag, sorted(attributes)) for tag, attributes in read(html).elements]


def test_every_template_is_among_the_samples() -> None:
    frames = {"base.html", "parts.html", "icons.html", "profile_fields.html", "demo/base.html"}
    frames |= {f"console/{name}" for name in console_samples.FRAMES}
    assert {
        path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if path.parent.name not in {"mail", "account"}
    } == set(PAGES) | frames


def test_the_account_page_has_every_section_of_its_folder() -> None:
    """`templates/account/` has one file for each section of the page, and nothing else."""
    included = set(re.findall(r'{% include "(account/\w+\.html)" %}', (TEMPLATES / "account.html").read_text()))
    assert included == {path.relative_to(TEMPLATES).as_posix() for path in (TEMPLATES / "account").iterdir()}


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_comes_out_as_text(name: str) -> None:
    """F-10, F-11: the page has the same elements and attributes for harmless and for hostile text."""
    html = write(name, **sample(HOSTILE)[name], brand=HOSTILE)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "{{7*7}}" in html
    assert shape(html) == shape(write(name, **sample("harmless")[name]))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_needs_an_exception_from_the_content_security_policy(name: str) -> None:
    for tag, attributes in read(write(name, **sample("text")[name])).elements:
        assert tag not in {"style", "object", "embed", "base"}
        assert tag != "iframe" or (name in {"outbox.html", "console/mails.html"} and "allow-scripts" not in attributes["sandbox"])
        assert "style" not in attributes
        assert not [attribute for attribute in attributes if attribute.startswith("on")]
        assert tag != "script" or attributes["src"].partition("?")[0] in {"/static/idp.js", "/static/passkey.js", "/static/console.js"}
        assert tag != "img" or attributes["src"].startswith(("data:image/", "/"))


@pytest.mark.parametrize("name", PAGES)
def test_a_screen_reader_finds_its_way(name: str) -> None:
    """WCAG 2.2: a language, a title, one heading of the first level, unique ids, a label for each field, an alternative for each image."""
    html = write(name, **sample("text")[name])
    elements = read(html).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    labelled = {attributes["for"] for tag, attributes in elements if tag == "label"}
    referred = [
        part for _, attributes in elements for key in ("aria-describedby", "aria-labelledby") for part in attributes.get(key, "").split()
    ]
    assert ("html", {"lang": "en", "dir": "ltr"}) in elements
    assert [tag for tag, _ in elements].count("h1") == [tag for tag, _ in elements].count("main") == 1
    assert len(ids) == len(set(ids))
    assert set(referred) <= set(ids)
    assert all("alt" in attributes for tag, attributes in elements if tag == "img")
    assert all(
        attributes["id"] in labelled
        for tag, attributes in elements
        if tag == "input" and not {"hidden"} & {attributes.get("type"), *attributes}
    )


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_posts_here_carries_the_token_against_forged_posts(name: str) -> None:
    context = {**sample("text")[name], "csrf": "token"}
    for action, fields in read(write(name, **context)).forms.items():
        takes_posts_of_any_site = action.startswith(("https://app.example/", "/authorize?"))
        # The ticket of a mail is a secret that another site does not know, and works without a session.
        assert takes_posts_of_any_site or {"csrf", "ticket"} & fields


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        (
            "login.html",
            {
                "/login": {"request", "csrf", "email", "password", "show", "offer", "upgrade"},
                "/passkey-sign-in": {"request", "csrf", "challenge", "credential"},
                "/upstream": {"request", "csrf", "connection"},
            },
        ),
        ("forgot.html", {"/forgot": {"request", "csrf", "email"}}),
        ("mail_code.html", {"/mail-code": {"request", "csrf", "email"}}),
        (
            "mail_code_type.html",
            {"/mail-code/type": {"request", "csrf", "asked", "code"}, "/mail-code": {"request", "csrf", "email", "show"}},
        ),
        ("mail_code_link.html", {"/mail-code/type": {"request", "csrf", "ticket"}}),
        ("reset_code.html", {"/reset": {"request", "csrf", "asked", "code"}, "/forgot": {"request", "csrf", "email", "show"}}),
        ("reset.html", {"/reset": {"request", "csrf", "ticket", "new_password", "code", "challenge", "credential", "show"}}),
        (
            "sign_up.html",
            {
                "/sign-up": {"request", "csrf", "email", "challenge", "solution"},
                "/login": {"request", "csrf", "switch"},
                "/upstream": {"request", "csrf", "connection"},
            },
        ),
        ("upstream_link.html", {"/upstream/link": {"request", "csrf", "decision"}}),
        ("sign_up_code.html", {"/sign-up/code": {"request", "csrf", "asked", "code"}, "/sign-up": {"request", "csrf", "email", "show"}}),
        (
            "totp.html",
            {
                "/totp": {"request", "csrf", "code", "remember"},
                "/recovery-code": {"request", "csrf", "show"},
                "/passkey": {"request", "csrf", "show"},
                "/login": {"request", "csrf", "switch"},
            },
        ),
        (
            "recovery_code.html",
            {
                "/recovery-code": {"request", "csrf", "code"},
                "/totp": {"request", "csrf", "show"},
                "/passkey": {"request", "csrf", "show"},
                "/login": {"request", "csrf", "switch"},
            },
        ),
        (
            "passkey.html",
            {
                "/passkey": {"request", "csrf", "challenge", "credential", "remember"},
                "/totp": {"request", "csrf", "show"},
                "/recovery-code": {"request", "csrf", "show"},
                "/login": {"request", "csrf", "switch"},
            },
        ),
        ("passkey_add.html", {"/account/passkeys/confirm": {"csrf", "challenge", "credential", "name"}}),
        ("enrol.html", {"/enrol": {"request", "csrf", "enrolment", "code"}, "/enrol-passkey": {"request", "csrf", "show"}}),
        ("recovery_codes.html", {"/next?text": {"request", "csrf", "text"}}),
        ("consent.html", {"/consent": {"request", "csrf", "decision"}, "/login": {"request", "csrf", "switch"}}),
        (
            "choose_organization.html",
            {"/choose-organization": {"request", "csrf", "organization"}, "/login": {"request", "csrf", "switch"}},
        ),
        ("device.html", {"/device": {"csrf", "user_code"}}),
        ("logout.html", {"/logout/confirm": {"request", "csrf"}}),
        ("form_post.html", {"https://app.example/?text": {"state", "text"}}),
        ("post_again.html", {"/authorize?posted=again": {"state", "text"}}),
        ("password.html", {"/account/password": {"csrf", "current_password", "new_password", "code"}}),
        ("email.html", {"/account/email/ask": {"csrf", "email"}}),
        ("email_code.html", {"/account/email/code": {"csrf", "code"}}),
        ("email_link.html", {"/account/email/code": {"csrf", "ticket"}}),
        ("delete_account.html", {"/account/delete/confirm": {"csrf"}}),
        ("delete_undo.html", {"/delete-undo": {"ticket"}}),
        ("email_undo.html", {"/email-undo": {"ticket"}}),
        ("not_me.html", {"/not-me": {"ticket"}}),
        ("join.html", {"/join": {"ticket"}}),
        (
            "reauthenticate.html",
            {"/account/confirm": {"csrf", "next", "passkey", "connection", "password", "code"} | {"challenge", "credential"}},
        ),
        (
            "account.html",
            {
                "/account/sessions/end": {"csrf", "session", "others"},
                "/account/grants/revoke": {"csrf", "client"},
                "/account/recovery-codes": {"csrf"},
                "/account/totp/remove": {"csrf"},
                "/account/passkeys/add": {"csrf"},
                "/account/passkeys/rename": {"csrf", "passkey", "name"},
                "/account/passkeys/remove": {"csrf", "passkey"},
                "/account/connections/link": {"csrf", "connection"},
                "/account/connections/unlink": {"csrf", "link"},
                "/account/email": {"csrf"},
                "/account/delete": {"csrf"},
                "/account/devices/forget": {"csrf", "device", "all"},
            },
        ),
    ],
)
def test_forms_send_the_fields_of_the_contract(name: str, forms: dict[str, set[str]]) -> None:
    sent = {action.removesuffix("?request=text"): fields for action, fields in read(write(name, **sample("text")[name])).forms.items()}
    assert sent == forms


def test_password_managers_recognise_the_fields() -> None:
    """The tokens of HTML's autofill: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill."""
    login = read(write("login.html"))
    totp = read(write("totp.html"))
    change = read(write("password.html", email="ada@example.com", minimum=15))
    assert (login.one("email")["type"], login.one("email")["autocomplete"]) == ("email", "username")
    assert (login.one("password")["type"], login.one("password")["autocomplete"]) == ("password", "current-password")
    assert (totp.one("code")["inputmode"], totp.one("code")["autocomplete"]) == ("numeric", "one-time-code")
    new = change.one("new_password")
    assert (new["autocomplete"], new["minlength"], new["maxlength"]) == ("new-password", "15", "1024")


def test_an_old_password_is_never_cut_short_by_the_page() -> None:
    """A maxlength would silently cut off a pasted password. The server refuses one that is too long."""
    assert "maxlength" not in read(write("login.html")).one("password")


def test_buttons_are_where_testers_look_for_them() -> None:
    consent = read(write("consent.html", **sample("text")["consent.html"]))
    assert (consent.one("approve")["name"], consent.one("approve")["value"]) == ("decision", "approve")
    assert (consent.one("deny")["name"], consent.one("deny")["value"]) == ("decision", "deny")
    assert read(write("logout.html")).one("confirm-logout") == {"class": "primary", "id": "confirm-logout"}


def test_an_error_is_announced_and_tied_to_its_field() -> None:
    page = read(write("login.html", error="That did not work."))
    assert page.one("error")["role"] == "alert"
    assert page.one("password")["aria-invalid"] == "true"
    assert page.one("password")["aria-describedby"] == "error"
    assert "aria-invalid" not in read(write("login.html")).one("password")


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "vbscript:x",
    ],
)
def test_an_address_that_is_not_of_the_web_is_never_a_link(uri: str) -> None:
    """F-05, F-10: only registered http and https addresses become links."""
    client = Record(name="App", logo_uri=uri, policy_uri=uri, tos_uri=uri, client_uri=uri)
    for html in (
        write("login.html", client=client),
        write("error.html", title="Title", message="Message", ways=[Record(text="On", href=uri, name="")]),
        write("logged_out.html", client=client, return_uri=uri),
        write("logout.html", cancel_url=uri),
        write("home.html", demo=[Record(label="Demo", url=uri, note="")]),
    ):
        addresses = [attributes.get("href", attributes.get("src")) for tag, attributes in read(html).elements if tag in {"a", "img"}]
        assert uri not in addresses


def test_a_logo_on_another_server_is_asked_for_without_a_word_of_where() -> None:
    """The request has no Referer header. `idp.http.pages` decides which logos are allowed, also in the policy."""
    client = Record(name="App", logo_uri="https://app.example/logo.png", policy_uri=None, tos_uri=None, client_uri=None)
    images = [attributes for tag, attributes in read(write("login.html", client=client)).elements if tag == "img"]
    assert [(image["src"], image["referrerpolicy"]) for image in images] == [("https://app.example/logo.png", "no-referrer")]


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_an_error_page_has_a_heading_of_its_own_for_each_status(status: int) -> None:
    assert "<h1></h1>" not in write("error.html", status=status, message="Why.")


def test_a_second_factor_that_is_required_cannot_be_called_off() -> None:
    context = sample("text")["enrol.html"]
    assert 'href="/account' in write("enrol.html", **context)
    assert 'href="/account' not in write("enrol.html", **{**context, "required": True})


def test_the_script_and_the_stylesheet_ask_for_nothing_from_elsewhere() -> None:
    for name in ("idp.css", "idp.js", "console.css", "console.js"):
        text = (ROOT / "idp/http/static" / name).read_text()
        assert "http://" not in text
        assert "https://" not in text
        assert "@import" not in text
        assert "innerHTML" not in text


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_page_has_no_text_that_is_not_translated(name: str) -> None:
    """In the pseudo-locale each text is in marks. A word outside them would stay English in every language."""
    html = write(name, **sample("77")[name], brand="88", t=PSEUDO.text, n=PSEUDO.count)
    assert unmarked(html, KNOWN) == []


@pytest.mark.parametrize("language", existing())
@pytest.mark.parametrize("name", TRANSLATED)
def test_each_page_can_be_rendered_in_each_language(language: str, name: str) -> None:
    """Every placeholder of a translation is filled."""
    texts = texts_in(language)
    html = write(name, **sample("77")[name], brand="88", t=texts.text, n=texts.count, lang=language, dir=direction(language))
    assert not re.search(r"\{[a-z_]+\}", re.sub(r' data-[a-z-]+="[^"]*"', "", html))
