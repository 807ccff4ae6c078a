"""POST /totp: a code of the authenticator app."""

from __future__ import annotations

from idp.http.sign_in.second_factor import CodeForm
from idp.services.factors.second_factor import OTP

FORM = CodeForm("totp.html", lambda second_factor: second_factor.totp, OTP, may_remember=True)
