"""A file for `idp plan` with objects of every kind, and the secrets that it refers to."""

from __future__ import annotations

from typing import Any

APP_SECRET = "a-secret-of-the-shop-that-was-made-at-random"
NEW_SECRET = "another-secret-of-the-shop-made-at-random-too"
TOKEN = "token-of-the-crm"
SCHEMA = "entity User;\nentity Order;\naction read appliesTo { principal: [User], resource: [Order] };\n"
WHOLE: dict[str, Any] = {
    "roles": {"editor": {"permissions": ["orders:write", "orders:read"], "description": "Edits orders."}, "viewer": {}},
    "groups": {"sales": {"roles": ["viewer", "editor"]}},
    "organizations": {
        "acme": {
            "name": "Acme Ltd.", "policy": {"mfa_required": True, "session_hours": 8}, "metadata": {"crm": {"id": 5}},
            "branding": {"name": "Acme", "colours": {"light": {"accent": "#1d4ed8"}}},
        },
        "closed": {"name": "Closed", "disabled": True},
    },
    "organization_roles": {"acme/billing": {"permissions": ["bills:read"]}},
    "authorization_details_types": {
        "payment": {"title": "Make a payment", "actions": ["initiate"], "members": {"amount": {"kind": "number", "required": True}}}
    },
    "scopes": {
        "orders:read": {"name": "See your orders", "translations": {"de": {"name": "Bestellungen sehen"}}},
        "a/b?c": {"name": "A scope with marks of paths"},
    },
    "apps": {
        "shop": {
            "client_name": "Shop", "redirect_uris": ["https://shop.example/callback"], "scope": "openid email orders:read",
            "resources": ["https://api.shop.example"], "secret": {"file": "app.txt"}, "roles": ["viewer"],
            "claim_mappings": {"roles": {"source": "roles", "in": ["access_token"]}}, "authorization_details_types": ["payment"],
            "branding": {"name": "Meadow Shop", "colours": {"light": {"accent": "#1d4ed8"}}},
        },
        "spa": {
            "redirect_uris": ["https://spa.example/callback"], "token_endpoint_auth_method": "none", "first_party": True,
        },
        "job": {"grant_types": ["client_credentials"], "resources": ["https://api.shop.example"], "scope": "orders:read"},
        "acme-job": {
            "grant_types": ["client_credentials"], "resources": ["https://api.shop.example"], "org_id": "acme", "roles": ["billing"],
        },
        "bank": {
            "profile": "fapi2", "redirect_uris": ["https://bank.example/callback"], "jwks_uri": "https://bank.example/jwks",
            "token_endpoint_auth_method": "private_key_jwt",
        },
    },
    "connections": {
        "github": {"preset": "github", "client_id": "ours", "secret": {"file": "secret.txt"}, "apps": ["shop"]},
        "acme": {
            "preset": "oidc", "name": "Acme", "issuer": "https://login.acme.example", "client_id": "ours", "secret": {"file": "secret.txt"},
            "authorization_endpoint": "https://login.acme.example/authorize", "token_endpoint": "https://login.acme.example/token",
            "jwks_uri": "https://login.acme.example/jwks", "signing_alg": "ES256",
        },
    },
    "trusted_issuers": {
        "https://partner.example": {"jwks_uri": "https://partner.example/jwks", "clients": ["shop"], "scopes": ["chat.read"]}
    },
    "scim_clients": {"acme-okta": {"name": "Okta", "domains": ["acme.example"], "fills_groups": ["sales"]}},
    "provisioning_targets": {
        "crm": {"base_url": "https://crm.example.com/scim/v2", "people": "group", "name": "sales", "token": {"file": "token.txt"}}
    },
    "hooks": {
        "staff": {"kind": "sign_in", "cedar": "permit(principal, action, resource);\n", "apps": ["shop"], "enabled": False},
        "plan": {"kind": "claims", "cedar": "permit(principal, action, resource);", "claims": {"plan": "gold"}, "targets": ["userinfo"]},
    },
    "policies": {"live": {"policies": "permit(principal, action, resource);\n", "schema": SCHEMA, "note": "all"}},
}  # fmt: skip
