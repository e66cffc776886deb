"""How right it is: gold, figures, corrections, training."""
