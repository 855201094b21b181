"""The input: from what the user typed to rows with their lines, each in one shape."""
