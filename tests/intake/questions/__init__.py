"""Questions of intake."""
