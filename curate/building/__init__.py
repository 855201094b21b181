"""`curate build`, in the order it works: clean, plan, split, write, prove."""
