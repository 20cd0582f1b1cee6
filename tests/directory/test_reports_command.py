"""What the operator reads and settles, as the application's own role."""

import uuid

import pytest
from django.core.management import CommandError, call_command

from casework.access.models import User
from casework.audit.models import Entry
from casework.directory.models import ErrorReport
from tests.cases.planting import NORTH, member
from tests.conftest import as_owner
from tests.directory.places import ADELANTO

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report() -> uuid.UUID:
    """A report that Vic has sent."""
    with as_owner():
        by = member(User.objects.get(email="vic@north.example"), NORTH)
        row = ErrorReport(
            organization_id=by.organization_id, facility_id=ADELANTO, wrong="The street.", reported_by=by,
            reported_by_name="Vic Saldaña",
        )  # fmt: skip
        row.save(force_insert=True)
    return row.pk


def test_the_operator_reads_and_settles_reports(report: uuid.UUID, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("directory_reports")
    assert capsys.readouterr().out.endswith(f"{ADELANTO}\n    wrong: The street.\n1 waiting.\n")
    with pytest.raises(CommandError, match="together"):
        call_command("directory_reports", f"--settle={report}")
    call_command("directory_reports", f"--settle={report}", "--answer=Corrected.")
    assert capsys.readouterr().out == "The report is settled; whoever wrote it gets a letter.\n"
    with as_owner():
        line = Entry.objects.get(verb="directory_error.resolved")
        assert (line.actor_kind, line.object_id, line.actor_id) == ("duty", report, None)
        assert line.organization_id == User.objects.get(email="vic@north.example").memberships.get().organization_id
    with pytest.raises(CommandError, match="settled already"):
        call_command("directory_reports", f"--settle={report}", "--answer=Again.")
    with pytest.raises(CommandError, match="no report with this id"):
        call_command("directory_reports", "--settle=00000000-0000-4000-8000-000000000000", "--answer=x")
    call_command("directory_reports")
    assert capsys.readouterr().out == "0 waiting.\n"
