"""The calendar: an agenda of two weeks, a week, a month."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.actor import Actor
from casework.access.requests import StaffRequest
from casework.desk.calendar import rows
from casework.desk.calendar.filters import AGENDA, MONTH, WEEK, FilterForm
from casework.docket import agenda
from casework.docket.models import Hearing
from casework.look import dates

VIEWED = "calendar.viewed"
DAY = timedelta(days=1)
MOST = 150  # of an agenda; a day is never cut


@require_safe
def calendar(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    acts.may(actor, VIEWED)
    form = FilterForm(actor, timezone.localdate(), request.GET)
    found, after = _found(actor, form)
    trouble = agenda.all_clashes(actor, found)
    shown = rows.few(found) if form.period.view == MONTH else found
    deadlines = agenda.deadlines(actor, replace(form.asked, last=after - DAY))
    people = rows.people_of(actor, [*shown, *deadlines])
    in_words, due = rows.of(actor, shown, trouble, people), rows.due_of(deadlines, people)
    context: dict[str, Any] = {
        "filters": form,
        "view": form.period.view,
        "with_court": form.period.view == WEEK,
        "views": [(label, form.query(view=view), form.period.view == view) for view, label in _views()],
        "period": _in_words(form.period.view, form.period.first, after - DAY),
        "before": form.query(on=form.period.before),
        "after": form.query(on=after),
        "now": form.query(on=None),
        "mine": form.query(whose="mine"),
        "all": form.query(whose=None),
        "today": form.today,
        "sums": rows.sums(found, trouble, deadlines),
        "may_print": acts.allowed(actor, "docket.printed"),
        "may_ask": acts.allowed(actor, "coverage.asked"),
        "may_subscribe": acts.allowed(actor, "feed.made"),
    }
    if form.period.view == AGENDA:
        context["days"] = rows.days(found, in_words, due)
    else:
        context["weeks"] = rows.weeks(form.period, found, in_words, due, lambda day: form.query(view=AGENDA, on=day))
    if not found and not deadlines:
        context["next"] = agenda.next_one(actor, form.asked)
        context["next_query"] = form.query(on=context["next"])
    return render(request, "desk/calendar/calendar.html", context)


def _found(actor: Actor, form: FilterForm) -> tuple[list[Hearing], date]:
    """The hearings of the period, and the day after it: of an agenda that is too long, the first day left out."""
    asked = agenda.hearings(actor, form.asked)
    if form.period.view != AGENDA:
        return list(asked), form.period.after
    found = list(asked[: MOST + 1])
    if len(found) <= MOST:
        return found, form.period.after
    left_out = found[-1].on
    kept = [one for one in found if one.on < left_out]
    if kept:
        return kept, left_out
    whole = agenda.hearings(actor, replace(form.asked, first=left_out, last=left_out))
    return list(whole), left_out + DAY


def _views() -> list[tuple[str, str]]:
    return [(AGENDA, _("Agenda")), (WEEK, _("Week")), (MONTH, _("Month"))]


def _in_words(view: str, first: date, last: date) -> str:
    if view == MONTH:
        return capfirst(dates.month(first))
    if first == last:
        return capfirst(dates.day(first, year=True))
    return _("%(first)s to %(last)s") % {"first": dates.plain(first), "last": dates.plain(last)}
