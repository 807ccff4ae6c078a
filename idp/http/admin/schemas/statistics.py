"""Numbers of hours and days."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from idp.http.admin.schemas.common import Shape, Time


class FailedSignIns(Shape):
    """Sign-ins that failed, by the reason in their audit event."""

    wrong_password: int
    unknown_email: int
    disabled: int = Field(description="The account is disabled.")
    deleting: int = Field(description="The account is being deleted.")
    over_the_limit: int = Field(description="Refused without a check, after too many attempts.")
    not_answered: int = Field(description="The earlier system did not answer.")
    wrong_mail_code: int
    other: int = Field(description="Other reasons, such as those of a passkey or a connection.")


class Numbers(Shape):
    """What happened in one hour or one day."""

    begin: Time = Field(description="The begin of the hour, or of the day of UTC.")
    sign_ins: int = Field(description="Sign-ins that succeeded.")
    sign_ins_failed: FailedSignIns
    second_factors_failed: int
    locks: int = Field(description="Locks after too many attempts.")
    passwords_reset: int = Field(description="Forgotten passwords that were set anew.")
    sign_ins_disowned: int = Field(description="Owners who said that a sign-in was not theirs.")
    tokens_replayed: int = Field(description="Refresh tokens and codes that were used twice.")
    admins_refused: int = Field(description="Calls of the admin API that were refused for lack of rights.")
    people_added: int
    people_removed: int
    mail_problems: int = Field(description="Addresses that were marked because they refuse mails.")


class StatisticsAnswer(Shape):
    """Numbers in the order of time, also of hours or days in which nothing happened."""

    step: Literal["hour", "day"]
    items: list[Numbers]
