"""The one kind of error that a person is told about. Pure Python, so that `rules.py` files may raise it."""

from typing import Any


class DomainError(Exception):
    """Something cannot be done now, or not so.

    `code` is `"<app>.<what>"`; its sentence stands in the app's `messages.py` and is filled from
    `context`. `status` is the HTTP status a page answers with: 409 by default, 422 for bad input.
    Who somebody *is* stays Django's `PermissionDenied` or `Http404`.
    """

    status = 409

    def __init__(self, code: str, *, status: int | None = None, **context: Any) -> None:
        super().__init__(code)
        self.code = code
        self.context = context
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.context.items())
        return f"{self.code} ({facts})" if facts else self.code


class InvalidTransition(DomainError):
    """The thing is not in a state from which this can happen, or somebody else was faster."""

    def __init__(self, *, current: str, event: str) -> None:
        super().__init__("core.invalid_transition", current=str(current), event=str(event))
