"""Who can see a case, and why; giving it to another organization, and ending that."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.coalition import Neighbor
from casework.access.doors import open_one
from casework.access.models import Role
from casework.access.requests import StaffRequest, here_again, refusals_said
from casework.cases import access, actions, reach, rules
from casework.cases.models import Case
from casework.desk.case import page, words
from casework.desk.case.forms import ShareForm
from casework.desk.case.views import posted


@dataclass(frozen=True)
class Line:
    """Somebody who can see the case, in words; `role` is the one in their organization."""

    name: str
    role: str
    why: str
    sees: str
    may: str


@dataclass(frozen=True)
class Given:
    """A share that stands, in words: who has it, what it allows, and what ending it means.

    `name` is empty for all attorneys and paralegals, and for a single receiver who cannot see the case at present.
    """

    share: access.Share
    name: str
    words: list[str]
    end_title: str
    end_text: str

    @property
    def nameless(self) -> bool:
        """Whether it is one person's, who cannot see the case at present."""
        return self.share.user_id is not None and not self.name


@dataclass(frozen=True)
class Elsewhere:
    """Another organization that sees the case."""

    organization: Neighbor
    kind: str
    given: list[Given]
    lines: list[Line]


def line(viewer: access.Viewer, shares: Iterable[access.Share] = ()) -> Line:
    """`shares` are those of the viewer's organization."""
    roles = ", ".join(str(Role(role).label) for role in viewer.roles)
    return Line(viewer.name, roles, words.why(viewer, shares), words.sees(viewer.tier), words.may(viewer))


def elsewhere(held: access.Receivers) -> Elsewhere:
    lines = [line(one, held.shares) for one in held.viewers]
    return Elsewhere(held.organization, words.kind(held.organization.kind), given(held), lines)


def given(held: access.Receivers) -> list[Given]:
    return [
        Given(
            share,
            name,
            words.given(share.level, share.counsel_tier),
            words.end_title(held.organization.name, share, name),
            words.end_text(held, share, name),
        )
        for share, name in held.named
    ]


@require_safe
def case_access(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    found = access.overview(request.actor, case)
    acts.note_look(request.actor, case, "case.access_viewed")
    context = page.header(request, case) | {
        "overview": found,
        "lines": [line(one) for one in (*found.team, *found.readers)],
        "others": [elsewhere(one) for one in found.others],
        "whole": page.own(request).organization.visibility == "organization",
    }
    return render(request, "desk/case/access.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def share_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The form, then a page that says what will be seen, then the act. `step` tells which of them was left.

    Before the act people say again who they are, unless they have just done so; the form waits in the sealed session.
    """
    here_again(request, "share_case")
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.shared", case)
    form = _form(request, case)
    if request.method == "POST" and request.POST.get("step") != "change" and _stands(request, case, form):
        if request.POST.get("step") != "give":
            return _ask(request, case, form)
        raise_if_reauthentication_required(request, app="account")
        if _give(request, case, form):
            return redirect("case_access", pk)
    return render(request, "desk/case/share.html", page.header(request, case) | {"form": form})


def _form(request: StaffRequest, case: Case) -> ShareForm:
    without = (case.organization_id, request.actor.organization)
    others = [one for one in reach.of(request.actor).organizations.values() if one.id not in without]
    data = request.POST if request.method == "POST" else None
    return ShareForm(request.actor, others, access.limit(case), data, chosen=request.GET)


def _stands(request: StaffRequest, case: Case, form: ShareForm) -> bool:
    """Whether the form could be done as it is; else it says what is wrong."""
    if not form.is_valid():
        return False
    asked = form.arguments()
    try:
        what = {name: asked[name] for name in ("to", "counsel_tier", "expires_at")}
        actions.check_share(request.actor, case, **what)
    except ValidationError as error:
        form.add_error(None, error)
    return form.is_valid()


def _ask(request: StaffRequest, case: Case, form: ShareForm) -> HttpResponse:
    asked = form.arguments()
    user_id = form.receiver.user_id if form.receiver else None
    others = access.overview(request.actor, case).others
    there = [one for held in others if held.organization.id == form.to.id for one in given(held)]
    besides = [one for one in there if one.share.user_id != user_id]
    # Whoever is named has what all there have, too; all have not what was given by name.
    also = [one.share for one in besides if one.share.user_id is None]
    extents = [(asked["level"], asked["counsel_tier"]), *((one.level, one.counsel_tier) for one in also)]
    level, counsel = rules.together(extents)
    context: dict[str, Any] = page.header(request, case) | {
        "form": form,
        "to": form.to,
        "kind": words.kind(form.to.kind),
        "receiver": form.receiver,
        "until": asked["expires_at"],
        "will_see": words.will_see(level, counsel),
        "will_not_see": words.will_not_see(level, counsel),
        "will_do": words.will_do(level),
        "standing": next((one for one in there if one not in besides), None),
        "besides": besides,
    }
    return render(request, "desk/case/share_confirm.html", context)


def _give(request: StaffRequest, case: Case, form: ShareForm) -> bool:
    """Whether it is done; else the form says why not."""
    try:
        actions.share(request.actor, case, **form.arguments())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, words.can_see_now(form.to.name, form.receiver.name if form.receiver else ""))
    return True


@posted
def end_share(request: StaffRequest, case: Case) -> HttpResponse:
    acts.may(request.actor, "share.revoked", case)
    asked = request.POST.get("share", "")
    found = next((one for one in access.shares(request.actor, case) if one.key == asked), None)
    if found is None:
        messages.info(request, _("This share has ended."))
        return redirect("case_access", case.pk)
    with refusals_said(request):
        actions.revoke(request.actor, case, to_organization_id=found.organization_id, user_id=found.user_id)
        messages.success(request, _("The share is ended."))
    return redirect("case_access", case.pk)
