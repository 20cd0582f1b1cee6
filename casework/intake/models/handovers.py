"""Intakes that are offered to other organizations, one organization after the other.

What a receiver may read of an open offer is a card of its own, and what goes over is packed in parts beforehand: so
nobody reaches into the tables of somebody else. Cards and parts stand under file keys of their own, which go with them
as soon as the offer is over.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.keys import CompositeForeignKey
from casework.access.models import Membership, Organization
from casework.access.rules import COUNSEL
from casework.access.versions import Versioned
from casework.cases import reach
from casework.cases.models import CaseOwned, CustodyState, Matter, PlaceKind, Priority, StageReason, Tier
from casework.cases.reach import Among, array_of
from casework.cases.rules import NEW
from casework.people.models import Consent, How
from casework.vault.fields import SealedJSONField, SealedTextField
from casework.vault.rows import SealedModel


class HandOverState(models.TextChoices):
    """How far an intake has come on its way to another organization. The database knows these words, too."""

    OPEN = "open", _("Offered")
    RETURNED = "returned", _("Came back")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ACCEPTED = "accepted", _("Accepted")


class OfferState(models.TextChoices):
    """What became of the offer to one organization. The database knows these words, too."""

    WAITING = "waiting", _("Next on the list")
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Nobody answered in time")


class Withdrawn(models.TextChoices):
    """Why an offer ended on the sender's side."""

    BY_HAND = "by_hand", _("Taken back")
    CONSENT = "consent", _("The person took their consent back")
    STAGE = "stage", _("The case went on here")
    RESTRICTED = "restricted", _("The case was restricted")


class DeclineReason(models.TextChoices):
    """Why an organization does not take somebody."""

    CAPACITY = "capacity", _("No capacity")
    CONFLICT = "conflict", _("Conflict of interest")
    AREA = "area", _("Held outside the area we cover")
    SPECIALTY = "specialty", _("Needs another specialty")
    LANGUAGE = "language", _("We do not serve this language")
    KNOWN = "known", _("We help this person already")
    OTHER = "other", _("Another reason")


GOING = (OfferState.WAITING, OfferState.OFFERED)


class AtHome(CaseOwned):
    """A row of a case that whoever the case is shared with does not meet."""

    class Meta(CaseOwned.Meta):
        abstract = True

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        return Q(organization_id=actor.organization_id) & super().rows_for(actor)


class HandOver(AtHome):
    """One attempt to hand an intake over. While it is on its way (open, returned) there is no other of the case.

    `hours` is how long each organization has. `tells` says whether somebody around the person may be called back.
    `ended_why` says of one that was withdrawn why. Written by the database alone once it stands.
    """

    wall = "hand_over"

    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=HandOverState, default=HandOverState.OPEN)
    reason = models.CharField(max_length=16, choices=StageReason)
    hours = models.PositiveSmallIntegerField()
    tells = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=12, choices=Withdrawn, blank=True)

    class Meta(AtHome.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="hand_over_of_organization"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="hand_over_of_case"),
            CompositeForeignKey(["made_by", "organization"], "access.Membership", name="hand_over_by_member"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["open", "returned"]), name="hand_over_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["organization", "-made_at"], name="hand_over_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {HandOverState.OPEN, HandOverState.RETURNED}


class Offer(AtHome):
    """The offer to one organization, by the place of this one on the list. Each cites a consent of its own.

    `counsel_consent` is the person's separate consent to what counsel alone reads. `until` is when it ends by itself,
    and `answer` why it was declined (`DeclineReason`).
    """

    wall = "offer"

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="offers", db_constraint=False)
    position = models.PositiveSmallIntegerField()
    to_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    counsel_consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.WAITING)
    offered_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=12, choices=DeclineReason, blank=True)

    class Meta(AtHome.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="offer_of_organization"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="offer_of_case"),
            CompositeForeignKey(["hand_over", "organization"], "intake.HandOver", name="offer_of_hand_over"),
            models.UniqueConstraint(fields=["hand_over", "position"], name="offer_in_order"),
            models.UniqueConstraint(fields=["hand_over", "to_organization"], name="offer_once_to_each"),
            models.UniqueConstraint(fields=["hand_over"], condition=Q(state="offered"), name="offered_once_at_a_time"),
            models.CheckConstraint(condition=~Q(state="offered") | Q(until__isnull=False), name="offer_ends"),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(state="offered"), name="offer_runs_out"),
            models.Index(fields=["case"], condition=Q(state__in=["waiting", "offered"]), name="offer_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class OfferCard(SealedModel, Versioned):
    """All that another organization reads of an open offer, and what its conflict check needs. `id` is the offer's.

    `until` is empty while the offer waits for its turn; when the offer is over, the card is gone.
    """

    wall = "offer_card"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    to_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    names = SealedJSONField(default=dict, blank=True)
    a_number = SealedTextField(max_length=9, blank=True)
    matters = ArrayField(models.CharField(max_length=24, choices=Matter), default=list, blank=True)
    reason = models.CharField(max_length=16, choices=StageReason)
    facility_key = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=160, blank=True)
    place_kind = models.CharField(max_length=12, choices=PlaceKind, blank=True, default="")
    custody = models.CharField(max_length=12, choices=CustodyState, blank=True, default="")
    language = models.CharField(max_length=20, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    is_bond = models.BooleanField(default=False)
    next_hearing_at = models.DateTimeField(null=True, blank=True)
    next_hearing_zone = models.CharField(max_length=64, blank=True)
    agreed_how = models.CharField(max_length=10, choices=How)
    agreed_at = models.DateTimeField()

    class Meta(Versioned.Meta):
        constraints = [
            CompositeForeignKey(["id", "organization"], "intake.Offer", name="card_of_offer"),
        ]
        indexes = [models.Index(fields=["to_organization", "until"], name="card_to_organization")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        if not actor.is_staff:
            return Q(pk__in=[])
        ours = Q(pk__in=Offer.objects.visible_to(actor).values("pk"))
        if not actor.roles & COUNSEL:
            return ours
        return ours | Q(to_organization_id=actor.organization_id, until__gt=timezone.now())

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(pk=file)

    @property
    def full_name(self) -> str:
        """The names in the order of the papers; empty when none is known."""
        parts = ("given_names", "first_surname", "second_surname")
        return " ".join(filter(None, (self.names.get(part, "") for part in parts)))


class OfferPart(AtHome, SealedModel, Versioned):
    """What goes over when an offer is accepted, packed by the sender, a part for each tier (`intake.packing`).

    The receiver opens it in the very act of accepting (`accepted_by`), by which it goes.
    """

    wall = "offer_part"

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="parts", db_constraint=False)
    tier = models.PositiveSmallIntegerField(choices=Tier)
    content = SealedJSONField(default=dict, blank=True)
    packed_at = models.DateTimeField(default=timezone.now)
    accepted_by = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(Versioned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="part_of_case"),
            CompositeForeignKey(["offer", "organization"], "intake.Offer", name="part_of_offer"),
            models.UniqueConstraint(fields=["offer", "tier"], name="part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def rows_for(cls, actor: Actor) -> Q:
        if not actor.is_staff:
            return Q(pk__in=[])
        found, taken = super().rows_for(actor), reach.of(actor).mine
        drafts = Q(case__stage__in=NEW, case__reference="") & Q(Among("case_id", array_of(taken)))
        return found | drafts & Q(tier__lte=Tier.REPRESENTATION) if taken else found

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.pk

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(pk=file)


class Received(SealedModel, CaseOwned):
    """That a case came from another organization: when, and what of it had no place of its own in the case.

    `offer` is the id that the offer had there. `left` is a list of [what, text].
    """

    wall = "received"

    from_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    from_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=16, choices=StageReason)
    offer = models.UUIDField(unique=True)
    received_at = models.DateTimeField(default=timezone.now)
    left = SealedJSONField(default=list, blank=True)

    class Meta(CaseOwned.Meta):
        constraints = [
            CompositeForeignKey(["case", "organization"], "cases.Case", name="received_case"),
            models.UniqueConstraint(fields=["case"], name="received_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def sealing_file(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.organization_id, self.case.person_id

    @classmethod
    def of_file(cls, file: uuid.UUID) -> Q:
        return Q(case__person_id=file)
