"""Joining an organization by an invitation."""
