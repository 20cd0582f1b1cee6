"""Bond, from the request to the return of the money."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from casework.access.keys import CompositeForeignKey
from casework.cases.models import Tier
from casework.docket.models.hearings import Hearing
from casework.docket.models.kinds import BondEnd, BondRequest, BondResult, BondTheory, Reserve, Served
from casework.docket.models.proceedings import DocketRow, Proceeding
from casework.vault.fields import SealedTextField


class Bond(DocketRow):
    """One request for bond and what came of it. A second request is another row.

    Amounts are whole US dollars; days are of the court's calendar. `ice_amount` is what ICE had set by itself (Form
    I-286), empty for none. `stayed_on` is the day DHS filed Form EOIR-43, which keeps the person in (8 CFR
    1003.19(i)(2)). `receipt` is the number of Form I-305, with which whoever posted gets the money back. `posted_by`,
    `receipt` and `conditions` are sealed.
    """

    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.REPRESENTATION)
    proceeding = models.ForeignKey(
        Proceeding, on_delete=models.PROTECT, related_name="bonds", db_constraint=False, null=True, blank=True
    )
    hearing = models.ForeignKey(
        Hearing, on_delete=models.PROTECT, related_name="bonds", db_constraint=False, null=True, blank=True
    )
    theory = models.CharField(max_length=5, choices=BondTheory, default=BondTheory.NONE, blank=True)
    ice_amount = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(10_000_000)])
    request = models.CharField(max_length=2, choices=BondRequest, default=BondRequest.FIRST)
    requested_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=16, choices=BondResult, default=BondResult.NONE, blank=True)
    amount = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(10_000_000)])
    conditions = SealedTextField(max_length=500, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    how = models.CharField(max_length=12, choices=Served, blank=True)
    our_appeal = models.CharField(max_length=8, choices=Reserve, default=Reserve.NONE, blank=True)
    their_appeal = models.CharField(max_length=8, choices=Reserve, default=Reserve.NONE, blank=True)
    stayed_on = models.DateField(null=True, blank=True)
    posted_on = models.DateField(null=True, blank=True)
    posted_by = SealedTextField(max_length=200, blank=True)
    receipt = SealedTextField(max_length=60, blank=True)
    end = models.CharField(max_length=8, choices=BondEnd, default=BondEnd.NONE, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta(DocketRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["id", "organization"], name="bond_of_organization"),
            CompositeForeignKey(["case", "organization"], "cases.Case", name="bond_of_case"),
            CompositeForeignKey(["proceeding", "case"], "docket.Proceeding", name="bond_of_proceeding"),
            CompositeForeignKey(["hearing", "case"], "docket.Hearing", name="bond_of_hearing"),
            CompositeForeignKey(["recorded_by", "organization"], "access.Membership", name="bond_by_member"),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="bond_tier"),
            models.CheckConstraint(condition=Q(result="") | Q(decided_on__isnull=False), name="bond_decided_on_a_day"),
            models.CheckConstraint(condition=~Q(result="set") | Q(amount__isnull=False), name="bond_set_at_an_amount"),
            models.CheckConstraint(condition=Q(end="") | Q(posted_on__isnull=False), name="bond_ends_when_posted"),
        ]
        indexes = [models.Index(fields=["case", "-requested_on"], name="bond_newest")]
