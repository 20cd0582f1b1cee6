"""What every page of the desk and of the account shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from casework.access import demo
from casework.access.models import Membership


def surface(request: HttpRequest) -> dict[str, Any]:
    """The membership that the person acts in; in demo mode the cast, and which of them the person plays."""
    cast = demo.cast() if demo.is_open() else []
    return {
        "membership": SimpleLazyObject(lambda: _membership(request)),
        "demo_mode": settings.DEMO,
        "cast": cast,
        "played": next((one for one in cast if one.email == getattr(request.user, "email", None)), None),
    }


def _membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    return Membership.objects.filter(user=request.user).select_related("organization").first()
