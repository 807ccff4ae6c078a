"""All targets, by name."""

from tools.fuzz.targets import files, messages, protocol

TARGETS = {**protocol.TARGETS, **messages.TARGETS, **files.TARGETS}
