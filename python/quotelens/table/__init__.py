"""Tables, and what their values are made of."""
