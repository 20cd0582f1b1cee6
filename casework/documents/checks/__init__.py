"""What is looked for in the files of strangers, inside a process apart: pure functions of bytes, no Django.

Each `inside` answers {"pages": n}, or {"reason": code} with a code of `rules.Reason`. Whatever it does not expect ends
the process, which is a refusal, too.
"""
