"""The family's window: links with a PIN, what each of them shows, and the pages behind them.

It owns no fact: what it shows is a projection of codes and instants, rewritten when another room's act changes one. A
reader reaches that one row and never anything of the case.
"""
