"""The engine, and what is found in one document at a time."""
