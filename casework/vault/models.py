"""The tables of keys. No key stands here in clear: each is wrapped by the one above it."""

import uuid

from django.db import models
from django.db.models import Q


class OrganizationKey(models.Model):
    """An organization's key, wrapped by the root key. It wraps the keys of files and of the exact look-ups."""

    wall = "organization_key"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization_id = models.UUIDField()
    wrapped = models.BinaryField()
    wrapped_index = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"], condition=Q(retired_at=None), name="organization_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class FileKey(models.Model):
    """The key of one person's file, wrapped by a key of the organization.

    Rotation retires a key; what the audit holds stays sealed under it. Without its keys a file is gone for ever, and an
    empty one (`GONE`) stands in their place, which is never retired: so the file never gets a key again.
    """

    GONE = b""

    wall = "file_key"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization_id = models.UUIDField()
    file_id = models.UUIDField()
    organization_key = models.ForeignKey(OrganizationKey, on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "file_id"], condition=Q(retired_at=None), name="file_key_once"
            )
        ]
        indexes = [models.Index(fields=["file_id"], name="file_key_of_file")]

    def __str__(self) -> str:
        return f"{self.pk}"
