"""Writes the settings of our own export: apps, connections, roles and the like (docs/schemas/export-1.json).

An object that exists here is never replaced, so the import can run again, and it changes nothing that an admin made meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import Group, Role
from idp.domain.apps.client import ClientSecret
from idp.domain.errors import IdpError, InvalidValue
from idp.domain.message import Message
from idp.domain.moving import own_export
from idp.domain.moving.fields import moment, text, texts
from idp.domain.moving.person import RefusedRow, RowError
from idp.domain.requests.authorization_details import KINDS, LISTS
from idp.services.access.assignments import resolve_names
from idp.services.moving.own_organisations import OwnOrganisations
from idp.services.moving.own_policies import OwnPolicies
from idp.services.upstream.secret import seal_secret
from idp.store import app_keys, connection_keys, issuer_keys
from idp.store.authorization_detail_types import DetailTypeItem
from idp.store.client_metadata import client_of
from idp.store.connection_items import ConnectionItem
from idp.store.connections import DomainTakenError, TooManyError
from idp.store.scope_texts import ScopeTextItem
from idp.store.trusted_issuers import TrustedIssuerItem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from idp.domain.clock import NewId
    from idp.services.keys.keyring import Keyring
    from idp.services.moving.opening_key import OpeningKey
    from idp.services.moving.own_organisations import OrganisationStores
    from idp.store.authorization_detail_types import DetailTypes
    from idp.store.clients import Clients
    from idp.store.connections import Connections
    from idp.store.policies import Policies
    from idp.store.roles import Roles
    from idp.store.scope_texts import ScopeTexts
    from idp.store.trusted_issuers import TrustedIssuers

ORDER = (
    ("role", "organisation"), ("group", "organisation_role"), ("client",),
    ("connection", "scope_text", "authorization_detail_type", "trusted_issuer", "policy_version"),
    ("live_policies", "organisation_domain"),
)  # fmt: skip
"""Each needs those before it. A pass over the file for each."""
AFTER_PEOPLE = (("organisation_member",),)
_NOT_FROM_A_FILE = {"secrets", "registration_token_digest", "roles", "incarnation", "security_stamp", "provisional_until"}


@dataclass(frozen=True, slots=True)
class Stores:
    """Where settings are kept."""

    roles: Roles
    clients: Clients
    connections: Connections
    scope_texts: ScopeTexts
    detail_types: DetailTypes
    trusted_issuers: TrustedIssuers
    policies: Policies
    of_organisations: OrganisationStores


@dataclass
class SettingsResult:
    """How many objects of each type were created, and how many existed here and were left as they are."""

    created: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    refused: int = 0


class OwnSettings:
    """Writes settings. `opening`: opens secrets; without it apps and connections have none. `imported`: as of `OwnOrganisations`."""

    def __init__(
        self, stores: Stores, keyring: Keyring, opening: OpeningKey | None, imported: Callable[[str], bool], new_id: NewId, *,
        with_admins: bool = False,
    ) -> None:  # fmt: skip
        self._to, self._keyring, self._opening, self._new_id = stores, keyring, opening, new_id
        policies = OwnPolicies(stores.policies, new_id)
        own = OwnOrganisations(stores.of_organisations, stores.connections, imported, new_id, with_admins=with_admins)
        self._organisations = own
        self._write: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]] = {
            "role": self._role, "group": self._group, "client": self._client, "connection": self._connection,
            "scope_text": self._scope_text, "authorization_detail_type": self._detail_type, "trusted_issuer": self._trusted_issuer,
            "policy_version": lambda line, _: policies.version(line), "live_policies": lambda line, _: policies.live(line),
            "organisation": lambda line, _: own.organisation(line), "organisation_role": lambda line, _: own.role(line),
            "organisation_domain": lambda line, _: own.domain(line), "organisation_member": lambda line, _: own.member(line),
        }  # fmt: skip

    def run(self, file: BinaryIO, refused: Callable[[RefusedRow], None]) -> SettingsResult:
        """Write what the file has and this deployment has not. `refused` is called for each line that cannot be written."""
        return self._run(ORDER, file, refused, SettingsResult())

    def run_after_people(self, file: BinaryIO, refused: Callable[[RefusedRow], None], result: SettingsResult) -> None:
        """The same for what belongs to settings and people: memberships of organisations. `result` counts them, too."""
        self._run(AFTER_PEOPLE, file, refused, result)

    def _run(
        self, order: tuple[tuple[str, ...], ...], file: BinaryIO, refused: Callable[[RefusedRow], None], result: SettingsResult
    ) -> SettingsResult:
        for types in order:
            for line in own_export.of_types(file, *types):
                try:
                    kind = self._take(line, result)
                except (IdpError, InvalidValue) as error:
                    message = error.message
                except (TypeError, ValueError, KeyError, AttributeError):
                    message = Message("moving.setting_malformed")
                except DomainTakenError:
                    message = Message("moving.domain_taken")
                except TooManyError:
                    message = Message("moving.too_many_connections")
                else:
                    continue
                result.refused += 1
                kind = str(line.members.get("type", ""))
                refused(RefusedRow(line.number, _name(line.members), message, kind))
        return result

    def _take(self, line: own_export.Line, result: SettingsResult) -> str:
        if line.problem:
            raise line.problem
        kind = text(line.members, "type")
        secret = self._opening.open(line.members) if self._opening else {}
        made = self._write[kind](line.members, secret)
        (result.created if made else result.there)[kind] += 1
        return kind

    def _role(self, line: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
        return self._to.roles.create(
            Role(text(line, "name"), self._new_id(), texts(line, "permissions"), text(line, "description"), *_times(line))
        )

    def _group(self, line: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
        roles = resolve_names(texts(line, "roles"), self._to.roles.model().roles, "roles")
        return self._to.roles.create(Group(text(line, "name"), self._new_id(), roles, text(line, "description"), *_times(line)))

    def _client(self, line: Mapping[str, Any], secret: Mapping[str, Any]) -> bool:
        metadata = {name: value for name, value in line["metadata"].items() if name not in _NOT_FROM_A_FILE}
        client = client_of(_id(line, "client_id"), metadata, 1)
        there = self._organisations.roles_of(client.org_id) if client.org_id else None
        if line.get("roles"):
            there = self._to.roles.model().roles if there is None else there
            roles: dict[str, str] | None = resolve_names(texts(line, "roles"), there, "roles")
        else:
            roles = None
        return self._to.clients.create(
            replace(
                client, incarnation=self._new_id(), roles=roles, secrets=tuple(ClientSecret(**each) for each in secret.get("secrets", ())),
                registration_token_digest=secret.get("registration_token_digest") or client.registration_token_digest,
            )
        )  # fmt: skip

    def _connection(self, line: Mapping[str, Any], secret: Mapping[str, Any]) -> bool:
        connection_id, plain = _id(line, "id"), text(secret, "secret")
        item = ConnectionItem.new(
            connection_keys.connection(connection_id), connection_id=connection_id, definition=line["definition"],
            secret=seal_secret(self._keyring, connection_id, plain) if plain else None,
        )  # fmt: skip
        if self._to.connections.get(connection_id):
            return False
        return self._to.connections.create(item.connection()) is not None

    def _scope_text(self, line: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
        stored = {name: line[name] for name in ("words", "language", "translations")}
        item = ScopeTextItem.new(app_keys.scope_text(_id(line, "scope")), scope=line["scope"], texts=stored)
        made = item.scope_text()
        _check_texts(made.language, *(each for words in (made.words, *made.translations.values()) for each in astuple(words)))
        return self._to.scope_texts.put(made)

    def _detail_type(self, line: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
        name = _id(line, "name")
        item = DetailTypeItem.new(app_keys.authorization_detail_type(name), type_name=name, definition=line["definition"])
        made = item.detail_type()
        _check_texts(made.title, made.description, *(each for name in LISTS for each in getattr(made, name)))
        if not all(each.kind in KINDS and isinstance(each.title, str) for each in made.members.values()):
            raise RowError("moving.wrong_type", name="members")
        return self._to.detail_types.put(made)

    def _trusted_issuer(self, line: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
        definition = {name: value for name, value in line.items() if name not in {"type", "issuer"}}
        item = TrustedIssuerItem.new(issuer_keys.trusted_issuer(_id(line, "issuer")), issuer=line["issuer"], definition=definition)
        trusted = item.trusted()
        return self._to.trusted_issuers.create(replace(trusted, incarnations=self._to.clients.incarnations(trusted.clients)))


def _check_texts(*values: Any) -> None:
    if not all(isinstance(each, str) for each in values):
        raise RowError("moving.setting_malformed")


def _id(line: Mapping[str, Any], name: str) -> str:
    found = text(line, name)
    if not found:
        raise RowError("moving.wrong_type", name=name)
    return found


def _times(line: Mapping[str, Any]) -> tuple[int, int]:
    return moment(line.get("created_at"), "created_at"), moment(line.get("updated_at"), "updated_at")


def _name(line: Mapping[str, Any]) -> str:
    """Return the name of an object, for the report."""
    if "org_id" in line:
        own = next((line[name] for name in ("user_id", "domain", "name") if name in line), "")
        return f"{line['org_id']}/{own}"[:255]
    found = next((line[name] for name in ("client_id", "id", "name", "scope", "issuer", "number") if name in line), "")
    return str(found)[:255]
