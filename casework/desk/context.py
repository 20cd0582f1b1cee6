"""What every page of the desk and of the account shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from casework.access import acts, demo, lock
from casework.access.actor import NOBODY


def surface(request: HttpRequest) -> dict[str, Any]:
    """Who acts, in which membership, and in which else they could; in demo mode the cast, and who of it plays."""
    cast = demo.cast() if demo.is_open() else []
    actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "sees_checks": acts.allowed(actor, "checks.viewed"),
        "sees_intake": acts.allowed(actor, "case.opened"),
        "sees_calls": acts.allowed(actor, "calls.viewed"),
        "sees_sheets": acts.allowed(actor, "leaflet.printed"),
        "sees_calendar": acts.allowed(actor, "calendar.viewed"),
        "sees_reminders": acts.allowed(actor, "reminders.chosen"),
        "sees_offers": acts.allowed(actor, "offer.listed"),
        "sees_search": acts.allowed(actor, "cases.searched"),
        "sees_rules": acts.allowed(actor, "rules.viewed"),
        "sees_members": acts.allowed(actor, "members.viewed"),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
        "demo_mode": settings.DEMO,
        "session_marks": lock.of_page(request) if getattr(request.user, "is_authenticated", False) else None,
        "cast": cast,
        "played": next((one for one in cast if one.email == getattr(request.user, "email", None)), None),
    }
