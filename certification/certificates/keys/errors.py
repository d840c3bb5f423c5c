"""The one error after which a whole batch stops and waits, instead of one person being left out."""

from lms.core.errors import DomainError


class SignerUnavailable(DomainError):
    """The key cannot sign for anybody at this moment. What is begun is kept, and goes on when it can again."""

    status = 503
