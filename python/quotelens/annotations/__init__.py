"""Documents as people annotate them: gold, and corrections laid over what is found."""
