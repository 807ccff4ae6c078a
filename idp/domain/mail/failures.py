"""Reasons why a mail was not sent. The messages contain no address and no text of the mail."""


class MailNotSentError(Exception):
    """The mail was refused, or it is unknown whether it was sent. Another attempt may succeed."""


class RecipientRefusedError(Exception):
    """The mail server says for good that this mailbox does not exist or takes no mail. `code`: its status codes, such as "550 5.1.1"."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the mail server refused the mailbox: {code}")
        self.code = code
