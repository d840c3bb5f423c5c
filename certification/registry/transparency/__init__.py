"""Certificate transparency: a public, append-only, signed list of what became of certificates.

Pure: `leaves`, `checkpoints`, `auditor`. Rows: `models`, `keys`, `services`, `selectors`. Public: `api`.
"""
