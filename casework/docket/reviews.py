"""What an organization says of rules and of closed days: attorneys sign rules off, administrators enter closed days."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.directory.models import Court, RuleVersion
from casework.docket.models import ClosedDay, RuleSignOff


def sign_offs(actor: Actor) -> dict[str, RuleSignOff]:
    """What attorneys of the organization signed off, by the version's key."""
    return {one.rule_id: one for one in RuleSignOff.objects.visible_to(actor).filter(withdrawn=False)}


def closed_days(actor: Actor, court: str = "", *, since: date | None = None) -> list[ClosedDay]:
    """Closed days that the organization knows of, the newest first; of one court, or all."""
    rows = ClosedDay.objects.visible_to(actor).filter(withdrawn=False).select_related("court")
    rows = rows.filter(court_id=court) if court else rows
    rows = rows.filter(day__gte=since) if since else rows
    return list(rows.order_by("-day", "court__name"))


def closed_on(actor: Actor, court: str, days: Iterable[date]) -> list[ClosedDay]:
    """What is known of these days at a court. It moves no date."""
    wanted = set(days)
    return [one for one in closed_days(actor, court) if one.day in wanted] if court and wanted else []


@act("rule.signed_off")
def sign_off(actor: Actor, version: RuleVersion, *, note: str = "") -> Happened[RuleSignOff]:
    """The actor has read this version of the rule and stands by it. Raises ValidationError for an older version, and
    when it is signed off already.
    """
    if version.superseded_on is not None or version.retired_on is not None:
        raise ValidationError(_("Another version of this rule stands now. Read that one."), code="superseded")
    row = RuleSignOff(
        organization_id=actor.organization, rule=version, note=note.strip()[:300], made_by_id=actor.member,
        made_by_name=actor.name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("This rule is signed off already."), code="signed") from error
    return Happened(row, thing=row, fields=("rule",), told={"rule": version.pk})


@act("rule.review_withdrawn")
def withdraw_sign_off(actor: Actor, row: RuleSignOff) -> Happened[None]:
    """The rule must be read again. Raises ChangedMeanwhile."""
    row.withdrawn = True
    row.save(update_fields=["withdrawn"])
    return Happened(None, thing=row, fields=("rule",), told={"rule": row.rule_id})


@act("closed_day.entered")
def enter_closed_day(actor: Actor, court: Court, *, day: date, why: str, known_from: str) -> Happened[ClosedDay]:
    """The court was, or will be, closed on that day. Raises ValidationError at "day" when it is known already."""
    row = ClosedDay(
        organization_id=actor.organization, court=court, day=day, why=why.strip(), known_from=known_from.strip(),
        made_by_id=actor.member, made_by_name=actor.name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"day": _("This day is entered for this court already.")}, code="known") from error
    return Happened(row, thing=row, fields=("court",), told={"court": court.pk, "day": day})


@act("closed_day.withdrawn")
def withdraw_closed_day(actor: Actor, row: ClosedDay) -> Happened[None]:
    """It was entered wrongly. Raises ChangedMeanwhile."""
    row.withdrawn = True
    row.save(update_fields=["withdrawn"])
    return Happened(None, thing=row, fields=("court",), told={"court": row.court_id, "day": row.day})
