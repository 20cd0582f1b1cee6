"""The intake on paper: which boxes a form has, what stands in them, and what was written into them."""
