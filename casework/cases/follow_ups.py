"""What the product asks people to do, in words: one line for each rule that opens tasks.

A rule's key is "room.what". Its words name values that `open_task` was given; each stands where the words say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.directory import circuits
from casework.look import dates


@dataclass(frozen=True)
class FollowUp:
    """A rule's words, whose task it is where nobody is named ("lead" or "paralegal"), and the tier it is kept on."""

    words: str | Promise
    whose: str = "lead"
    tier: int = 2

    def say(self, values: Mapping[str, Any]) -> str:
        """The task in the reader's language; a value that is missing leaves a dash."""
        said = {name: SAID[name](value) if name in SAID and value else value for name, value in values.items()}
        return str(self.words) % _Known(said)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


# Values that are kept as data and said in the reader's language.
SAID: dict[str, Callable[[str], str]] = {
    "circuit": circuits.name,
    **dict.fromkeys(("day", "due", "hearing"), lambda day: dates.day(date.fromisoformat(day))),
}

# Where a rule's tasks come from, as their readers are told, by its room.
SOURCES: dict[str, str | Promise] = {
    "custody": _("opened by a change of custody"),
    "docket": _("opened by a change in court"),
    "intake": _("opened by intake"),
    "cases": _("opened by Casework"),
    "portal": _("opened by the family's page"),
}
RULES: dict[str, FollowUp] = {
    # custody: opened by a move
    # of the first tier, as contacts are, so that whoever marks one as "must not know" ends it
    "custody.tell_contact": FollowUp(_("Tell %(contact)s where the person is now"), whose="paralegal", tier=1),
    "custody.venue": FollowUp(_("Decide on a motion to change venue: held in %(place)s, court on file %(court)s")),
    "custody.habeas": FollowUp(_("Habeas before a further transfer? District now: %(district)s")),
    "custody.bond_law": FollowUp(_("Check what bond law applies now: %(circuit)s")),
    "custody.confirm_place": FollowUp(_("Confirm by phone that the person is at %(place)s"), whose="paralegal"),
    "custody.new_office": FollowUp(_("Send the G-28 to the field office of %(office)s"), whose="paralegal"),
    "custody.not_located": FollowUp(_("Find the person: not located since %(day)s")),
    "custody.hold_room": FollowUp(_("Held in a hold room since %(day)s: find out where the person goes next")),
    "custody.bond_court": FollowUp(_("Bring the bond request to the court for %(place)s"), whose="paralegal"),
    "custody.visiting": FollowUp(_("Ask %(place)s about visits, legal calls and mail"), whose="paralegal"),
    "custody.address": FollowUp(_("File the change of address with the court (EOIR-33): %(place)s"), whose="paralegal"),
    "custody.detained_again": FollowUp(_("Detained again: find out why, and what became of the release")),
    # custody: opened by a look-up
    "custody.not_found": FollowUp(_("Not found on %(day)s: decide how to look for the person")),
    "custody.not_found_again": FollowUp(_("Not found %(times)s times in a row: find the person today")),
    # custody: opened by a release
    "custody.reach": FollowUp(_("Reach the person: where they live now, and what they signed"), whose="paralegal"),
    "custody.check_ins": FollowUp(
        _("Write down the check-ins with ICE and the conditions of release"), whose="paralegal"
    ),
    "custody.bond_papers": FollowUp(_("Keep the bond papers, and who posted the bond"), whose="paralegal"),
    "custody.abroad": FollowUp(_("Reach the person abroad, and decide what is left to be done")),
    "custody.deceased": FollowUp(_("The person has died: speak with the family and decide what to do")),
    "custody.new_address": FollowUp(_("File the new address with the court (EOIR-33) and with ICE")),
    # docket: opened where a hearing was adjourned or continued, and nobody knows yet until when
    "docket.next_date": FollowUp(
        _("Find out the new date: the hearing of %(day)s at %(court)s goes on"), whose="paralegal", tier=1
    ),
    # docket: opened where custody, a hearing or a rule changed under deadlines; the dates are candidates
    "docket.released": FollowUp(_("Released on %(day)s: look at each deadline again")),
    "docket.ar11": FollowUp(_("Send the new address to DHS (AR-11) by %(due)s"), whose="paralegal"),
    "docket.filing": FollowUp(
        _("Hearing of %(hearing)s: filings are due by %(due)s now, unless the judge sets another date")
    ),
    "docket.detained": FollowUp(
        _("Detained on %(day)s: find out the judge's dates for filings before the hearing of %(hearing)s")
    ),
    "docket.hearing_moved": FollowUp(_("The hearing of %(day)s was moved: count its deadlines again")),
    "docket.rule_changed": FollowUp(_("A rule reads otherwise since %(day)s: look at the deadline of %(due)s again")),
    # intake: opened when a case is accepted, by what was answered
    "intake.appearance": FollowUp(_("Enter the appearance: EOIR-28 with the court, G-28 with ICE")),
    "intake.hearing": FollowUp(
        _("Check the hearing of %(day)s with the court: it comes from the intake"), whose="paralegal", tier=1
    ),
    "intake.hearing_open": FollowUp(
        _("Find out about the hearing of %(day)s, and enter it: time and court"), whose="paralegal", tier=1
    ),
    "intake.decision": FollowUp(
        _("Find out what was decided on %(day)s and how it was served: the time to appeal may be running")
    ),
    "intake.call_back": FollowUp(_("Call back on %(day)s, as the caller was promised"), whose="paralegal", tier=1),
    "intake.ask_consent": FollowUp(_("Ask the person what %(contact)s may be told"), whose="paralegal", tier=1),
    "intake.self_harm": FollowUp(_("Call the facility's mental health unit: the person may hurt themself")),
    "intake.medicine": FollowUp(_("Call the facility's medical unit: medicine or care is needed now")),
    "intake.children_tonight": FollowUp(_("See to the children: who cares for them, and caregiver papers")),
    "intake.removal_near": FollowUp(_("Removal may be close: decide today on a stay or a federal petition")),
    "intake.signed_departure": FollowUp(_("Get a copy of the papers to leave, and find out what was signed")),
    "intake.citizen": FollowUp(_("The person may be a US citizen: get the birth record or the papers of a parent")),
    "intake.fear_review": FollowUp(_("A fear interview was negative: find out whether a judge's review was asked for")),
    "intake.old_order": FollowUp(_("An old removal order: look at reinstatement, a motion to reopen and a stay today")),
    "intake.abuse": FollowUp(_("Abuse in custody was reported: decide with the person on reports and safety"), tier=3),
    "intake.child": FollowUp(_("Under 18: make sure that a parent or guardian is with the child")),
    # intake: opened by a conflict check of somebody who does not see this case; without words of the other one
    "intake.conflict_asked": FollowUp(
        _("A colleague's conflict check may concern this case: see under Conflicts who asks, and answer")
    ),
    "intake.conflict_found": FollowUp(_("Conflict check: decide about possible matches")),
    # intake: opened by the database when another organization has taken a case over
    "intake.tell_caller": FollowUp(
        _("Tell the caller who helps now: name and phone stand on the case, under Hand-over"), whose="paralegal", tier=1
    ),
    # portal: opened where the family's page says "please call us"; of the first tier, since it tells nothing
    "portal.call_family": FollowUp(
        _("Call the family, %(contact)s: their page says no more than “please call us”"), whose="lead", tier=1
    ),
    "portal.tell_family": FollowUp(
        _("Call the family, %(contact)s: their page does not tell the newest decision"), whose="lead", tier=1
    ),
    # portal: opened by the database when a family has written
    "portal.news": FollowUp(_("The family has news: read it under Links to the family's page"), tier=1),
    "portal.wrong": FollowUp(
        _("The family says that their page is wrong: read it under Links to the family's page"), tier=1
    ),
    "portal.document": FollowUp(_("The family sent a document: take it or refuse it, under Documents"), tier=1),
    # portal: opened by the worker; of the first tier, since it tells nothing
    "portal.wrong_pins": FollowUp(
        _("Many wrong PINs on a link to the family's page: ask the family, and make the link anew if it was not them"),
        tier=1,
    ),
    # cases
    "cases.first_lead": FollowUp(_("Choose a lead attorney")),
}


def says(rule: str, values: Mapping[str, Any]) -> str:
    """The words of a rule; its key, where nobody has written words for it."""
    found = RULES.get(rule)
    return found.say(values) if found else rule


def source(rule: str) -> str:
    """What opened the task, in words; empty for one made by hand."""
    return str(SOURCES.get(rule.split(".", maxsplit=1)[0], rule)) if rule else ""
