"""Jobs of this room that write letters, done as the worker would, and the letters."""

from django.core.mail import EmailMessage
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.access.signing import sent
from tests.conftest import as_application

TASK = "intake.conflict_asked"


def letters_sent() -> list[EmailMessage]:
    """What those who are to be asked are written; the jobs stay, as if the worker had died just then."""
    for row in ProcrastinateJob.objects.filter(task_name=TASK).order_by("id"):
        with as_application():
            app.tasks[TASK](**row.args)
    return sent()
