"""Files of shapes from mapping software: GeoJSON, KML, KMZ, zipped Shapefiles and GeoPackages."""
