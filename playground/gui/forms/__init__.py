"""Forms generated from declared fields: an editor a field, and requests instead of decisions."""
