"""What the screens say about a suspension: before it, and when it is done."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.access.members import Ended


def before(ended: Ended) -> list[str]:
    """What will happen, one sentence each."""
    words = [
        _("From the next click on, nothing of the organization opens to them."),
        ngettext("%(count)s session ends.", "%(count)s sessions end.", ended.sessions) % {"count": ended.sessions}
        if ended.sessions
        else _("They are not signed in anywhere at present."),
    ]
    if ended.invitations:
        words.append(
            ngettext(
                "%(count)s open invitation that they sent is withdrawn.",
                "%(count)s open invitations that they sent are withdrawn.",
                ended.invitations,
            )
            % {"count": ended.invitations}
        )
    if ended.resets:
        words.append(
            ngettext(
                "%(count)s request about a lost second factor is cancelled.",
                "%(count)s requests about a lost second factor are cancelled.",
                ended.resets,
            )
            % {"count": ended.resets}
        )
    if ended.jobs:
        words.append(
            ngettext(
                "%(count)s job that they have in the queue will do nothing.",
                "%(count)s jobs that they have in the queue will do nothing.",
                ended.jobs,
            )
            % {"count": ended.jobs}
        )
    return [
        *words,
        _("What they wrote and the cases they are on stay as they are."),
        _("They are told by e-mail. You can restore them at any time."),
    ]


def of_reset() -> list[str]:
    """What asking to take a second factor off sets going."""
    return [
        _("The member and the other administrators are told by e-mail. The member can cancel it."),
        _("A second administrator confirms. Without that it happens in 24 hours."),
        _("Somebody who also works for another organization waits the 24 hours in any case."),
        _("Every app, passkey and recovery code is then gone, and all sessions end. The password stays."),
    ]


def after(ended: Ended) -> list[tuple[str, str]]:
    """What was done, and how many."""
    what = {
        "invitations": _("Open invitations withdrawn"),
        "resets": _("Requests about a lost second factor cancelled"),
        "jobs": _("Jobs in the queue that will do nothing"),
    }
    counted = [(what[kind], str(getattr(ended, kind))) for kind in what if kind in ended.kinds]
    return [(_("Access closed"), _("Done")), (_("Sessions ended"), str(ended.sessions)), *counted]
