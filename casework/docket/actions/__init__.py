"""Every write about the docket. Each line says what stood before, so that `undoing` can put it back.

None of these acts looks at where somebody is held, and no move comes here.
"""
