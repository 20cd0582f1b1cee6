"""How long closed cases are kept, and how they go for good: what holds one back, who agreed, what stays in numbers.

Never lets one person alone delete a case, and never keeps who somebody was.
"""
