"""Reads the QR code that a page shows from a screenshot, as a phone's camera does."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import zxingcpp

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def scan(shown: Locator) -> str:
    """The text of the only QR code in `shown`. Waits until the page has loaded."""
    shown.page.wait_for_load_state()
    found = zxingcpp.read_barcodes(_grey(shown.screenshot(type="png")), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert len(found) == 1, f"one code is to be seen, not {len(found)}"
    return str(found[0].text)


def _grey(png: bytes) -> Any:
    """The brightness of each pixel, by rows, of a PNG as Chromium writes it (8 bits, not interlaced)."""
    width, height, _, colour = struct.unpack(">IIBB", png[16:26])
    channels = _CHANNELS[colour]
    length = width * channels
    data, pixels, above = zlib.decompress(_data(png)), bytearray(), bytes(length)
    for start in range(0, (length + 1) * height, length + 1):
        row = _unfiltered(data[start], bytearray(data[start + 1 : start + 1 + length]), above, channels)
        pixels += row[::channels]  # red only, because the code is black and white
        above = bytes(row)
    return memoryview(bytes(pixels)).cast("B", (height, width))


def _data(png: bytes) -> bytes:
    at, found = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        found += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return found


def _unfiltered(kind: int, row: bytearray, above: bytes, step: int) -> bytearray:
    """Undo the filter of a row (PNG specification, section 9)."""
    for at in range(len(row)):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        row[at] = (row[at] + (0, left, above[at], (left + above[at]) // 2, _nearest(left, above[at], corner))[kind]) & 0xFF
    return row


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
