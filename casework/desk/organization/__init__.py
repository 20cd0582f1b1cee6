"""The organization: what every member reads, what administrators change, and acting in another one."""
