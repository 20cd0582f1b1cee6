"""Where people are held: stays and the stints they are made of, moves, releases, locator checks and their queue.

A move never touches a proceeding, a hearing or the court on file: it says what follows, and opens tasks.
"""
