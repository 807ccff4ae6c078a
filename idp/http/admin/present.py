"""Builds answers. Each lists its members explicitly, so no other member gets into an answer (threats J-08)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from idp.domain.factors.hash_notations.scheme import scheme_of
from idp.domain.people import terms
from idp.services.apps import client_metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idp.domain.access.roles import Group, Role, RoleModel
    from idp.domain.apps.client import Client
    from idp.domain.audit.event import AuditEvent
    from idp.domain.factors.lock import Lock
    from idp.domain.mail.mail_problem import MailProblem
    from idp.domain.people.terms import Accepted
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.domain.tokens.grant import Grant
    from idp.services.keys.key_rotation import KeyInfo


def serialise_user(it: User, model: RoleModel) -> dict[str, Any]:
    """Return a user. `model`: all roles and groups; deleted ones are left out."""
    return {
        "id": it.id, "email": it.email, "email_verified": it.email_verified, "claims": dict(it.claims),
        "roles": list(model.live_roles(it.roles)), "groups": list(model.live_groups(it.groups)), "attributes": dict(it.attributes),
        "admin": it.admin, "admin_scopes": None if it.admin_scopes is None else sorted(it.admin_scopes),
        "disabled": it.disabled, "deactivated_by": it.deactivated_by or None, "mfa_required": it.mfa_required,
        "totp_enabled": it.totp_enabled, "passkeys": len(it.passkeys),
        "has_password": it.password_hash is not None, "password_scheme": scheme_of(it.password_hash),
        "terms": [serialise_terms(each) for each in terms.read_stored(it.terms)],
        "deleting_until": moment(it.deleting_until) if it.deleting_until else None, "created_at": moment(it.created_at),
        "updated_at": moment(it.updated_at),
    }  # fmt: skip


def serialise_terms(it: Accepted) -> dict[str, Any]:
    """Return terms that a user accepted."""
    return {"owner": it.owner, "version": it.version, "accepted_at": moment(it.at)}


def serialise_user_with_locks(it: User, model: RoleModel, locks: Iterable[Lock], problem: MailProblem | None) -> dict[str, Any]:
    """Return a user with the locks that prevent a sign-in now, and why the address gets no mail."""
    shown = [{"what": lock.what, "failures": lock.failures, "until": moment(lock.until)} for lock in locks]
    mail = {"kind": problem.kind, "reason": problem.reason, "at": moment(problem.at)} if problem else None
    return serialise_user(it, model) | {"locks": shown, "mail_problem": mail}


def serialise_session(it: Session) -> dict[str, Any]:
    """Return a session."""
    return {
        "id": it.id, "sid": it.sid, "created_at": moment(it.created_at), "last_seen_at": moment(it.last_seen_at),
        "expires_at": moment(it.expires_at),
        "auth_time": moment(it.auth_time), "amr": list(it.amr), "acr": it.acr, "address": it.address, "country": it.country,
        "user_agent": it.user_agent,
    }  # fmt: skip


def serialise_grant(it: Grant) -> dict[str, Any]:
    """Return a grant."""
    return {
        "id": it.id, "client_id": it.client_id, "scope": " ".join(it.scopes), "resources": list(it.resources),
        "session_id": it.session_id, "offline": it.is_offline, "created_at": moment(it.created_at),
        "last_used_at": moment(it.rotated_at or it.redeemed_at or it.created_at), "expires_at": moment(it.expires_at or it.not_after),
    }  # fmt: skip


def serialise_role(it: Role) -> dict[str, Any]:
    """Return a role."""
    return {
        "name": it.name, "permissions": list(it.permissions), "description": it.description, "created_at": moment(it.created_at),
        "updated_at": moment(it.updated_at),
    }  # fmt: skip


def serialise_group(it: Group, model: RoleModel) -> dict[str, Any]:
    """Return a group."""
    return {
        "name": it.name, "roles": list(model.live_roles(it.roles)), "description": it.description, "created_at": moment(it.created_at),
        "updated_at": moment(it.updated_at),
    }  # fmt: skip


def serialise_client(it: Client, model: RoleModel) -> dict[str, Any]:
    """Return a client without its secrets: its members and how it was registered."""
    return {
        "client_id": it.id, "client_id_issued_at": it.created_at, **client_metadata.describe(it),
        # The roles of a client of an organisation are the organisation's own: the names as assigned, also of deleted ones.
        "roles": sorted(it.roles or {}) if it.org_id else list(model.live_roles(it.roles or {})), "registered_by": it.registered_by,
        "software_statement": it.software_statement,
        "secrets": [{"created_at": moment(s.created_at), "expires_at": moment(s.expires_at)} for s in it.secrets],
        "created_at": moment(it.created_at), "updated_at": moment(it.updated_at),
    }  # fmt: skip


def serialise_client_with_secret(it: Client, secret: str | None, model: RoleModel) -> dict[str, Any]:
    """Return a client and its secret, which is shown once (RFC 7591 §3.2.1)."""
    return serialise_client(it, model) | ({} if secret is None else {"client_secret": secret, "client_secret_expires_at": 0})


def serialise_key(it: KeyInfo, published: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return a signing key. `published`: the JWK Set by kid."""
    return {
        "kid": it.kid, "alg": it.alg, "state": it.state, "created_at": moment(it.created_at), "activated_at": moment(it.activated_at),
        "retire_at": moment(it.retire_at), "jwk": published.get(it.kid),
    }  # fmt: skip


def serialise_event(it: AuditEvent) -> dict[str, Any]:
    """Return an audit event."""
    return {
        "id": it.id, "at": moment(it.at // 1000), "type": it.type, "outcome": it.outcome, "actor": it.actor, "subject": it.subject,
        "target": it.target, "client_id": it.client_id, "address": it.address, "request_id": it.request_id, "reason": it.reason,
        "details": dict(it.details),
    }  # fmt: skip


def moment_with_milliseconds(at_ms: int) -> str:
    """Return the instant in RFC 3339, UTC, with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at_ms // 1000)) + f".{at_ms % 1000:03d}Z"


def moment(seconds: int | None) -> str | None:
    """Return the instant in RFC 3339, UTC. None stays None."""
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
