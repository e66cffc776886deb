"""Accuracy: evaluation, agreement, training, verification."""
