"""Verbs of this room, one noun a file."""
