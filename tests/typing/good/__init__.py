"""Programs that every checker must pass. They are type-checked and never run."""
