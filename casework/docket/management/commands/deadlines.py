"""`manage.py deadlines`: what a rule makes of an event, with its steps, without a case."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from casework.access.context import on_duty
from casework.docket import asked, words
from casework.docket.asked import Unclear
from casework.docket.book import Book, open_book
from casework.docket.counting.facts import DETAINED, Moment, Result, Rule, day_of

NO_RULE, UNCLEAR, BEYOND = 3, 4, 5  # exit codes beside Django's 1 and argparse's 2
SAYS = {
    "no_date": "is no date (YYYY-MM-DD, or YYYY-MM-DDTHH:MM where hours are counted)",
    "no_zone": "is no IANA time zone",
    "needed": "is needed for a time of day (--zone America/Los_Angeles)",
    "skipped": "did not exist: the clock skipped it",
    "another_day": "is another day on that zone's calendar",
    "no_span": "is no span (since/until, each YYYY-MM-DD; until may be empty)",
    "no_choice": "is not one of the choices",
    "no_question": "is not asked by this rule; it asks",
    "no_pair": "is no pair k=v",
}


class Command(BaseCommand):
    help = (
        "Counts a deadline by a rule of the directory and shows each step. Exit codes: 0 with a result (also 'no date:"
        " ask'), 3 no such rule, 4 something typed cannot be taken, 5 a date beyond the calendar."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rule", required=True, help="the rule's id, such as bia_appeal_30")
        parser.add_argument("--on", required=True, help="day of the event (YYYY-MM-DD), with a time for hours")
        parser.add_argument("--detained", choices=["yes", "no"], default="", help="left out: not known")
        parser.add_argument("--zone", default="", help="time zone of the court or facility (IANA)")
        parser.add_argument(
            "--extra", nargs="+", action="extend", default=[], metavar="k=v",
            help="answers (yes, no) to the rule's questions; judge_date, served_by=mail, stops=since/until, received,"
            " later_written_memo, trigger_utc",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"), on_duty("operator"):
            book = open_book()
            rule = _rule(book, options["rule"])
            try:
                facts, said = asked.facts(
                    rule, on=options["on"], zone=options["zone"], detained=options["detained"],
                    extra=asked.split(options["extra"]),
                )  # fmt: skip
            except Unclear as unclear:
                raise CommandError(_said(unclear), returncode=UNCLEAR) from unclear
            try:
                found = book.compute(rule, facts)
            except OverflowError as error:
                raise CommandError(f"The date lies beyond the calendar: {error}.", returncode=BEYOND) from error
            told = told_of(found, book, options) | {"notes": [str(words.SAYS[one]) for one in said]}
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_lines(told)))


def _rule(book: Book, key: str) -> Rule:
    if not book.rules:
        raise CommandError("No rules are loaded. Run manage.py load_directory first.", returncode=NO_RULE)
    if key not in book.rules:
        near = ", ".join(one for one in book.rules if key[:6] in one) or "none is called nearly so"
        raise CommandError(f"There is no rule {key} ({near}).", returncode=NO_RULE)
    return book.rules[key]


def _said(unclear: Unclear) -> str:
    if unclear.why == "no_question":
        return f"{unclear.about} {SAYS[unclear.why]}: {unclear.value or 'nothing'}."
    return " ".join(filter(None, [f"{unclear.about}:", unclear.value, SAYS[unclear.why]])) + "."


def told_of(found: Result, book: Book, options: dict[str, Any]) -> dict[str, Any]:
    """The result as JSON has it; dates and times are local to the place."""
    rule, version = found.rule, book.versions[found.rule.id]
    closed = words.why(_why(found)) if found.rolled_because else None
    return {
        "rule_id": rule.id, "rule_version": rule.number, "name": version.name, "state": found.state,
        "trigger_local": options["on"], "timezone": options["zone"] or None, "detained": options["detained"] or None,
        "due_local": _iso(found.due), "due_weekday": f"{found.due:%a}" if found.due else None,
        "unrolled_local": _iso(found.unrolled),
        "protective_date": day_of(found.protective).isoformat() if found.protective else None,
        "protective_local": _iso(found.protective), "keep_to": _iso(found.safe), "earliest_or_latest": found.edge,
        "rolled_because": closed,
        "steps": [words.say(one) for one in found.steps],
        "step_codes": [{"code": one.code, **one.values} for one in found.steps],
        "other_readings": [{"due_local": _iso(one.due), "if": dict(one.assumed)} for one in found.readings],
        "questions": [
            {"key": one.code, "text": words.question(one), "if_yes": one.yes or None, "if_no": one.no or None}
            for one in found.questions if one.code != DETAINED or not options["detained"]
        ],
        "ask_for": [{"key": one, "text": str(words.SAYS[f"need:{one}"])} for one in found.needs],
        "warnings": [words.say(one) for one in found.warnings],
        "citation": rule.citation, "legal_status": rule.status, "confidence": rule.confidence,
        "attorney_must_confirm": found.must_be_confirmed, "litigation_note": version.litigation_note or None,
        "verified_as_of": version.verified_as_of.isoformat(),
    }  # fmt: skip


def _why(found: Result) -> dict[str, Any]:
    closed = found.rolled_because
    assert closed is not None  # noqa: S101 (asked only where there is one)
    return {"why": closed.kind, "name": closed.name, "name_es": closed.name_es, "observed": closed.observed}


def _iso(value: Moment | None) -> str | None:
    return f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value.isoformat() if value else None


def _lines(told: dict[str, Any]) -> list[str]:
    names = ("due_local", "unrolled_local", "protective_date", "earliest_or_latest", "citation", "legal_status")
    head = [f"{told['name']} ({told['rule_id']}, version {told['rule_version']})"]
    head += [f"  {name}: {told[name]}" for name in names if told[name]]
    for name in ("ask_for", "questions"):
        head += [f"  {name}: {one['text']}" for one in told[name]]
    head += [f"  or {one['due_local']} if {', '.join(one['if'])}" for one in told["other_readings"]]
    return [
        *head,
        *(f"  - {one}" for one in told["steps"]),
        *(f"  ! {one}" for one in told["warnings"] + told["notes"]),
    ]
