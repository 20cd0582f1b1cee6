"""What acceptance says: why it is refused, why a value is not written, and what the values are."""

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from casework.intake.acceptance.ground import Hindrance, Stop
from casework.intake.questions import lists

# Why a value stays an answer, or cannot be written.
WHY: dict[str, str | Promise] = {
    "number_on_file": gettext_lazy("The file has an A-number. Take it out there, if it is wrong."),
    "tier": gettext_lazy("For counsel on the team of the case to mark."),
    "no_number": gettext_lazy("Nobody gave the number that it is about."),
    "said_before": gettext_lazy("Another answer about the same person says otherwise, and counts."),
    "nobody": gettext_lazy("Neither a name nor a number is known."),
    "self": gettext_lazy("The person called themself: nobody else to write down."),
    "not_the_person": gettext_lazy("Said by somebody else: only the person can agree. A task asks them."),
    "must_not_know": gettext_lazy("The file says that this contact must not know."),
    "no_place": gettext_lazy("Nobody knows the place."),
    "with_place": gettext_lazy("Not without the place above or the day beside it."),
    "no_facility": gettext_lazy(
        "The directory has no such facility. Correct the answer, or answer with “Another place” as its kind."
    ),
    "place_known": gettext_lazy("The directory says what sort of place it is."),
    "on_file": gettext_lazy("The place is on file; what is known of it there counts."),
    "skipped": gettext_lazy("That time does not exist there: the clock goes forward. Correct the answer."),
    "twice": gettext_lazy("The clock shows that time twice there. Enter the hearing on the docket."),
    "ahead": gettext_lazy("That day is ahead. Correct the answer."),
    "history_on_file": gettext_lazy("Custody has a history on file. Add it there."),
    "no_place_now": gettext_lazy("It needs the place now, and since when."),
    "no_day": gettext_lazy("Nobody knows the day."),
    "no_order": gettext_lazy("The days do not follow each other."),
    "gap": gettext_lazy("It is not known where the person was in between."),
    "court_on_file": gettext_lazy("Another court is on file. It is changed by an order, on the custody page."),
    "no_time": gettext_lazy("The time is not known. A task asks for it."),
    "no_court": gettext_lazy("Without the court nobody knows whose clock it is. A task asks for it."),
    "no_forum": gettext_lazy("Name the federal court on the docket. A task asks for it."),
    "with_hearing": gettext_lazy("Goes with the hearing."),
    "no_decision": gettext_lazy("No judge's decision with its day is known."),
    "cents": gettext_lazy("Bonds are whole dollars. Correct the answer."),
    "of_call": gettext_lazy("Stands with the call and what happened."),
    "no_column": gettext_lazy("Read on the Intake page."),
    "not_known": gettext_lazy("Not known"),
    "declined": gettext_lazy("Declined to answer"),
    "not_asked": gettext_lazy("Its question is not asked any more."),
}


def hindrance(one: Hindrance) -> str:
    """What stands in the way, and what to do."""
    about = ", ".join(one.about)
    said = {
        Stop.STAGE: _("This case does not wait for acceptance any more."),
        Stop.CHILD: _(
            "The answers say that a child is alone: no adult intake is accepted. Hand over to a children's team."
        ),
        Stop.LOCKED: _("Something of the file does not open, so nothing is written."),
        Stop.CONFLICT: _("%(words)s. It is settled before a case is accepted.") % {"words": about},
        Stop.TWO_ANSWERS: _("Two people answered otherwise. Say first which is right: %(questions)s.")
        % {"questions": _labels(one.about)},
    }
    return said[one.stop]


def _labels(keys: tuple[str, ...]) -> str:
    known = lists.intake().by_key
    return "; ".join(known[key].label.said(get_language() or "en") for key in keys if key in known)
