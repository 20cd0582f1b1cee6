"""Links for families, sessions opened with them, and what each link shows."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership
from casework.access.rules import ORGANIZATION
from casework.cases.models import CaseOwned
from casework.documents.models import Document
from casework.people.models import Consent, Contact
from casework.vault.fields import IndexField, SealedTextField
from casework.vault.rows import SealedModel

ERRAND = "portal"  # on which the product answers families


class FamilyLink(CaseOwned):
    """One contact's way to one page, on the ground of one consent.

    `token_hash` is SHA-256 of the token in the address, `pin_hash` a slow hash of the PIN; neither stands anywhere
    else. Whether it counts is asked of the database at each look (`ctx.family_scopes`): this row, the consent, the
    contact and the person have to agree. `opened_at` and `openings` tell the team that it is read, `warned_at` that
    many wrong PINs were tried.
    """

    wall = "family_link"

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=128)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    renewed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(null=True)
    openings = models.PositiveIntegerField(default=0)
    warned_at = models.DateTimeField(null=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="family_link_of_organization"),
            models.UniqueConstraint(fields=["id", "case"], name="family_link_of_its_case"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="family_link_of_case"),
            CompositeForeignKey(["contact", "organization"], "people.Contact", name="family_link_of_contact"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="family_link_by_member"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | ~Q(revoked_at=None) & ~Q(revoked_by=None),
                name="family_link_revoked_by_somebody",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="family_link_ends_after_it_is_made"),
            models.UniqueConstraint(
                fields=["case", "contact"], condition=Q(revoked_at=None), name="family_link_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """Those of one's own organization's cases; on the errand, the one that is asked for."""
        if actor.duty == ERRAND:
            return Q()
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)

    def basis_for(self, actor: Actor) -> str:
        """As the case itself; the errand reaches no case."""
        return ORGANIZATION if actor.duty == ERRAND else self.case.basis_for(actor)

    @property
    def audit_file_id(self) -> Any:
        """The person's; None on the errand."""
        return None if self._opened and self._opened.duty == ERRAND else super().audit_file_id


class Publication(CaseOwned):
    """What one link shows: codes, instants and names of places, never sentences and nothing that is sealed elsewhere.

    It is put into words when it is read, so that "in 3 days" is true then (`words.py`).
    """

    wall = "publication"

    link = models.OneToOneField(FamilyLink, on_delete=models.PROTECT, related_name="publication", db_constraint=False)
    content = models.JSONField(default=dict)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="publication_of_case"),
            CompositeForeignKey(["link", "organization"], "portal.FamilyLink", name="publication_of_link"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """A family's own one; on the errand, all; for the team, those of its cases."""
        if actor.kind == "family":
            return Q(link_id=actor.link_id)
        if actor.duty == ERRAND:
            return Q()
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)


class Said(models.TextChoices):
    """What a family tells."""

    NEWS = "news", _("News")
    WRONG = "wrong", _("Something is wrong")
    DOCUMENT = "document", _("Document")


class Channel(models.TextChoices):
    """How somebody is told."""

    SMS = "sms", _("Text")
    EMAIL = "email", _("E-mail")


class Telling(models.TextChoices):
    """What a message speaks of."""

    DATE = "date", _("A date is near")
    NEWS = "news", _("There is news on the page")


class MessageState(models.TextChoices):
    """How far a message has come: planned, given to the outbox (whose own states follow), or not sent for a reason."""

    PLANNED = "planned", _("Planned")
    HANDED = "handed", _("Being sent")
    DROPPED = "dropped", _("Not sent")


class NotSent(models.TextChoices):
    """Why a message was not sent."""

    NONE = "", ""
    SHUT = "shut", _("The link does not count at present, or they asked for no messages")
    MOVED = "moved", _("The date moved, or is not shown any more")
    HOURS = "hours", _("It was outside their hours")
    PHONE = "phone", _("The organization has no telephone number, or one that is too long")


class FamilyWord(SealedModel, CaseOwned):
    """What a family wrote at its window, or the name of the `document` that it sent. Nobody changes it; a task follows.

    `file` is the person's, under whose key the text is sealed: whoever writes does not reach the case.
    """

    wall = "family_word"

    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=8, choices=Said)
    text = SealedTextField(max_length=1000)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False)
    file = models.UUIDField(editable=False)
    told_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="family_word_of_case"),
            CompositeForeignKey(["link", "case"], "portal.FamilyLink", name="family_word_of_link"),
            CompositeForeignKey(["document", "case"], "documents.Document", name="family_word_of_document"),
            models.CheckConstraint(
                condition=Q(kind="document", document__isnull=False) | ~Q(kind="document") & Q(document=None),
                name="family_word_is_a_document_or_not",
            ),
        ]
        indexes = [models.Index(fields=["case", "-told_at"], name="family_word_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def receipt(self) -> str:
        """What the family can name on the phone."""
        return f"{self.pk.hex[:6].upper()}"

    @property
    def audit_file_id(self) -> Any:
        """None: the line stands on the pages of the case."""
        return None

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """The team's; a family reads nothing back."""
        if actor.kind == "family":
            return Q(pk__in=[])
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.file

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(file=file)


class FamilyTask(CaseOwned):
    """Something that the holder of a link is asked to do (a code of `rules.TASKS`); they tick it off on their page.

    `done_at` is when they did; a tick can be taken back. What is asked no more is withdrawn.
    """

    wall = "family_task"

    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    code = models.CharField(max_length=20)
    chosen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="family_task_of_case"),
            CompositeForeignKey(["link", "case"], "portal.FamilyLink", name="family_task_of_link"),
            CompositeForeignKey(["chosen_by", "organization"], "access.Membership", name="family_task_by_member"),
            models.UniqueConstraint(
                fields=["link", "code"], condition=Q(withdrawn_at=None), name="family_task_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def audit_file_id(self) -> Any:
        """None: the line stands on the pages of the case."""
        return None

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """The team's; for a family its own, as far as they stand."""
        if actor.kind == "family":
            return Q(link_id=actor.link_id, withdrawn_at=None)
        return super().rows_for(actor) & Q(organization_id=actor.organization_id)

    def basis_for(self, actor: Actor) -> str:
        """With link and PIN; for the team as the case."""
        return "family" if actor.kind == "family" else self.case.basis_for(actor)


class FamilyNotice(SealedModel, CaseOwned):
    """That the holder of a link is told of news, where, and between which hours of the organization's clock.

    Another address is another row; of a link one stands at most. `address_index` finds the number that a STOP came
    from. `stopped_how` says what ended it: "staff" wrote down that they asked for it, the "provider" of texts heard
    STOP, the contact's "permission" for that number is gone, or the choice was "changed". `file` is the person's, under
    whose key the address is sealed.
    """

    wall = "family_notice"

    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    channel = models.CharField(max_length=5, choices=Channel)
    address = SealedTextField(max_length=200)
    address_index = IndexField(of="address")
    file = models.UUIDField(editable=False)
    from_hour = models.PositiveSmallIntegerField(default=9)
    until_hour = models.PositiveSmallIntegerField(default=20)
    chosen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True)
    stopped_how = models.CharField(max_length=10, blank=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "case"], name="family_notice_of_its_case"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="family_notice_of_case"),
            CompositeForeignKey(["link", "case"], "portal.FamilyLink", name="family_notice_of_link"),
            CompositeForeignKey(["chosen_by", "organization"], "access.Membership", name="family_notice_by_member"),
            models.UniqueConstraint(fields=["link"], condition=Q(stopped_at=None), name="family_notice_once"),
            models.CheckConstraint(
                condition=Q(from_hour__lt=F("until_hour")) & Q(until_hour__lte=24), name="family_notice_hours"
            ),
        ]
        indexes = [models.Index(fields=["file"], condition=Q(stopped_at=None), name="family_notice_of_file")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def audit_file_id(self) -> Any:
        """None: the line stands on the pages of the case."""
        return None

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """The team's; on the errand, all."""
        return Q() if actor.duty == ERRAND else super().rows_for(actor) & Q(organization_id=actor.organization_id)

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.file

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(file=file)


class FamilyMessage(CaseOwned):
    """One message to the holder of a link: that a date is near, or that there is news. Planned once, sent once.

    `about` is the hearing and `at` its instant; of news, the link and when the page changed. `message_id` is the
    outbox's, whose state says how far it came.
    """

    wall = "family_message"

    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    notice = models.ForeignKey(FamilyNotice, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=4, choices=Telling)
    about = models.UUIDField()
    at = models.DateTimeField()
    minutes = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=MessageState, default=MessageState.PLANNED)
    why = models.CharField(max_length=9, choices=NotSent, default=NotSent.NONE, blank=True)
    planned_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="family_message_of_case"),
            CompositeForeignKey(["link", "case"], "portal.FamilyLink", name="family_message_of_link"),
            CompositeForeignKey(["notice", "case"], "portal.FamilyNotice", name="family_message_of_notice"),
            models.UniqueConstraint(fields=["notice", "kind", "about", "at", "minutes"], name="family_message_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="planned"), name="family_message_due"),
            models.Index(fields=["settled_at"], condition=Q(state="dropped"), name="family_message_dropped"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        """The team's; on the errand, all."""
        return Q() if actor.duty == ERRAND else super().rows_for(actor) & Q(organization_id=actor.organization_id)


class FamilySession(models.Model):
    """A browser that has shown link and PIN, for ten minutes after its last look.

    `key_hash` is SHA-256 of what stands in its cookie. It ends with the link's token: `token_hash` is that of then.
    """

    wall = "family_session"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(FamilyLink, on_delete=models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    token_hash = models.CharField(max_length=64)
    began_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="family_session_over")]

    def __str__(self) -> str:
        return f"{self.pk}"
