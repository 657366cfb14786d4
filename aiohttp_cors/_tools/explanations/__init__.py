"""Why a page may or may not read an answer, and what a browser's console says about it.

Owns: questions, the walk over the request path, steps, remedies, and the consoles' words.
Leaves to: the folders below every decision; nothing is decided here a second time.
"""
