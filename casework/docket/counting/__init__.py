"""Counting deadlines: a rule, an event and facts go in; dates, steps and warnings come out.

Pure: no Django, no clock, no query. Days are those of the court's or the facility's calendar.
"""
