"""Long random walks through what people may do to each other's sight, held against a small independent account."""
