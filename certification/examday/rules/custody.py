"""Who holds a sealed bag of papers: a chain in which each hand-over begins where the last one ended."""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.core.errors import DomainError


@dataclass(frozen=True)
class Link:
    """One hand-over in the order of the log; not received yet while `received` is False."""

    giver: int
    receiver: int
    received: bool


def check_hand_over(chain: Iterable[Link], *, giver: int, receiver: int, first_by_office: bool) -> None:
    """Raise `DomainError` unless this person may hand the bag to that one now.

    The first hand-over is the exam officer's, who had the papers sealed; after it, only who received the bag last hands
    it on, and nobody while somebody has yet to confirm. Source: domain.md §5 node 5 (试卷交接单), §10 7.4 chain of custody.
    """
    if giver == receiver:
        raise DomainError("examday.bag_to_oneself", status=422)
    links = list(chain)
    if not links:
        if not first_by_office:
            raise DomainError("examday.bag_begins_at_office", status=422)
        return
    if not links[-1].received:
        raise DomainError("examday.bag_on_the_way")
    if links[-1].receiver != giver:
        raise DomainError("examday.bag_not_held")
