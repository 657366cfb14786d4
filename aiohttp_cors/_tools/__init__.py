"""What the tools at the top of the package are made of; no server imports it.

Owns: nothing by itself.
Leaves to: its modules everything.
"""
