"""What the screens say about reading, writing and sharing: one sentence for each thing."""

from django.utils.translation import gettext as _

from casework.access.models import OrganizationKind
from casework.cases.access import Viewer
from casework.cases.grants import Held
from casework.cases.models import Tier


def tier(number: int) -> str:
    """The tier of a note, in one word."""
    return {1: _("Intake"), 2: _("Representation"), 3: _("Counsel")}[number]


def sees(number: int) -> str:
    """How far somebody with this tier sees into a case."""
    return {
        Tier.INTAKE: _("Intake notes only"),
        Tier.REPRESENTATION: _("Intake and representation notes"),
        Tier.COUNSEL: _("All notes, counsel notes too"),
    }[Tier(number)]


def may(viewer: Viewer) -> str:
    """What somebody may do with a case."""
    if viewer.may_share:
        return _("Read, write, share")
    return _("Read and write") if viewer.may_change else _("Read")


def kind(value: str) -> str:
    """What an organization is."""
    return str(OrganizationKind(value).label)


def held(mine: Held) -> list[str]:
    """What somebody may do with a case that was shared with them."""
    allowed = {
        "view": _("You may read it."),
        "change": _("You may read it and write notes."),
        "share": _("You may read it, write notes, see who can see it, and share it with further organizations."),
    }
    extent = _("Counsel notes are included.") if mine.reads_counsel else _("Counsel notes are not included.")
    return [allowed[mine.level], extent]


def given(level: str, counsel: bool) -> list[str]:
    """What a share that stands allows."""
    allowed = {
        "view": _("Read it."),
        "change": _("Read it and write notes."),
        "share": _("Read it, write notes, see who can see it, and share it with further organizations."),
    }
    return [allowed[level], _("Counsel notes are included.") if counsel else _("Counsel notes are not included.")]


def will_see(level: str, counsel: bool) -> list[str]:
    """What the other side will see, before the share is given."""
    words = [
        _("The person's names and language."),
        _("The reference, the stage and what the case is for."),
        _("All intake and representation notes, also those that are written later."),
    ]
    if counsel:
        words.append(
            _("All counsel notes, also later ones: criminal history, fear narrative, medical, abuse, privileged notes.")
        )
    if level == "share":
        words.append(_("Who can see the case, with the names of your colleagues."))
    return words


def will_not_see(level: str, counsel: bool) -> list[str]:
    """What stays closed to the other side."""
    words = [] if counsel else [_("Counsel notes: criminal history, fear narrative, medical, abuse, privileged notes.")]
    if level != "share":
        words.append(_("Who else can see the case."))
    return [*words, _("Other cases of this person, and any other case.")]


def will_do(level: str) -> list[str]:
    """What the other side may do, and may not."""
    return {
        "view": [_("They read. They change nothing, and cannot share it.")],
        "change": [_("They write notes, which everybody on the case reads. They cannot share it.")],
        "share": [
            _("They write notes, which everybody on the case reads."),
            _("They may share it with further organizations: no more of it, and no longer, than you share with them."),
        ],
    }[level]
