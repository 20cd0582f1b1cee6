"""What the attempts find in the database, and who makes them.

Every row has a name: `south_own` is a case, `south_own_person` its person, `south_own_note2` its note of tier 2. In
statements they are written %(south_own)s.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

MEMBERS = {  # of the cast that demo and tests share: the user, the organization
    "ada": ("attorney", "north"), "ben": ("paralegal", "north"), "nia": ("admin", "north"),
    "tomas": ("second_admin", "north"), "vic": ("volunteer", "north"), "cleo": ("clinic", "south"),
    "omar": ("clinic_admin", "south"), "hana": ("hotline", "hotline"), "june": ("both", "hotline"),
    "june_north": ("both", "north"),
}  # fmt: skip
# What every case has besides what an attempt is about, as a row of the simplest one.
PLAIN: dict[str, Any] = {
    "stage_reason": "", "scope": "", "priority": 0, "facility_key": "", "place": "", "place_kind": "", "custody": "",
    "next_hearing_zone": "", "version": 1,
}  # fmt: skip
PLAIN_COLUMNS = ", ".join(["stage_since", *PLAIN])
PLAIN_VALUES = ", ".join(["now()", *(repr(value) for value in PLAIN.values())])
PLANTED: dict[str, tuple[str, str, dict[str, Any]]] = {  # name: organization, role, what ails the membership
    "sue": ("north", "attorney", {"suspended_at": "now"}),
    "ed": ("north", "attorney", {"ends_at": "past"}),
    "fay": ("north", "attorney", {"starts_at": "soon"}),
    "ian": ("north", "attorney", {"is_active": False}),
    "ruth": ("hotline", "attorney", {}),
    "cora": ("over", "attorney", {}),
}
NO_LONGER = ("sue", "ed", "fay", "ian", "cora")
ORGANIZATIONS = {"north": "NLA", "south": "SC", "hotline": "RRH"}
CASES: dict[str, tuple[str, dict[str, Any]]] = {  # name: organization, columns
    "north_own": ("north", {}),
    "north_free": ("north", {"stage": "enquiry"}),
    "north_closed": ("north", {"restricted": True}),
    "north_left": ("north", {"restricted": True}),
    "north_intake": ("north", {"stage": "screening"}),
    "south_own": ("south", {}),
    "south_closed": ("south", {"restricted": True}),
    "south_viewed": ("south", {}),
    "south_changed": ("south", {}),
    "south_shared": ("south", {}),
    "south_expired": ("south", {}),
    "south_misled": ("south", {}),
    "hotline_own": ("hotline", {}),
    "hotline_free": ("hotline", {}),
    "over_shared": ("over", {}),
}
OPENERS = {"north": "ada", "south": "cleo", "hotline": "ruth", "over": "cora"}
ASSIGNED = {  # name: case, member, role, ends
    "ada_on_own": ("north_own", "ada", "lead", None),
    "ada_on_closed": ("north_closed", "ada", "lead", None),
    "tomas_on_left": ("north_left", "tomas", "lead", None),
    "ben_left": ("north_left", "ben", "paralegal", "past"),
    "vic_on_intake": ("north_intake", "vic", "volunteer", None),
    "vic_left": ("north_own", "vic", "volunteer", "past"),
    "nia_on_own": ("north_own", "nia", "paralegal", None),
    "sue_on_own": ("north_own", "sue", "co_counsel", None),
    "cleo_on_own": ("south_own", "cleo", "lead", None),
    "cleo_on_closed": ("south_closed", "cleo", "lead", None),
    "cleo_on_viewed": ("south_viewed", "cleo", "lead", None),
    "cleo_on_shared": ("south_shared", "cleo", "lead", None),
    "ruth_on_own": ("hotline_own", "ruth", "lead", None),
    "cora_on_shared": ("over_shared", "cora", "lead", None),
}
GRANTS = [  # case, receiver (a member, or an organization's group), level, expiry, counsel tier
    ("south_viewed", "ada", "view", "month", False),
    ("south_changed", "north", "change", "month", True),
    ("south_shared", "ada", "share", "month", False),
    ("south_shared", "north", "view", "long", True),
    ("south_expired", "ada", "share", "past", True),
    ("south_misled", "vic", "share", "month", True),
    ("south_misled", "nia", "share", "month", True),
    ("south_misled", "june", "share", "month", True),
    ("over_shared", "ada", "share", "month", True),
]
# A person's facts that stand in clear, and as little as one can write there.
FACTS = "a_number_missing, country_of_birth, nationalities, other_languages, reads_languages, gender"
NO_FACTS = "'', '', '{}', '{}', '{}', ''"
LEVELS = {"view": ["view"], "change": ["view", "change"], "share": ["view", "change", "share"]}
TIMES = {
    "now": "0", "past": "-2 days", "within": "55 minutes", "soon": "2 days", "month": "30 days", "long": "300 days",
    "began": "-90 days",
}  # fmt: skip
DUTIES = ("door", "outbox", "sweep", "letters", "operator", "housekeeping", "queue", "worker",
    "feed", "reminders", "hand_over", "portal", "purge")  # fmt: skip

# Relatives with a link, and the case that it is about.
FAMILIES = {"rosa": "north_own", "luz": "south_own", "former": "north_free"}


@dataclass(frozen=True)
class Ground:
    """The planted database: how to reach it, and the names of its rows."""

    app: str = field(repr=False)
    admin: str = field(repr=False)
    migrate: str = field(repr=False)
    names: dict[str, Any] = field(repr=False)

    def name(self, value: Any) -> str:
        """The name of a row's id."""
        return next((name for name, one in self.names.items() if one == value), str(value))

    def token_of(self, who: str) -> tuple[str, Any, Any]:
        """Kind, subject and user of the token that speaks for somebody."""
        if who == "nobody":
            return "nobody", None, None
        if who in FAMILIES:
            return "family", self.names[f"{who}_link"], self.names[FAMILIES[who]]
        if who in DUTIES:
            return "duty", who, None
        if who.endswith("_signed_in"):
            return "user", None, self.names[f"{who.removesuffix('_signed_in')}_user"]
        kind, who = ("feed", who.removesuffix("_feed")) if who.endswith("_feed") else ("staff", who)
        return kind, self.names[who], self.names[f"{who}_user"]


def plant(owner: psycopg.Connection, keys: dict[str, str]) -> dict[str, Any]:
    """Writes the ground as the tables' owner, in one transaction; `keys` maps the cast to addresses. The names."""
    names: dict[str, Any] = {"canary": b"CANARY", "number": b"CANARY number"}
    with owner.transaction(), owner.cursor() as cursor:
        times = {name: cursor.execute("SELECT now() + %s::interval", [at]).fetchone() for name, at in TIMES.items()}
        names |= {name: row[0] for name, row in times.items() if row}
        planting = _Planting(cursor, names)
        planting.permissions()
        planting.people(keys)
        planting.cases()
        planting.grants()
        planting.others()
        planting.calendars()
        planting.conflicts()
        planting.families()
        planting.retention()
    return names


class _Planting:
    def __init__(self, cursor: psycopg.Cursor, names: dict[str, Any]) -> None:
        self.cursor, self.names = cursor, names

    def insert(self, table: str, called: str = "", /, **values: Any) -> None:
        if called:
            values["id"] = self.names[called] = uuid.uuid5(uuid.NAMESPACE_OID, called)
        columns, marks = map(sql.Identifier, values), [sql.Placeholder()] * len(values)
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table), sql.SQL(", ").join(columns), sql.SQL(", ").join(marks)
        )
        self.cursor.execute(statement, list(values.values()))

    def found(self, query: str, *values: Any) -> Any:
        row = self.cursor.execute(query, values).fetchone()
        return row[0] if row else None

    def permissions(self) -> None:
        for level in (*LEVELS["share"], "delete"):
            query = "SELECT id FROM auth_permission WHERE codename = %s"
            self.names[f"{level}_case"] = self.found(query, f"{level}_case")
        self.names["foreign_permission"] = self.found("SELECT id FROM auth_permission WHERE codename = 'change_group'")

    def people(self, keys: dict[str, str]) -> None:
        names = self.names
        for name, short in ORGANIZATIONS.items():
            row = self.cursor.execute("SELECT id, group_id FROM access_organization WHERE short_name = %s", [short])
            names[name], names[f"{name}_group"] = row.fetchone() or (None, None)
        names["over_group"] = self.found("INSERT INTO auth_group (name) VALUES ('over') RETURNING id")
        self.insert(
            "access_organization", "over", name="Closed Aid", short_name="OVER", kind="clinic", time_zone="UTC",
            phone="", hours="{}", languages=[], facilities=[], offers_waiting=0, visibility="organization",
            retention_years=7, group_id=names["over_group"], created_at=names["began"], closed_at=names["past"],
        )  # fmt: skip
        for name, (key, organization) in MEMBERS.items():
            query = "SELECT m.id, u.id FROM access_membership m JOIN access_user u ON u.id = m.user_id"
            row = self.cursor.execute(
                f"{query} WHERE u.email = %s AND m.organization_id = %s", [keys[key], names[organization]]
            )
            names[name], names[f"{name}_user"] = row.fetchone() or (None, None)
            self.cursor.execute(
                "UPDATE access_membership SET starts_at = %s WHERE id = %s", [names["began"], names[name]]
            )
        for name, (organization, role, ails) in PLANTED.items():
            active = ails.get("is_active", True)
            self.insert(
                "access_user", f"{name}_user", email=f"{name}@planted.example", name=name.title(), language="en",
                time_zone="UTC", is_active=active, joined_at=names["began"], password=f"hash of {name}",
            )  # fmt: skip
            times = {column: names[at] for column, at in ails.items() if column != "is_active"}
            self.insert(
                "access_membership", name, user_id=names[f"{name}_user"], organization_id=names[organization],
                roles=[role], title="", bar_number="", bar_jurisdiction="", accreditation="",
                **{"starts_at": names["began"], **times},
            )  # fmt: skip

    def cases(self) -> None:
        names = self.names
        for organization in OPENERS:
            self.insert(
                "vault_organizationkey", f"{organization}_key", organization_id=names[organization],
                wrapped=b"CANARY key", wrapped_index=b"CANARY index", made_at=names["began"],
            )  # fmt: skip
        for name, (organization, columns) in CASES.items():
            own = {"organization_id": names[organization], "opened_by_id": names[OPENERS[organization]]}
            self.insert(
                "people_person", f"{name}_person", given_names=b"CANARY " + name.encode(), language="es",
                no_contact=False, created_at=names["began"], version=1, a_number_missing="", country_of_birth="",
                nationalities=[], other_languages=[], reads_languages=[], gender="",
                a_number_index=names["number"] if name == "north_closed" else None, **own,
            )  # fmt: skip
            self.around(name, names[organization], names[f"{name}_person"], names[OPENERS[organization]])
            self.insert(
                "vault_filekey", f"{name}_key", organization_id=names[organization], file_id=names[f"{name}_person"],
                organization_key_id=names[f"{organization}_key"], wrapped=b"CANARY key", made_at=names["began"],
            )  # fmt: skip
            values = {"stage": "active", "restricted": False, "reference": "" if "stage" in columns else name} | columns
            self.insert(
                "cases_case", name, person_id=names[f"{name}_person"], matters=[], opened_at=names["began"],
                stage_since=names["began"], **PLAIN, **values, **own,
            )  # fmt: skip
            self.held(name, names[organization], names[OPENERS[organization]])
            self.heard(name, names[organization], names[OPENERS[organization]])
            for tier in (1, 2, 3):
                self.insert(
                    "cases_note", f"{name}_note{tier}", organization_id=names[organization], case_id=names[name],
                    version=1, tier=tier, kind="memo", text=b"CANARY " + name.encode(),
                    written_at=names["began"], author_id=names[OPENERS[organization]], author_name="Author",
                )  # fmt: skip
                self.insert(
                    "intake_answer", f"{name}_answer{tier}", organization_id=names[organization], case_id=names[name],
                    tier=tier, key=f"of_tier_{tier}", number=1, seen=0, state="given", source="screen", set_version=1,
                    content=b"CANARY " + name.encode(), answered_at=names["began"],
                    answered_by_id=names[OPENERS[organization]], answered_by_name="Author",
                )  # fmt: skip
        names["all"] = [names[name] for name in CASES]
        self.insert("procrastinate_jobs", queue_name="default", task_name="planted")
        for name, (case, member, role, ends) in ASSIGNED.items():
            organization = CASES[case][0]
            self.insert(
                "cases_assignment", name, organization_id=names[organization], case_id=names[case],
                membership_id=names[member], role=role, starts_at=names["began"],
                ends_at=names[ends] if ends else None, made_by_id=names[OPENERS[organization]],
            )  # fmt: skip

    def around(self, name: str, organization: Any, person: Any, opener: Any) -> None:
        """Who is around a person, what makes them vulnerable, and what they agreed to."""
        own = {"organization_id": organization, "person_id": person}
        party = own | {
            "name": b"CANARY " + name.encode(), "added_by_id": opener, "added_at": self.names["began"], "version": 1,
        }  # fmt: skip
        self.insert(
            "people_contact", f"{name}_contact", kind="family", language="", position=1, must_not_know=False, **party
        )
        for tier, flag in ((2, "elderly"), (3, "trafficking")):
            self.insert("people_adverseparty", f"{name}_adverse{tier}", tier=tier, kind="other", **party)
            self.insert(
                "people_vulnerability", f"{name}_flag{tier}", tier=tier, flag=flag, set_by_id=opener,
                set_at=self.names["began"], **own,
            )  # fmt: skip
        self.insert(
            "people_consent", f"{name}_consent", contact_id=self.names[f"{name}_contact"],
            subjects=["custody", "documents"] if name == "south_own" else ["custody"],
            purpose=b"CANARY " + name.encode(), how="phone", language="", given_at=self.names["began"],
            provisional=False, recorded_by_id=opener, recorded_by_name="Recorder", recorded_at=self.names["began"],
            **own,
        )  # fmt: skip

    def held(self, name: str, organization: Any, opener: Any) -> None:
        """Where the person is held, that somebody looked, and the court on file. A look-up is due."""
        names = self.names
        own = {"organization_id": organization, "person_id": names[f"{name}_person"]}
        day = {"withdrawn": False, "version": 1}
        self.insert(
            "custody_stay", f"{name}_stay", began_at=names["began"], began_precision="day", ended_precision="day",
            reason="", confirmed_at=names["began"], next_check_at=names["past"], **own, **day,
        )  # fmt: skip
        self.insert(
            "custody_stint", f"{name}_stint", stay_id=names[f"{name}_stay"], kind="elsewhere",
            place=b"CANARY " + name.encode(), time_zone="UTC", starts_at=names["began"], starts_precision="day",
            ends_precision="day", source="family", confirmed_at=names["began"], confirmed_by_name="Recorder",
            recorded_by_id=opener, recorded_at=names["began"], **own, **day,
        )  # fmt: skip
        self.insert(
            "custody_locatorcheck", f"{name}_check", stay_id=names[f"{name}_stay"], method="phone",
            outcome="not_found", note=b"CANARY " + name.encode(), checked_at=names["began"], checked_by_id=opener,
            checked_by_name="Recorder", **own,
        )  # fmt: skip
        self.insert(
            "custody_courtonfile", f"{name}_court", organization_id=organization, case_id=names[name],
            court_id="adelanto", since="2026-10-01", order=b"CANARY " + name.encode(), set_by_id=opener,
            set_by_name="Recorder", set_at=names["began"], version=1,
        )  # fmt: skip

    def heard(self, name: str, organization: Any, opener: Any) -> None:
        """A proceeding with a hearing ahead, and on the second tier a charge, a decision and a request for bond."""
        names, secret = self.names, b"CANARY " + name.encode()
        own = {
            "organization_id": organization, "case_id": names[name], "recorded_by_id": opener, "withdrawn": False,
            "recorded_at": names["began"], "version": 1,
        }  # fmt: skip
        self.insert(
            "docket_proceeding", f"{name}_proceeding", kind="removal", court_id="adelanto", forum="", judge="",
            docket_number=secret, **own,
        )  # fmt: skip
        within = own | {"proceeding_id": names[f"{name}_proceeding"]}
        self.insert(
            "docket_hearing", f"{name}_hearing", kind="master", medium="V", court_id="adelanto", forum="", judge="",
            place=secret, on="2099-01-05", at="09:00", is_later=False, time_zone="America/Los_Angeles",
            starts_at="2099-01-05T17:00Z", minutes=60, interpreter="", state="scheduled", outcome="", **within,
        )  # fmt: skip
        charge = self.found("SELECT key FROM directory_code WHERE list = 'charges' ORDER BY key LIMIT 1")
        self.insert("docket_charge", f"{name}_charge", tier=2, code_id=charge, state="pending", **within)
        self.insert(
            "docket_decision", f"{name}_decision", tier=2, summary=secret, decided_on="2026-10-01", how="oral",
            our_appeal="", their_appeal="", **within,
        )  # fmt: skip
        self.insert(
            "docket_bond", f"{name}_bond", tier=2, theory="", request="BB", result="", conditions=secret, how="",
            our_appeal="", their_appeal="", end="", **within,
        )  # fmt: skip
        self.insert(
            "docket_deadline", f"{name}_deadline", tier=2, rule_version_id="pfr_30|1", title=secret, event="",
            trigger_on="2026-10-01", time_zone="UTC", answers="{}", stops="[]", basis="rule", edge="latest",
            due_on="2026-11-02", keep_on="2026-11-02", steps="[]", warnings="[]", readings="[]", paper=secret,
            reason=secret, state="open", ended_by_name="", confirmed_by_name="", touched_at=names["began"], **own,
        )  # fmt: skip

    def grants(self) -> None:
        names = self.names
        for case, receiver, level, expiry, counsel in GRANTS:
            organization = CASES[case][0]
            if receiver in ORGANIZATIONS:
                table, to, column, who = "group", receiver, "group_id", names[f"{receiver}_group"]
            else:
                places = {**MEMBERS, **PLANTED}
                at = places[receiver][1 if receiver in MEMBERS else 0]
                table, to, column, who = "user", str(at), "user_id", names[f"{receiver}_user"]
            for one in LEVELS[level]:
                self.insert(
                    f"cases_case{table}objectpermission", content_object_id=names[case],
                    organization_id=names[organization], to_organization_id=names[to],
                    permission_id=names[f"{one}_case"], granted_by_id=names[OPENERS[organization]],
                    granted_by_name="Giver", counsel_tier=counsel, created_at=names["began"],
                    expires_at=names[expiry], **{column: who},
                )  # fmt: skip

    def others(self) -> None:
        names = self.names
        for name, who in (
            ("ada_browser", "ada"),
            ("ben_browser", "ben"),
            ("cleo_browser", "cleo"),
            ("old_browser", "ed"),
        ):
            names[name] = f"{name:x<40}"
            self.insert(
                "access_session", session_key=names[name], session_data="CANARY", user_agent="Firefox",
                expire_date=names["past" if who == "ed" else "soon"], user_id=names[f"{who}_user"],
                created_at=names["began"], seen_at=names["past"],
            )  # fmt: skip
        for name, organization, by in (("north_invitation", "north", "nia"), ("south_invitation", "south", "omar")):
            names[f"{name}_hash"] = f"{name:x<64}"
            self.insert(
                "access_invitation", name, organization_id=names[organization], email=f"{name}@planted.example",
                roles=["attorney"], token_hash=names[f"{name}_hash"], invited_by_id=names[by],
                created_at=names["now"], expires_at=names["soon"],
            )  # fmt: skip
        for name, organization, of, by in (
            ("north_reset", "north", "ben", "nia"),
            ("south_reset", "south", "cleo", "omar"),
        ):
            self.insert(
                "access_factorreset", name, organization_id=names[organization], membership_id=names[of],
                asked_by_id=names[by], asked_at=names["past"], due_at=names["past"],
            )  # fmt: skip
        for name in ("north", "south"):
            self.line(f"{name}_line", name, "organization", verb="organization.viewed", object_id=names[name])
            self.insert(
                "access_dutyhour", f"{name}_duty", organization_id=names[name], membership_id=names[OPENERS[name]],
                weekday=1, starts="09:00", ends="17:00", phone="",
            )  # fmt: skip
            self.insert("cases_referencecounter", organization_id=names[name], year=2026, last=7)
        for case, (organization, _columns) in CASES.items():
            about = {"object_id": names[case], "file_id": names[f"{case}_person"], "detail": b"CANARY detail"}
            self.line(f"{case}_line0", organization, "organization", verb="person.viewed", **about)
            for tier in (1, 2, 3):
                self.line(f"{case}_line{tier}", organization, "assigned", case_id=names[case], tier=tier, **about)
        self.insert(
            "notifications_message", "letter", kind="test", channel="email", content=b"CANARY", state="queued",
            error="", created_at=names["now"],
        )  # fmt: skip

    def calendars(self) -> None:
        """A calendar address, what somebody chose, a reminder, and a hearing that somebody is asked to cover."""
        names = self.names
        for who, organization in (("ada", "north"), ("cleo", "south"), ("sue", "north")):
            own = {"organization_id": names[organization], "membership_id": names[who]}
            names[f"{who}_hash"] = f"{who:x<64}"
            self.insert(
                "docket_feed", f"{who}_address", level="busy", whole=False, token_hash=names[f"{who}_hash"],
                made_at=names["began"], fetches=0, told="", **own,
            )  # fmt: skip
            self.insert(
                "docket_reminderchoice", f"{who}_choice", minutes=[60], digest=True, changed_at=names["began"], **own
            )
            self.insert(
                "docket_reminder", f"{who}_reminder", kind="hearing", about=names[f"{organization}_own_hearing"],
                at="2099-01-05T17:00Z", channel="email", minutes=60, due_at="2099-01-05T16:00Z", state="planned",
                why="", by_sweep=False, planned_at=names["began"], **own,
            )  # fmt: skip
        for case, organization, by, of in (
            ("north_free", "north", "ada", "tomas"), ("south_own", "south", "cleo", "omar"),
            ("north_closed", "north", "ada", "tomas"),
        ):  # fmt: skip
            self.insert(
                "docket_coverage", f"{case}_coverage", organization_id=names[organization], case_id=names[case],
                hearing_id=names[f"{case}_hearing"], asked_of_id=names[of], recorded_by_id=names[by],
                note=b"CANARY " + case.encode(), asked_at=names["began"], state="asked",
            )  # fmt: skip

    def families(self) -> None:
        """Links of relatives with what they show, and a browser in which one is open. One link was ended."""
        names = self.names
        for who, case in FAMILIES.items():
            organization, _columns = CASES[case]
            maker = names[OPENERS[organization]]
            own = {"organization_id": names[organization], "case_id": names[case]}
            names[f"{who}_hash"], names[f"{who}_key"] = f"{who:x<64}", f"{who:y<64}"
            over = {"revoked_at": names["past"], "revoked_by_id": maker} if who == "former" else {}
            self.insert(
                "portal_familylink", f"{who}_link", contact_id=names[f"{case}_contact"],
                consent_id=names[f"{case}_consent"], language="es", token_hash=names[f"{who}_hash"],
                pin_hash="hash of a PIN", made_by_id=maker, made_by_name="Maker", made_at=names["began"],
                ends_at=names["month"], openings=0, **over, **own,
            )  # fmt: skip
            self.insert(
                "portal_publication", f"{who}_published", link_id=names[f"{who}_link"], content='{"lead": "CANARY"}',
                written_at=names["began"], **own,
            )  # fmt: skip
            self.insert(
                "documents_document", f"{who}_paper", kind="other_document", tier=2, name=b"CANARY", version=1,
                added_at=names["began"], withdrawn=False, **own,
            )  # fmt: skip
            self.insert(
                "portal_familytask", f"{who}_task", link_id=names[f"{who}_link"], code="letters", chosen_by_id=maker,
                chosen_at=names["began"], **own,
            )  # fmt: skip
            self.insert(
                "portal_familynotice", f"{who}_notice", link_id=names[f"{who}_link"], channel="email",
                address=b"CANARY", file=names[f"{case}_person"], from_hour=9, until_hour=20, chosen_by_id=maker,
                chosen_at=names["began"], stopped_how="", **own,
            )  # fmt: skip
            self.insert(
                "portal_familymessage", f"{who}_message", link_id=names[f"{who}_link"],
                notice_id=names[f"{who}_notice"], kind="news", about=names[f"{who}_link"], at=names["began"],
                minutes=0, due_at=names["month"], state="planned", why="", planned_at=names["began"], **own,
            )  # fmt: skip
            self.insert(
                "portal_familysession", f"{who}_session", link_id=names[f"{who}_link"], key_hash=names[f"{who}_key"],
                token_hash=names[f"{who}_hash"], began_at=names["now"], ends_at=names["within"],
            )  # fmt: skip

    def retention(self) -> None:
        """In two organizations a case marked to be kept, and a purge that somebody proposed and nobody agreed to."""
        names = self.names
        for home, opener, admin in (("north", "ada", "nia"), ("south", "cleo", "omar")):
            case, own = f"{home}_own", {"organization_id": names[home]}
            self.insert(
                "retention_keep", f"{case}_keep", case_id=names[case], tier=2, reason=b"CANARY " + case.encode(),
                made_by_id=names[opener], made_by_name="Author", made_at=names["began"], **own,
            )  # fmt: skip
            self.insert(
                "retention_purge", f"{home}_purge", years=7, cases=1, proposed_by_id=names[admin],
                proposed_at=names["past"], gone=0, held_back=0, **own,
            )  # fmt: skip
            self.insert(
                "retention_purgeitem", f"{home}_item", purge_id=names[f"{home}_purge"], case_ref=names[case],
                reference=case, stage="closed", closed_on="2018-01-01", held_back=False, **own,
            )  # fmt: skip
            self.insert(
                "retention_statistic", f"{home}_statistic", opened_year=2016, closed_year=2018, matters=["bond"],
                outcome="released", language="es", detained=True, months_detained=3, months_open=4, hearings=2, **own,
            )  # fmt: skip

    def conflicts(self) -> None:
        """In two cases a number was searched for that somebody has whom Ada alone sees; and who decided about it."""
        names = self.names
        for case in ("north_own", "north_free"):
            own = {"organization_id": names["north"], "case_id": names[case]}
            self.insert(
                "intake_conflictcheck", f"{case}_check", state="open", waits=False, ran_at=names["began"],
                ran_by_id=names["ada"], version=1, **own,
            )  # fmt: skip
            self.insert(
                "intake_searchedterm", f"{case}_term", tier=1, role="person", source=names[f"{case}_person"],
                said=b"CANARY " + case.encode(), words=0, tokens=[], bits=[], born=False, numbers=[names["number"]],
                phones=[], country="", digest=case, **own,
            )  # fmt: skip
            by = {"tier": 2, "outcome": "none", "reason": b"CANARY " + case.encode(), "made_at": names["began"]} | own
            for who, unseen in (("ada", False), ("ben", True), ("tomas", False)):
                self.insert(
                    "intake_conflictdecision", f"{case}_by_{who}", unseen=unseen, made_by_id=names[who], version=1, **by
                )
            self.insert(
                "intake_conflictdecision", f"{case}_taken_back", unseen=False, made_by_id=names["ada"], version=2,
                withdrawn_at=names["past"], withdrawn_by_id=names["ada"], **by,
            )  # fmt: skip
            self.insert(
                "intake_candidate", f"{case}_candidate", check_of_id=names[f"{case}_check"], tier=1, role="person",
                source=names[f"{case}_person"], whom_id=names["north_closed_person"], whom_role="person", whom_tier=1,
                target=names["north_closed_person"], score=90, evidence=["number_same"], ground="ground",
                found_at=names["began"], settled="", version=1, **own,
            )  # fmt: skip
        self.cursor.execute(
            "UPDATE intake_candidate SET decision_id = %(north_free_taken_back)s, settled = ground, version = 2"
            " WHERE id = %(north_free_candidate)s", names,
        )  # fmt: skip

    def line(self, called: str, organization: str, basis: str, **values: Any) -> None:
        """A line of the audit by whoever opens cases there."""
        names, who = self.names, OPENERS[organization]
        usual = {"verb": "case.viewed", "object_type": "cases.case", "tier": 1}
        self.insert(
            "audit_entry", called, at=names["past"], organization_id=names[organization], actor_kind="staff",
            actor_id=names[who], actor_organization_id=names[organization], roles=[], basis=basis, fields=[],
            user_id=names[f"{who}_user"], request_id="", object_ids=[], actor_name="", **(usual | values),
        )  # fmt: skip
