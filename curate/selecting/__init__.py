"""`curate select`: picks and their random control."""
