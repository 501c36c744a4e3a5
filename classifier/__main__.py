"""``python -m classifier`` is ``scamtype``."""

from classifier.cli.app import entry

entry()
