"""Every write of intake, by what it is about. The acts of imports are met here, too."""

from casework.intake.actions.answers import Said as Said
from casework.intake.actions.answers import begin_intake as begin_intake
from casework.intake.actions.answers import save_answer as save_answer
from casework.intake.actions.answers import save_answers as save_answers
from casework.intake.actions.choices import choice_of as choice_of
from casework.intake.actions.choices import choose as choose
from casework.intake.actions.choices import undo_choice as undo_choice
from casework.intake.actions.imports import ask_undo as ask_undo
from casework.intake.actions.imports import carry_out as carry_out
from casework.intake.actions.imports import checked as checked
from casework.intake.actions.imports import drop as drop
from casework.intake.actions.imports import forget as forget
from casework.intake.actions.imports import look_through as look_through
from casework.intake.actions.imports import prepare as prepare
from casework.intake.actions.imports import references_for as references_for
from casework.intake.actions.imports import rows_of as rows_of
from casework.intake.actions.imports import start as start
from casework.intake.actions.imports import stop as stop
from casework.intake.actions.imports import sweep as sweep
from casework.intake.actions.imports import take_back as take_back
from casework.intake.actions.imports import touched as touched
from casework.intake.actions.imports import upload as upload
from casework.intake.actions.paper import make_packet as make_packet
from casework.intake.actions.paper import take_over as take_over
