"""What the answers of each upstream say about a person, and what they do not say (threats I-01, I-05, O-05, O-06, O-07, O-12).

The answers have the members that the documentation of each vendor describes, with made-up values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from idp.domain.connections.pending_link import pending_link
from idp.domain.moving.person import ImportedLink, ImportedPerson
from idp.services.moving.imported_links import ImportedLinks
from idp.services.upstream.shapes import OWN, shape_of
from tests.support.upstream_site import json_answer

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from tests.support.upstream_site import Asked
    from tests.unit.upstream.hostile import Hostile

NOT_TRUE = [False, None, "true", "True", "1", 1, [True], {"a": 1}, "yes", ""]
"""What an upstream may send in place of the JSON value true."""


def identity(up: Hostile, connection: Connection) -> UpstreamIdentity:
    return up.sign_in(connection).identity


def word(found: UpstreamIdentity) -> tuple[str | None, bool, bool, bool]:
    """What it says about the address."""
    return found.email, found.email_verified, found.email_authoritative, found.email_is_relay


# plain OpenID Connect


@pytest.mark.parametrize(
    ("members", "claims", "link"),
    [
        ({}, {}, ImportedLink("p", "person")),
        ({"preset": "microsoft"}, {"tid": "t", "oid": "o"}, ImportedLink("p", "o", "t")),
        ({"preset": "microsoft", "tenants": ("t",)}, {"tid": "t", "oid": "o"}, ImportedLink("p", "o")),
    ],
)  # fmt: skip
def test_a_sign_in_finds_an_imported_link(up: Hostile, members: Any, claims: Any, link: ImportedLink) -> None:
    """Both name the person with the same members (`idp.services.moving`)."""
    up.changed = claims
    connection = up.other(**members)
    [imported] = ImportedLinks({"p": connection}).of(ImportedPerson(1, "1", "a@b.example", links=(link,)), "u", 0)
    assert pending_link(connection, identity(up, connection)).id == imported.id


@pytest.mark.parametrize("value", NOT_TRUE)
def test_only_the_json_value_true_verifies_an_address(up: Hostile, value: Any) -> None:
    """I-01, O-05: the text "true", a number, an array and no member are all not verified."""
    up.changed = {"email_verified": value}
    up.site.answers["/userinfo"] = json_answer({"sub": "person", "email_verified": True})
    trusting = up.other(email_trust="domains", domains=("up.example",))
    assert word(identity(up, trusting)) == ("ada@up.example", False, False, False)


def test_a_connection_decides_about_its_own_domains_only(up: Hostile) -> None:
    """And only if its `email_trust` says so. A domain is compared whole."""
    trusting = up.other(email_trust="domains", domains=("up.example",))
    for email, decides in (
        ("Ada@UP.example", True), ("ada@sub.up.example", False), ("ada@up.example.evil.example", False), ("ada@evilup.example", False),
        ("up.example@evil.example", False),
    ):  # fmt: skip
        up.changed = {"email": email}
        assert word(identity(up, trusting)) == (email.lower(), True, decides, False)
    up.changed = {}
    assert not identity(up, up.other(email_trust="verified", domains=("up.example",))).email_authoritative
    assert not identity(up, up.other(domains=("up.example",))).email_authoritative


@pytest.mark.parametrize("preset", ["google", "microsoft", "apple", "github", "facebook", "discord", "linkedin"])
def test_a_public_provider_decides_about_no_domain_that_a_connection_lists(up: Hostile, preset: str) -> None:
    """Anybody can have an account there with an address of that domain: of a former employee, for example."""
    told = {"id": 7, "sub": "7", "email": "ada@firm.example", "email_verified": True, "verified": True}
    members: dict[str, Any] = {"preset": preset, "email_trust": "domains", "domains": ("firm.example",)}
    up.changed = told | {"tid": "t", "oid": "o"}
    connection = up.other(**members)
    if preset in {"github", "facebook", "discord", "linkedin"}:
        connection = oauth2(up, told, **members)
        up.site.answers["/userinfo/emails"] = json_answer([mail("ada@firm.example")])
    found = identity(up, connection)
    assert (found.email, found.email_authoritative) == ("ada@firm.example", False)


@pytest.mark.parametrize(("preset", "issuer", "decides"), [
    ("gitlab", "https://gitlab.com", False), ("gitlab", "https://gitlab.firm.example", True),
    ("oidc", "https://gitlab.com", False), ("oidc", "https://accounts.google.com", False), ("oidc", "https://appleid.apple.com", False),
])  # fmt: skip
def test_a_public_provider_is_known_by_its_issuer_too(up: Hostile, preset: str, issuer: str, decides: bool) -> None:
    """Every person can register at gitlab.com. A server of a company has another issuer. The preset `oidc` does not avoid the rule."""
    up.changed = {"iss": issuer, "email": "ada@firm.example", "email_verified": True}
    found = identity(up, up.other(preset=preset, issuer=issuer, email_trust="domains", domains=("firm.example",)))
    assert (found.email_verified, found.email_authoritative) == (True, decides)


@pytest.mark.parametrize(
    "email",
    [1, True, ["ada@up.example"], {"a": 1}, "", "ada", "a@b@c", "ada@up.example\n", "x" * 5000, "\u0430da@up.example", "\ud800@x.example"],
)
def test_what_is_no_address_is_none_and_is_not_verified(up: Hostile, email: Any) -> None:
    up.changed = {"email": email}
    assert word(identity(up, up.connection)) == (None, False, False, False)


@pytest.mark.parametrize(
    "claim",
    [
        {"name": 1}, {"name": "a\nb"}, {"name": "x" * 300}, {"name": {"a": 1}}, {"picture": "javascript:alert(1)"}, {"picture": ["x"]},
        {"locale": {"language": "en", "country": "US"}}, {"birthdate": "today"}, {"phone_number": 5}, {"address": {"other": "x"}},
        {"phone_number_verified": True}, {"roles": ["admin"]}, {"email_verified": True}, {"sub": "person"}, {"zoneinfo": "../etc"},
        {"name": "\ud800"}, {"website": "file:///etc/passwd"}, {"address": [[[[]]]]},
    ],
)  # fmt: skip
def test_a_claim_of_another_type_is_left_out(up: Hostile, claim: dict[str, Any]) -> None:
    """And so are claims that only this provider says to its apps, and claims that it does not know."""
    up.changed = {"name": None, "given_name": "Ada"} | claim
    up.site.answers["/userinfo"] = json_answer({"sub": "person"})
    assert identity(up, up.connection).claims == {"given_name": "Ada"}


def test_claims_that_are_too_large_together_are_left_out(up: Hostile) -> None:
    up.changed = {"profile": "https://x.example/" + "a" * 2000, "picture": "https://x.example/" + "a" * 2000} | {
        "website": "https://x.example/" + "a" * 2000, "address": {"formatted": "a" * 1000, "locality": "b" * 1000, "region": "c" * 1000},
    }  # fmt: skip
    assert identity(up, up.connection).claims == {}


def test_names_of_claims_can_be_mapped(up: Hostile) -> None:
    """The subject of an ID Token cannot."""
    connection = up.other(claims={"email": "mail", "name": "displayname", "sub": "employee", "email_verified": "mail_ok"})
    up.changed = {"mail": "eve@up.example", "displayname": "Eve", "employee": "7", "mail_ok": True}
    found = identity(up, connection)
    assert (found.subject, found.email, found.email_verified, found.claims) == ("person", "eve@up.example", True, {"name": "Eve"})


def test_userinfo_is_read_only_for_what_the_id_token_lacks(up: Hostile) -> None:
    """Two requests when the keys are known. The ID Token is signed, so its claims go first."""
    identity(up, up.connection)
    up.site.asked_for.clear()
    up.changed = {"name": None}
    up.site.answers["/userinfo"] = json_answer({"sub": "person", "email": "other@up.example", "name": "From userinfo"})
    found = identity(up, up.connection)
    assert (found.email, found.claims) == ("ada@up.example", {"name": "From userinfo"})
    assert up.site.paths() == ["/token", "/userinfo"]
    asked = up.site.asked_for[1]
    assert (asked.method, asked.headers["authorization"]) == ("GET", "Bearer acce55")


@pytest.mark.parametrize("subject", ["other", None, "", 1, "person ", ["person"]])
def test_userinfo_about_another_subject_is_refused(up: Hostile, subject: Any) -> None:
    """OIDC Core §5.3.2: access tokens can be exchanged for those of another person."""
    up.changed = {"email": None}
    up.site.answers["/userinfo"] = json_answer(
        {"email": "victim@up.example", "email_verified": True} | ({} if subject is None else {"sub": subject})
    )
    assert up.refused().detail == "upstream up: userinfo: another sub"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (json_answer([]), "answer_invalid"), (json_answer({"sub": "person"}, "401 Unauthorized"), "answer_invalid"),
        (json_answer({"sub": "person"}, "302 Found", Location="https://127.0.0.1/"), "answer_invalid"),
        (json_answer({}, "503 Busy"), "unreachable"), (json_answer({}, "429 Too Many"), "unreachable"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000, "answer_invalid"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000, "unreachable"), (b"HTTP/1.1 200 OK\r\n\r\neyJ.e30.", "answer_invalid"),
        (b'HTTP/1.1 200 OK\r\n\r\n{"sub":"person","sub":"other"}', "answer_invalid"), (b"", "unreachable"),
        (b'HTTP/1.1 200 OK\r\n\r\n{"sub":1e999}', "answer_invalid"),
    ],
)  # fmt: skip
def test_a_hostile_userinfo_is_refused(up: Hostile, answer: bytes, expected: str) -> None:
    up.changed = {"email": None}
    up.site.answers["/userinfo"] = answer
    assert up.refused().message.id == f"upstream.{expected}"


def test_an_access_token_with_a_line_break_is_not_sent(up: Hostile) -> None:
    """It would begin another header."""
    up.changed = {"email": None, "at_hash": None}
    token = "a\r\nX-Admin: 1"
    up.site.answers["/token"] = lambda _: json_answer({"access_token": token, "token_type": "Bearer", "id_token": up.id_token()})
    assert up.refused().detail == "upstream up: userinfo: header"
    assert up.site.paths() == ["/token", "/jwks"]


def test_methods_context_and_session_come_from_the_id_token_only(up: Hostile) -> None:
    """`amr` is a list of short texts; other members are left out."""
    up.changed = {"amr": ["pwd", "mfa", 1, None, "x" * 100, ["y"]], "acr": "aal2", "sid": "s-1", "email": None}
    up.site.answers["/userinfo"] = json_answer({"sub": "person", "amr": ["hwk"], "acr": "aal3", "sid": "s-2"})
    found = identity(up, up.connection)
    assert (found.amr, found.acr, found.sid) == (("pwd", "mfa"), "aal2", "s-1")
    up.changed |= {"amr": "mfa", "acr": 1, "sid": ["x"]}
    found = identity(up, up.connection)
    assert (found.amr, found.acr, found.sid) == ((), "", "")


# OAuth 2.0 with a userinfo endpoint


def oauth2(up: Hostile, told: Any, **members: Any) -> Connection:
    """A connection whose upstream has no ID Tokens, and answers userinfo with `told`."""
    up.site.answers["/token"] = json_answer({"access_token": "acce55", "token_type": "bearer", "scope": "user"})
    up.site.answers["/userinfo"] = json_answer(told)
    return up.other(**{"type": "oauth2", "issuer": "https://their.example", "jwks_uri": "", "scopes": ("user",)} | members)


def test_an_oauth2_upstream_tells_who_the_person_is_by_userinfo(up: Hostile) -> None:
    """Two requests. There is no nonce, and PKCE and state are there. Its issuer is the one of the connection."""
    connection = oauth2(
        up, {"id": 12345678901234567890, "mail": "ada@up.example", "email_verified": True}, claims={"sub": "id", "email": "mail"}
    )
    begun = up.begin(connection)
    assert "nonce=" not in begun.url
    assert "code_challenge=" in begun.url
    found = up.finish(begun, connection).identity
    assert (found.issuer, found.subject, found.email, found.email_verified) == (
        "https://their.example", "12345678901234567890", "ada@up.example", True,
    )  # fmt: skip
    assert up.site.paths() == ["/token", "/userinfo"]


@pytest.mark.parametrize("subject", [None, "", True, 1.5, ["x"], {"a": 1}, "x" * 256, "é", "a\nb"])
def test_an_oauth2_upstream_without_a_subject_is_refused(up: Hostile, subject: Any) -> None:
    assert up.refused(oauth2(up, {"sub": subject, "email": "ada@up.example"})).detail == "upstream up: no subject"


def test_an_id_token_of_an_oauth2_upstream_is_ignored(up: Hostile) -> None:
    """LinkedIn sends one without a nonce. It is not checked, so it says nothing."""
    connection = oauth2(
        up, {"sub": "real", "email": "ada@up.example", "email_verified": True, "locale": {"language": "en"}}, preset="linkedin"
    )
    up.site.answers["/token"] = lambda _: json_answer({"access_token": "a", "token_type": "Bearer", "id_token": up.id_token()})
    begun = up.begin(connection)
    assert "code_challenge" not in begun.url  # its token endpoint refuses a code_verifier
    assert up.finish(begun, connection).identity.subject == "real"
    assert "code_verifier" not in up.site.asked_for[0].form


# Google


@pytest.mark.parametrize(
    ("claims", "verified", "decides"),
    [
        ({"email": "ada@gmail.com"}, True, True), ({"email": "Ada@GoogleMail.com"}, True, True),
        ({"email": "ada@firm.example", "hd": "firm.example"}, True, True),
        ({"email": "ada@firm.example", "hd": "Firm.example"}, True, True),
        ({"email": "ada@firm.example"}, True, False), ({"email": "ada@other.example", "hd": "firm.example"}, True, False),
        ({"email": "ada@firm.example", "hd": ["firm.example"]}, True, False), ({"email": "ada@firm.example", "hd": True}, True, False),
        ({"email": "ada@gmail.com.evil.example"}, True, False), ({"email": "ada@gmail.com", "email_verified": False}, False, False),
        ({"email": "ada@gmail.com", "email_verified": "true"}, False, False), ({"email": None, "hd": ""}, False, False),
    ],
)  # fmt: skip
def test_google_decides_about_its_mail_and_about_the_organisations_domain(
    up: Hostile, claims: dict[str, Any], *, verified: bool, decides: bool
) -> None:
    """For other addresses it repeats what was verified once."""
    up.changed = claims
    found = identity(up, up.other(preset="google", userinfo_endpoint=""))
    assert (found.email_verified, found.email_authoritative, found.email_is_relay) == (verified, decides, False)


# Microsoft Entra


TENANT, TEMPLATE = "11111111-2222-3333-4444-555555555555", "/{tenantid}/v2.0"


def entra(up: Hostile, **members: Any) -> Connection:
    """A connection to several tenants, one of which is listed."""
    up.changed = {"iss": up.site.origin + f"/{TENANT}/v2.0", "tid": TENANT, "oid": "o-1", "email_verified": None} | up.changed
    return up.other(**{"preset": "microsoft", "issuer": up.site.origin + TEMPLATE, "tenants": (TENANT,), "userinfo_endpoint": ""} | members)


def test_a_person_of_entra_is_oid_in_tid(up: Hostile) -> None:
    """`sub` is different for each app; the address and the name can change."""
    found = identity(up, entra(up))
    assert (found.tenant, found.subject, found.issuer) == (TENANT, "o-1", up.site.origin + f"/{TENANT}/v2.0")


@pytest.mark.parametrize("value", [False, None, "true", "1", 1, [True]])
def test_an_address_of_entra_counts_only_with_xms_edov(up: Hostile, value: Any) -> None:
    """nOAuth: the admin of any tenant can write the victim's address into a profile. `email_verified` is not Entra's word."""
    up.changed = {"email": "victim@bank.example", "xms_edov": value, "email_verified": True}
    assert word(identity(up, entra(up, email_trust="domains", domains=("bank.example",)))) == ("victim@bank.example", False, False, False)


def test_an_address_with_xms_edov_counts_for_a_listed_tenant(up: Hostile) -> None:
    up.changed = {"xms_edov": True}
    assert word(identity(up, entra(up))) == ("ada@up.example", True, True, False)


def test_a_foreign_tenant_is_refused(up: Hostile) -> None:
    """O-06: also where the issuer is exact, and the list limits it further."""
    connection = entra(up)
    other = "99999999-2222-3333-4444-555555555555"
    up.changed = {"iss": up.site.origin + f"/{other}/v2.0", "tid": other, "oid": "o-1", "email": "victim@bank.example", "xms_edov": True}
    assert up.refused(connection).message.id == "upstream.answer_invalid"
    up.changed = {"tid": other, "oid": "o-1", "xms_edov": True}
    assert up.refused(up.other(preset="microsoft", tenants=(TENANT,))).message.id == "upstream.tenant"


@pytest.mark.parametrize("claims", [{"oid": None}, {"oid": ""}, {"oid": 1}, {"oid": "é"}])
def test_a_token_of_entra_without_a_person_is_refused(up: Hostile, claims: dict[str, Any]) -> None:
    """`sub` does not take the place of `oid`, because the same person would then be two."""
    up.changed = claims
    assert up.refused(entra(up)).message.id == "upstream.answer_invalid"
    up.changed = {"tid": None, "oid": "o-1"}
    assert up.refused(up.other(preset="microsoft")).message.id == "upstream.answer_invalid"


# Apple


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"email": "ada@up.example", "email_verified": "true"}, ("ada@up.example", True, False, False)),
        ({"email": "ada@up.example", "email_verified": True}, ("ada@up.example", True, False, False)),
        ({"email": "ada@up.example", "email_verified": "false"}, ("ada@up.example", False, False, False)),
        ({"email": "ada@up.example", "email_verified": "True"}, ("ada@up.example", False, False, False)),
        ({"email": "ada@up.example", "email_verified": 1}, ("ada@up.example", False, False, False)),
        ({"email": "x7@privaterelay.appleid.com", "email_verified": "true"}, ("x7@privaterelay.appleid.com", True, False, True)),
        ({"email": "x7@icloud.com", "email_verified": "true", "is_private_email": "true"}, ("x7@icloud.com", True, False, True)),
        ({"email": "x7@icloud.com", "email_verified": True, "is_private_email": True}, ("x7@icloud.com", True, False, True)),
        ({"email": None, "email_verified": "true"}, (None, False, False, False)),
    ],
)  # fmt: skip
def test_apples_booleans_may_be_texts_and_its_relay_is_marked(up: Hostile, claims: dict[str, Any], expected: tuple[Any, ...]) -> None:
    """O-07: an address of the relay is never one to link by, also not for a connection that decides about that domain."""
    up.changed = claims
    apple = up.other(preset="apple", userinfo_endpoint="", email_trust="domains", domains=("privaterelay.appleid.com", "icloud.com"))
    assert word(identity(up, apple)) == expected


# GitHub


USER = {"id": 583231, "login": "octo", "name": "Octo Cat", "email": "public@profile.example", "avatar_url": "https://pictures.example/u/1",
        "html_url": "https://code.example/octo", "type": "User"}  # fmt: skip


def github(up: Hostile, *pages: Any, user: Any = USER) -> Connection:
    """A connection to GitHub, whose person has these addresses."""
    connection = oauth2(up, user, preset="github", userinfo_endpoint=up.site.origin + "/user")
    up.site.answers["/user"] = json_answer(user)

    def emails(asked: Asked) -> bytes:
        query = parse_qs(asked.query)
        assert query["per_page"] == ["100"]
        number = int(query["page"][0])
        return json_answer(pages[number - 1] if number <= len(pages) else [])

    up.site.answers["/user/emails"] = emails
    return connection


def mail(email: Any, *, primary: Any = True, verified: Any = True) -> dict[str, Any]:
    return {"email": email, "primary": primary, "verified": verified, "visibility": None}


def test_github_is_keyed_by_number_and_takes_the_primary_verified_address(up: Hostile) -> None:
    """The login can be given to another person. The address of the public profile never counts."""
    connection = github(
        up, [mail("old@x.example", primary=False), mail("Ada@X.example"), mail("583231+octo@users.noreply.github.com", primary=False)]
    )
    found = identity(up, connection)
    assert (found.subject, found.issuer, word(found)) == ("583231", "https://their.example", ("ada@x.example", True, False, False))
    assert found.claims == {
        "name": "Octo Cat", "preferred_username": "octo", "picture": "https://pictures.example/u/1", "profile": "https://code.example/octo",
    }  # fmt: skip
    assert up.site.paths() == ["/token", "/user", "/user/emails"]
    assert up.site.asked_for[1].headers["accept"] == "application/vnd.github+json"


@pytest.mark.parametrize(
    "addresses",
    [
        [], [mail("a@x.example", verified=False)], [mail("a@x.example", primary=False)], [mail("a@x.example", verified="true")],
        [mail("a@x.example", primary=1)], [mail(1)], [mail("no address")], ["a@x.example"], [None], [{"email": "a@x.example"}],
    ],
)  # fmt: skip
def test_github_without_a_primary_verified_address_tells_none(up: Hostile, addresses: list[Any]) -> None:
    found = identity(up, github(up, addresses))
    assert word(found) == (None, False, False, False)
    assert found.subject == "583231"


def test_githubs_addresses_have_pages(up: Hostile) -> None:
    """At most three are read."""
    full = [mail(f"a{n}@x.example", primary=False) for n in range(100)]
    assert identity(up, github(up, full, [mail("second@x.example")])).email == "second@x.example"
    up.site.asked_for.clear()
    assert identity(up, github(up, full, full, full, [mail("fourth@x.example")])).email is None
    assert up.site.paths().count("/user/emails") == 3


def test_githubs_no_reply_address_is_marked(up: Hostile) -> None:
    """It takes no mail."""
    assert word(identity(up, github(up, [mail("1+octo@users.noreply.github.com")]))) == (
        "1+octo@users.noreply.github.com",
        True,
        False,
        True,
    )


@pytest.mark.parametrize("user", [{}, [], {"id": "583231"}, {"id": True}, {"id": 0}, {"id": -1}, {"id": None}, {"login": "octo"}])
def test_a_person_of_github_without_a_number_is_refused(up: Hostile, user: Any) -> None:
    assert up.refused(github(up, [mail("a@x.example")], user=user)).message.id == "upstream.answer_invalid"


@pytest.mark.parametrize("pages", [{}, "x", {"message": "Not Found"}])
def test_addresses_of_github_that_are_no_list_are_refused(up: Hostile, pages: Any) -> None:
    """The scope is missing. An account without its address would be another one."""
    assert up.refused(github(up, pages)).detail == "upstream up: emails: not a list"


def test_an_error_of_github_with_status_200_is_an_error(up: Hostile) -> None:
    connection = github(up, [mail("a@x.example")])
    up.site.answers["/token"] = json_answer({"error": "bad_verification_code", "error_description": "x", "error_uri": "https://x.example"})
    assert up.refused(connection).detail == "upstream up: token request: status 200 bad_verification_code"


# Facebook, Discord, Cognito, and those that keep to the standards


def test_facebooks_address_is_never_verified_and_may_be_missing(up: Hostile) -> None:
    """Ids are different for each app. The picture is an object, so it is left out."""
    told: dict[str, Any] = {
        "id": "10158",
        "name": "Ada Lovelace",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "victim@bank.example",
    }
    told |= {"picture": {"data": {"url": "https://x.example"}}, "email_verified": True, "verified": True}
    connection = oauth2(up, told, preset="facebook", email_trust="domains", domains=("bank.example",))
    found = identity(up, connection)
    assert (found.subject, word(found)) == ("10158", ("victim@bank.example", False, False, False))
    assert found.claims == {"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace"}
    assert identity(up, oauth2(up, {"id": "10158", "name": "Ada"}, preset="facebook")).email is None
    assert up.refused(oauth2(up, {"name": "Ada", "sub": "x"}, preset="facebook")).detail == "upstream up: no subject"


def test_an_error_of_facebook_is_an_object(up: Hostile) -> None:
    connection = oauth2(up, {}, preset="facebook")
    up.site.answers["/token"] = json_answer({"error": {"message": "x", "type": "OAuthException", "code": 100}}, "400 Bad Request")
    assert up.refused(connection).detail == "upstream up: token request: status 400"


@pytest.mark.parametrize(("verified", "expected"), [(True, True), (False, False), (None, False), ("true", False), (1, False)])
def test_discords_address_is_verified_by_its_own_member(up: Hostile, verified: Any, *, expected: bool) -> None:
    told = {
        "id": "80351110224678912",
        "username": "ada",
        "global_name": "Ada",
        "email": "ada@x.example",
        "verified": verified,
        "locale": "en-GB",
    }
    found = identity(up, oauth2(up, told | {"email_verified": True}, preset="discord"))
    assert (found.subject, word(found)) == ("80351110224678912", ("ada@x.example", expected, False, False))
    assert found.claims == {"preferred_username": "ada", "name": "Ada", "locale": "en-GB"}


@pytest.mark.parametrize(
    ("verified", "expected"), [("true", True), (True, True), ("false", False), ("True", False), (1, False), (None, False)]
)
def test_cognitos_booleans_are_texts_in_userinfo(up: Hostile, verified: Any, *, expected: bool) -> None:
    up.changed = {"email": None, "email_verified": None}
    up.site.answers["/userinfo"] = json_answer({"sub": "person", "email": "ada@x.example", "email_verified": verified, "username": "ada"})
    assert word(identity(up, up.other(preset="cognito"))) == ("ada@x.example", expected, False, False)


@pytest.mark.parametrize("preset", ["gitlab", "auth0", "keycloak", "linkedin", "oidc", "", "unknown", "../evil", "told"])
def test_other_presets_are_read_as_the_standards_say(up: Hostile, preset: str) -> None:
    """A name that is no preset imports nothing."""
    assert shape_of(up.other(preset=preset)).__name__ == "idp.services.upstream.shapes.standard"  # type: ignore[attr-defined]  # a shape is a module
    assert word(identity(up, up.other(preset=preset))) == ("ada@up.example", True, False, False)


@pytest.mark.parametrize(
    ("preset", "most"),
    [("google", 1), ("microsoft", 1), ("apple", 1), ("gitlab", 1), ("cognito", 1), ("auth0", 1), ("keycloak", 1), ("oidc", 1),
     ("facebook", 2), ("discord", 2), ("linkedin", 2), ("github", 3)],
)  # fmt: skip
def test_requests_of_a_sign_in_are_few_once_the_keys_are_known(up: Hostile, preset: str, most: int) -> None:
    """The token request; UserInfo where there is no ID Token. GitHub has the addresses at a place of their own."""
    up.changed = {"tid": "t", "oid": "o", "name": "Ada"}
    connection = up.other(preset=preset)
    if most > 1:
        connection = oauth2(up, {"id": 7, "sub": "7", "name": "Ada"}, preset=preset)
        up.site.answers["/userinfo/emails"] = json_answer([mail("ada@x.example")])
    identity(up, connection)
    up.site.asked_for.clear()
    identity(up, connection)
    assert len(up.site.paths()) == most, up.site.paths()


def test_each_own_preset_has_a_module(up: Hostile) -> None:
    assert {shape_of(up.other(preset=name)).__name__.rpartition(".")[2] for name in OWN} == OWN  # type: ignore[attr-defined]  # a shape is a module
