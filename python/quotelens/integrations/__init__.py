"""One module for each library that the package works with."""
