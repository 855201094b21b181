"""Answers that contradict each other, labels unlike their neighbours, and answers that do not follow."""
