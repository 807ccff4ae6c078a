"""A typed client of the admin API. It needs Python 3.11 and nothing else.

from idp_admin_client import AdminClient, ClientCredentials

admin = AdminClient("https://id.example.com", ClientCredentials("https://id.example.com", "app_…", "…", "roles:read roles:write"))
role = admin.get_role("editor")
admin.change_role("editor", {"permissions": ["orders:read"]}, if_match=role.etag)
"""

from idp_admin_client.base import Answer
from idp_admin_client.errors import NoAnswerError, ProblemError
from idp_admin_client.operations import Operations as AdminClient
from idp_admin_client.tokens import ClientCredentials
from idp_admin_client.transport import Reply, Request, send

__all__ = ["AdminClient", "Answer", "ClientCredentials", "NoAnswerError", "ProblemError", "Reply", "Request", "send"]
