"""The tables of the docket."""

from casework.docket.models.bonds import Bond as Bond
from casework.docket.models.coverage import Coverage as Coverage
from casework.docket.models.coverage import CoverageState as CoverageState
from casework.docket.models.deadlines import Deadline as Deadline
from casework.docket.models.feeds import Feed as Feed
from casework.docket.models.feeds import Level as Level
from casework.docket.models.hearings import Hearing as Hearing
from casework.docket.models.proceedings import Charge as Charge
from casework.docket.models.proceedings import Decision as Decision
from casework.docket.models.proceedings import Proceeding as Proceeding
from casework.docket.models.reminders import Reminder as Reminder
from casework.docket.models.reminders import ReminderChoice as ReminderChoice
from casework.docket.models.reminders import ReminderKind as ReminderKind
from casework.docket.models.reminders import ReminderState as ReminderState
from casework.docket.models.reviews import ClosedDay as ClosedDay
from casework.docket.models.reviews import RuleSignOff as RuleSignOff
