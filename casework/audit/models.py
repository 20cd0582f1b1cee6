"""The audit table."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Entry(models.Model):
    """One line: who did or saw what, on what ground. It names fields and ids, never values.

    `organization_id` is the organization whose data it was; `actor_organization_id` is where the actor stood, which
    differs for a shared case.
    """

    wall = "append_only"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    organization_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_organization_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    roles = ArrayField(models.CharField(max_length=20), default=list)
    basis = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "-at"], name="audit_of_organization"),
            models.Index(fields=["object_id", "-at"], name="audit_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_id}"
