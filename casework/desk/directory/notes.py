"""What the organization notes about a place: one topic a page, and "still right" with one click."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.changes import history, since
from casework.access.requests import StaffRequest
from casework.access.versions import ChangedMeanwhile
from casework.desk.directory import places
from casework.directory import actions
from casework.directory.models import PlaceNote, Topic
from casework.look import dates
from casework.look.forms import DateInput
from casework.look.versions import KEEP, THEIRS, Theirs, VersionedForm

TRIES = 3


class NoteForm(VersionedForm):
    """What is known, and when it was last checked."""

    text = forms.CharField(
        label=gettext_lazy("What you know"),
        required=False,
        max_length=actions.MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Everybody in your organization reads it. Write nothing about a person here."),
    )
    checked_on = forms.DateField(
        label=gettext_lazy("Last checked on"),
        widget=DateInput,
        help_text=gettext_lazy("The day on which somebody confirmed it, by phone, letter or visit."),
    )

    def __init__(self, note: PlaceNote | None, data: Any = None) -> None:
        today = timezone.localdate()
        standing = {"text": note.text if note else "", "checked_on": note.checked_on if note else None}
        super().__init__(note.version if note else 0, standing, data)
        self.initial["checked_on"] = today
        self.fields["checked_on"].widget.attrs["max"] = today.isoformat()

    def chosen(self) -> dict[str, Any]:
        """What is to be saved. Whoever leaves a colleague's text as it is has checked nothing."""
        kept = self.data.get(f"{KEEP}text") == THEIRS
        return dict(self.standing) if kept else {name: self.cleaned_data[name] for name in self.standing}

    def say(self, name: str, value: Any) -> str:
        return dates.plain(value) if name == "checked_on" and value else str(value or "")


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: StaffRequest, kind: str, key: str, topic: str) -> HttpResponse:
    """The form; when a colleague saved meanwhile, 409 and a choice for each field that differs."""
    acts.may(request.actor, actions.SAVED)
    place = places.place_of(kind, key)
    if topic not in actions.topics(place):
        raise Http404
    if request.method != "POST":
        return _show(request, place, topic, NoteForm(actions.note_of(request.actor, place, topic)))
    for _try in range(TRIES):
        standing = actions.note_of(request.actor, place, topic)
        form = NoteForm(standing, request.POST)
        if not form.is_valid():
            return _show(request, place, topic, form)
        if standing is not None and (refusal := _in_conflict(request, place, standing, form)) is not None:
            return refusal
        try:
            return _saved(request, place, topic, form)
        except ValidationError as error:
            form.add_error(None, error)
            return _show(request, place, topic, form)
        except ChangedMeanwhile:  # in this very moment
            continue
    messages.info(request, _("Somebody saved this in the same moment. Try again."))
    return redirect("place_note", kind, key, topic)


def _in_conflict(request: StaffRequest, place: Any, standing: PlaceNote, form: NoteForm) -> HttpResponse | None:
    """The page that asks whose value counts; None when all is clear."""
    if form.seen == standing.version:
        return None
    theirs = {
        name: Theirs(one.was, _who(request, one.who, one.user_id, one.at))
        for name, one in since(standing, form.seen).items()
    }
    names, settled = [name for name in form.different(theirs) if name == "text"], form.is_settled
    form.ask(names, theirs)
    if not names or (settled and not form.must_choose()):
        return None
    if not settled:
        form.add_error(None, _("A colleague saved this meanwhile. Choose below what counts, then save."))
    return _show(request, place, standing.topic, form, status=HTTPStatus.CONFLICT)


def _who(request: StaffRequest, name: str, user_id: Any, at: Any) -> str:
    age = dates.age(at, timezone.now(), timezone.get_current_timezone())
    own = _("You, in another window")
    return _("%(who)s, %(ago)s") % {"who": own if user_id == request.actor.user_id else name, "ago": age}


def _saved(request: StaffRequest, place: Any, topic: str, form: NoteForm) -> HttpResponse:
    saved = actions.save_note(request.actor, place, topic=topic, **form.chosen(), seen=form.standing_version)
    if saved is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, _("The note is saved."))
    return _back(place)


def _back(place: Any) -> HttpResponse:
    return redirect("facility" if places.kind_of(place) == "facilities" else "court", place.pk)


def _show(request: StaffRequest, place: Any, topic: str, form: NoteForm, status: int = 200) -> HttpResponse:
    standing = actions.note_of(request.actor, place, topic)
    earlier = [one for one in history(standing, "text") if one.was] if standing else []
    page = {"place": place, "kind": places.kind_of(place), "topic": Topic(topic), "form": form, "earlier": earlier}
    return render(request, "desk/directory/note.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def still_right(request: StaffRequest, kind: str, key: str, topic: str) -> HttpResponse:
    """Checked today, and nothing was different. What the button stood beside must still be what stands."""
    acts.may(request.actor, actions.SAVED)
    place = places.place_of(kind, key)
    standing = actions.note_of(request.actor, place, topic)
    if standing is None:
        raise Http404
    if request.method == "POST":
        _check(request, place, standing)
    return _back(place)


def _check(request: StaffRequest, place: Any, standing: PlaceNote) -> None:
    seen = request.POST.get("version", "")
    try:
        saved = actions.save_note(
            request.actor, place, topic=standing.topic, text=standing.text, checked_on=timezone.localdate(),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
        )  # fmt: skip
    except ChangedMeanwhile:
        messages.warning(request, _("A colleague changed this meanwhile. Read it again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        done = _("Checked today.") if saved else _("It was checked today already.")
        messages.success(request, done)
