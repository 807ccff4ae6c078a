"""Users, their passwords and email addresses."""

TEMPLATES = {
    "attribute.name_malformed": "Names have to be 1 to 64 letters, digits, - and _, beginning with a letter.",
    "attribute.too_many": "There may be {maximum} attributes, and {bytes} bytes of them together.",
    "attribute.value_malformed": (
        "This has to be a text of 1 to {longest} characters, a number, true, false, or a list of up to {maximum} texts."
    ),
    "email.invisible_character": "The email address has a space or an invisible character. Remove it.",
    "email.malformed": "The email address is not of the form name@domain.example.",
    "email.not_ascii": "The email address has a character outside ASCII. Write the domain in its xn-- form.",
    "email.too_long": "The email address is too long.",
    "password.broken_character": "The password has a broken character. Type it again.",
    "password.common": "This is one of the most common passwords. Choose another one.",
    "password.is_email": "Do not use your email address as the password.",
    "password.too_long": "Use at most {maximum} characters.",
    "password.too_short": "Use at least {minimum} characters.",
}
