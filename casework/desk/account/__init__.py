"""One's own account: profile, language, where one is signed in, and what allauth asks us to decide."""
