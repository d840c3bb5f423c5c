"""Lessons that colleges share: copied once or subscribed to, always with the name of whose they are."""
