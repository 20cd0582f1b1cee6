"""The audit of an organization, for its administrators: searched and exported, never opened."""
