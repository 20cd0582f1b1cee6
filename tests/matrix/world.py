"""Who and what there is in the matrix; `planting` writes it down.

Whatever must not reach others carries a canary that names its owner, such as kanari-nla-restricted-t2-8f3a.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie

from allauth.mfa.models import Authenticator
from django.test import Client

from casework.access.models import DutyHour, FactorReset, Invitation, Membership, Organization, User
from casework.cases.models import Appearance, Case, Note, Task
from casework.custody.models import Stay, Stint
from casework.directory.models import ErrorReport
from casework.docket.models import Bond, Charge, ClosedDay, Deadline, Decision, Hearing, Proceeding
from casework.documents.models import File
from casework.intake.models import Batch, CallLog, Import, Incident, IncidentLink, Offer, Referral
from casework.people.models import AdverseParty, Consent, Contact
from casework.portal.models import FamilyLink
from casework.retention.models import Purge

CANARY = re.compile(r"kanari-[a-z]+-[a-z_]+-[a-z0-9]+-[0-9a-f]{4}", re.IGNORECASE)
SEARCH, SEARCHED = uuid.UUID("5ea4c400-0000-4000-8000-000000000000"), "kanari"  # what each session keeps of a search
PLANTED = "planted"  # the request id of audit lines that are older than every cell
# Invitations: the last one is void because its inviter may no longer invite; "again" is for somebody who was a member.
OPEN, USED, OVER, WITHDRAWN, ORPHANED, AGAIN = "open", "used", "over", "withdrawn", "orphaned", "again"
INVITATIONS = (OPEN, USED, OVER, WITHDRAWN, ORPHANED)


@cache
def canary(organization: str, subject: str, what: str) -> str:
    """A string that stands nowhere else and says whose it is."""
    name = f"{organization}-{subject}-{what}".lower()
    return f"kanari-{name}-{hashlib.sha256(name.encode()).hexdigest()[:4]}"


@dataclass(frozen=True)
class Principal:
    """Somebody who asks. `roles` are those of the live membership in `organization`, empty for one who has none.

    `state` is "live", "ended" (signed in, no live membership), "no factor" or "unknown" (nobody is signed in).
    """

    key: str
    says: str
    organization: str = ""
    roles: str = ""
    state: str = "live"
    person: str = ""  # the key of the person, where it is not the principal's

    @property
    def is_staff(self) -> bool:
        """Whether a live membership speaks, even where the person has yet to add a second factor."""
        return bool(self.organization) and self.state in {"live", "no factor"}

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(self.roles.split()) if self.state == "live" else frozenset()


def _everybody() -> Iterable[Principal]:
    yield Principal("ada", "attorney", "NLA", "attorney")
    yield Principal("ben", "paralegal, on no case", "NLA", "paralegal")
    yield Principal("nia", "administrator only", "NLA", "admin")
    yield Principal("tomas", "administrator and attorney, on no case", "NLA", "admin attorney")
    yield Principal("vic", "volunteer on one case, formerly on another", "NLA", "volunteer")
    yield Principal("sue", "suspended attorney whose session lives", "NLA", "attorney", "ended")
    yield Principal("ed", "attorney whose time ended before signing in", "NLA", "attorney", "ended")
    yield Principal("fay", "attorney whose time has not begun", "NLA", "attorney", "ended")
    yield Principal("rae", "attorney whose membership ended after signing in", "NLA", "attorney", "ended")
    yield Principal("ned", "attorney without a second factor", "NLA", "attorney", "no factor")
    yield Principal("ina", "attorney whose account was closed, the session lives", "NLA", "attorney", "unknown")
    yield Principal("cleo", "attorney of the clinic", "SC", "attorney")
    yield Principal("omar", "administrator of the clinic", "SC", "admin")
    yield Principal("hana", "volunteer of the hotline, on one case", "RRH", "volunteer")
    yield Principal("june_rrh", "administrator and paralegal of the hotline", "RRH", "admin paralegal", person="june")
    yield Principal("june_nla", "the same person, acting at North Legal Aid", "NLA", "paralegal", person="june")
    yield Principal("mia", "attorney of the hotline, formerly of the clinic", "RRH", "attorney")
    yield Principal("zoe", "attorney of an organization that was closed", "CO", "attorney", "ended")
    yield Principal("anonymous", "nobody", state="unknown")
    yield Principal("rosa", "a mother with a link about one case", state="unknown")


PRINCIPALS = {one.key: one for one in _everybody()}
CAST = {
    "ada": "ada@north.example", "ben": "ben@north.example", "nia": "nia@north.example", "tomas": "tomas@north.example",
    "vic": "vic@north.example", "cleo": "cleo@south.example", "omar": "omar@south.example",
    "hana": "hana@hotline.example", "june": "june@hotline.example",
}  # fmt: skip
# Members who ask nothing. A share of the clinic's ended with mia's time there; sue, mia_sc and old have no access now.
OTHERS = [
    ("SC", "mia_sc", "mia", "attorney"), ("SC", "sid", "sid", "volunteer"), ("RRH", "old", "old", "paralegal"),
    ("EP", "eve", "eve", "attorney"),
]  # fmt: skip
PLACES = [  # organization, key of the membership there, key of the person, roles
    *((one.organization, one.key, one.person or one.key, one.roles) for one in _everybody() if one.organization),
    *OTHERS,
]
HOME = {person: home for home, _, person, _ in reversed(PLACES)} | {"june": "RRH", "mia": "RRH"}
FORMER = {"NLA": "sue", "SC": "mia_sc", "RRH": "old"}
# Who wrote the notes and gave the grants there: membership and person.
GIVER = {"NLA": "ada", "SC": "cleo", "RRH": "june_rrh", "CO": "zoe"}
# Case: organization, who is on it, whether it is restricted.
CASES: dict[str, tuple[str, dict[str, str], bool]] = {
    "plain": ("NLA", {"ada": "lead", "sue": "co_counsel", "rae": "co_counsel"}, False),
    "restricted": (
        "NLA",
        {"ada": "lead"} | dict.fromkeys(("sue", "ed", "fay", "rae", "ned", "ina"), "co_counsel"),
        True,
    ),
    "taken": ("NLA", {"vic": "volunteer"}, False),
    "viewing": ("NLA", {}, False),
    "changing": ("NLA", {}, False),
    "sharing": ("NLA", {"ada": "lead"}, False),
    "counsel": ("NLA", {"ada": "lead"}, False),
    "clinic": ("NLA", {}, False),
    "hushed": ("NLA", {"ada": "lead"}, True),
    "revoked": ("NLA", {}, False),
    "expired": ("NLA", {}, False),
    "lapsed": ("NLA", {}, False),
    "to_hotline": ("NLA", {}, False),
    "south": ("SC", {"cleo": "lead"}, False),
    "from_south": ("SC", {"cleo": "lead"}, False),
    "hotline": ("RRH", {"hana": "volunteer"}, False),
    "junes": ("RRH", {"june_rrh": "paralegal"}, False),
    "closed": ("CO", {"zoe": "lead"}, False),
}


@dataclass(frozen=True)
class Grant:
    """Given to a person, or to all counsel of an organization; it ends in so many days, or ended."""

    person: str
    organization: str
    level: str
    counsel_tier: bool = False
    days: int = 30


GRANTS = {
    "viewing": Grant("cleo", "SC", "view"),
    "changing": Grant("cleo", "SC", "change"),
    "sharing": Grant("cleo", "SC", "share"),
    "counsel": Grant("cleo", "SC", "view", counsel_tier=True),
    "clinic": Grant("", "SC", "view"),
    "hushed": Grant("cleo", "SC", "view"),
    "expired": Grant("cleo", "SC", "share", counsel_tier=True, days=-1),
    "lapsed": Grant("mia", "SC", "share", counsel_tier=True),  # who is no longer there
    "to_hotline": Grant("", "RRH", "change"),
    "from_south": Grant("ben", "NLA", "change"),
    "closed": Grant("cleo", "SC", "share", counsel_tier=True),  # its organization was closed
}  # of "revoked" there is no row any more
# Spreadsheets that were brought: organization, by whom, how far they are.
IMPORTS = {"drafted": ("NLA", "ada", "draft"), "imported": ("NLA", "ada", "done"), "souths": ("SC", "cleo", "draft")}
# Forms that were made for a visit: organization, by whom, for which case.
BATCHES = {"visit": ("NLA", "ada", "plain"), "round": ("SC", "cleo", "south")}
OF_ROSA = "plain"  # the case that a mother reads about
OFFERED = "offered"  # somebody whom East Partners offer to the clinic
# Open requests to take a second factor off, by organization: whose, asked by whom.
RESETS = {"NLA": ("vic", "tomas"), "SC": ("cleo", "omar"), "RRH": ("hana", "june_rrh")}
# Purges that wait for a second person, by organization: who proposed them.
PURGES = {"NLA": "tomas", "SC": "omar", "RRH": "june_rrh"}


@dataclass
class World:
    """Everything planted, by its short name."""

    users: dict[str, User] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    adverses: dict[str, AdverseParty] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    documents: dict[str, File] = field(default_factory=dict)  # by case: the file of its intake document
    notes: dict[str, Note] = field(default_factory=dict)  # by case: its intake note
    tasks: dict[str, Task] = field(default_factory=dict)  # by case: its intake task
    appearances: dict[str, Appearance] = field(default_factory=dict)
    duty_hours: dict[str, DutyHour] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    reports: dict[str, ErrorReport] = field(default_factory=dict)
    resets: dict[str, FactorReset] = field(default_factory=dict)
    purges: dict[str, Purge] = field(default_factory=dict)
    passkeys: dict[str, Authenticator] = field(default_factory=dict)
    stays: dict[str, Stay] = field(default_factory=dict)
    hearings: dict[str, Hearing] = field(default_factory=dict)  # that began yesterday, and nobody has closed
    proceedings: dict[str, Proceeding] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    bonds: dict[str, Bond] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)  # whose rule is contested
    closed_days: dict[str, ClosedDay] = field(default_factory=dict)
    stints: dict[str, Stint] = field(default_factory=dict)  # the first place of each stay, before a gap
    imports: dict[str, Import] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    calls: dict[str, CallLog] = field(default_factory=dict)  # about no case, to be taken
    incidents: dict[str, Incident] = field(default_factory=dict)
    other_incidents: dict[str, Incident] = field(default_factory=dict)  # of which no case tells
    links: dict[str, IncidentLink] = field(default_factory=dict)  # by case
    referrals: dict[str, Referral] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    families: dict[str, FamilyLink] = field(default_factory=dict)
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)

    def client(self, principal: str, *, strict: bool = False) -> Client:
        """The principal's browser, as it was after signing in; `strict` about tokens in forms."""
        client = Client(raise_request_exception=False, enforce_csrf_checks=strict)
        if principal in self.cookies:
            client.cookies = SimpleCookie(self.cookies[principal].output(header="", sep=";"))
        return client


def token(name: str) -> str:
    """What stands in the mail of the invitation with this name."""
    return hashlib.sha256(f"token of {name}".encode()).hexdigest()[:43]
