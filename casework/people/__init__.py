"""Detained people and, later, their families and consents.

Never decides who may see them: that follows from their cases.
"""
