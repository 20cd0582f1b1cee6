"""Where Django's own formats of a language are not those of its readers in the United States."""
