"""Batch labelling: tables in, the same tables with verdict columns out, nothing lost whatever happens."""
