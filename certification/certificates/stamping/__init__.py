"""Trusted time: who stamps, what proves it later, and how it is kept provable for decades.

Read in this order: `levels` (the four PAdES levels), `tokens` (what a time stamp says and whether to believe it),
`client` (asks a service, RFC 3161), `local` (a service of our own for demonstrations), `revocation` (the lists that
travel inside the file), `material` (all of it for one batch), `archive` (the later stamp over the whole file),
`renewal` (which files need one, and when). Decision 11 gives the reasons.
"""
