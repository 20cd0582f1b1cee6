"""Incidents: what several callers tell of one arrest or sighting."""
