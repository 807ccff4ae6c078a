"""POST /recovery-code: one of the recovery codes, for a person without their authenticator."""

from __future__ import annotations

from idp.http.sign_in.second_factor import CodeForm
from idp.services.factors.second_factor import RECOVERY

FORM = CodeForm("recovery_code.html", lambda second_factor: second_factor.recovery_code, RECOVERY)
