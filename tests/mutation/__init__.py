"""The mutation score of the values and protocol layers.

``python -m tests.mutation`` (``make mutants``) lets mutmut change the modules that ``only_mutate`` in
pyproject.toml names, one place at a time, and asks whether the unit tests notice.
"""
