"""What the worker does for the docket by the clock."""

from django.db import connection, transaction
from procrastinate.contrib.django import app

from casework.access.context import on_duty


@app.periodic(cron="*/5 * * * *")
@app.task(name="docket.go_on")
def go_on(timestamp: int) -> None:
    """Time goes on: cases whose hearing has begun show the next one, where there is one."""
    with transaction.atomic(), on_duty("housekeeping"), connection.cursor() as cursor:
        cursor.execute("SELECT ctx.go_on_to_next_hearings()")
