"""All targets, by name."""

from tools.fuzz.targets import answers, files, messages, protocol

TARGETS = {**protocol.TARGETS, **messages.TARGETS, **files.TARGETS, **answers.TARGETS}
