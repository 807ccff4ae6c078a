"""The QR code of an enrolment, as an image that needs no request. segno loads with the first one."""

from __future__ import annotations


def qr_svg(uri: str) -> str:
    """A data: URI. Black on the white of its frame, whose padding is the quiet zone (ISO/IEC 18004)."""
    import segno

    address: str = segno.make(uri, error="m", micro=False).svg_data_uri(border=0, scale=4, dark="#000", light="#fff", omitsize=True)
    return address
