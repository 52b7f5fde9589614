"""The starting model: what is known of buildings before anybody has labelled a tile."""
