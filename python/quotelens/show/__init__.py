"""Pages and widgets to look at."""
