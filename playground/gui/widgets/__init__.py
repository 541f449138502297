"""Small widgets that know no experiment."""
