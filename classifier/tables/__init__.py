"""Tables as people have them: found, judged and read in blocks, and written as the same kind or another.

What a row means (which column is the narrative, what is added to it) is not decided here but in ``header`` and by the callers.
"""
