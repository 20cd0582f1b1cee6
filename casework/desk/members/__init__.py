"""Members of the organization, invitations, lost second factors."""
