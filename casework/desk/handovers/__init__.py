"""Handing an intake over to another organization, and answering what others offer."""
