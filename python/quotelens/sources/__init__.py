"""Who is behind the statements of many documents."""
