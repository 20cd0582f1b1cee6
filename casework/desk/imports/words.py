"""What a check found, in words that say what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.intake import rules, sheets
from casework.intake.sheets import letter

FINDINGS: dict[str, str | Promise] = {
    "formula": gettext_lazy(
        "This is a formula, or the error of one. Formulas are not computed: paste its value into the cell."
    ),
    "long": gettext_lazy("Too long: at most %(most)s characters."),
    "day_order": gettext_lazy("Whether the day or the month stands first has to be chosen under Columns."),
    "day_short_year": gettext_lazy("Write the year with four digits."),
    "day_year": gettext_lazy("This is a year alone. Write the whole date, or leave the cell empty."),
    "day_calendar": gettext_lazy("There is no such day, read in the order that was chosen for this column."),
    "day_day": gettext_lazy("This is no date that can be read. Write it as 2027-03-31, or 31 March 2027."),
    "born": gettext_lazy("Nobody alive was born on that day. Check the year."),
    "ahead": gettext_lazy("This day is still ahead. Write since when the person is held."),
    "over": gettext_lazy("This hearing is over. Write the next one, or leave its cells empty."),
    "clock": gettext_lazy("This is no time of day that can be read. Write it as 9:00 am, or 13:30."),
    "comma": gettext_lazy("Write the surnames first, then a comma, then the given names."),
    "a_number": gettext_lazy(
        "An A-number has the letter A and seven to nine digits. Check it on the paper; for one that is not known,"
        " write “unknown”."
    ),
    "country": gettext_lazy("The list of countries has no such name."),
    "language": gettext_lazy("The list of languages has no such name. Its English or Spanish name is found."),
    "gender": gettext_lazy("Write woman, man or other, or leave it empty."),
    "matter": gettext_lazy("“%(part)s” is none of what a case can be for. Write Bond, for instance."),
    "lead": gettext_lazy("No attorney of your organization has this address or name."),
    "phone": gettext_lazy(
        "This is no telephone number. Outside the United States begin with + and the country's code."
    ),
    "place": gettext_lazy("The directory has no such facility. Write its name, its town or its ICE code."),
    "places": gettext_lazy("Several facilities may be meant. Choose one."),
    "source": gettext_lazy("This is no source of the list. Choose one."),
    "court": gettext_lazy("The directory has no such court. Write its name or its code."),
    "courts": gettext_lazy("Several courts may be meant. Choose one."),
    "no_name": gettext_lazy("Nobody is named in this row, and no A-number. Write a name, or leave the row out."),
    "contact_name": gettext_lazy("There is something about a contact, but no name."),
    "since_missing": gettext_lazy("Write since when the person is held there."),
    "place_missing": gettext_lazy("Something says since when, or from whom, but not where."),
    "hearing_day_missing": gettext_lazy("There is a time, but no day of the hearing."),
    "hearing_time_missing": gettext_lazy("Write the time of the hearing, on the clock of the court."),
    "court_missing": gettext_lazy("Write the court of the hearing."),
    "no_such_time": gettext_lazy("On that day the clock skipped this time. Check the notice."),
    "clock_twice": gettext_lazy("On that day the clock shows this time twice: the first counts. Check the notice."),
    "header_twice": gettext_lazy(
        "Column %(other)s has the same header, and both are taken. Under Columns, leave one of them out."
    ),
    "header_missing": gettext_lazy(
        "This column has no header. Give it one in the file, or leave it out under Columns."
    ),
    "number_twice": gettext_lazy("Row %(other)s has the same A-number."),
    "person_twice": gettext_lazy("Row %(other)s has the same name and birth date."),
    "number_there": gettext_lazy("Somebody with this A-number is there already."),
    "person_there": gettext_lazy("Somebody with this name and birth date is there already."),
}
ORDERS = {rules.MONTH_FIRST: gettext_lazy("Month first"), rules.DAY_FIRST: gettext_lazy("Day first")}
READ: dict[str, str | Promise] = {
    "bytes": gettext_lazy("The file is too large: at most %(most)s MB."),
    "empty": gettext_lazy("There is nothing in this file."),
    "only_headers": gettext_lazy("There is one row only. The first row holds the headers, each row below a person."),
    "old_excel": gettext_lazy(
        "This is an old Excel file, or one with a password. Save it as .xlsx without a password, or as CSV."
    ),
    "no_text": gettext_lazy("This is neither a CSV file nor an Excel workbook."),
    "quotes": gettext_lazy("The quotation marks in row %(row)s do not match. Correct them, or save it as .xlsx."),
    "workbook": gettext_lazy("This workbook cannot be read. Save it once more as .xlsx, or as CSV."),
    "unpacked": gettext_lazy("This workbook unpacks to more than we read. Save the one sheet as CSV."),
    "rows": gettext_lazy("There are too many rows: at most %(most)s at once. Divide the file."),
    "rows_on_oneself": gettext_lazy(
        "There are too many rows: at most %(most)s at once where attorneys read only their own cases, since you are put"
        " on each of them. Divide the file."
    ),
    "columns": gettext_lazy("There are too many columns: at most %(most)s."),
    "signs": gettext_lazy("The cell in row %(row)s, column %(column)s is too long: at most %(most)s characters."),
}


def finding(code: str, about: Mapping[str, Any]) -> str:
    """What is wrong with a cell or a row, and what to do."""
    values = dict(about)
    if code == "header_twice":
        values["other"] = letter(int(about["other"]))
    return str(FINDINGS[code]) % values


def unreadable(error: sheets.Unreadable) -> str:
    """Why a file cannot be read."""
    return str(READ[error.code]) % error.about


def read_as(how: Mapping[str, Any]) -> str:
    """As what a file was read."""
    if how.get("kind") == sheets.XLSX:
        if how["sheets"] == 1:
            return _("Excel workbook")
        return _("Excel workbook, of its %(number)s sheets “%(sheet)s”") % {
            "number": how["sheets"], "sheet": how["sheet"],
        }  # fmt: skip
    signs = {"comma": _("commas"), "semicolon": _("semicolons"), "tab": _("tabs"), "bar": _("bars")}
    return _("CSV with %(sign)s, %(encoding)s") % {
        "sign": signs[how["delimiter"]], "encoding": ENCODINGS.get(how["encoding"], how["encoding"]),
    }  # fmt: skip


ENCODINGS = {
    "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252",
}  # fmt: skip


def stopped(why: str) -> str:
    """Why nothing of an import was written."""
    if why == "busy":
        return _("Nothing was imported: another import of your organization was under way. Start it once more.")
    return _("Nothing was imported: something has changed meanwhile. Check it again.")
