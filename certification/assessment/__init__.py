"""The assessment itself: theory sittings, skill stations and the assessors' independent score sheets.

Reading order: `rules` (what may happen, pure), `models`, `stations` / `sittings` / `sheets` /
`closing` (one noun family each, all offered by `services`), `selectors`, `access`, `views`.
"""
