"""The worker's side of documents: files whose check took longer than somebody waits."""

from procrastinate import RetryStrategy

from casework.access.delegation import as_member, delegated
from casework.documents import actions, again
from casework.documents.models import File, FileState


@delegated(actions.CHECK, retry=RetryStrategy(max_attempts=3, wait=10))
def check(actor: str, file_id: str, user_id: str, object_id: str = "") -> None:
    """Checks a file in quarantine as the member who brought it. A second run finds it checked."""
    with as_member(actor, user_id) as who:
        if who is None:
            return
        rows = File.objects.visible_to(who).select_related("case", "document")
        file = rows.filter(pk=file_id, state=FileState.QUARANTINED).first()
        if file is not None:
            again.check(who, file)
