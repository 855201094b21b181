"""What a tokenizer and its chat template make of the rows: the trainer's view, without a trainer."""
