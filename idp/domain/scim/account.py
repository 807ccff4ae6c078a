"""What a person of SCIM means for their account here: the address for sign-in, and the claims of their profile (threats P-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidValue
from idp.domain.people import email as email_addresses
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping

NOWHERE = "@no-address.invalid"
"""The domain of accounts without an address. RFC 6761 §6.4: no name under .invalid exists, so no mail is sent to anybody."""

_CLAIMS = {"displayName": "name", "nickName": "nickname", "profileUrl": "profile", "timezone": "zoneinfo"}
_NAMES = {"givenName": "given_name", "familyName": "family_name", "middleName": "middle_name"}


def sign_in_address(resource: Mapping[str, Any], user_id: str) -> str:
    """Return the canonical address by which the person signs in.

    It is the primary email, else the first of type work, else `userName` if that is an address, else the first email. Without any of
    them it is one that gets no mail. Other emails are stored and never used.

    Raises:
        ScimRefusal: invalidValue, if the chosen email is not an address.
    """
    emails = [each for each in resource.get("emails") or [] if each.get("value")]
    primary = next((each for each in emails if each.get("primary") is True), None)
    chosen = primary or next((each for each in emails if str(each.get("type", "")).lower() == "work"), None)
    if chosen is None:
        name = str(resource.get("userName", ""))
        if "@" in name and (address := _address(name)):
            return address
        chosen = emails[0] if emails else None
    if chosen is None:
        return user_id.lower() + NOWHERE
    if address := _address(chosen["value"]):
        return address
    raise ScimRefusal("scim.email_invalid", scim_type="invalidValue")


def claims(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims of OIDC Core §5.1 that the resource tells. Whether their values are acceptable is not checked."""
    names = resource.get("name") or {}
    told = {claim: resource[name] for name, claim in _CLAIMS.items() if resource.get(name)}
    told |= {claim: names[name] for name, claim in _NAMES.items() if names.get(name)}
    told.setdefault("name", names.get("formatted") or " ".join(names[part] for part in ("givenName", "familyName") if names.get(part)))
    told["locale"] = resource.get("locale") or resource.get("preferredLanguage")
    told["preferred_username"] = resource.get("userName")
    told["picture"] = _first(resource.get("photos"), "photo")
    told["phone_number"] = _first(resource.get("phoneNumbers"), "work")
    return {name: value for name, value in told.items() if value}


def _first(values: Any, type_: str) -> str | None:
    """Return the primary value, else the first of this type, else the first one."""
    several = [each for each in values or [] if each.get("value")]
    chosen = next((each for each in several if each.get("primary") is True), None)
    chosen = chosen or next((each for each in several if each.get("type") == type_), None) or (several[0] if several else None)
    return str(chosen["value"]) if chosen else None


def _address(text: str) -> str:
    try:
        return email_addresses.normalise(text)
    except InvalidValue:
        return ""
