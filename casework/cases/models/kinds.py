"""The words that cases and what hangs on them are described with."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """How far representation has come. Declined and referred are ends of their own."""

    ENQUIRY = "enquiry", _("Enquiry")
    SCREENING = "screening", _("Screening")
    OFFERED = "offered", _("Offered")
    ACTIVE = "active", _("Active")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    REFERRED = "referred", _("Referred")


class StageReason(models.TextChoices):
    """Why a case was declined or referred; `rules.REASONS` says which goes with which."""

    CAPACITY = "capacity", _("No capacity")
    CONFLICT = "conflict", _("Conflict of interest")
    AREA = "area", _("Held outside the area we cover")
    NOT_ELIGIBLE = "not_eligible", _("Outside what our funding allows")
    MERITS = "merits", _("No way to help that we see")
    HAS_COUNSEL = "has_counsel", _("Has counsel already")
    NOT_WANTED = "not_wanted", _("The person does not want it")
    NOT_REACHED = "not_reached", _("The person could not be reached")
    SPECIALTY = "specialty", _("Needs another specialty")
    CHILD = "child", _("A child alone: for a children's team")
    OTHER = "other", _("Another reason")


class Matter(models.TextChoices):
    """What the organization does for the person."""

    BOND = "bond", _("Bond")
    REMOVAL_DEFENSE = "removal_defense", _("Removal defense")
    CREDIBLE_FEAR = "credible_fear", _("Credible or reasonable fear")
    WITHHOLDING_ONLY = "withholding_only", _("Withholding-only")
    APPEAL = "appeal", _("Appeal")
    PETITION_FOR_REVIEW = "petition_for_review", _("Petition for review")
    HABEAS = "habeas", _("Habeas")
    STAY = "stay", _("Stay")
    CUSTODY_REVIEW = "custody_review", _("Custody review")
    ADVICE = "advice", _("Advice")


class Scope(models.TextChoices):
    """How far representation goes, in the divisions of Form EOIR-28 and beside them."""

    NONE = "", _("Not agreed yet")
    ALL = "all", _("All proceedings")
    BOND_ONLY = "bond_only", _("Custody and bond only")
    NOT_BOND = "not_bond", _("All but custody and bond")
    ONE_STEP = "one_step", _("One hearing or one filing")
    APPEAL = "appeal", _("Appeal only")
    FEDERAL = "federal", _("Federal court only")
    ADVICE = "advice", _("Advice or help with documents only")


class Priority(models.IntegerChoices):
    """What goes first."""

    NORMAL = 0, _("Normal")
    HIGH = 1, _("High")
    URGENT = 2, _("Urgent")


class Tier(models.IntegerChoices):
    """How far something inside a case may travel."""

    INTAKE = 1, _("Intake: everybody on the case")
    REPRESENTATION = 2, _("Representation: attorneys, paralegals, co-counsel")
    COUNSEL = 3, _("Counsel: attorneys and paralegals of the case's team")


class PlaceKind(models.TextChoices):
    """What kind of place the person was last known in; as the custody room writes it."""

    NONE = "", _("Not known")
    FACILITY = "facility", _("Detention facility")
    HOLD_ROOM = "hold_room", _("Hold room")
    HOSPITAL = "hospital", _("Hospital")
    IN_TRANSIT = "in_transit", _("In transit")
    NOT_LOCATED = "not_located", _("Not located")
    ELSEWHERE = "elsewhere", _("Another place")


class CustodyState(models.TextChoices):
    """Whether the person is held; as the custody room writes it."""

    NONE = "", _("Not known")
    DETAINED = "detained", _("Detained")
    RELEASED = "released", _("Released")
    REMOVED = "removed", _("Removed")
    DEPARTED = "departed", _("Departed")
    DECEASED = "deceased", _("Deceased")
