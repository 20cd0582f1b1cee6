"""Representation: cases, who works on them, their notes, grants to other organizations.

Never knows where somebody is held or when court is: custody and docket do.
"""
