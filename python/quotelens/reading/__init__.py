"""Files into records: what each kind of file holds."""
