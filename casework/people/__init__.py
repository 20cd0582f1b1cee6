"""Detained people, who is around them, what makes them vulnerable, and what they agreed to.

Never decides who may see them: that follows from their cases.
"""
