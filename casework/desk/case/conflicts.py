"""Two people who change one row: who comes second is asked, field by field, whose value counts."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.changes import Change, since
from casework.access.requests import StaffRequest
from casework.access.versions import ChangedMeanwhile, Versioned
from casework.cases.models import Case
from casework.desk.case.page import meanwhile
from casework.look import dates
from casework.look.versions import Theirs, VersionedForm

TRIES = 3
Show = Callable[[Any, int], HttpResponse]


def saved(
    request: StaffRequest,
    case: Case,
    read: Callable[[], Versioned],
    make: Callable[[Any], VersionedForm],
    *,
    keep: Callable[[Any, Any], HttpResponse],
    show: Show,
) -> HttpResponse | None:
    """What comes of a form about a row: the answer of `keep(row, form)`, or the form again (409 where it asks).

    `read` gives the row as it stands, `make(row)` its form as it was posted, `show(form, status)` its page. None when
    others changed the row each time in the very moment of saving.
    """
    for _try in range(TRIES):
        row = read()
        form = make(row)
        if not form.is_valid():
            return show(form, HTTPStatus.OK)
        if stands(request, case, row, form):
            return show(form, HTTPStatus.CONFLICT)
        try:
            return keep(row, form)
        except ChangedMeanwhile:
            continue
    messages.info(request, meanwhile())
    return None


def once_more(form: forms.Form, version: int) -> None:
    """A filled form whose row somebody else saved in this moment: as it was typed, for the version that stands now."""
    data: Any = form.data
    form.data = data = data.copy()
    data["version"] = version
    words = _("Somebody else saved this meanwhile, so nothing of yours is saved yet. Look at how it stands now.")
    form.add_error(None, words)


def stands(request: StaffRequest, case: Case, row: Versioned, form: VersionedForm) -> bool:
    """Whether somebody must choose before a valid form is saved; the form then asks, or says what was not chosen."""
    if form.seen == row.version:
        return False
    changes = since(row, form.seen)
    told = acts.allowed(request.actor, "case.history_viewed", case)
    theirs = {name: Theirs(one.was, _who(request, one), told) for name, one in changes.items()}
    names, settled = form.different(theirs), form.is_settled
    form.ask(names, theirs)
    if not names or (settled and not form.must_choose()):
        return False
    if not settled:
        form.add_error(None, _why(request, [changes[name] for name in names]))
    return True


def _who(request: StaffRequest, change: Change) -> str:
    """Who made it so, and how long ago."""
    age = dates.age(change.at, timezone.now(), timezone.get_current_timezone())
    return _("%(who)s, %(ago)s") % {"who": _name(request, change), "ago": age}


def _why(request: StaffRequest, changes: list[Change]) -> str:
    """What is said above the choices."""
    names = ", ".join(dict.fromkeys(_name(request, one) for one in changes))
    words = _(
        "Saved meanwhile by: %(names)s. Nothing of yours is lost. Choose below what counts for each field that differs,"
        " then save."
    )
    return words % {"names": names}


def _name(request: StaffRequest, change: Change) -> str:
    return _("You, in another window") if change.user_id == request.actor.user_id else change.who
