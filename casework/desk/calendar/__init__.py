"""The calendar of hearings, on screen, on paper, and for calendars elsewhere."""
