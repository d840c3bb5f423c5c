"""What happens on the way to the exam room and at its door.

`arranging` (who sits where), `door` (who came), `record` (what happened), `custody` (who holds the papers),
`dispatch` (who is drawn), `printing` (tickets).
"""
