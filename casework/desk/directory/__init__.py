"""Courts and facilities: finding one, what is known of it, what the organization notes, errors in the directory."""
