"""The page of a facility and the page of a court.

A room above that knows more of a place (who of ours is there, the visit list) adds it to the context and to the block
`people` of the template.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.access.requests import StaffRequest
from casework.desk.directory import known, places, visits
from casework.directory import near


@require_safe
def facility(request: StaffRequest, key: str) -> HttpResponse:
    places.members_only(request.actor)
    place = places.place_of("facilities", key)
    page = places.context(request, place) | {
        "facts": known.of_facility(place),
        "law": known.law_of(place),
        "kind_in_words": known.kind(place),
        "near": near.courts(place),
        "precision": known.precision(place),
    }
    page |= visits.there(request, place)
    return render(request, "desk/directory/facility.html", page)


@require_safe
def court(request: StaffRequest, key: str) -> HttpResponse:
    places.members_only(request.actor)
    place = places.place_of("courts", key)
    page = places.context(request, place) | {
        "facts": known.of_court(place),
        "locations": near.hearing_locations(place),
        "offices": near.opla_offices(place),
    }
    page |= visits.before(request, place)
    return render(request, "desk/directory/court.html", page)
