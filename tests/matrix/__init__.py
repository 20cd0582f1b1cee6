"""The access matrix: every address, every method, everybody, every relation to a case, in three runs.

`world` plants who and what there is, `expectations` says by hand who may what, `addresses` lists every address with
what it takes, `cells` asks and compares. An address or an act that is missing here fails.
"""
