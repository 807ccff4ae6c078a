"""Claims that hooks add to tokens and UserInfo (docs/hooks.md). Loaded only if IDP_HOOKS is on.

They never replace a claim of the provider or of a mapping, also not one whose attribute a person lacks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import OAuthError
from idp.oauth.token.mapped_claims import fits
from idp.services.hooks import facts
from idp.telemetry.record import note

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.sessions.request_origin import Origin
    from idp.oauth.provider import MappingParts
    from idp.oauth.token.whose import Whose


def add(
    mapped: Mapping[str, Mapping[str, Any]], provider: MappingParts, client: Client, whose: Whose, origin: Origin,
    targets: Collection[str], beside: Sequence[Any],
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """The claims by target, with those of the hooks. `mapped`: those of the mappings. `beside`: the granted scopes, and other large values.

    Raises:
        OAuthError: temporarily_unavailable (503), if a hook that must answer does not.
        Unavailable: the hooks cannot be read.
    """
    own = {name.casefold() for name in client.claim_mappings or {}}

    def told() -> facts.Facts:
        scopes = tuple(beside[0]) if beside else ()
        return facts.of(
            user=whose.user,
            client=client,
            origin=origin,
            now=provider.clock(),
            scopes=scopes,
            org_id=whose.organisation.id if whose.organisation else "",
        )

    found: dict[str, dict[str, Any]] = {target: dict(mapped.get(target, {})) for target in targets}
    added = provider.hooks.ask_claims(client.id, told, origin, targets)
    for hook, claims in added or ():
        usable = not own & {name.casefold() for name in claims}
        for target in set(hook.targets) & set(targets):
            together = {**claims, **found[target]}
            if usable and fits(together, target, beside):
                found[target] = together
                continue
            note(f"hook {hook.name}: its claims are of a mapping, or too large")
            if hook.denies_on_failure:
                added = None
    if added is None:
        raise OAuthError("temporarily_unavailable", "hook.no_tokens", status=503)
    return found
