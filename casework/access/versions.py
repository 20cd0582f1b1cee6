"""Two people who change one row: the second is told, and nothing is overwritten."""

from typing import Any

from django.db import models

from casework.access.doors import GuardedModel


class ChangedMeanwhile(RuntimeError):
    """Somebody else has saved the row since it was read. `row` is as whoever comes second wanted it."""

    def __init__(self, row: "Versioned") -> None:
        super().__init__(f"{row._meta.label} {row.pk}")
        self.row = row


class Versioned(GuardedModel):
    """A row whose `version` counts its changes. Saving raises ChangedMeanwhile when another version stands."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = True

    def save(self, **kwargs: Any) -> None:
        names = kwargs.get("update_fields")
        if self._state.adding or (names is not None and not names):
            super().save(**kwargs)
            return
        if names is not None:
            kwargs["update_fields"] = {*names, "version"}
        self.version += 1
        try:
            super().save(**kwargs)
        except BaseException:
            self.version -= 1
            raise

    def _do_update(self, base_qs: Any, *args: Any) -> Any:
        if not super()._do_update(base_qs.filter(version=self.version - 1), *args):
            raise ChangedMeanwhile(self)
        return True
