"""The sign-in at a connection: what is wrong with the answer of an upstream. `name` is the name of the connection."""

TEMPLATES = {
    "upstream.answer_invalid": "The answer of {name} could not be accepted, so you are not signed in. Try again, or sign in another way.",
    "upstream.cancelled": "You did not finish signing in with {name}. Try again, or sign in another way.",
    "upstream.misconfigured": "Signing in with {name} does not work now. Sign in another way, or tell those who run this service.",
    "upstream.other_browser": "You began to sign in in another browser, or too long ago. Start again here.",
    "upstream.tenant": "Your organisation at {name} may not sign in here. Choose another account, or sign in another way.",
    "upstream.used": "This sign-in with {name} was used already. Start again here.",
    "upstream.unreachable": "{name} does not answer at the moment. Try again in a few minutes, or sign in another way.",
}
