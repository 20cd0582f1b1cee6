"""Encryption: the root key, sealed values, sealed sessions.

Never knows what it seals, and never writes a key or an opened value anywhere.
"""
