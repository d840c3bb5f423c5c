"""Who plays: the body's people by what they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.accounts.models import User
from lms.organisations.models import Organisation


@dataclass(frozen=True)
class Bench:
    """The assessors of one occupation: with the ordinary card, and with the senior one."""

    assessors: Sequence[User]
    seniors: Sequence[User]


@dataclass(frozen=True)
class Crew:
    """The body and its people. Pairs are for acts that need two: the first does, the second looks."""

    body: Organisation
    officers: tuple[User, User]
    heads: tuple[User, User]
    reviewers: tuple[User, User]
    supervisors: Sequence[User]
    invigilators: Sequence[User]
    benches: Mapping[str, Bench]

    @property
    def officer(self) -> User:
        return self.officers[0]

    @property
    def head(self) -> User:
        return self.heads[0]
