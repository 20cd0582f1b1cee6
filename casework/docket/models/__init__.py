"""The tables of the docket."""

from casework.docket.models.bonds import Bond as Bond
from casework.docket.models.deadlines import Deadline as Deadline
from casework.docket.models.hearings import Hearing as Hearing
from casework.docket.models.proceedings import Charge as Charge
from casework.docket.models.proceedings import Decision as Decision
from casework.docket.models.proceedings import Proceeding as Proceeding
from casework.docket.models.reviews import ClosedDay as ClosedDay
from casework.docket.models.reviews import RuleSignOff as RuleSignOff
