"""What somebody would write first, as short as it honestly is: the peers that the API is measured against."""
