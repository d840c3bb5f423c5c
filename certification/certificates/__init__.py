"""The certificate: its number, what it says, how it is drawn, signed and kept.

Read `rules` first (numbers, life cycle, when a certificate may be issued), then `services` (issuing and
status), then the making of the file: `claims` → `rendering` (`artwork`, `finishing`) → `signing` →
`validation`, which is also what the public registry trusts.
"""
