"""The shapes of remembered devices."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time


class RememberedDevice(Shape):
    """A browser in which a user is not asked for the second factor (IDP_REMEMBER_DEVICE_DAYS)."""

    id: str
    user_agent: str = Field(description="The User-Agent header of the browser when it was remembered.")
    address: str = Field(description="Its network address at that time.")
    created_at: Time
    expires_at: Time


class RememberedDevicePage(Shape):
    """A page of remembered devices. Only those that count now are in the list."""

    items: list[RememberedDevice]
    next_cursor: NextCursor
