"""Who may come in: users, organizations, memberships, sessions, the database's roles and grants.

Never holds anything about a detained person, and never sends a message itself.
"""
