"""The command ``scamtype``: a thin face over plain functions, one module a command."""
