"""Tools: what looks at a configuration without serving requests.

Owns: what type checkers and command lines ask about a configuration.
Leaves to: the folders below it the configuration itself; no server imports this folder.
"""
