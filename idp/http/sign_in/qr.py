"""The QR code of an enrolment as a data: URI. segno is imported with the first one."""

from __future__ import annotations


def qr_svg(uri: str) -> str:
    """Return the QR code as a data: URI, black on white. The padding of its frame is the quiet zone (ISO/IEC 18004)."""
    import segno

    address: str = segno.make(uri, error="m", micro=False).svg_data_uri(border=0, scale=4, dark="#000", light="#fff", omitsize=True)
    return address
