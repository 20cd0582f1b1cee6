"""Pure decisions of the family's window: no Django, no clock, no query.

Facts come from `ctx.family_facts`, as JSON has them. What is made of them holds codes (of `status_phrases.csv`),
instants and names of public places.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

CUSTODY, HEARINGS, NEXT_STEPS, DOCUMENTS, FOUND = "custody", "hearings", "next_steps", "documents", "found"
IN_PLACE = {
    "facility": "detained", "hold_room": "held_in_processing", "hospital": "hospital", "in_transit": "transferred",
    "not_located": "not_located", "elsewhere": "unknown",
}  # fmt: skip
RELEASED = frozenset({"bond", "parole", "recognizance", "supervision"})
ENDED = {**dict.fromkeys(RELEASED, "released"), "removed": "removed", "voluntary_departure": "removed"}
DECEASED = "deceased"  # stands in no list: it is told by a person
LOCATED = frozenset({"facility", "hold_room", "hospital", "elsewhere"})
HEARING = {"master": "hearing_master", "bond": "hearing_bond", "individual": "hearing_individual"}
BOND = {"set": "bond_granted", "denied": "bond_denied", "no_jurisdiction": "no_bond_by_law"}
OPEN = {"habeas": "habeas_filed", "appeal": "on_appeal", "petition_for_review": "appeal_federal"}
# What a judge decided, where EOIR's code means one thing in proceedings of these kinds. Everything else is told by a
# person: codes that mean several things, decisions in words, the Board's (whose appeal it was decides what they mean).
ON_THE_CASE = frozenset({"removal", "withholding_only", "asylum_only", "deportation", "exclusion"})
DECIDED = {
    **dict.fromkeys(
        ("ANY-E", "ANY-G", "ANY-Q", "ANY-R", "ANY-Z", "AOC-E", "AOC-G", "AOC-H", "AOC-Z", "ANY_DEC_CODE-G"),
        "relief_granted",
    ),
    **dict.fromkeys(("ANY-V", "ANY_DEC_CODE-V"), "voluntary_departure"),
    **dict.fromkeys(("ANY_DEC_CODE-D", "ANY_DEC_CODE-E", "ANY_DEC_CODE-X"), "ordered_removed"),
}
DECISION, COMPLETION = (
    "-dec",
    "-oc",
)  # as the keys of `decision_codes` end; a completion (venue, closing) decides nothing
OVER = frozenset({"declined", "referred"})
# What a family may bring or send, by what lies ahead: three at most.
TO_DO = {
    "hearing_bond": ("proof_address", "proof_family", "letters"),
    "hearing_individual": ("originals", "translations", "letters"),
    "bond_granted": ("ask_before_paying", "payer_papers"),
    "released": ("new_address", "check_ins"),
    "not_located": ("answer_phone", "write_down"),
    "intake_received": ("answer_phone", "write_down"),
}
GENERAL_TO_DO = ("no_signing", "keep_papers")
MOST_TO_DO = 3
# What the team can ask somebody to do, to be ticked off: at most three at a time.
TASKS = (
    "proof_address", "proof_family", "letters", "originals", "translations", "payer_papers", "phone_money",
    "medicine_list", "new_address",
)  # fmt: skip


def publish(facts: Mapping[str, Any], shown: Collection[str]) -> dict[str, Any]:
    """What a link shows. `shown` are the statuses that families may see; any other one leaves "please call us".

    Of a subject outside the consent's scope nothing is in it. Where the newest decision is one that a person tells,
    `ask` names it.
    """
    scopes = frozenset(facts["scopes"])
    hidden = list[str]()
    content: dict[str, Any] = {"scopes": sorted(scopes), "lead": facts.get("lead") or ""}
    if FOUND in scopes:
        return _sealed({"scopes": [FOUND], "lead": "", "found": _is_found(facts)}, _hidden_place(facts, shown))
    if CUSTODY in scopes:
        where = _where(facts)
        if where["code"] in shown:
            content["where"] = where
        else:
            hidden.append(f"{where['code']} {where['since']}")
    elif code := _hidden_place(facts, shown):
        hidden += code  # nothing else may contradict what a person has to tell
    if HEARINGS in scopes and not hidden:
        content["next"] = [_hearing(one) for one in facts.get("hearings") or [] if _kind(one) in shown]
    steps, unseen = _steps(facts, scopes, shown)
    hidden += unseen
    if not hidden:
        content["steps"] = steps
    if NEXT_STEPS in scopes and not hidden:
        content |= {"tasks": facts["tasks"]} if facts.get("tasks") else {}
        content["to_do"] = to_do(content)
    return _sealed(content | _untold(facts, scopes), hidden)


def to_do(content: Mapping[str, Any]) -> list[str]:
    """What the family can do besides what it was asked to, the nearest first; three in all."""
    asked = [one["code"] for one in content.get("tasks", [])]
    codes = [one["code"] for one in content.get("next", [])[:1]]
    codes += [one["code"] for one in content.get("steps", [])] + [content.get("where", {}).get("code", "")]
    found = list[str]()
    for code in codes:
        found += [one for one in TO_DO.get(code, ()) if one not in found]
    found += [one for one in GENERAL_TO_DO if one not in found]
    return [one for one in found if one not in asked][: MOST_TO_DO - len(asked)]


def is_news(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what changed is worth a message: not that it was looked up again, or who leads the case."""
    return _told(before) != _told(after)


def _told(content: Mapping[str, Any]) -> list[Any]:
    where = content.get("where", {})
    place = [where.get(name) for name in ("code", "since", "place")]
    dates = [(one["id"], one["at"], one["code"]) for one in content.get("next", [])]
    asked = [one["code"] for one in content.get("tasks", [])]
    return [
        place,
        dates,
        asked,
        content.get("steps", []),
        content.get("found"),
        content.get("call"),
        content.get("ask"),
    ]


def in_hours(when: datetime, zone: ZoneInfo, begins: int, ends: int) -> datetime:
    """The instant itself, or the next one at which the hour on the zone's clock is from `begins` to before `ends`."""
    there = when.astimezone(zone)
    if begins <= there.hour < ends:
        return when
    day = there + timedelta(days=there.hour >= ends)  # on the zone's clock, whatever it does in that night
    return day.replace(hour=begins, minute=0, second=0, microsecond=0)


def _sealed(content: dict[str, Any], hidden: list[str]) -> dict[str, Any]:
    """With a mark for what is not shown, which tells nothing of it but whether it is still the same."""
    if hidden:
        mark = hashlib.sha256(json.dumps(hidden).encode()).hexdigest()[:12]
        return {name: content[name] for name in ("scopes", "lead")} | {"call": mark}
    return content


def _is_found(facts: Mapping[str, Any]) -> bool:
    stay = facts.get("stay")
    if not stay:
        return False
    places = stay.get("places") or []
    return bool(stay["ended_at"]) or bool(places and places[0]["kind"] in {*LOCATED})


def _hidden_place(facts: Mapping[str, Any], shown: Collection[str]) -> list[str]:
    """Where the person is, if that is what only a person tells."""
    where = _where(facts)
    return [] if where["code"] in shown else [f"{where['code']} {where['since']}"]


def _where(facts: Mapping[str, Any]) -> dict[str, Any]:
    stay = facts.get("stay")
    if not stay:
        early = facts["stage"] in {"enquiry", "screening", "offered"}
        return {"code": "intake_received" if early else "unknown", "since": None, "confirmed_at": None}
    times = {"confirmed_at": stay["confirmed_at"], "next_check_at": stay["next_check_at"]}
    places = stay.get("places") or []
    zone = places[0]["time_zone"] if places else "UTC"
    if stay["ended_at"]:
        code = ENDED.get(stay["reason"], DECEASED)
        return {"code": code, "since": stay["ended_at"], "zone": zone} | times
    if not places:
        return {"code": "unknown", "since": None} | times
    here = places[0]
    code = IN_PLACE[here["kind"]]
    if code == "detained" and any(one["kind"] in LOCATED and one["key"] != here["key"] for one in places[1:2]):
        code = "transferred"
    found = {"code": code, "since": here["starts_at"], "exact": here["exact"], "zone": zone} | times
    if here["kind"] in {"facility", "hold_room"} and here["name"]:
        town = ", ".join(filter(None, [here["city"], here["state"]]))
        found |= {"place": here["name"], "town": town, "phone": here["phone"] or ""}
    return found


def _kind(hearing: Mapping[str, Any]) -> str:
    return HEARING.get(hearing["kind"], "hearing_master")


def _hearing(hearing: Mapping[str, Any]) -> dict[str, Any]:
    line = " ".join(filter(None, [hearing["state"], hearing["zip"]]))
    return {
        "id": hearing["id"], "code": HEARING.get(hearing["kind"], "hearing_other"), "at": hearing["starts_at"],
        "zone": hearing["time_zone"], "minutes": hearing["minutes"], "medium": hearing["medium"],
        "court": hearing["court"], "address": ", ".join(filter(None, [hearing["street"], hearing["city"], line])),
    }  # fmt: skip


def _steps(
    facts: Mapping[str, Any], scopes: frozenset[str], shown: Collection[str]
) -> tuple[list[dict[str, Any]], list[str]]:  # fmt: skip
    """What has happened, the newest first, and what of it only a person tells."""
    found = list[tuple[str, str | None, dict[str, Any]]]()
    if NEXT_STEPS in scopes and facts.get("appeared_on"):
        found.append(("represented", facts["appeared_on"], {}))
    if NEXT_STEPS in scopes and facts["stage"] in OVER:
        found.append(("closed_referred", None, {}))
    bond = facts.get("bond")
    if HEARINGS in scopes and bond and bond["result"] in BOND:
        code, more = BOND[bond["result"]], {}
        if code == "bond_granted":
            code = "bond_stayed" if bond["stayed_on"] and not bond["posted_on"] else code
            more = {"amount": bond["amount"]}
        found.append((code, bond["decided_on"], more))
    if HEARINGS in scopes:
        found += [(OPEN[one["kind"]], one["began_on"], {}) for one in facts.get("open") or [] if one["kind"] in OPEN]
        decided = ((_decided(one), one["decided_on"]) for one in facts.get("decisions") or [])
        found += [(code, day, {}) for code, day in decided if code]
    found.sort(key=lambda one: one[1] or "", reverse=True)
    steps = [{"code": code, "on": day} | more for code, day, more in found if code in shown]
    return steps, [f"{code} {day}" for code, day, _more in found if code not in shown]


def _decided(decision: Mapping[str, Any]) -> str:
    """The status that a decision is, where one says it."""
    key = (decision["code"] or "").rpartition("/")[2]
    known = decision["kind"] in ON_THE_CASE and key.endswith(DECISION)
    return DECIDED.get(key.removesuffix(DECISION), "") if known else ""


def _untold(facts: Mapping[str, Any], scopes: frozenset[str]) -> dict[str, Any]:
    """The newest decision, where no status says it: which, and of what day."""
    given = facts.get("decisions") or [] if HEARINGS in scopes else []
    newest = next((one for one in given if not (one["code"] or "").endswith(COMPLETION)), None)
    if newest is None or _decided(newest):
        return {}
    return {"ask": {"id": newest["id"], "on": newest["decided_on"]}}
