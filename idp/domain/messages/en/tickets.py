"""Mails with a link and a code."""

TEMPLATES = {
    "mail_code.off": "You cannot sign in with a code from a mail here. Go back, and sign in in another way.",
    "ticket.expired": "This code or link is no longer valid: it was used, replaced by a newer one, or is too old. Ask for a new mail.",
    "ticket.link_over": "This link is no longer valid: it was used, replaced by a newer one, or is too old. Ask for a new mail.",
    "ticket.too_many_codes": "Very many mails were asked for this address, or very many codes were typed, so no code counts for some "
    "hours. Open the link of the newest mail in this browser instead.",
    "ticket.too_many_mails": "Very many people asked for a mail in this hour, so none was sent to you. Try again in {minutes} minutes, "
    "or ask those who run this service.",
    "ticket.wrong_code": "The code is wrong. Type the eight digits of the newest mail.",
}
