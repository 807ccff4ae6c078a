"""Valid requests for all endpoints of a provider in this process."""

from __future__ import annotations

from idp.domain.apps.grant_types import JWT_BEARER, TOKEN_EXCHANGE
from tests.support.calling import PlainBrowser
from tests.support.deployment import APPS, LAX, NATIVE, SERVICE, SESSION, SPA, THIRD_PARTY, VERIFIER, WEB, Deployment, asked_by

REGISTERED = [uri for app in APPS for uri in (*app.client.redirect_uris, *app.client.post_logout_redirect_uris)]


class ValidRequests:
    """A deployment, handles of one of its clients, and a valid request for each endpoint, which fuzz tests change."""

    def __init__(self, idp: Deployment) -> None:
        self.idp = idp
        ada = idp.person()
        self.browser: PlainBrowser = idp.browser(ada)
        tokens = idp.tokens(WEB, self.browser)
        page = idp.authorize(idp.browser(), WEB)
        self.handles = [
            idp.code(LAX, ada, code_challenge=None, code_challenge_method=None), tokens["refresh_token"], tokens["access_token"],
            tokens["id_token"], self.browser.cookies[SESSION], page.fields["request"], VERIFIER, ada.id, ada.email,
        ]  # fmt: skip
        authorize = asked_by(WEB)
        exchanger = idp.app(
            grant_types=(TOKEN_EXCHANGE, "authorization_code"), id_jag_audiences={"https://a.example": {"client_id": "a"}},
            auth_methods=("client_secret_post",),
        )  # fmt: skip
        self.right: list[tuple[str, dict[str, str]]] = [
            ("/authorize", authorize), ("/authorize", asked_by(THIRD_PARTY)), ("/authorize", asked_by(NATIVE, response_mode="form_post")),
            ("/par", {**authorize, "client_secret": WEB.secret}),
            ("/token", {"grant_type": "authorization_code", "code": self.handles[0], "redirect_uri": LAX.redirect_uri}),
            ("/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "scope": "openid"}),
            ("/token", {"grant_type": "client_credentials", "scope": "read", "resource": "https://api.example", "client_id": SERVICE.id}),
            ("/token", {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x", "client_id": SPA.id}),
            ("/token", {"grant_type": JWT_BEARER, "assertion": tokens["id_token"], "client_id": WEB.id, "client_secret": WEB.secret}),
            ("/token", {
                "grant_type": TOKEN_EXCHANGE, "requested_token_type": "urn:ietf:params:oauth:token-type:id-jag", "audience": "https://a.example",
                "subject_token": tokens["id_token"], "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
                "client_id": exchanger.id, "client_secret": exchanger.secret,
            }),
            ("/device_authorization", {"client_id": SPA.id, "scope": "openid"}),
            ("/.well-known/webfinger", {"resource": f"acct:{ada.email}", "rel": "http://openid.net/specs/connect/1.0/issuer"}),
            ("/userinfo", {"access_token": tokens["access_token"]}),
            ("/introspect", {"token": tokens["access_token"], "token_type_hint": "access_token"}),
            ("/revoke", {"token": "x", "client_id": SPA.id}),
            ("/logout", {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": REGISTERED[1], "state": "s",
            "client_id": WEB.id}),
            ("/logout/confirm", {"request": page.fields["request"]}),
            ("/login", {"request": page.fields["request"], "email": ada.email, "password": "x"}),
            ("/consent", {"request": page.fields["request"], "decision": "approve", "csrf": "x"}),
            ("/totp", {"request": page.fields["request"], "code": "000000"}),
        ]  # fmt: skip
