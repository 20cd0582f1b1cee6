"""Spanish with the clock of the United States: Django's has 24 hours."""

DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i a"
TIME_FORMAT = "g:i a"
