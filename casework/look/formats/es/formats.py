"""Spanish with the clock of the United States: Django's has 24 hours."""

DATETIME_FORMAT = "j \\d\\e F \\d\\e Y, g:i\N{NO-BREAK SPACE}a"
TIME_FORMAT = "g:i\N{NO-BREAK SPACE}a"
