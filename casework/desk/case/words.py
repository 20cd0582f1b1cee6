"""What the screens say about reading, writing and sharing: one sentence for each thing."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.access.models import OrganizationKind
from casework.cases.access import Receivers, Share, Viewer
from casework.cases.grants import Held
from casework.cases.models import CaseRole, Tier


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


def why(viewer: Viewer, shares: Iterable[Share] = ()) -> str:
    """On what grounds somebody sees a case; `shares` are those that their organization and its people hold."""
    if viewer.on_case:
        return _("On the team: %(role)s") % {"role": CaseRole(viewer.on_case).label}
    if viewer.basis == "organization":
        return _("Reads all cases of the organization")
    held = {share.user_id for share in shares}
    if viewer.user_id not in held:
        return _("Shared with all there")
    return _("Shared with all there, and by name") if None in held else _("Shared by name")


def whom(share: Share, name: str, *, alone: bool) -> str:
    """Who holds a share, in a list; `alone` when their organization holds no other. `name` as in `Receivers.named`."""
    if share.user_id is None:
        return _("All its attorneys and paralegals")
    if not name:
        return _("One person who cannot see it at present")
    return _("%(person)s only") % {"person": name} if alone else name


def can_see_now(organization: str, person: str) -> str:
    """What a share that was just given opens; `person` is empty for all attorneys and paralegals."""
    if not person:
        return _("All attorneys and paralegals of %(organization)s can see the case now.") % {
            "organization": organization
        }
    said = _("%(person)s of %(organization)s can see the case now, and nobody else there by this share.")
    return said % {"person": person, "organization": organization}


def end_title(organization: str, share: Share, name: str) -> str:
    """What is asked before a share ends."""
    if share.user_id is None:
        return _("End the share with all of %(organization)s?") % {"organization": organization}
    if not name:
        return _("End the share with one person of %(organization)s?") % {"organization": organization}
    return _("End the share with %(person)s of %(organization)s?") % {"person": name, "organization": organization}


def end_text(held: Receivers, share: Share, name: str) -> str:
    """What happens when a share ends, and who sees the case nevertheless by another."""
    if share.user_id is not None and not name:
        return _("This share ends for good, also if the person is let in again.")
    if share.user_id is None:
        said = _ends_for_all([other for _share, other in held.named if other])
    elif any(one.user_id is None for one in held.shares):
        still = _(
            "This share ends at once. %(person)s still sees the case, because it is also shared with all attorneys and"
            " paralegals there. End that share, too, if that is meant."
        )
        said = [still % {"person": name}]
    else:
        said = [_("%(person)s sees nothing of the case from the next click on.") % {"person": name}]
    if share.level == "share":
        said.append(_("If nobody else there may share it, what they passed on ends, too."))
    return " ".join([*said, _("What they have read stays with them.")])


def _ends_for_all(named: list[str]) -> list[str]:
    """`named` are those who see the case by a share of their own."""
    if not named:
        return [_("They see nothing of the case from the next click on.")]
    still = ngettext(
        "%(names)s still sees it by a share of their own.",
        "%(names)s still see it, each by a share of their own.",
        len(named),
    )
    others = _("All others there see nothing of the case from the next click on.")
    return [others, still % {"names": ", ".join(named)}]


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
        _("The person's names, birth date, A-number and language."),
        _("The reference, the stage and what the case is for."),
        _("All intake and representation notes, also those that are written later."),
        _("Where the person is, the next hearing and deadline, and what is to be done."),
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
        "change": [_("They write notes, and choose for each who may read it."), _("They cannot share it.")],
        "share": [
            _("They write notes, and choose for each who may read it."),
            _("They may share it with further organizations: no more of it, and no longer, than you share with them."),
        ],
    }[level]
