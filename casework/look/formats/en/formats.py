"""English with whole months, and times that no line breaks: Django's are Nov. 21 and 8 p.m."""

DATE_FORMAT = "F j, Y"
TIME_FORMAT = "g:i\N{NO-BREAK SPACE}a"
DATETIME_FORMAT = f"{DATE_FORMAT}, {TIME_FORMAT}"
