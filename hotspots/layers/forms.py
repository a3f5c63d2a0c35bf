"""The form of a file of LSOAs or streets."""

from django import forms

from hotspot.core.pages.fields import TextField, UploadField
from hotspot.core.pages.forms import Form
from hotspots.areas.forms import GIS_FILE
from hotspots.gis_files.contents import FORMATS
from hotspots.layers.layer_files import MOST_BYTES


class LayerForm(Form):
    """A file of outlines, and where they come from."""

    source = TextField(
        label="Source",
        help_text="The edition and whose it is, for example Office for National Statistics, LSOA boundaries, December "
        "2021, generalised (BGC), Open Government Licence v3.0",
        max_length=300,
    )
    file = UploadField(
        label="Boundary file",
        help_text=f"LSOAs from the ONS, with the property LSOA21CD or LSOA11CD: {FORMATS}. Or the road links of OS "
        "Open Roads as GeoJSON. In longitude and latitude (WGS 84) or British National Grid, up to 60 MB. Only what "
        "lies in the districts here is kept",
        widget=forms.FileInput(attrs=GIS_FILE),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 60 MB. Cut it to your districts.",
    )
