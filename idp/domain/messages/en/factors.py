"""Signing in: passwords, authenticators, recovery codes."""

TEMPLATES = {
    "factor.confirm_first": "Sign in again to confirm that it is you, and then try again.",
    "factor.required": "Your account has to have a second step. Ask those who run this service to reset it, and then set up a new one.",
    "password.wrong": "The password is wrong.",
    "recovery_code.wrong": "The recovery code is wrong, or was used before. Use another one.",
    "sign_in.wrong": "The email or the password is wrong.",
    "totp.already_on": "Two-step sign-in is already on.",
    "totp.closed": (
        "This authenticator is closed after too many wrong codes. Use a recovery code, or ask those who run this service to reset it."
    ),
    "totp.enrolment_expired": "This page was open for too long. Scan the new code and try again.",
    "totp.unreadable": "This authenticator can no longer be checked. Use a recovery code, or ask those who run this service to reset it.",
    "totp.wrong": "The code is wrong, or was used before. Wait for the next one.",
    "totp.wrong_at_enrolment": "The code is wrong. Check that the app has the key of this page, and that the clock of the device is right.",
}
