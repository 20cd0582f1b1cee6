"""The docket: proceedings, hearings, bond, decisions, deadlines that cite their rule, calendars and feeds.

A move never touches what stands here, and nothing here says where somebody is held. Dates of the law are dated data of
the directory: this room counts, and a person decides.
"""
