"""Comprehensive review 综合评审 for levels 2 and 1: dossiers, panels, defences and the members' blind sheets.

Reading order: `rules` (pure), `models`, `services` (`setting_up`, `dossiers`, `naming`, `scheduling`, `defending`, `sheets`,
`looking`, `absences`), `selectors`, `marks` (what results read), `closing` and `publication` (what other rooms ask),
`reconciliation`, `access`, `views`.
"""
