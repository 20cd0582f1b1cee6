"""How people come in: the spreadsheet that an organization brings.

Never writes about a person or a case itself: it calls the acts that a hand calls, and says what it called them for.
"""
