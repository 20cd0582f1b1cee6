"""What every page is made of: template parts, the one form renderer, dates and times as people read them.

Never asks the database, and never decides who sees something.
"""
