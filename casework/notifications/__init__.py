"""The outbox: messages wait here, sealed, until the worker has sent them; and the letters to members of staff.

Never decides whether a message is due, and never knows a case.
"""
