"""A second opinion: nothing here knows how the splits were made, and nothing is shared with what made them."""
