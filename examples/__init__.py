"""Programs that show the library at work; they need what the library needs and nothing else."""
