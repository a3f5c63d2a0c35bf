"""Police data by which hotspot areas are chosen: loading data.police.uk's files, counting them, breaks in them."""
