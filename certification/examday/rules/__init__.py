"""Rooms and seats, the door, the papers and the draw; free of Django.

Reading order: `places` (what a room is), `findings` (what is wrong with a seating), `seating` (one room),
`arranging` (all rooms); then `arrivals`, `custody`, `drawing`.
"""
