"""The demo seller: an invented company, its files in Amazon's own formats, and the run that loads them."""
