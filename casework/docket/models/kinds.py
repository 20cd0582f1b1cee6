"""The words of courts, as EOIR's code lists and the field have them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProceedingKind(models.TextChoices):
    """What is being decided, and before whom. Those of a court have EOIR's case type in `EOIR`."""

    REMOVAL = "removal", _("Removal")
    BOND = "bond", _("Bond (custody redetermination)")
    WITHHOLDING_ONLY = "withholding_only", _("Withholding-only")
    ASYLUM_ONLY = "asylum_only", _("Asylum-only")
    CREDIBLE_FEAR = "credible_fear", _("Credible-fear review")
    REASONABLE_FEAR = "reasonable_fear", _("Reasonable-fear review")
    CONTINUED_DETENTION = "continued_detention", _("Continued detention review")
    DEPORTATION = "deportation", _("Deportation")
    EXCLUSION = "exclusion", _("Exclusion")
    APPEAL = "appeal", _("Appeal to the BIA")
    PETITION_FOR_REVIEW = "petition_for_review", _("Petition for review")
    HABEAS = "habeas", _("Habeas corpus")
    OTHER_FEDERAL = "other_federal", _("Another case in a federal court")


EOIR = {
    ProceedingKind.REMOVAL: "RMV",
    ProceedingKind.WITHHOLDING_ONLY: "WHO",
    ProceedingKind.ASYLUM_ONLY: "AOC",
    ProceedingKind.CREDIBLE_FEAR: "CFR",
    ProceedingKind.REASONABLE_FEAR: "RFR",
    ProceedingKind.CONTINUED_DETENTION: "CDR",
    ProceedingKind.DEPORTATION: "DEP",
    ProceedingKind.EXCLUSION: "EXC",
}


class HearingKind(models.TextChoices):
    """What a hearing is for."""

    MASTER = "master", _("Master calendar hearing")
    INDIVIDUAL = "individual", _("Individual hearing")
    BOND = "bond", _("Bond hearing")
    CREDIBLE_FEAR = "credible_fear", _("Credible-fear review")
    REASONABLE_FEAR = "reasonable_fear", _("Reasonable-fear review")
    CUSTODY_REVIEW = "custody_review", _("Custody review")
    STATUS = "status", _("Status conference")
    FEDERAL = "federal", _("Hearing in a federal court")
    OTHER = "other", _("Another hearing")
    NOT_KNOWN = "not_known", _("Kind not known yet")


class Medium(models.TextChoices):
    """How a hearing is held, with EOIR's letters."""

    IN_PERSON = "P", _("In person")
    VIDEO = "V", _("Video")
    TELEPHONE = "T", _("Telephone")
    NONE = "", _("Not known yet")


class HearingState(models.TextChoices):
    """How far a hearing has come. Adjourned: another day was set, or will be; vacated: it is off."""

    SCHEDULED = "scheduled", _("Scheduled")
    HELD = "held", _("Held")
    ADJOURNED = "adjourned", _("Adjourned")
    VACATED = "vacated", _("Vacated")


class HearingOutcome(models.TextChoices):
    """What came of a hearing that was held."""

    NONE = "", _("Not known yet")
    CONTINUED = "continued", _("Continued")
    DECIDED = "decided", _("Decided")
    RESERVED = "reserved", _("Decision reserved")
    TAKEN_UNDER_ADVISEMENT = "submission", _("To be decided in writing")
    NO_APPEARANCE = "no_appearance", _("The person was not there")
    OTHER = "other", _("Something else")


class Interpreter(models.TextChoices):
    """Who interprets at a hearing."""

    NONE = "", _("Not known yet")
    NOT_NEEDED = "not_needed", _("None needed")
    COURT = "court", _("The court's interpreter")
    OURS = "ours", _("One we bring")


class Served(models.TextChoices):
    """How a decision was given, which says when periods begin."""

    ORAL = "oral", _("Oral, at the hearing")
    MAILED = "mailed", _("In writing, mailed")
    ELECTRONIC = "electronic", _("In writing, electronically")
    IN_PERSON = "in_person", _("In writing, handed over")


class Reserve(models.TextChoices):
    """What a party said of an appeal."""

    NONE = "", _("Not known")
    RESERVED = "reserved", _("Reserved")
    WAIVED = "waived", _("Waived")


class ChargeState(models.TextChoices):
    """What became of a charge of the Notice to Appear."""

    PENDING = "pending", _("Pending")
    ADMITTED = "admitted", _("Admitted or conceded")
    DENIED = "denied", _("Denied")
    SUSTAINED = "sustained", _("Sustained")
    NOT_SUSTAINED = "not_sustained", _("Not sustained")
    WITHDRAWN = "withdrawn", _("Withdrawn by DHS")


class BondTheory(models.TextChoices):
    """Under what provision DHS says it holds the person, which decides whether a judge may set bond."""

    NONE = "", _("Not known yet")
    DISCRETIONARY = "236a", _("INA 236(a): bond may be asked")
    MANDATORY = "236c", _("INA 236(c): mandatory, because of a conviction or arrest")
    APPLICANT = "235b2", _("INA 235(b)(2): applicant for admission")
    EXPEDITED = "235b1", _("INA 235(b)(1): expedited removal, or credible fear found")
    POST_ORDER = "241a", _("INA 241(a): after a final order")


class BondRequest(models.TextChoices):
    """What is asked for, with EOIR's letters."""

    FIRST = "BB", _("Custody redetermination")
    AGAIN = "BD", _("Motion for bond redetermination")
    SUBSEQUENT = "SB", _("Motion for subsequent bond determination")


class BondResult(models.TextChoices):
    """What was determined."""

    NONE = "", _("Not decided")
    SET = "set", _("Bond set")
    DENIED = "denied", _("Denied")
    NO_JURISDICTION = "no_jurisdiction", _("No jurisdiction")
    RECOGNIZANCE = "recognizance", _("Release on recognizance")
    WITHDRAWN = "withdrawn", _("Request withdrawn")


class BondEnd(models.TextChoices):
    """What became of the money."""

    NONE = "", _("Standing")
    RETURNED = "returned", _("Cancelled and returned")
    BREACHED = "breached", _("Breached")
