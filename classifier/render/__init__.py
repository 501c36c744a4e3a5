"""Verdicts shown: as text on a terminal, as JSON, as a page. What is shown stands in ``classifier.verdict``."""
