"""The staff's screens, one package each (urls, views, forms).

Never holds a rule and never writes: a screen opens rows through the doors and calls one act.
"""
