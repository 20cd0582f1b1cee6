"""Documents of a case, the files that were brought for each, and the pictures by which they are shown.

Who sees a document sees its files; the tier stands at the document alone. The bytes stand sealed under the key of the
person's file, in parts, each bound to its row: what is swapped, cut or moved does not open.
"""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.versions import Versioned
from casework.cases.models import CaseOwned, Tier
from casework.documents.rules import MOST_NAME
from casework.vault.fields import IndexField, SealedBytesField, SealedTextField
from casework.vault.rows import SealedModel


class DocumentKind(models.TextChoices):
    """What a document is, in the order in which a case lists them."""

    NOTICE_TO_APPEAR = "notice_to_appear", _("Notice to Appear")
    CUSTODY = "custody_document", _("Custody document")
    COURT_ORDER = "court_order", _("Court order")
    COURT_FILING = "court_filing", _("Court filing")
    IDENTITY = "identity", _("Identity document")
    MEDICAL = "medical", _("Medical record")
    EVIDENCE = "evidence", _("Evidence")
    PHOTOGRAPH = "photograph", _("Photograph")
    CONSENT = "signed_consent", _("Consent or waiver")
    LETTER = "letter", _("Letter")
    INTAKE_FORM = "intake_form", _("Intake form")
    OTHER = "other_document", _("Other")


class FileState(models.TextChoices):
    """Whether a file may be opened. Of one that was refused no bytes are kept."""

    QUARANTINED = "quarantined", _("In quarantine")
    CLEAN = "clean", _("Checked")
    REFUSED = "refused", _("Not kept")


class FileSource(models.TextChoices):
    """By which way a file came."""

    SCREEN = "screen", _("Upload")
    PHONE = "phone", _("Photograph")
    PAPER = "paper", _("Paper")
    FAMILY = "family", _("Family")


class Document(SealedModel, Versioned, CaseOwned):
    """A paper of a case, under a name of its own; its files are its versions."""

    kind = models.CharField(max_length=20, choices=DocumentKind, default=DocumentKind.OTHER)
    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    name = SealedTextField(max_length=MOST_NAME)
    added_at = models.DateTimeField(default=timezone.now)
    withdrawn = models.BooleanField(default=False)

    class Meta(Versioned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "case"], name="document_of_its_case"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="document_of_case"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="document_tier"),
        ]
        indexes = [models.Index(fields=["case", "kind", "-added_at"], name="document_by_kind")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)

    def basis_for(self, actor: Actor) -> str:
        """As the case."""
        return self.case.basis_for(actor)


class OfDocument(SealedModel, CaseOwned):
    """A row that hangs on a document, for whoever sees that."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="%(class)ss", db_constraint=False)

    class Meta(CaseOwned.Meta):
        abstract = True

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return Q(Exists(Document.objects.visible_to(actor).filter(pk=OuterRef("document_id"))))

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)


class File(OfDocument):
    """One version of a document, as it was brought; its bytes stand in `FilePart`s.

    `name` is what the file was called, `media_type` what its content is, `reason` the code of why it was refused. The
    SHA-256 `checksum` tells whether two files are the same; it would also tell which known document one is, so that it
    stands sealed, and its index is keyed. `pages` is how many can be shown.
    """

    wall = "document_file"

    number = models.PositiveIntegerField(default=1)
    name = SealedTextField(max_length=MOST_NAME + 10)
    state = models.CharField(max_length=11, choices=FileState, default=FileState.QUARANTINED)
    reason = models.CharField(max_length=20, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(default=0)
    checksum = SealedTextField(max_length=64)
    checksum_index = IndexField(of="checksum")
    source = models.CharField(max_length=8, choices=FileSource, default=FileSource.SCREEN)
    uploaded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    uploaded_by_name = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)

    class Meta(OfDocument.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "case"], name="file_of_its_case"),
            models.UniqueConstraint(fields=["document", "number"], name="file_number_once"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="file_of_case"),
            CompositeForeignKey(["document", "case"], "documents.Document", name="file_of_document"),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason=""),
                name="file_refused_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organization"], include=["size"], name="file_space"),
            models.Index(fields=["case", "checksum_index"], name="file_same"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def brought_by(self) -> str:
        """Who brought it. A family has no name here: that stands sealed, with its word (`portal.FamilyWord`)."""
        return self.uploaded_by_name or str(FileSource(self.source).label)

    @property
    def is_familys(self) -> bool:
        return self.source == FileSource.FAMILY

    @property
    def is_clean(self) -> bool:
        return self.state == FileState.CLEAN


class FilePart(OfDocument):
    """A megabyte of a file, or what is left of it."""

    wall = "document_bytes"

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="parts", db_constraint=False)
    number = models.PositiveIntegerField()
    content = SealedBytesField()

    class Meta(OfDocument.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="file_part_of_case"),
            CompositeForeignKey(["document", "case"], "documents.Document", name="file_part_of_document"),
            CompositeForeignKey(["file", "case"], "documents.File", name="file_part_of_file"),
            models.UniqueConstraint(fields=["file", "number"], name="file_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PagePicture(OfDocument):
    """A page as it was drawn for the screen (WebP), kept so that it is drawn once."""

    wall = "document_bytes"

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="pictures", db_constraint=False)
    number = models.PositiveIntegerField()
    content = SealedBytesField()

    class Meta(OfDocument.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="page_picture_of_case"),
            CompositeForeignKey(["document", "case"], "documents.Document", name="page_picture_of_document"),
            CompositeForeignKey(["file", "case"], "documents.File", name="page_picture_of_file"),
            models.UniqueConstraint(fields=["file", "number"], name="page_picture_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
