"""Each operation of the admin API, with a request that it accepts."""

from __future__ import annotations

from io import BytesIO
from typing import Any, BinaryIO

from idp.domain.access.scope_text import ScopeText, ScopeWords
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.domain.declared.managed_object import ManagedObject
from idp.domain.events.event import Event
from idp.domain.moving.import_job import Refusal, Status
from idp.domain.moving.uploads import StoredUpload, UploadForm, UploadUrl
from idp.domain.requests.authorization_details import DetailType
from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.visitor import Visitor
from idp.domain.signals.stream import SignalStream
from idp.services.imports.jobs import NewImport
from idp.store.provisioning_items import Account
from idp.store.webhook_items import attempt_item
from tests.integration.admin.connecting import OAUTH2, OIDC, Documents, metadata
from tests.store.examples import passkey
from tests.store.examples import user as new_user
from tests.support.people import PASSWORD
from tests.support.remembered import remember_device, remember_devices
from tests.support.saml_idp import metadata as saml_metadata
from tests.support.stored import change_user
from tests.support.world import World


def _passkey_of(world: World, user_id: str) -> str:
    """The id of a new passkey of this user."""
    user = world.services.users.get(user_id)
    assert user
    made = passkey(user)
    assert world.services.passkeys.add(user, made, issued=1, attempt=made.id)
    return made.id


def _connect(world: World) -> None:
    """Make the connection `acme`, and serve the metadata of its upstream."""
    upstreams = Documents()
    upstreams.put(metadata())
    world.services.outgoing = upstreams
    if not world.services.connections.get("acme"):
        given = {name: value for name, value in OIDC.items() if name != "id"}
        world.services.connection_service.create("acme", given, by=world.by, scope=DEPLOYMENT)


def _connect_saml(world: World, *, prepared: bool) -> str:
    """The id of a SAML connection. `prepared`: its next certificates are made."""
    service = world.services.connection_service
    if not world.services.connections.get("corp"):
        service.create("corp", {"preset": "saml", "name": "Corp", "metadata": saml_metadata()}, by=world.by, scope=DEPLOYMENT)
    if prepared:
        service.rotate_certificate("corp", activate=False, by=world.by, scope=DEPLOYMENT)
    return "corp"


def _connect_organisation(world: World, org_id: str, path: str) -> dict[str, str]:
    """The own id of a connection of this organisation. Its next certificates are made, for the path that uses them."""
    service = world.services.organisation_connections
    if "/certificates" not in path:
        given = {name: value for name, value in OIDC.items() if name != "id"}
        return {"{connection_id}": service.create(org_id, "acme", given, by=world.by, scope=DEPLOYMENT).own_id}
    service.create(org_id, "corp", {"preset": "saml", "name": "Corp", "metadata": saml_metadata()}, by=world.by, scope=DEPLOYMENT)
    if path.endswith("/activate"):
        service.rotate_certificate(org_id, "corp", activate=False, by=world.by, scope=DEPLOYMENT)
    return {"{connection_id}": "corp"}


def _directory(world: World) -> str:
    """The id of a SCIM client."""
    if not world.services.scim_clients.get("acme"):
        world.services.scim_client_service.create("acme", {"name": "Acme"}, by=world.by, scope=DEPLOYMENT)
    return "acme"


def _target(world: World) -> str:
    """The id of a provisioning target."""
    if not world.services.provisioning_targets.get("crm"):
        given = {"base_url": "https://crm.example/scim", "token": "0" * 20}
        world.services.provisioning_target_service.create("crm", given, by=world.by, scope=DEPLOYMENT)
        store, now = world.services.provisioning, world.clock()
        store.queue([("crm", "usr_x")], now=now)
        (due,) = store.due("crm", now, limit=1)
        account = store.claim("crm", "usr_x", now=now)
        assert isinstance(account, Account)
        store.give_up(due, account, "status 400 invalidValue", now=now)
    return "crm"


def _endpoint(world: World) -> str:
    """The id of a webhook endpoint that an event was given up at."""
    url = "https://crm.example/given-up"
    if found := [each.id for each in world.services.webhook_endpoints.all() if each.url == url]:
        return found[0]
    made, _ = world.services.webhook_endpoint_service.create({"url": url}, by=world.by, scope=DEPLOYMENT)
    queue, now = world.services.webhook_queue, world.clock()
    queue.add([(made.id, Event("evt_x", "user.created", "user:x", now, "1", {"user_id": "x"}))], now=now)
    (due,) = queue.due(made.id, now, limit=1)
    (event,), _ = queue.events(made.id, due.subject, limit=1)
    attempt = attempt_item(event, attempt=8, status=500, problem="status 500", at_ms=now * 1000, took_ms=1)
    queue.give_up(event, attempt, attempts=8, problem="status 500", now=now)
    return made.id


def _stream(world: World, path: str) -> dict[str, str]:
    """The id of a stream of shared signals, for the paths of streams."""
    if "/signal-streams" not in path:
        return {}
    store = world.services.signal_streams
    if not store.of("crm"):
        event = world.services.audit.once_part("signal_stream.created", origin=world.by.origin, actor="crm")
        store.create(SignalStream("ssf_x", "crm", created_at=world.clock()), event)
    return {"{stream_id}": "ssf_x"}


def _hook(world: World) -> str:
    """The name of a hook that is not asked."""
    if not world.services.hook_store.get("staff"):
        given = {"name": "staff", "kind": "registration", "cedar": "permit(principal, action, resource);", "enabled": False}
        world.services.hook_service.create(given, by=world.by, scope=DEPLOYMENT)
    return "staff"


class Bucket:
    """A bucket in which each upload is, with the size that was asked for."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def upload_url(self, key: str, size: int, *, lifetime: int) -> UploadUrl:
        """Keep the size."""
        self._sizes[key] = size
        return UploadUrl(f"https://uploads.example/{key}?lifetime={lifetime}", {"Content-Length": str(size)})

    def upload_form(self, key: str, *, most: int, lifetime: int, back: str) -> UploadForm:
        """Return a form."""
        return UploadForm(f"https://uploads.example/?lifetime={lifetime}", {"key": key, "most": str(most), "back": back})

    def stat(self, key: str) -> StoredUpload | None:
        """Tell the size."""
        return StoredUpload(self._sizes[key], "etag")

    def open(self, key: str, stored: StoredUpload) -> BinaryIO:
        """Return zeros."""
        del key
        return BytesIO(bytes(stored.size))

    def delete(self, key: str) -> None:
        """Forget it."""
        del self._sizes[key]


def _labelled(world: World) -> str:
    """The path and the query of the label of an object."""
    world.services.managed_objects.put(ManagedObject("apps", "shop", "main"))
    return "apps/shop?manager=main"


def _import(world: World, path: str) -> dict[str, str]:
    """The id of an import that waits for its start, for the paths of imports. No other one waits or runs."""
    if "/imports" not in path:
        return {}
    service = world.services.import_job_service
    for each in service.listing(scope=DEPLOYMENT):
        if each.status in {Status.WAITING, Status.RUNNING}:
            service.cancel(each.id, by=world.by, scope=DEPLOYMENT)
    made, _ = service.create(NewImport("csv", {"people": 5}, {}), by=world.by, scope=DEPLOYMENT)
    world.services.import_jobs.refuse(made.id, [Refusal(2, "ada", "email", "not_email", "It is no address.")], now=world.clock())
    return {"{import_id}": made.id}


BODIES: dict[str, Any] = {
    "create_import": {"format": "csv", "size": 5},
    "rotate_keys": {"at_once": True},
    "create_user": {"email": "new@example.com"},
    "change_user": {},
    "set_password": {"password": PASSWORD},
    "merge_users": {"user_id": "usr_another"},
    "create_role": {"name": "new-role"},
    "change_role": {},
    "create_group": {"name": "new-group"},
    "change_group": {},
    "create_client": {"redirect_uris": ["https://app.example/cb"]},
    "change_client": {},
    "rotate_secret": {},
    "label_object": {"kind": "apps", "id": "shop", "manager": "main"},
    "check_client_secret": {"secret": "x"},
    "check_connection_secret": {"secret": "x"},
    "check_organization_connection_secret": {"secret": "x"},
    "check_provisioning_token": {"secret": "x"},
    "put_scope_text": {"name": "See your orders"},
    "put_authorization_details_type": {"title": "Use your files", "actions": ["read"]},
    "create_initial_access_token": {},
    "create_invitation": {"email": "invited@example.com"},
    "create_policy_version": {"rules": {"rules": [{"id": "all", "effect": "allow"}]}},
    "publish_policies": {"version": 1},
    "simulate_policies": {
        "version": 1,
        "questions": [{"subject": {"type": "user", "id": "a"}, "action": {"name": "a"}, "resource": {"type": "a", "id": "a"}}],
    },
    "create_trusted_issuer": {"issuer": "https://new.example", "jwks_uri": "https://new.example/jwks"},
    "put_trusted_issuer": {"issuer": "https://acme.example", "jwks_uri": "https://acme.example/jwks"},
    "create_connection": OAUTH2,
    "change_connection": {},
    "create_scim_client": {"id": "new-directory", "name": "New"},
    "change_scim_client": {},
    "rotate_scim_token": {},
    "create_provisioning_target": {"id": "new-app", "base_url": "https://app.example/scim", "token": "0" * 20},
    "change_provisioning_target": {},
    "retry_provisioning": {"user_ids": ["usr_x"]},
    "create_organization": {"slug": "new-organization", "name": "New"},
    "change_organization": {},
    "add_member": {"user_id": "usr_newcomer"},
    "change_member": {},
    "create_organization_role": {"name": "new-role"},
    "change_organization_role": {},
    "create_organization_client": {"client_name": "New", "scope": "orders"},
    "change_organization_client": {},
    "create_organization_scim_client": {"id": "new-directory", "name": "New"},
    "change_organization_scim_client": {},
    "rotate_organization_scim_token": {},
    "create_organization_connection": {**OIDC, "id": "another"},
    "change_organization_connection": {},
    "claim_domain": {"domain": "new.example"},
    "change_domain": {},
    "create_organization_invitation": {"email": "invited@example.com"},
    "create_webhook_endpoint": {"url": "https://crm.example/hook"},
    "change_webhook_endpoint": {},
    "rotate_webhook_secret": {},
    "redeliver_webhooks": {},
    "create_hook": {"name": "new-hook", "kind": "sign_in", "cedar": "permit(principal, action, resource);", "enabled": False},
    "change_hook": {},
    "dry_run_hook": {},
    "create_issuer_link": {"issuer": "https://acme.example", "subject": "another"},
}


def _organisation(world: World, path: str, user_id: str) -> dict[str, str]:
    """The ids of an organisation, and of what it has, for the paths of organisations. Each has members, roles and domains of its own."""
    if "/organizations" not in path:
        return {}
    services, by = world.services, world.by
    name = services.new_id().lower().replace("_", "-").strip("-")
    org = services.organisation_service.create(f"o-{name}o", "Acme", by=by, scope=DEPLOYMENT)
    services.member_service.add(org.id, user_id, by=by, scope=DEPLOYMENT)
    services.organisation_role_service.create(org.id, "a-role", by=by, scope=DEPLOYMENT)
    domain = services.domain_service.claim(org.id, f"d{name.replace('-', '')}.example", by=by, scope=DEPLOYMENT)
    answer = {"Status": 0, "TC": False, "Question": [{"name": domain.record_name, "type": 16}]}
    record = {"name": domain.record_name, "type": 16, "TTL": 60, "data": domain.record_value}
    upstreams = services.outgoing
    assert isinstance(upstreams, Documents)
    upstreams.put(answer | {"Answer": [record]}, f"{services.settings.dns_resolver}?name={domain.record_name}&type=TXT")
    if not services.users.get("usr_newcomer"):
        services.users.create(new_user(id="usr_newcomer", email="newcomer@example.com"))
    invitation = services.organisation_invitations.create(org.id, f"i-{name}i@example.com", by=by, scope=DEPLOYMENT)
    own = {}
    if "/clients" in path:
        own["{client_id}"] = services.machine_clients.create(org.id, {"client_name": "A", "scope": "orders"}, by=by, scope=DEPLOYMENT)[0].id
    if "/scim-clients" in path:
        made, _ = services.organisation_scim_clients.create(org.id, "acme", {"name": "Acme"}, by=by, scope=DEPLOYMENT)
        own["{scim_client_id}"] = made.own_id
    if "/connections" in path:
        own |= _connect_organisation(world, org.id, path)
    return {"{org_id}": org.id, "{domain}": domain.domain} | own | ({"{invitation_id}": invitation.id} if "/invitations" in path else {})


def operations(world: World) -> list[tuple[str, str, str, str]]:
    """Return (method, path, scope, name) of each operation in the OpenAPI document."""
    document = world.http.get("/admin/v1/openapi.json").json()
    return [
        (method.upper(), path, " ".join(told["security"][0]["access_token"]), told["operationId"])
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def _another(world: World, path: str) -> str:
    """The id of the other account of a merge, which exists if the path is about merges."""
    if "/merge" in path and not world.services.users.get("usr_another"):
        world.services.users.create(new_user(id="usr_another", email="another@example.com"))
    return "usr_another"


def filled(world: World, path: str) -> str:
    """Return the path with ids of existing objects."""
    user = world.user()
    if path.endswith("/temporary-code"):
        change_user(world.services.users, user.id, totp_enabled=True)
    grant = world.granted(user, world.console)
    ids = {"{merged_id}": _another(world, path)}
    if path.endswith("/deletion"):
        asked = Visitor(world.signed_in(user), world.services.users.get(user.id) or user)
        world.services.self_deletion.ask(asked, attempt=user.id, origin=Origin("203.0.113.9"), now=world.clock())
    world.services.key_rotation.ensure()
    kid = next(key.kid for key in world.services.key_rotation.listing() if key.state == "next")
    client = world.service_client("api:read", resources=["https://api.example"])
    token, _ = world.services.initial_access.create(
        lifetime=60, max_uses=1, scopes=(), resources=(), note="", by=world.by, scope=DEPLOYMENT
    )
    ids |= {
        "{user_id}": user.id, "{client_id}": client.id, "{session_id}": grant.session_id, "{grant_id}": grant.id, "{kid}": kid,
        "{token_id}": token.id,
    }  # fmt: skip
    address = f"guest-{world.services.new_id().lower()}@example.com".replace("_", "-")
    ids["{invitation_id}"] = world.services.invitation_service.create(address, by=world.by, scope=DEPLOYMENT).id
    if not world.services.detail_types.of(["files"]):
        world.services.detail_types.put(DetailType("files", "Use your files"))
    ids["{type_name}"] = "files"
    if not world.services.scope_texts.of(["orders:read"]):
        world.services.scope_texts.put(ScopeText("orders:read", ScopeWords("See your orders")))
    ids["{scope}"] = "orders:read"
    if not world.services.policies.newest():
        world.services.policy_service.create(
            policies="", schema="", rules={"rules": [{"id": "all", "effect": "allow"}]}, by=world.by, scope=DEPLOYMENT
        )
        world.services.policy_service.publish(1, by=world.by, scope=DEPLOYMENT)
    ids["{number}"] = "1"
    ids["{key_id}"] = world.services.sealing_keys.listing()[0].id
    ids |= {"{role_name}": "a-role", "{group_name}": "a-group"}
    if not world.services.roles.role("a-role"):
        world.services.role_service.create("a-role", scope=DEPLOYMENT)
    if not world.services.roles.group("a-group"):
        world.services.group_service.create("a-group", scope=DEPLOYMENT)
    acme = TrustedIssuer("https://acme.example", "https://acme.example/jwks")
    world.services.trusted_issuers.create(acme)
    _connect(world)
    ids["{connection_id}"] = _connect_saml(world, prepared=path.endswith("/activate")) if "/certificates" in path else "acme"
    ids |= {"{scim_client_id}": _directory(world), "{target_id}": _target(world), "{endpoint_id}": _endpoint(world)}
    ids |= {"{hook_name}": _hook(world)} if "/hooks" in path else {}
    ids |= _stream(world, path) | _import(world, path) | _organisation(world, path, user.id)
    link = world.services.issuer_link_service.create(user.id, acme.issuer, world.services.new_id(), by=world.by, scope=DEPLOYMENT)
    ids |= {"{issuer_id}": acme.id, "{link_id}": link.id, "{passkey_id}": _passkey_of(world, user.id)}
    if "{device_id}" in path or path.endswith("/remembered-devices"):
        remember_devices(world.services)
        user = change_user(world.services.users, user.id, totp_enabled=True)
        ids["{device_id}"] = remember_device(world.services, user)
    path = path.replace("{object_kind}/{object_id}", _labelled(world))
    for name, value in ids.items():
        path = path.replace(name, value)
    return path
