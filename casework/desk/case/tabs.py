"""The tabs of a case: which ones its reader has, and on which of them a page stands."""

from collections.abc import Mapping
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework.access.requests import StaffRequest
from casework.cases.models import Case

# The page that a tab opens, its words, and what stands first in the addresses of pages that belong to it.
TABS = (
    ("case", _("Overview"), ("",)),
    ("case_custody", _("Custody"), ("custody",)),
    ("case_docket", _("Docket"), ("docket", "deadlines")),
    ("case_documents", _("Documents"), ("documents",)),
    ("case_people", _("Person and consents"),
     ("people", "person", "contacts", "adverse", "consents", "family", "merge", "waiver")),
    ("case_calls", _("Calls"), ("calls", "incidents")),
    ("case_intake", _("Intake"), ("intake", "accept", "decline", "declined")),
    ("case_notes", _("Notes"), ("notes",)),
    ("case_tasks", _("Tasks"), ("tasks",)),
    ("case_conflicts", _("Conflicts"), ("conflicts",)),
    ("case_activity", _("Activity"), ("activity",)),
    ("case_looks", _("Who looked"), ("looks",)),
    ("case_access", _("Access"), ("access",)),
)  # fmt: skip
OF = {part: name for name, _label, parts in TABS for part in parts}
ASKS = {"case_conflicts": "conflicts", "case_activity": "history", "case_looks": "history", "case_access": "access"}


class Tab(NamedTuple):
    """`current` as aria-current says it: "page", "true" on a page that belongs to the tab, or nothing."""

    label: str
    address: str
    current: str


def of(request: StaffRequest, case: Case, may: Mapping[str, bool], *, here: str = "") -> list[Tab]:
    """The tabs that the reader has. `here` is the tab of a page whose address does not say it."""
    here = here or OF.get(request.path_info.split("/")[3], "case")
    shown = [(name, str(label)) for name, label, _parts in TABS if name not in ASKS or may[ASKS[name]]]
    return [_tab(request, label, reverse(name, args=[case.pk]), is_here=name == here) for name, label in shown]


def _tab(request: StaffRequest, label: str, address: str, *, is_here: bool) -> Tab:
    return Tab(label, address, "" if not is_here else "page" if request.path == address else "true")
