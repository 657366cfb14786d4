"""The built wheel on each supported Python, with the oldest and the newest dependencies.

``python -m tests.matrix`` (``make matrix``) runs the unit and integration tests once per cell, in an
environment of its own and in a folder from which the source cannot be reached.
"""
