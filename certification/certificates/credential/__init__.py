"""What machines may check about a certificate: an Open Badges 3.0 credential and a signed token for the QR code.

Pure Python: no Django, no database. Reading order: `addresses` (where things are published), `public_keys` (how a key
is written down), `canonical` (the lines a proof is over), `proof`, `holder` (the hashes that stand for a person),
`builder` (the credential), `status` (the list that revokes it), `qr_token`. Reasons: docs/decisions/0012-machine-trust.md.
"""
