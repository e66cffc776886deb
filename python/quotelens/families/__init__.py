"""The same quotation elsewhere."""
