"""Values: what a configuration is made of, and what is legal in one.

Owns: the standard's vocabulary, origins, names, options, policies and their errors.
Leaves to: the folders above every request. Nothing here imports aiohttp or reads a clock.
"""
