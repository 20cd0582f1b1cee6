"""Every address of the product, and the acts that none leads to."""

from tests.matrix import (
    of_account,
    of_batches,
    of_calendar,
    of_calls,
    of_cases,
    of_conflicts,
    of_custody,
    of_deadlines,
    of_directory,
    of_docket,
    of_documents,
    of_handovers,
    of_imports,
    of_intake,
    of_merging,
    of_organization,
    of_people,
    of_portal,
    of_search,
    of_work,
)
from tests.matrix.cells import Address

# Acts that no address leads to, and who does them instead.
NOT_BY_HTTP = {
    "organization.founded": "manage.py found_organization",
    "organization.invited": "manage.py invite_first_administrator",
    "organization.closed": "manage.py close_organization",
    "organization.sessions_ended": "manage.py end_sessions",
    "handover.expired": "the worker, when nobody answered in time",
    **dict.fromkeys(
        ("import.checked", "import.done", "import.stopped", "import.undone"), "the worker, for whoever asked"
    ),
    "family.tried": "the worker, where many wrong PINs count",
    **dict.fromkeys(("family.opted_out", "family.opted_in"), "the provider of texts, who signs"),
    **dict.fromkeys(("batch.done", "batch.stopped"), "the worker, for whoever asked"),
    **dict.fromkeys(("factor_reset.done", "purge.done"), "the worker, when 24 hours are over"),
}


def addresses() -> list[Address]:
    """All that the matrix knows."""
    rooms = (
        of_account, of_calendar, of_cases, of_people, of_portal, of_merging, of_work, of_custody, of_docket,
        of_documents, of_deadlines, of_organization, of_directory, of_search, of_imports, of_batches, of_intake,
        of_calls, of_conflicts, of_handovers,
    )  # fmt: skip
    return [address for room in rooms for address in room.addresses()]
