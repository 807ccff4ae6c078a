"""Signing in: passwords, authenticators, recovery codes."""

from idp.domain.texts import Counted

TEMPLATES = {
    "consent.no_answer": "Choose whether you allow it.",
    "consent.other_session": "This page was open in another session. Check again which app asks, and for what.",
    "organization.choose": "Choose one of your organisations.",
    "organization.no_connection": "The organisation accepts its own sign-in only, and none is set up. Ask those who run the organisation.",
    "organization.not_a_member": "This account does not belong to the organisation that the app asks for.",
    "device.malformed_code": "A code has eight letters, such as WDJB-MJHT.",
    "device.other_browser": (
        "This page was opened in another browser, or before the cookies of this browser changed. Compare the code again, and then continue."
    ),
    "device.unknown_code": "No device is waiting with this code, or the code has expired. Look at the device again.",
    "factor.confirm_first": "Sign in again to confirm that it is you, and then try again.",
    "factor.required": "Your account has to have a second step. Ask those who run this service to reset it, and then set up a new one.",
    "notice.account_created": "Your account is ready.",
    "notice.access_ended": "The app no longer has access.",
    "notice.app_removed": "The authenticator app is removed. One of your passkeys is asked for besides your password.",
    "notice.confirmed": "Thank you, it is you.",
    "notice.confirmed_download": "Thank you, it is you. You can download the file now.",
    "notice.codes_replaced": "You have new recovery codes. The former ones do not work any more.",
    "notice.email_changed": "Your email address is changed.",
    "notice.email_verified": "Your email address is verified.",
    "notice.factor_added": "Two-step sign-in is on.",
    "notice.factor_removed": "Two-step sign-in is off. One step alone opens your account now. If your password is short, "
    "choose a longer one.",
    "notice.passkey_added": "The passkey is added. You can sign in with it from now on.",
    "notice.first_passkey_added": "The passkey is added. It is asked for after your password from now on, or signs you in without it.",
    "notice.passkey_removed": "The passkey is removed. You can delete it from your device, too.",
    "notice.passkey_renamed": "The passkey is renamed.",
    "notice.password_changed": "Your password is changed. Everywhere else you are signed out.",
    "notice.profile_changed": "Your profile is saved. Apps get it when you next use them.",
    "notice.password_removed": "Your password is removed. A passkey opens your account from now on. Everywhere else you are signed out.",
    "notice.password_set": "Your account has a password now. Everywhere else you are signed out.",
    "notice.session_ended": "The session is ended.",
    "notice.sessions_ended": "All other sessions are ended.",
    "notice.device_forgotten": "The device is forgotten. The next sign-in there asks for your second step.",
    "notice.devices_forgotten": "All devices are forgotten. The next sign-in in each asks for your second step.",
    "remembered_device.unknown": "There is no such remembered device.",
    "passkey.devices_not_checked": (
        "No passkey can be added at the moment, because this service cannot check devices. Tell those who run this service."
    ),
    "passkey.expired": "This page was open for too long, or was used before. Try again.",
    "passkey.last_way_in": (
        "This passkey stays: your account has no password, and no other passkey of yours has opened it alone yet. Set a password, or "
        "sign in with another passkey first."
    ),
    "passkey.malformed": "Your browser sent something that is no passkey. Try again, or use another way.",
    "passkey.not_added": "The passkey was not added, because your browser or device did not answer as it should. Try again.",
    "passkey.not_verified": (
        "This passkey did not check that it is you, for example by a PIN. Use your password, or sign out and in again with this passkey."
    ),
    "passkey.other_model": (
        "This device is not accepted here. Accepted are: {models}. If your browser asks whether this site may see the make and model of "
        "the device, allow it."
    ),
    "passkey.refused": "This passkey was not accepted. Try another one, or use another way.",
    "passkey.unknown": "This user has no passkey with this id.",
    "passkey.taken": "This passkey is in use already. Use another device or security key.",
    "passkey.too_many": Counted(
        "An account can have {most} passkey. Remove it first.",
        "An account can have {most} passkeys. Remove one that you do not use any more.",
        "most",
    ),
    "passkey.unproven_model": (
        "This device is not accepted here. Accepted are security keys and devices whose model is registered with the FIDO Alliance and can "
        "be proven. If your browser asks whether this site may see the make and model of the device, allow it."
    ),
    "password.not_removable": "The password stays, because your account has no passkey, or because accounts need a password here.",
    "password.wrong": "The password is wrong.",
    "recovery_code.wrong": "The recovery code is wrong, or was used before. Use another one.",
    "sign_in.expired": "This page has expired. Go back to the app and sign in again.",
    "sign_in.no_cookie": (
        "Your browser did not send the cookie of this page. Sign in again. If you see this message again, allow cookies for this site."
    ),
    "sign_in.other_browser": (
        "This page was opened in another browser, or before the cookies of this browser changed. Nothing was sent to the "
        "app. Sign in to continue."
    ),
    "sign_in.deleting": (
        "This account will be erased on {until}. To keep it, open the link in the mail that you got when it was deleted, or ask those who "
        "run this service. Then sign in again."
    ),
    "sign_in.refused_by_rule": "A rule of this service does not allow the sign-in. Reason: {reason}.",
    "sign_in.try_again": "We could not check your password just now. Try again in a minute.",
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
