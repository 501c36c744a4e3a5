"""Commands of training; they register through the entry points of pyproject.toml and load when called."""
