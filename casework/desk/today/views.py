"""What needs the person, first thing in the morning."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.access.middleware import FACTORS
from casework.access.models import User
from casework.access.rules import account_needs
from casework.access.sessions import hashed


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    facts = account_facts(request)
    needs = account_needs(second_factors=facts["second_factors"], recovery_codes=facts["recovery_codes"])
    return render(request, "desk/today.html", {**facts, "needs": needs, "now": timezone.now()})


def account_facts(request: HttpRequest) -> dict[str, int]:
    """The counts that Today speaks of: apps and passkeys, unused recovery codes, other live sessions."""
    user = cast(User, request.user)
    mine = list(Authenticator.objects.filter(user=user))
    codes = [one.wrap() for one in mine if one.type == Authenticator.Type.RECOVERY_CODES]
    here = hashed(request.session.session_key or "")
    return {
        "second_factors": sum(one.type in FACTORS for one in mine),
        "recovery_codes": sum(len(one.get_unused_codes()) for one in codes),
        "other_sessions": user.sessions.live().exclude(session_key=here).count(),
    }
