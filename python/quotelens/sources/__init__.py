"""Who is behind the quotes of many documents."""
