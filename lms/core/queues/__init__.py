"""What waits for whom. Each app says in its `queues.py` what it knows; the desk only puts it in order.

An app yields `QueueRow`s from `desk(user, now)` (short queues: a bounded number of rows) and `own(user, now)`, names
long queues as `SOURCES` (`TableSource`) and what can be done with many rows at once as `ACTIONS` (`Action`).
Read `rows`, `wishes`, `sources`, `keeping`, `actions`, `listing`, in this order.
"""

from lms.core.queues.actions import Action, Chosen, Done, Line
from lms.core.queues.listing import Listing, actions, desk_rows, listing, own_rows, rows_named
from lms.core.queues.rows import QueueRow, queue_key
from lms.core.queues.sources import TableSource
from lms.core.queues.wishes import Pile, Place, Show, When, Wish

__all__ = [
    "Action",
    "Chosen",
    "Done",
    "Line",
    "Listing",
    "Pile",
    "Place",
    "QueueRow",
    "Show",
    "TableSource",
    "When",
    "Wish",
    "actions",
    "desk_rows",
    "listing",
    "own_rows",
    "queue_key",
    "rows_named",
]
