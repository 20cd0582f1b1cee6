"""The outbox: messages wait here, sealed, until the worker has sent them.

Never decides whether a message is due, and never knows a case.
"""
