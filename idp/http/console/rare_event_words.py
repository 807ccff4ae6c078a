"""Words for events of operations, and of acts that are rare. Those of `event_words` go first."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "assertion.replayed": marked("A used assertion came again"),
        "authorization_details_type.deleted": marked("A type of authorization details was deleted"),
        "authorization_details_type.updated": marked("A type of authorization details was changed"),
        "backchannel_logout.given_up": marked("An app did not take the message that a session ended"),
        "backup.restored": marked("A backup was restored"),
        "backup.written": marked("A backup was written"),
        "claims.too_large": marked("A token was refused because its claims were too large"),
        "client.registered": marked("An app registered itself"),
        "client.replaced": marked("An app changed its registration"),
        "connection.discovered": marked("The metadata of a connection was read again"),
        "export.made": marked("The deployment was exported"),
        "import.cancelled": marked("An import was cancelled"),
        "import.created": marked("An import was prepared"),
        "import.failed": marked("An import ended with a problem"),
        "import.finished": marked("An import was finished"),
        "import.started": marked("An import was started"),
        "initial_access_token.created": marked("A token for registering apps was made"),
        "initial_access_token.deleted": marked("A token for registering apps was deleted"),
        "invitation.accepted": marked("An invitation was accepted"),
        "issuer_link.created": marked("An account was linked to a trusted issuer"),
        "issuer_link.deleted": marked("The link of an account to a trusted issuer was removed"),
        "managed_object.labelled": marked("An object was marked as managed by a file"),
        "managed_object.unlabelled": marked("An object is not managed by a file any more"),
        "passkey.copied": marked("A passkey may have been copied"),
        "passkey.refused": marked("A passkey of a model that is not allowed was refused"),
        "password.reset_by_passkey": marked("A passkey took the place of a forgotten password"),
        "policies.saved": marked("A version of the policies was saved"),
        "provisioning.compared": marked("The accounts in an app were compared"),
        "provisioning.redelivered": marked("Accounts were sent to an app again"),
        "provisioning_target.created": marked("An app was set up to get accounts"),
        "provisioning_target.deleted": marked("An app gets no accounts any more"),
        "provisioning_target.updated": marked("An app that gets accounts was changed"),
        "recovery_code.used": marked("A recovery code was used"),
        "region.activated": marked("Another region took over"),
        "region.started": marked("The region that serves was stored"),
        "rp_id.reset": marked("The domain of passkeys was set anew"),
        "scim_client.created": marked("A directory (SCIM) was added"),
        "scim_client.deleted": marked("A directory (SCIM) was deleted"),
        "scim_client.token_rotated": marked("A directory (SCIM) got a new token"),
        "scim_client.updated": marked("A directory (SCIM) was changed"),
        "scim_group.created": marked("A directory created a group"),
        "scim_group.deleted": marked("A directory deleted a group"),
        "scim_group.updated": marked("A directory changed a group"),
        "scope_text.created": marked("The words for a scope were added"),
        "scope_text.deleted": marked("The words for a scope were deleted"),
        "scope_text.updated": marked("The words for a scope were changed"),
        "secret.compared": marked("A secret was compared with the stored one"),
        "trusted_issuer.created": marked("A trusted issuer was added"),
        "trusted_issuer.deleted": marked("A trusted issuer was removed"),
        "trusted_issuer.updated": marked("A trusted issuer was changed"),
        "upstream.account_closed": marked("A connection said that an account is closed"),
        "upstream.linked": marked("An account was linked to a connection"),
        "upstream.signed_out": marked("A connection ended a session"),
        "upstream.unlinked": marked("The link of an account to a connection was removed"),
        "user.deletion_asked": marked("The person asked to delete the account"),
        "user.deletion_cancelled": marked("An administrator kept an account that was being deleted"),
        "user.deletion_undone": marked("The person kept the account"),
        "user.mail_allowed": marked("Mails go to the address again"),
        "user.sign_up_refused": marked("A rule refused a new account"),
        "users.imported": marked("People were imported"),
    }
)
"""By type of the event."""
