"""People and an app, made in this process: the command line would need a process for each."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence

from idp import settings
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.factors import foreign_hash
from idp.domain.factors.hash_mix import WAITING
from idp.domain.factors.hash_notations import notation
from idp.domain.people.user import User
from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.visitor import Visitor
from idp.services.audit.recorder import SYSTEM
from idp.wiring import build_services
from idp.wiring.all_services import AllServices
from tests.support.authenticator import Authenticator

_ENGINE = "AWS_ENDPOINT_URL_DYNAMODB"


def address() -> str:
    """Return an address that was not used before."""
    return f"{secrets.token_hex(8)}@example.com"


def create_people(env: Mapping[str, str], number: int) -> list[str]:
    """Create people with a password. `env`: that of the function, with its engine. Returns their addresses."""
    services, found = _services(env), [address() for _ in range(number)]
    for email in found:
        services.user_service.create(email, secrets.token_urlsafe(16), email_verified=True, scope=DEPLOYMENT)
    return found


def create_imported(env: Mapping[str, str], number: int, labels: Sequence[str]) -> list[str]:
    """Create people with hashes of other systems, as many with each label; an empty one is our own hash. No password is right."""
    services, found = _services(env), [address() for _ in range(number)]
    own = services.passwords.own_beginning + "A" * 22 + "$" + "A" * 43
    for place, email in enumerate(found):
        label = labels[place % len(labels)]
        stored = notation.write(foreign_hash.decoy(label, secrets.token_bytes, own)) if label else own
        now = services.clock()
        services.users.create(User(services.new_id(), email, email_verified=True, password_hash=stored, created_at=now, updated_at=now))
    return found


def count_hashes(env: Mapping[str, str]) -> None:
    """Count the hashes, as an import does when it ends."""
    services = _services(env)
    raws = services.database.scan("directory")
    services.hash_counts.count_all(raw.get("password_hash", {}).get("S") for raw in raws if raw["kind"] == {"S": "user"})


def create_waiting(env: Mapping[str, str], number: int) -> list[str]:
    """Create people without a password who wait for their first sign-in, and count them as an import does. Returns their addresses."""
    services, found = _services(env), [address() for _ in range(number)]
    now = services.clock()
    for email in found:
        services.users.create(User(services.new_id(), email, awaits_migration=True, created_at=now, updated_at=now))
    services.hash_counts.add([WAITING] * number)
    return found


def connect_earlier_system(env: Mapping[str, str], arn: str) -> None:
    """Make the connection by which the Lambda function `arn` is asked about passwords."""
    given = {"preset": "password", "name": "Earlier", "hook": arn, "who": "known"}
    _services(env).connection_service.create("earlier", given, scope=DEPLOYMENT, by=SYSTEM)


def connect_directory(env: Mapping[str, str]) -> str:
    """Make a SCIM client. Returns its bearer token."""
    members = {"name": "Corp", "domains": ["corp.example"]}
    return _services(env).scim_client_service.create("corp", members, scope=DEPLOYMENT, by=SYSTEM)[1]


def create_signer(env: Mapping[str, str]) -> tuple[str, str]:
    """Create a person who signs in with a password alone. Returns the address and the password."""
    email, password = address(), secrets.token_urlsafe(16)
    _services(env).user_service.create(email, password, email_verified=True, scope=DEPLOYMENT)
    return email, password


def create_keyholder(env: Mapping[str, str]) -> Authenticator:
    """Create a person with a passkey. Returns the authenticator that has it."""
    services = _services(env)
    user = services.user_service.create(address(), email_verified=True, scope=DEPLOYMENT)
    settings_, origin = services.settings, Origin("10.0.0.1")
    device = Authenticator(origin=settings_.issuer, rp_id=settings_.webauthn_rp_id, user_handle=user.id.encode())
    visitor = Visitor(services.session_service.begin(user, proved_for="", origin=origin, amr=("pwd", "mfa")), user)
    offer = services.passkey_registration.offer(visitor, now=services.clock())
    answer = device.registration(offer.options["challenge"])
    services.passkey_registration.finish(visitor, offer.handle, answer, name="", origin=origin, now=services.clock())
    return device


def create_app(env: Mapping[str, str], redirect_uri: str) -> str:
    """Create an app of the deployment itself, which asks for no consent. Returns its client_id."""
    wanted = {"client_name": "Shop", "redirect_uris": [redirect_uri], "scope": "openid email", "first_party": True}
    return _services(env).client_service.create(wanted, scope=DEPLOYMENT)[0].id


def open_services(env: Mapping[str, str]) -> AllServices:
    """Return the services of the deployment of this environment."""
    return _services(env)


def _services(env: Mapping[str, str]) -> AllServices:
    os.environ[_ENGINE] = env[_ENGINE]
    return build_services(settings.load({name: value for name, value in env.items() if name.startswith(settings.PREFIX)}))
