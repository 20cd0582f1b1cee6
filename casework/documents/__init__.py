"""Papers: the files of a case, their versions, and HTML turned into PDF.

The only room that touches WeasyPrint. Never decides who may see a paper, and never fetches anything from a network.
"""
