"""What is copied into a built folder and runs there without us."""
