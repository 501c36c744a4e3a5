"""Verdicts shown: as text on a terminal, as JSON. What is shown stands in ``classifier.verdict``."""
