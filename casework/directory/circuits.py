"""Federal circuits by the names that people say."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "1": _("1st Circuit"), "2": _("2nd Circuit"), "3": _("3rd Circuit"), "4": _("4th Circuit"),
    "5": _("5th Circuit"), "6": _("6th Circuit"), "7": _("7th Circuit"), "8": _("8th Circuit"),
    "9": _("9th Circuit"), "10": _("10th Circuit"), "11": _("11th Circuit"), "DC": _("D.C. Circuit"),
}  # fmt: skip


def name(number: str) -> str:
    """A circuit in the reader's language; as it was written where it is none of ours, and empty where it is unknown."""
    return str(NAMES.get(number, number))
