"""Hooks: who may write them, when they are asked, and what counts if they give no answer (docs/hooks.md)."""
