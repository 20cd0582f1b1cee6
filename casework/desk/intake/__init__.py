"""The intake on screen: the first call, one section a page, drafts, what may follow, and what an organization asks."""
