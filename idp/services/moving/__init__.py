"""Moves people in and out."""
