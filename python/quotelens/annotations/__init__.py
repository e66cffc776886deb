"""Documents as people annotate them: gold, and corrections applied to what is found."""
