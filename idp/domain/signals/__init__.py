"""Shared signals: security events about people, as receivers get them (OpenID Shared Signals Framework 1.0, CAEP 1.0, RISC 1.0)."""
