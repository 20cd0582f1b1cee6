"""The audit's tables: lines, and the chain that shows when one was changed, moved, added or taken away."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

SESSION = ("session.began", "session.locked", "session.unlocked", "session.ended")


class Entry(models.Model):
    """One line: who did or saw what, on what ground. It names fields and ids; values stand in `detail`, sealed.

    `organization_id` is the organization whose data it was; `actor_organization_id` is where the actor stood, which
    differs for a shared case. `case_id` and `file_id` (the person) say on whose pages the line is shown, `tier` how far
    it travels there, and `object_ids` what stood in a list. The database itself writes `at`, `roles` and `actor_name`.
    """

    wall = "append_only"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    organization_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_organization_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    user_id = models.UUIDField(null=True)
    roles = ArrayField(models.CharField(max_length=20), default=list)
    basis = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    object_ids = ArrayField(models.UUIDField(), default=list)
    case_id = models.UUIDField(null=True)
    file_id = models.UUIDField(null=True)
    tier = models.PositiveSmallIntegerField(default=1)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    detail = models.BinaryField(null=True)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "-at"], name="audit_of_organization"),
            models.Index(fields=["object_id", "-at"], name="audit_of_object"),
            models.Index(fields=["case_id", "-at"], name="audit_of_case"),
            models.Index(fields=["file_id", "-at"], name="audit_of_file"),
            # when somebody was here last
            models.Index(fields=["user_id", "-at"], condition=models.Q(verb__in=SESSION), name="audit_of_sessions"),
            # which cases are gone that were restricted
            models.Index(fields=["organization_id"], condition=models.Q(verb="case.purged"), name="audit_of_purges"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_id}"


class Link(models.Model):
    """A line's place in its organization's chain: the hash is of the hash before, the place, and the whole line.

    Written by the database when the transaction ends. Lines of no organization have a chain of their own.
    """

    wall = "chain"

    organization_id = models.UUIDField()
    number = models.BigIntegerField()
    entry_id = models.UUIDField(unique=True)
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization_id", "number"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.number}"


class Head(models.Model):
    """The end of an organization's chain."""

    wall = "chain"

    organization_id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.number}"
