"""Every function that the application may call, called by everybody: it answers whoever may ask, and nobody else."""

from typing import Any

import pytest

from tests.walls.cast import DUTIES, NO_LONGER
from tests.walls.lines import Line

REFUSED, NOT_NOW, NOTHING, VOID = "42501", "23514", [None], [""]
CALLERS = (
    "ada", "ben", "nia", "tomas", "vic", "cleo", "omar", "june", "june_north", "hana", "ruth", *NO_LONGER,
    "ada_signed_in", "nobody", "silent", "rosa", *DUTIES,
)  # fmt: skip
STAFF = ("ada", "ben", "nia", "tomas", "vic", "cleo", "omar", "june", "june_north", "hana", "ruth")
COUNSEL = ("ada", "ben", "tomas", "cleo", "june", "june_north", "ruth")
NEW = "'00000000-0000-4000-8000-000000000003'"
CHANGE = "SELECT ctx.change_membership(%({})s, '{{{}}}', '', '', '', '', {}, now() - interval '1 day', {})"

# What finds, by a number, somebody whom Ada alone sees.
WORDS = "ctx.check_words(0, '{}', '{}', false, ARRAY[%(number)s], '')"
LINE = "SELECT ctx.line_agrees(%({0})s, %({0}_{1})s, %({0}_{1}_person)s, '{2}')"


def only(outcome: Any, *whos: str, **others: Any) -> dict[str, Any]:
    """`outcome` for these, and for others what stands there."""
    return dict.fromkeys(whos, outcome) | others


# call: the answer to everybody else, and who gets which answer
CALLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "SELECT (ctx.claim())[1]": (["staff"], {
        **only(["duty"], *DUTIES), "ada_signed_in": ["user"], "nobody": ["nobody"], "silent": NOTHING,
        "rosa": ["family"],
    }),
    "SELECT ctx.session_key()": (NOTHING, {"silent_in_ada_browser": [f"{'ada_browser':x<40}"]}),
    "SELECT ctx.last_visit(now())": (NOTHING, {}),
    "SELECT ctx.duty()": (NOTHING, {duty: [duty] for duty in DUTIES}),
    "SELECT ctx.user_id()": (NOTHING, {
        **{who: [f"{who}_user"] for who in (*STAFF, *NO_LONGER) if who not in ("ian", "june_north")},
        "june_north": ["june_user"], "ada_signed_in": ["ada_user"],
    }),
    "SELECT ctx.membership_id()": (NOTHING, {who: [who] for who in STAFF}),
    "SELECT ctx.organization_id()": (NOTHING, {
        **only(["north"], "ada", "ben", "nia", "tomas", "vic", "june_north"), **only(["south"], "cleo", "omar"),
        **only(["hotline"], "june", "hana", "ruth"),
    }),
    "SELECT ctx.organization_as('admin')": (NOTHING, {
        **only(["north"], "nia", "tomas"), "omar": ["south"], "june": ["hotline"],
    }),
    "SELECT ctx.organization_as('attorney')": (NOTHING, {"ada": ["north"], "tomas": ["north"], "cleo": ["south"],
        "ruth": ["hotline"]}),
    "SELECT ctx.organization_as(NULL)": (NOTHING, {}),
    "SELECT array_length(ctx.own_organizations(), 1)": (NOTHING, only([1], *STAFF, "ada_signed_in", june=[2],
        june_north=[2])),
    "SELECT count(*) FROM ctx.organizations()": ([0], only([3], *STAFF)),
    "SELECT count(*) FROM ctx.organizations() WHERE id = %(over)s": ([0], {}),
    "SELECT name FROM ctx.receiver(%(south)s, 'cleo@south.example')": ([], only(["Cleo Tran"], *COUNSEL)),
    "SELECT name FROM ctx.receiver(%(south)s, 'CLEO@South.Example')": ([], only(["Cleo Tran"], *COUNSEL)),
    "SELECT name FROM ctx.receiver(%(south)s, '%%')": ([], {}),
    "SELECT name FROM ctx.receiver(%(south)s, 'omar@south.example')": ([], {}),
    "SELECT name FROM ctx.receiver(%(north)s, 'cleo@south.example')": ([], {}),
    "SELECT name FROM ctx.receiver(%(north)s, 'sue@planted.example')": ([], {}),
    "SELECT name FROM ctx.receiver(%(over)s, 'cora@planted.example')": ([], {}),
    "SELECT ctx.is_receiver(%(south)s, %(cleo_user)s)": ([False], only([True], *COUNSEL)),
    "SELECT ctx.is_receiver(%(south)s, %(omar_user)s)": ([False], {}),
    "SELECT ctx.group_of(%(south)s) = %(south_group)s": (NOTHING, only([True], *STAFF)),
    "SELECT ctx.group_of(%(over)s)": (NOTHING, {}),
    CHANGE.format("ben", "paralegal,attorney", "NULL", "NULL"): (REFUSED, only(VOID, "nia", "tomas")),
    CHANGE.format("cleo", "attorney", "NULL", "NULL"): (REFUSED, {"omar": VOID}),
    CHANGE.format("ben", "paralegal", "%(cleo)s", "NULL"): (REFUSED, only("23503", "nia", "tomas")),
    CHANGE.format("ben", "", "NULL", "NULL"): (REFUSED, only(NOT_NOW, "nia", "tomas")),
    CHANGE.format("june", "admin", "NULL", "now()"): (REFUSED, {"june": NOT_NOW}),
    CHANGE.format("omar", "paralegal", "NULL", "NULL"): (REFUSED, {"omar": NOT_NOW}),
    "SELECT sessions FROM ctx.suspend(%(ben)s)": (REFUSED, only([1], "nia", "tomas", omar=NOT_NOW, june=NOT_NOW)),
    "SELECT sessions FROM ctx.suspend(%(omar)s)": (REFUSED, only(NOT_NOW, "nia", "tomas", "june", "omar")),
    "SELECT ctx.restore(%(sue)s)": (REFUSED, only(VOID, "nia", "tomas", omar=NOT_NOW, june=NOT_NOW)),
    "SELECT ctx.restore(%(ben)s)": (REFUSED, only(NOT_NOW, "nia", "tomas", "omar", "june")),
    "SELECT ctx.end_sessions(%(ben)s)": (REFUSED, only([1], "nia", "tomas", omar=[0], june=[0])),
    "SELECT ctx.end_sessions(%(ed)s)": (REFUSED, only([0], "nia", "tomas", "omar", "june")),
    "SELECT ctx.end_sessions(NULL)": (REFUSED, only([2], "nia", "tomas", omar=[1], june=[0], nia_in_ben_browser=[1])),
    f"SELECT ctx.invite({NEW}, 'new@planted.example', '{{paralegal}}', NULL, 'x')": (
        REFUSED, only(VOID, "nia", "tomas", "omar", "june"),
    ),
    f"SELECT ctx.invite({NEW}, 'ADA@north.example', '{{admin}}', NULL, 'x')": (
        REFUSED, only(NOT_NOW, "nia", "tomas", omar=VOID, june=VOID),
    ),
    f"SELECT ctx.invite({NEW}, 'x@planted.example', '{{}}', NULL, 'x')": (REFUSED, only(NOT_NOW, "nia", "tomas",
        "omar", "june")),
    "SELECT ctx.withdraw_invitation(%(north_invitation)s)": (REFUSED, only(VOID, "nia", "tomas", omar=NOT_NOW,
        june=NOT_NOW)),
    "SELECT id FROM ctx.invitation(%(north_invitation_hash)s)": ([], {"door": ["north_invitation"]}),
    "SELECT id FROM ctx.invitation('x')": ([], {}),
    "SELECT ctx.accept_invitation(%(north_invitation_hash)s, %(cleo_user)s)": (REFUSED, {"door": NOTHING}),
    "SELECT ctx.accept_invitation('x', %(sue_user)s)": (REFUSED, {"door": NOTHING}),
    f"SELECT ctx.ask_factor_reset({NEW}, %(ada)s) > now() + interval '23 hours'": (
        REFUSED, only([True], "nia", "tomas", omar=NOT_NOW, june=NOT_NOW),
    ),
    f"SELECT ctx.ask_factor_reset({NEW}, %(nia)s) IS NULL": (REFUSED, only(NOT_NOW, "nia", "omar", "june",
        tomas=[False])),
    f"SELECT ctx.ask_factor_reset({NEW}, %(sue)s)": (REFUSED, only(NOT_NOW, "nia", "tomas", "omar", "june")),
    "SELECT ctx.confirm_factor_reset(%(north_reset)s)": (
        REFUSED, {"nia": NOT_NOW, "tomas": [True], "omar": NOT_NOW, "june": NOT_NOW},
    ),
    "SELECT ctx.confirm_factor_reset(%(south_reset)s)": (REFUSED, only(NOT_NOW, "nia", "tomas", "omar", "june")),
    "SELECT ctx.cancel_factor_reset(%(north_reset)s)": (NOT_NOW, only(VOID, "nia", "tomas", "ben")),
    "SELECT id FROM ctx.do_factor_resets() ORDER BY organization_id = %(south)s": (
        REFUSED, {"housekeeping": ["north_reset", "south_reset"]},
    ),
    f"SELECT ctx.found_organization({NEW}, 'X', 'X', 'clinic', 'UTC', {NEW}, 'x@planted.example', 'x')": (
        REFUSED, {"operator": VOID},
    ),
    f"SELECT ctx.invite_first(%(south)s, {NEW}, 'x@planted.example', 'x')": (REFUSED, {"operator": NOT_NOW}),
    f"SELECT ctx.invite_first({NEW}, {NEW}, 'x@planted.example', 'x')": (REFUSED, {"operator": NOT_NOW}),
    "SELECT ctx.end_all_sessions(%(north)s)": (REFUSED, {"operator": [3]}),
    "SELECT ctx.decides_on_purges()": (NOTHING, {
        **only(["north"], "ada", "nia", "tomas"), **only(["south"], "cleo", "omar"),
        **only(["hotline"], "june", "ruth"),
    }),
    # What is past its time at all is for tests/retention.
    "SELECT reference FROM ctx.kept_cases()": ([], {}),
    f"SELECT ctx.propose_purge({NEW})": (REFUSED, only(NOT_NOW, "nia", "tomas", "omar", "june")),
    "SELECT ctx.agree_to_purge(%(north_purge)s) > now() + interval '23 hours'": (
        REFUSED, only(NOT_NOW, "nia", "cleo", "omar", "june", "ruth", ada=[True], tomas=[True]),
    ),
    "SELECT ctx.withdraw_purge(%(north_purge)s)": (
        REFUSED, only(VOID, "ada", "nia", "tomas", **only(NOT_NOW, "cleo", "omar", "june", "ruth")),
    ),
    "SELECT became FROM ctx.purge_next()": (REFUSED, {"purge": []}),
    "SELECT place, whom FROM ctx.purge_readers(%(north_purge)s) ORDER BY place": (
        [], {"letters": [("lead", "ada"), ("other", "tomas"), ("two", "nia")]},
    ),
    "SELECT ctx.close_organization(%(south)s)": (REFUSED, {"operator": [1]}),
    "SELECT ctx.close_organization(%(over)s)": (REFUSED, {"operator": NOT_NOW}),
    "SELECT ctx.end_shares(%(south)s)": (REFUSED, {"operator": VOID}),
    "SELECT ctx.end_places(%(vic)s)": (REFUSED, {"door": VOID}),
    "SELECT unnest(ctx.wide())": ([], only(["north"], "ada", "ben", "tomas", "june_north", cleo=["south"])),
    "SELECT unnest(ctx.drafts())": ([], {"vic": ["north_intake"]}),
    "SELECT count(DISTINCT one) FROM unnest(ctx.mine()) one": ([0], {
        "ada": [2], "tomas": [1], "vic": [1], "cleo": [4], "ruth": [1],
    }),
    "SELECT count(DISTINCT one) FROM unnest(ctx.granted()) one": ([0], {"ada": [3], **only([2], "ben", "tomas",
        "june_north"), "june": [1]}),
    "SELECT count(DISTINCT one) FROM unnest(ctx.counsel()) one": ([0], only([2], "ada", "ben", "tomas", "june_north",
        june=[1])),
    "SELECT count(DISTINCT one) FROM unnest(ctx.changeable()) one": ([0], only([1], "ben", "tomas", "june_north",
        "june", ada=[2])),
    "SELECT count(DISTINCT one) FROM unnest(ctx.counsel_changeable()) one": ([0], only([1], "ada", "ben", "tomas",
        "june_north", "june")),
    "SELECT unnest(ctx.sharers())": ([], only(["south"], "ada", "ben", "tomas", "june_north", "june")),
    "SELECT count(DISTINCT one) FROM unnest(ctx.closed()) one": ([0], only([2], "ben", "june_north", ada=[1],
        tomas=[1])),
    "SELECT count(DISTINCT one) FROM unnest(ctx.closed_people()) one": ([0], only([2], "ben", "june_north", ada=[1],
        tomas=[1])),
    "SELECT ctx.has_open_case(%(north_own_person)s)": ([False], only([True], "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.has_open_case(%(north_closed_person)s)": ([False], {}),
    "SELECT count(DISTINCT one) FROM unnest(ctx.people()) one": ([0], {
        "ada": [5], "ben": [2], "june_north": [2], "tomas": [3], "vic": [1], "cleo": [4], "june": [1], "ruth": [1],
    }),
    "SELECT count(DISTINCT one) FROM unnest(ctx.people_to_change()) one": ([0], {
        "ada": [2], "tomas": [1], "vic": [1], "cleo": [4], "ruth": [1],
    }),
    "SELECT count(DISTINCT one) FROM unnest(ctx.granted_people()) one": ([0], {"ada": [3], **only([2], "ben", "tomas",
        "june_north"), "june": [1]}),
    "SELECT count(DISTINCT one) FROM unnest(ctx.counsel_people()) one": ([0], only([2], "ada", "ben", "tomas",
        "june_north", june=[1])),
    "SELECT ctx.person_tier(%(north_own_person)s)": ([0], {"ada": [3], **only([2], "ben", "tomas", "june_north")}),
    "SELECT ctx.person_tier(%(north_closed_person)s)": ([0], {"ada": [3]}),
    "SELECT ctx.person_tier(%(north_intake_person)s)": ([0], only([2], "ada", "ben", "tomas", "june_north", vic=[1])),
    "SELECT ctx.person_tier(%(south_shared_person)s)": ([0], {"cleo": [3]}),
    "SELECT ctx.sees_whole(%(north_own_person)s, true)": ([False], only([True], "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.sees_whole(%(north_intake_person)s, true)": ([False], only([True], "ada", "ben", "tomas",
        "june_north")),
    "SELECT ctx.sees_whole(%(north_closed_person)s, true)": ([False], {}),
    "SELECT ctx.sees_whole(%(north_closed_person)s, false)": ([False], {"ada": [True]}),
    "SELECT ctx.sees_whole(%(south_shared_person)s, true)": ([False], {"cleo": [True]}),
    f"SELECT ctx.sees_whole({NEW}, true)": ([False], {}),
    "SELECT ctx.has_merged(%(north_own_person)s)": ([False], {}),
    "SELECT ctx.glance(%(north_own)s, '{}')": (REFUSED, only(VOID, "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.glance(%(north_closed)s, '{}')": (REFUSED, only(VOID, "ada")),
    "SELECT ctx.glance(%(south_changed)s, '{}')": (REFUSED, only(VOID, "cleo")),
    "SELECT count(*) FROM ctx.check_cards()": ([0], only([3], "ben", "june_north", "vic", ada=[4], tomas=[4],
        cleo=[7], hana=[2], ruth=[1])),
    "SELECT ctx.take_check(%(north_intake_stay)s) = %(north_intake)s": (NOTHING, only([True], "ada", "ben", "tomas",
        "june_north", "vic")),
    "SELECT ctx.take_check(%(north_closed_stay)s) = %(north_closed)s": (NOTHING, {"ada": [True]}),
    "SELECT ctx.take_check(%(north_free_stay)s) = %(north_free)s": (NOTHING, only([True], "ada", "ben", "tomas",
        "june_north", "vic")),
    "SELECT ctx.take_check(%(south_shared_stay)s) = %(south_shared)s": (NOTHING, {"cleo": [True]}),
    "SELECT ctx.take_check(%(hotline_free_stay)s) = %(hotline_free)s": (NOTHING, {"hana": [True]}),
    "SELECT ctx.end_check(%(north_own_stay)s)": (VOID, {}),
    "SELECT count(*) FROM ctx.call_cards()": ([0], only([1], "ada", "ben", "tomas", "june_north", "vic")),
    "SELECT ctx.take_call(%(north_free)s) = %(north_free)s": (NOTHING, only([True], "ada", "ben", "tomas",
        "june_north", "vic")),
    "SELECT ctx.end_call(%(north_free)s)": (VOID, {}),
    "SELECT count(*) FROM ctx.incident_intakes(ARRAY[%(north_own)s]::uuid[])": ([0], {}),
    "SELECT ctx.is_hotline_file(%(north_own)s)": ([False], {}),
    "SELECT ctx.takes_calls()": ([False], only([True], "ada", "ben", "tomas", "vic", "cleo", "hana", "june",
        "june_north", "ruth")),
    "SELECT ctx.settle_custody(%(north_own_person)s)": (VOID, {}),
    "SELECT ctx.next_deadline(%(north_own)s) = '2026-11-02'": (
        NOTHING, only([True], "ada", "ben", "tomas", "june_north"),
    ),
    "SELECT of_case, of_organization >= 0 FROM ctx.document_space(%(north_own)s)": (
        [], only([(0, True)], "ada", "ben", "tomas", "june_north"),
    ),
    "SELECT ctx.go_on_to_next_hearings()": (REFUSED, {"housekeeping": [0]}),
    "SELECT ctx.batches()": (NOTHING, {}),
    f"SELECT ctx.forget_batch({NEW})": (VOID, {}),
    "SELECT count(*) FROM ctx.sweep_batches()": (REFUSED, {"sweep": [0]}),
    "SELECT ctx.uploads(false)": (NOTHING, {}),
    "SELECT ctx.is_just_opened(%(north_own)s, %(north_own_person)s)": ([False], {}),
    f"SELECT count(*) FROM ctx.import_touched({NEW})": ([0], {}),
    "SELECT ctx.measure_import()": (VOID, {}),
    f"SELECT ctx.undo_import({NEW})": (REFUSED, {}),
    f"SELECT ctx.forget_sheet({NEW})": (VOID, {}),
    "SELECT count(*) FROM ctx.sweep_sheets()": (REFUSED, {"sweep": [0]}),
    "SELECT membership_id FROM ctx.feed(%(ada_hash)s)": ([], {"feed": ["ada"]}),
    "SELECT membership_id FROM ctx.feed(%(sue_hash)s)": ([], {}),
    "SELECT membership_id FROM ctx.feed('x')": ([], {}),
    "SELECT ctx.family_link()": (NOTHING, {"rosa": ["rosa_link"], "luz": ["luz_link"], "former": NOTHING}),
    "SELECT ctx.family_file() = %(north_own_person)s": (NOTHING, {"rosa": [True], "luz": [False], "former": NOTHING}),
    "SELECT ctx.family_organization()": (NOTHING, {"rosa": ["north"], "luz": ["south"], "former": NOTHING}),
    f"SELECT ctx.family_told({NEW})": (VOID, {}),
    "SELECT ctx.is_family_told(%(north_own_person)s, %(north)s)": ([False], {"portal": [True]}),
    "SELECT ctx.is_family_told(%(north_own_person)s, %(south)s)": ([False], {}),
    "SELECT ctx.is_family_told(%(north_free_person)s, %(north)s)": ([False], {}),  # the link was ended
    "SELECT organization_id FROM ctx.family_texters()": ([], {}),  # those who are planted get mail
    "SELECT ctx.is_family_told(NULL, %(hotline)s)": ([False], {}),
    "SELECT ctx.family_hands_in(%(south_own)s)": (NOTHING, {"luz": ["cleo"]}),
    "SELECT ctx.family_hands_in(%(north_own)s)": (NOTHING, {"luz": NOTHING}),
    "SELECT ctx.is_family_file(%(luz_paper)s, %(luz_paper)s)": ([False], {"luz": [False]}),
    "SELECT of_case, of_organization >= 0 FROM ctx.family_space()": ([], {"rosa": [(0, True)], "former": []}),
    "SELECT ctx.family_tried(%(rosa_link)s); SELECT case_id FROM cases_task WHERE rule = 'portal.wrong_pins'": (
        [], {},
    ),
    "SELECT link_id FROM ctx.family_notices(NULL)": ([], {"portal": ["rosa_link", "luz_link"]}),
    "SELECT name FROM ctx.family_offices('tlh')": ([], {}),
    "SELECT id FROM ctx.family_door(%(rosa_hash)s)": ([], {"portal": ["rosa_link"]}),
    "SELECT id FROM ctx.family_door(%(former_hash)s)": ([], {}),
    "SELECT link_id FROM ctx.family_session(%(rosa_key)s)": ([], {"portal": ["rosa_link"]}),
    "SELECT link_id FROM ctx.family_session(%(former_key)s)": ([], {}),
    "SELECT id FROM ctx.family_links_about(%(north_own_person)s)": ([], {"portal": ["rosa_link"]}),
    "SELECT id FROM ctx.family_links_about(%(north_free_person)s)": ([], {}),
    "SELECT ctx.family_facts(%(rosa_link)s)->'scopes'->>0": (NOTHING, {"portal": ["custody"]}),
    "SELECT ctx.letter_facts(%(north_own_consent)s, %(north_own)s)->'scopes'->>0": (NOTHING, {"portal": ["custody"]}),
    "SELECT ctx.letter_facts(%(north_own_consent)s, %(south_own)s)": (NOTHING, {}),
    "SELECT ctx.is_family_consent(%(north_own_consent)s, %(north_own_contact)s, %(north_own)s)": ([True], {}),
    "SELECT ctx.is_family_consent(%(north_own_consent)s, %(north_own_contact)s, %(south_own)s)": ([False], {}),
    f"SELECT count(*) FROM ctx.accept_offer({NEW})": ([0], {}),
    f"SELECT count(*) FROM ctx.decline_offer({NEW}, 'capacity')": ([0], {}),
    f"SELECT ctx.take_over_done({NEW})": (REFUSED, {}),
    f"SELECT ctx.go_on_offering({NEW})": (REFUSED, {}),
    f"SELECT ctx.withdraw_hand_over({NEW}, 'by_hand')": (REFUSED, {}),
    "SELECT count(*) FROM ctx.broken_hand_overs(%(north_own_person)s)": ([0], {}),
    "SELECT count(*) FROM ctx.expire_offers()": (REFUSED, {"hand_over": [0]}),
    "SELECT ctx.is_offered(%(north_own_person)s)": ([False], {}),
    "SELECT count(*) FROM ctx.helpers()": ([0], only([3], *STAFF)),
    "SELECT ctx.offers_to_me()": (NOTHING, {}),
    "SELECT ctx.offerers()": (NOTHING, {}),
    "SELECT ctx.offer_files()": (NOTHING, {}),
    "SELECT ctx.kept()": (NOTHING, {}),
    "SELECT ctx.kept_people()": (NOTHING, {}),
    "SELECT count(*) FROM ctx.coverage_asked()": ([0], {"tomas": [2], "omar": [1]}),
    "SELECT case_id FROM ctx.answer_coverage(%(north_closed_coverage)s, true)": ([], {"tomas": ["north_closed"]}),
    "SELECT case_id FROM ctx.answer_coverage(%(south_own_coverage)s, true)": ([], {}),
    "SELECT case_id FROM ctx.answer_coverage(%(south_own_coverage)s, false)": ([], {"omar": ["south_own"]}),
    "SELECT count(*) FROM ctx.reminders_wanted(NULL)": ([0], {}),
    "SELECT unnest(members) FROM ctx.reminder_facts('hearing', %(north_own_hearing)s)": ([], {"reminders": ["ada"]}),
    "SELECT count(*) > 0 FROM ctx.digest(%(ada)s, '2099-01-04')": ([False], {"reminders": [True]}),
    "SELECT count(*) > -1 FROM ctx.digests_wanted()": ([True], {}),
    "SELECT count(*) FROM ctx.silent_hearings()": ([0], {}),
    "SELECT ctx.own_tier()": (NOTHING, only([3], *COUNSEL, **only([1], "nia", "vic", "omar", "hana"))),
    "SELECT ctx.reads()": (NOTHING, only([True], *COUNSEL, **only([False], "nia", "vic", "omar", "hana"))),
    "SELECT ctx.is_new(%(south_changed)s)": ([False], {"cleo": [True]}),
    "SELECT ctx.is_new_person(%(south_own_person)s)": ([False], {}),
    "SELECT ctx.is_nobodys(%(south_own_person)s)": ([False], {}),
    f"SELECT ctx.is_nobodys({NEW})": ([True], {}),
    "SELECT number > 0 FROM ctx.audit_heads() WHERE organization_id = %(north)s": ([], {
        **only([True], "operator", "housekeeping"),
    }),
    LINE.format("north", "own", "assigned"): ([False], {"ada": [True], "vic": [True], "nia": [True], "sue": [False],
        "rosa": [True], **only([True], *DUTIES)}),
    LINE.format("north", "own", "organization"): ([False], only([True], "ada", "ben", "tomas", "june_north", "rosa",
        *DUTIES)),
    LINE.format("north", "closed", "organization"): ([False], only([True], "ada", *DUTIES)),
    LINE.format("north", "left", "assigned"): ([False], only([True], "tomas", "ben", *DUTIES)),
    LINE.format("north", "own", ""): ([False], only([True], "ada", "ben", "nia", "tomas", "vic",
        "june_north", "rosa", *DUTIES)),
    LINE.format("south", "viewed", "share:view"): ([False], only([True], "ada", *DUTIES)),
    LINE.format("south", "viewed", "share:change"): ([False], only([True], *DUTIES)),
    LINE.format("south", "viewed", "organization"): ([False], only([True], "cleo", *DUTIES)),
    LINE.format("south", "changed", "share:change"): ([False], only([True], "ada", "ben", "tomas", "june_north",
        *DUTIES)),
    LINE.format("south", "expired", "share:share"): ([False], only([True], *DUTIES)),
    "SELECT ctx.line_agrees(%(south)s, %(north_own)s, %(north_own_person)s, 'assigned')": ([False], {}),
    "SELECT ctx.line_agrees(%(north)s, %(north_own)s, %(north_free_person)s, 'assigned')": ([False], {}),
    "SELECT ctx.line_agrees(%(north)s, NULL, %(north_own_person)s, '')": ([True], {}),
    "SELECT ctx.line_agrees(%(south)s, NULL, %(north_own_person)s, '')": ([False], {}),
    "SELECT ctx.share_until(%(north_own)s) IS NOT NULL": ([False], only([True], "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.share_until(%(north_own)s, true) IS NOT NULL": ([False], {"ada": [True]}),
    "SELECT ctx.share_until(%(north_closed)s) IS NOT NULL": ([False], {"ada": [True]}),
    "SELECT ctx.share_until(%(south_shared)s) = %(month)s": (NOTHING, {"ada": [True], "cleo": [False]}),
    "SELECT ctx.share_until(%(south_shared)s, true)": (NOTHING, {"cleo": "any"}),
    "SELECT ctx.settle_shares(%(south_own)s)": (VOID, {}),
    "SELECT ctx.is_case_permission(%(view_case)s)": ([True], {}),
    "SELECT ctx.is_case_permission(%(foreign_permission)s)": ([False], {}),
    "SELECT ctx.next_reference(2026)": (REFUSED, only([8], "ada", "ben", "tomas", "june_north", cleo=[8], june=[1],
        ruth=[1])),
    "SELECT count(*) FROM ctx.viewers(%(north_own)s)": ([0], only([4], "ada", "ben", "tomas", "june_north")),
    "SELECT count(*) FROM ctx.viewers(%(north_closed)s)": ([0], {"ada": [1]}),
    "SELECT count(*) FROM ctx.viewers(%(south_shared)s)": ([0], only([5], "ada", "cleo")),
    "SELECT count(*) FROM ctx.viewers(%(south_viewed)s)": ([0], {"cleo": [2]}),
    "SELECT ctx.meets(%(north_own_person)s, 2)": ([False], only([True], "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.meets(%(north_own_person)s, 3)": ([False], {"ada": [True]}),
    "SELECT ctx.meets(%(north_closed_person)s, 1)": ([False], {"ada": [True]}),
    "SELECT ctx.meets(%(north_intake_person)s, 1)": ([False], only([True], "ada", "ben", "tomas", "june_north",
        "vic")),
    f"SELECT ctx.meets({NEW}, 1)": ([False], {}),
    "SELECT ctx.may_check(%(north_own)s)": ([False], only([True], "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.may_check(%(north_closed)s)": ([False], {"ada": [True]}),
    "SELECT ctx.may_check(%(north_intake)s)": ([False], only([True], "ada", "ben", "tomas", "june_north", "vic")),
    "SELECT ctx.may_check(%(south_changed)s)": ([False], {"cleo": [True]}),
    f"SELECT ctx.may_check({NEW})": ([False], {}),
    "SELECT ctx.check_conflicts(%(north_own)s)": (REFUSED, only(VOID, "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.check_conflicts(%(north_own)s, true)": (REFUSED, only(VOID, "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.check_conflicts(%(north_closed)s)": (REFUSED, {"ada": VOID}),
    "SELECT ctx.check_conflicts(%(north_intake)s)": (REFUSED, only(VOID, "ada", "ben", "tomas", "june_north", "vic")),
    "SELECT ctx.check_conflicts(%(south_changed)s)": (REFUSED, {"cleo": VOID}),
    f"SELECT ctx.check_conflicts({NEW})": (REFUSED, {}),
    "SELECT ctx.check_conflicts(%(north_own)s); SELECT id FROM intake_candidate WHERE case_id = %(north_own)s": (
        REFUSED, only([], "ben", "tomas", "june_north", ada=["north_own_candidate"]),
    ),
    # Whoever is asked finds a task in their case; whoever asks does not find it there.
    "SELECT ctx.check_conflicts(%(north_own)s); SELECT case_id FROM cases_task WHERE rule = 'intake.conflict_asked'": (
        REFUSED, only([], "ada", "ben", "tomas", "june_north"),
    ),
    # Whoever hides a case lets those ask who found its person; of nobody else's case anybody is asked.
    "SELECT ctx.check_conflicts(%(north_own)s); SELECT ctx.ask_in_restricted(%(north_closed)s);"
    " SELECT count(*) FROM cases_task WHERE rule = 'intake.conflict_asked'": (
        REFUSED, only([0], "ben", "tomas", "june_north", ada=[1]),
    ),
    "SELECT ctx.ask_in_restricted(%(north_own)s); SELECT id FROM cases_task WHERE rule = 'intake.conflict_asked'": (
        [], {},
    ),
    "SELECT is_open, whom FROM ctx.unseen_conflicts(%(north_own)s)": (
        [], only([(True, "ada")], "ben", "tomas", "june_north"),
    ),
    "SELECT is_open, whom FROM ctx.unseen_conflicts(%(north_free)s)": (
        [], only([(False, "ada")], "ben", "tomas", "june_north"),
    ),
    "SELECT ctx.decide_conflicts(%(north_own_by_ben)s, NULL, NULL)": (REFUSED, {"ben": [1]}),
    "SELECT ctx.decide_conflicts(%(north_own_by_ada)s, NULL, NULL)": (REFUSED, {}),
    "SELECT ctx.decide_conflicts(%(north_own_by_ada)s, ARRAY[%(north_own_candidate)s]::uuid[], '{1}')": (
        REFUSED, {"ada": [1]},
    ),
    "SELECT ctx.decide_conflicts(%(north_own_by_ada)s, ARRAY[%(north_own_candidate)s]::uuid[], '{2}')": (
        REFUSED, {"ada": [0]},
    ),
    "SELECT ctx.decide_conflicts(%(north_own_by_ada)s, ARRAY[%(north_free_candidate)s]::uuid[], '{2}')": (
        REFUSED, {"ada": [0]},
    ),
    "SELECT ctx.decide_conflicts(%(north_own_by_tomas)s, ARRAY[%(north_own_candidate)s]::uuid[], '{1}')": (
        REFUSED, {"tomas": [0]},
    ),
    "SELECT ctx.decide_conflicts(%(north_own_taken_back)s, ARRAY[%(north_own_candidate)s]::uuid[], '{1}')": (
        REFUSED, {},
    ),
    "SELECT ctx.undo_conflicts(%(north_free_taken_back)s)": (REFUSED, only([1], "ada", "ben", "tomas", "june_north")),
    "SELECT ctx.undo_conflicts(%(north_own_by_ada)s)": (REFUSED, {}),
    # Somebody whom the asker does not see is no row of theirs, but one answer: there is somebody, ask Ada.
    f"SELECT whom, party, whom_role, score, evidence, ask FROM {WORDS}": (REFUSED, {
        "ada": [("north_closed_person", None, "person", 90, ["number_same"], None)],
        **only([(None, None, "", 0, [], "ada")], "ben", "tomas", "june_north", "vic"),
        **only([], "cleo", "june", "hana", "ruth"),
    }),
    # Who is told by letter, the letters alone learn.
    f"SELECT * FROM {WORDS}; SELECT whom FROM ctx.conflict_asked(%(ben)s)": (REFUSED, {
        **only([], "ada", "ben", "tomas", "june_north", "vic", "cleo", "june", "hana", "ruth"),
    }),
    "SELECT whom FROM ctx.conflict_asked(%(north_own)s)": ([], {}),
    f"SELECT * FROM {WORDS}; SELECT case_id FROM cases_task WHERE rule = 'intake.conflict_asked'": (
        REFUSED, only([], "ada", "ben", "tomas", "june_north", "vic", "cleo", "june", "hana", "ruth"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_a_function_answers_whoever_may_ask(line: Line, call: str) -> None:
    others, answers = CALLS[call]
    expected = {who: answers.get(who, others) for who in (*CALLERS, *answers)}
    found = {who: line.attempt(who, call) for who in expected}
    assert {who: "any" if expected[who] == "any" and one != NOTHING else one for who, one in found.items()} == expected


def test_every_function_that_may_be_called_was_called(line: Line) -> None:
    callable_by_us = line.attempt(
        "ada",
        "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'ctx'::regnamespace"
        " AND has_function_privilege(oid, 'EXECUTE')",
    )
    assert [name for name in callable_by_us if not any(f"ctx.{name}(" in call for call in CALLS)] == []
