"""Each limit of a SAML sign-in alone: of its attempt, what was judged, the function that is asked, and our own keys (I-03, O-05, O-08)."""

from __future__ import annotations

import random
import string
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from idp.adapters.saml.signatures import certificate
from idp.domain.errors import Conflict
from idp.services.upstream.refusal import UpstreamRefused
from idp.services.upstream.saml import attempt as attempts
from idp.services.upstream.saml import own_keys
from idp.services.upstream.saml.sign_in import JUDGED, LONGEST_RESPONSE, LONGEST_URL, SamlSignIn
from idp.services.upstream.state import LIFETIME
from tests.support.saml_idp import NOW, key_pair
from tests.support.sealing import Sealing
from tests.unit.saml.service_provider import ISSUER, ServiceProvider, connection, request_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.saml_idp import KeyPair

KEYRING: Any = Sealing()
CORP = connection()


def _refused(act: Callable[[], object]) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        act()
    assert refused.value.message.id == "upstream.answer_invalid"


def _attempt(**changes: Any) -> Any:
    made = attempts.new_attempt(CORP, purpose="sign_in", carried="request", max_age=None, now=NOW)
    return made._replace(**changes)


def test_a_cookie_counts_for_its_attempt_its_connection_and_its_time_only() -> None:
    """O-08: the handle has the same limits, so each is tried without it."""
    sealer, made = KEYRING.sealer(), _attempt()
    cookie = attempts.cookie_of(sealer, made)
    assert attempts.open_cookie(sealer, CORP, made.id, cookie, NOW + LIFETIME - 1) == made
    assert attempts.open_cookie(sealer, CORP, made.id, cookie, NOW + LIFETIME) is None
    assert attempts.open_cookie(sealer, CORP, "another", cookie, NOW) is None
    assert attempts.open_cookie(sealer, replace(CORP, id="other"), made.id, cookie, NOW) is None
    assert attempts.open_cookie(sealer, CORP, "", attempts.cookie_of(sealer, _attempt(id="")), NOW) is None


@pytest.mark.parametrize("payload", [[], ["id"], [*_attempt(id="id"), 1], {"id": "x"}, "x", None, 1], ids=str)
def test_a_cookie_of_another_release_is_none(payload: Any) -> None:
    """It is sealed by us, and has other members."""
    sealer = KEYRING.sealer()
    assert attempts.open_cookie(sealer, CORP, "id", sealer.seal(attempts.SEALED, payload, packed=True), NOW) is None


def _judged(connection_id: str, attempt_id: str, told: Any, until: int = NOW + 60) -> str:
    return str(KEYRING.sealer().seal(JUDGED, [connection_id, attempt_id, until, told], packed=True))


def test_what_was_judged_counts_for_its_connection_and_its_attempt_only() -> None:
    """Two connections can be of one company, and one of them can be trusted with more."""

    def fails(_: object) -> NoReturn:
        raise AssertionError("not asked")

    service, made = SamlSignIn(ISSUER, KEYRING, fails), _attempt()
    told: dict[str, Any] = {
        "connection_id": "corp", "issuer": "i", "tenant": "", "subject": "person-1", "email": None, "amr": ["pwd"], "auth_time": NOW,
    }  # fmt: skip
    assert service.identity(CORP, made, _judged("corp", made.id, told), NOW).subject == "person-1"
    for posted in (
        _judged("other", made.id, told), _judged("corp", "another", told), _judged("corp", made.id, told, NOW),
        str(KEYRING.sealer().seal(JUDGED, "text", packed=True)), str(KEYRING.sealer().seal(JUDGED, {}, packed=True)),
    ):  # fmt: skip
        _refused(lambda posted=posted: service.identity(CORP, made, posted, NOW))  # type: ignore[misc]  # mypy infers no type of a lambda with a default


@pytest.mark.parametrize("posted", ["", "x" * (LONGEST_RESPONSE + 1)], ids=["none", "too long"])
def test_the_function_is_not_asked_about_a_form_without_a_usable_response(posted: str) -> None:
    def fails(_: object) -> NoReturn:
        raise AssertionError("asked")

    up = ServiceProvider(judge=fails)
    begun = up.begin()
    query = up.reply(begun, value=posted)
    _refused(lambda: up.finish(begun, query))


def test_a_connection_asks_for_a_signature_of_the_assertion_by_default() -> None:
    assert ServiceProvider().sign_in(sign="both").identity.subject == "person-1"
    _refused(lambda: ServiceProvider().sign_in(sign="response"))
    without = ServiceProvider(connection(wants_signed_assertions=False))
    assert without.sign_in(sign="response").identity.subject == "person-1"


@pytest.mark.parametrize("trust", ["none", "verified"])
def test_the_domains_of_a_connection_verify_an_address_only_where_it_is_trusted_for_them(trust: str) -> None:
    """O-05: domains also lead people to a connection that is trusted with no address."""
    up = ServiceProvider(connection(email_trust=trust, domains=("corp.example",)))
    who = up.sign_in(attributes={"email": ["ada@corp.example"]}).identity
    assert (who.email, who.email_verified, who.email_authoritative) == ("ada@corp.example", False, False)


def _to(der: str) -> KeyPair:
    """The public half of a key of ours, as an identity provider has it."""
    found = certificate(der)

    class Public:
        public_key = found.public_key

    return replace(key_pair("sp"), key=Public, certificate=found)


def test_keys_that_were_published_decrypt_until_the_change_after_the_next() -> None:
    """An identity provider may take the next certificate at once, or keep the one before for a while."""
    made = connection(wants_encryption=True)
    with pytest.raises(Conflict):
        own_keys.activate(KEYRING, made)
    prepared = own_keys.prepare(KEYRING, made, ISSUER, NOW)
    assert ServiceProvider(prepared).sign_in(to=_to(prepared.own_certificates["next_encryption"])).identity.subject == "person-1"
    assert own_keys.signing_key(KEYRING, prepared) == own_keys.signing_key(KEYRING, made), "nobody knows the next one yet"
    active = own_keys.activate(KEYRING, prepared)
    assert active.own_certificates["encryption"] == prepared.own_certificates["next_encryption"]
    again = own_keys.prepare(KEYRING, active, ISSUER, NOW)
    old = _to(made.own_certificates["encryption"])
    assert ServiceProvider(active).sign_in(to=old).identity.subject == "person-1"
    _refused(lambda: ServiceProvider(again).sign_in(to=old))
    assert sorted(again.own_certificates) == ["encryption", "next_encryption", "next_signing", "signing"]


def test_what_an_admin_entered_is_text_in_the_request() -> None:
    """Our name there and the URL of the identity provider have any characters."""
    place, name = 'https://idp.corp.example/sso?a=1&b="2"', 'urn:us<saml:NameID/>&"'
    begun = ServiceProvider(connection(authorization_endpoint=place, client_id=name)).begin()
    request = request_of(begun)
    assert begun.url.startswith(place + "&SAMLRequest=")
    assert (request.get("Destination"), request[0].text, len(request[0])) == (place, name, 0)


def test_the_name_does_not_count_where_an_attribute_is_the_subject() -> None:
    """Such an identity provider may send a transient NameID, which is another one each time."""
    up = ServiceProvider(connection(claims={"sub": "uid"}))
    transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    for name in ("one", "two"):
        who = up.sign_in(format=transient, name_id=name, attributes={"uid": ["u1"]}).identity
        assert (who.tenant, who.subject) == ("attribute:uid", "u1")


def test_claims_are_left_out_of_an_address_that_would_be_too_long() -> None:
    """They are within the limit of claims, and do not get shorter by packing. The person stays the same."""
    draw = random.Random(1)  # noqa: S311  # not for a secret
    signs, letters = "".join(map(chr, range(0x4E00, 0x9C00))), string.ascii_letters + string.digits
    names = {
        **dict.fromkeys(("name", "given_name", "family_name", "middle_name"), signs), **dict.fromkeys(("nickname", "gender"), letters),
        **dict.fromkeys(("profile", "website", "picture"), ""),
    }  # fmt: skip
    told = {
        name: ["".join(draw.choices(kind, k=250)) if kind else "https://e.example/" + "".join(draw.choices(letters, k=230))]
        for name, kind in names.items()
    }
    up = ServiceProvider(connection(claims={name: name for name in names}))
    begun, person = up.begin(), "".join(draw.choices(signs, k=255))
    query = up.reply(begun, attributes=told, name_id=person)
    who = up.finish(begun, query).identity
    assert (len(query["posted"]) <= LONGEST_URL, who.subject, dict(who.claims)) == (True, person, {})
    fewer = up.sign_in(attributes={name: told[name] for name in ("name", "nickname")}, name_id=person).identity
    assert sorted(fewer.claims) == ["name", "nickname"]
