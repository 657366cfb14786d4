"""The recipes for live origins with the real thing: PostgreSQL, Redis, gunicorn with workers."""
