"""Helpers that tests of several folders share: processes, a form driver, a Lambda host."""
