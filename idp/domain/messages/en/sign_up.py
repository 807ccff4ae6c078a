"""Creating an account."""

TEMPLATES = {
    "invitation.exists": "This address has a valid invitation. Send it again, or withdraw it first.",
    "invitation.off": "This deployment accepts no invitations: IDP_SIGN_UP is closed.",
    "invitation.too_many_mails": "Your organization sent many invitations in this hour. Try again in {minutes} minutes.",
    "invitation.unknown": "There is no such invitation. It may have been accepted or withdrawn.",
    "invitation.unknown_app": "There is no app with this client_id.",
    "sign_up.account_exists": "There is an account with this email address by now. Sign in with it.",
    "sign_up.closed": "An account cannot be created here. Ask those who run this service, or sign in with an account that you have.",
    "sign_up.over": "This page was used already, or is too old. Sign in if you have your account by now, or create it once more.",
    "sign_up.refused_by_rule": "A rule of this service does not allow the new account. Reason: {reason}.",
    "terms.not_accepted": "Read the terms and accept them. Without that no account can be created.",
}
