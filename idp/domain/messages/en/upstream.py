"""Signing in by a connection, and the links of an account."""

TEMPLATES = {
    "upstream.address_first": "Enter your email address first. Its domain leads to your organisation.",
    "upstream.unknown": "This way to sign in does not exist any more. Choose another one.",
    "upstream.connection_off": "Signing in with {name} is switched off at the moment. Choose another way.",
    "upstream.not_for_app": "This app does not accept a sign-in with {name}. Choose another way.",
    "upstream.not_linked": (
        "Your account at {name} is not connected to an account here. Sign in another way. Then connect it on your account page."
    ),
    "upstream.account_of_others": "{name} cannot open this account. Choose another way.",
    "upstream.address_of_others": "{name} gave no address that is its organisation's. Ask those who run it.",
    "upstream.no_member": "You are not a member of the organisation of {name}. Ask its admins.",
    "upstream.account_closed": "This account cannot be used. Ask those who run this service.",
    "upstream.makes_no_account": "{name} makes no new accounts here. Sign in with an account that you have.",
    "upstream.start_again": "An account was made meanwhile, or this page was used before. Sign in again.",
    "upstream.linked_elsewhere": "This account is connected to another account here. Remove it there first.",
    "upstream.no_organisation": "No organisation is set up for this address. Sign in another way.",
    "upstream.request_too_long": "The app asks for so much that this way to sign in does not work. Choose another one.",
    "notice.connected": "The account is connected. You can sign in here with it.",
    "notice.disconnected": "The account is disconnected. You are signed out everywhere else where you signed in with it.",
    "notice.not_connected": "The account was not connected.",
    "upstream.last_way": "This is the only way to sign in to your account. Set a password or add a passkey first.",
    "upstream.other_session": "You are not signed in to the account any more for which you began this. Start again on your account page.",
}
