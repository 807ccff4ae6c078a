"""Facts and pure rules. Standard library only; no clock, no input, no output."""
