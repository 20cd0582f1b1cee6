"""What is wrong with a set is said with its file, its key and the reason, all at once."""

from pathlib import Path

import pytest

from casework.intake.questions.files import Invalid, plain
from tests.intake.questions.asked import HEAD, ONE, SECTION, small

LABEL = '        label: {en: Two, es: Dos}\n        say: {en: Two?, es: "¿Dos?"}\n'


def problems(folder: Path, more: str = "", **changed: str) -> list[str]:
    with pytest.raises(Invalid) as refused:
        small(folder, more, **changed)
    return [str(one) for one in refused.value.problems]


def two(lines: str, kind: str = "text") -> str:
    return f"      - key: two\n        type: {kind}\n{LABEL}{lines}"


def test_a_small_set_is_read(tmp_path: Path) -> None:
    found = small(tmp_path, two("        to: caller.name\n        show_if: {one: 'yes'}\n"))
    assert [one.key for one in found] == ["one", "two"]
    assert (found.by_key["two"].tier, found.by_key["two"].asked_by) == (1, "trained")
    assert found.by_key["two"].label.said("es") == "Dos"
    assert found.by_key["two"].label.said("ht") == "Two"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (two("", kind="colour"), "there is no type `colour`"),
        (two("        show_if: {three: 'yes'}\n"), "`show_if` names no question: three"),
        (two("        show_if: {two: abc}\n"), "`show_if` names a question that comes later, or stands in a list: two"),
        (two("        show_if: {one: maybe}\n"), "one cannot answer `maybe`"),
        (two("        show_if: {one: {years: 18}}\n"), "`years` cannot be asked of one, which is a yes_no"),
        (two("        show_if: {one: {since: 18}}\n"), "`since` is no test"),
        (two("        show_if: {any: [{one: 'yes'}]}\n"), "`any` takes a list of two conditions or more"),
        (two("        to: person.shoes\n"), "`person` has no column `shoes`"),
        (two("        to: nobody.name\n"), "`to` names no row: nobody"),
        (two("        to: name\n"), "`to` is a row and a column: person.birth_date"),
        (two("        urgent: {fire: {answered: 'yes'}}\n"), "there is no hint `fire`"),
        (two("        flags: {tall: {answered: 'yes'}}\n"), "there is no flag `tall`"),
        (two("        tier: 3\n"), "tier 3 does not go with `asked_by: trained`"),
        (two("        tier: high\n"), "`tier` is no whole number"),
        (two("        asked_by: anybody\n"), "`asked_by` is one of first_call, trained, counsel"),
        (two("        reads: nobody\n"), "`reads` is person or staff"),
        (two("        colour: red\n"), "`colour` means nothing here"),
        (two("", kind="choice"), "`choices` is missing"),
        (two("", kind="code"), "`codes` is missing"),
        (two("", kind="list_of"), "`items` is missing"),
        (two("        codes: charges\n"), "`codes` means nothing for the type text"),
        (two("        codes: songs\n", kind="code"), "there is no list `songs`"),
        (two("        least: 3\n"), "`least` means nothing for the type text"),
        (two("        choices: colours\n", kind="choice"), "there are no shared choices `colours`"),
        (
            two("        list: contact_kind\n        choices: {foe: {en: E, es: E}}\n", "choice"),
            "`foe` is not in the list `contact_kind`",
        ),
        (two("        choices: {declined: {en: D, es: D}}\n", kind="choice"), "`declined` cannot be a code"),
        (two("        help: {en: Help}\n"), "`help` has no translation: es"),
        (two("        help: Help\n"), "`help` is missing, or is no text by language"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_said(tmp_path: Path, more: str, said: str) -> None:
    assert f"all.yaml: two: {said}" in problems(tmp_path, more)


def test_a_key_stands_once(tmp_path: Path) -> None:
    assert "all.yaml: one: the key stands twice, first in all.yaml" in problems(tmp_path, ONE)


def test_a_key_can_name_a_field_of_a_pdf(tmp_path: Path) -> None:
    found = problems(tmp_path, two("").replace("two", "Två-2"))
    assert "all.yaml: Två-2: a key is small letters, digits and _, a letter first, 40 at most" in found


def test_what_is_read_aloud_is_written_down(tmp_path: Path) -> None:
    silent = two("").replace('        say: {en: Two?, es: "¿Dos?"}\n', "")
    assert problems(tmp_path, silent) == ["all.yaml: two: has no `say`: what the interviewer says aloud"]


def test_a_list_holds_simple_questions(tmp_path: Path) -> None:
    inner = "        items:\n          - {key: in, type: text, label: {en: I, es: I}, show_if: {one: 'yes'}}\n"
    assert "all.yaml: in: `show_if`, `urgent` and `flags` stand at the list, not in it" in problems(
        tmp_path, two(inner, kind="list_of")
    )


def test_a_question_is_not_led_to_by_one_that_others_ask(tmp_path: Path) -> None:
    more = two("        asked_by: counsel\n        tier: 3\n        show_if: {one: 'yes'}\n", kind="yes_no") + two(
        "        show_if: {two: 'yes'}\n"
    ).replace("key: two", "key: three")
    assert problems(tmp_path, more) == ["all.yaml: three: `show_if` names a question that others ask: two"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("contact", "a row is {table: ..., column: what always stands there}"),
        ("{table: shoes}", "there is no table `shoes`"),
        ("{table: contact, shoes: red}", "`contact` has no column `shoes`"),
    ],
)  # fmt: skip
def test_a_row_names_its_table_and_columns(tmp_path: Path, row: str, said: str) -> None:
    found = problems(tmp_path, head=HEAD.replace("{caller: {table: contact}}", f"{{caller: {row}}}"))
    assert found == [f"set.yaml: caller: {said}"]


def test_the_first_call_is_short_and_complete(tmp_path: Path) -> None:
    more = "".join(ONE.replace("key: one", f"key: ask_{at}") for at in range(25))
    named = ", ".join(["one", *(f"ask_{at}" for at in range(25))])
    head = HEAD.replace("[one]", f"[{named}]")
    assert problems(tmp_path, more, head=head) == ["set.yaml: first_call: has 26 questions, 25 at most"]
    found = problems(tmp_path, two(""), head=HEAD.replace("[one]", "[two]"))
    assert found == [
        "all.yaml: two: stands in `first_call`, and is no question for it",
        "all.yaml: one: is asked by `first_call`, and does not stand in it",
    ]


def test_the_first_call_leads_before_it_follows(tmp_path: Path) -> None:
    more = ONE.replace("key: one", "key: two") + "        show_if: {one: 'yes'}\n"
    found = problems(tmp_path, more, head=HEAD.replace("[one]", "[two, one]"))
    assert found == ["all.yaml: two: stands before one in `first_call`, upon which it is shown"]


def test_a_hint_about_relief_says_may(tmp_path: Path) -> None:
    relief = (
        "relief:\n  - {key: r, text: {en: Is eligible, es: Puede}, ask: {en: A, es: A}, source: S, if: {one: 'yes'}}\n"
    )
    found = problems(tmp_path, section=relief + SECTION)
    assert found == ["all.yaml: r: a hint says that something may be (en), never that it is"]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, two("        tier: 3\n        to: person.shoes\n", kind="colour"))
    assert len(found) == 3


def test_yaml_is_read_as_texts(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: no\nb: 012\nc: 2026-11-22\nd: [yes, ~]\n", encoding="utf-8")
    assert plain(file) == {"a": "no", "b": "012", "c": "2026-11-22", "d": ["yes", "~"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", "a.yaml: line 2: `c` stands twice"),
        ("a: [1\n", "a.yaml: line 2: "),
        ("- a\n", "a.yaml: -: is no mapping"),
    ],
)
def test_a_file_that_is_no_yaml_says_where(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        plain(file)
    assert str(refused.value).startswith(said)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"set\.yaml"):
        plain(tmp_path / "set.yaml")
