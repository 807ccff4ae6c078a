"""The admin console."""

TEMPLATES = {
    "console.act_unknown": "Choose what to do.",
    "console.bulk_yourself": "This is your own account. Another administrator can change it.",
    "console.nobody_chosen": "Choose people: by a search, or by a list of ids and addresses.",
    "console.nobody_found": "Nobody fits.",
    "console.number_of_people": "To delete accounts, type how many there are.",
    "console.too_many_people": "At most {maximum} people at once. Make the list shorter.",
    "console.app_changed": "Somebody else changed this app meanwhile. Compare the values, then save again.",
    "console.audience_missing": "Give the address: without it no token is made for it.",
    "console.account_unknown": "There is no account with this address or id. Invite the person instead.",
    "console.membership_changed": "Somebody else changed the membership meanwhile. What they saved is below.",
    "console.needs_connection": (
        "Your organisation accepts only a sign-in by its own connection. Sign out, and sign in with your organisation."
    ),
    "console.needs_scope": "Your account may not do this: it lacks the right {rights}. Another administrator can give it to you.",
    "console.not_admin": "Only administrators can use the console.",
    "console.not_admin_there": "You do not administer this organisation.",
    "console.not_json": "This cannot be read. Check brackets and quotation marks; each name may be there once.",
    "console.event_type_malformed": "This is no type of an event. A type is such as sign_in.failed, or its first word.",
    "console.export_over": "The hour in which the files of this export can be fetched is over. Begin another one.",
    "console.format_unknown": "Choose one of the formats.",
    "console.no_mails": "This deployment sends no mails.",
    "console.language_unknown": "Choose a language from the list.",
    "console.mail_unknown": "Choose a mail from the list.",
    "console.outcome_unknown": "Choose an outcome from the list.",
    "console.time_malformed": "This is no time. Give one such as 2026-11-29T10:30.",
    "console.person_unknown": "There is no account with this address or id.",
    "console.organization_changed": "Somebody else changed the organisation meanwhile. What they saved is beside each field that differs.",
    "console.rights_unclear": "Choose none, all, or at least one of the rights.",
    "console.role_changed": "Somebody else changed the role meanwhile. What they saved is below.",
    "console.try_foreign": "This answer belongs to no sign-in that you began here in the last minutes. Open the app, and try again.",
    "console.try_impossible": "This app cannot be tried in the console.",
    "console.try_taken": "The tokens of this sign-in were shown before. Try again to see new ones.",
    "console.policies_saved_meanwhile": (
        "Somebody else saved version {number} in the meantime. Nothing was saved yet: save again to keep yours beside it."
    ),
    "console.question_incomplete": (
        "A question needs a person or app, an action, and a type and an id of the thing, each of at most 2,000 characters."
    ),
    "console.role_unknown": "Choose a role or a group from the list.",
    "console.slug_differs": "This is not the short name of the organisation.",
}
