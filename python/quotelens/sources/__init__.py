"""Who said the quotes of many documents."""
