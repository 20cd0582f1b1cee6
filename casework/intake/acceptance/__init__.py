"""From answers to a case: what acceptance writes where, and what it leaves as answers.

What is planned is pure (`plan.py` and the rooms' files beside it); `standing.py` reads what the case holds already,
`writing.py` writes by the acts that a hand calls, `undoing.py` takes it back.
"""
