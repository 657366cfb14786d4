"""What a configuration allows, as facts that can be kept in a file and compared.

Owns: sets of origins, the reach of an application, the lock's format, and differences with witnesses.
Leaves to: the folders below every decision; nothing is decided here a second time.
"""
