"""The score sheet without network: tablets, their signed entries, and what the officer sees of them (decision 21)."""
