"""What is asked at intake: one definition for the screen, the paper, what comes back from paper, and the summary.

The questions are data (`fixtures/questions`), the rules are pure; nothing here reads or writes a row of anybody.
"""
