from typing import Any

from django.db import models


class AppendOnly(models.Model):
    """A row that is written once: a mistake is followed by a right row, never painted over. Triggers guard it as well."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("This record is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("This record is never removed.")
