"""What the tools at the top of the package are made of; no server imports it.

Owns: what tests, type checkers and command lines ask.
Leaves to: the folders below the configuration itself.
"""
