"""GPX, the format of devices that record tracks: the points of its tracks, segment by segment."""

from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from patrols.visits.fixes import MOST_FIXES, FixReader, refusal

MOST_ELEMENTS = 12 * MOST_FIXES
MOST_DEPTH = 20
EXPORT_AGAIN = "Export it from the device or system again."


def read_gpx(content: bytes, reader: FixReader) -> None:
    """Take the track points of a GPX document; routes and waypoints are no record of where anybody was.

    Each segment is a track of its own, named by its track. Raises DomainError `positions_…`, for any DOCTYPE too.
    """
    try:
        _read(content, reader)
    except DefusedXmlException as error:
        raise refusal("doctype", f"The file has a DOCTYPE, which no GPX file needs. {EXPORT_AGAIN}") from error
    except (ParseError, LookupError, UnicodeError) as error:
        raise refusal("damaged", f"The file is damaged or cut off. {EXPORT_AGAIN}") from error


def _read(content: bytes, reader: FixReader) -> None:
    count = depth = points = 0
    name, track = "", -1
    for event, element in iterparse(BytesIO(content), ("start", "end"), forbid_dtd=True):
        tag = _name(element)
        if event == "start":
            count, depth = count + 1, depth + 1
            _check_size(count, depth, tag)
            if tag == "trk":
                name = ""
            elif tag == "trkseg":
                track = reader.track(name)
            continue
        depth -= 1
        if tag == "name" and depth == 2:
            name = (element.text or "").strip()
        elif tag == "trkpt" and track >= 0:
            points += 1
            texts = ((element.findtext("{*}time") or ""), element.get("lat", ""), element.get("lon", ""))
            reader.add(f"Point {points:,}", track, texts)
        if tag in ("trkpt", "wpt", "rte"):
            # What has been read is not kept: a day of positions takes ten times the memory of its file.
            element.clear()
    if not points:
        raise refusal("no_tracks", "The file has no track points. Routes and waypoints do not say where a unit was.")


def _check_size(count: int, depth: int, tag: str) -> None:
    if count == 1 and tag != "gpx":
        raise refusal("not_gpx", f"The file is XML, but not GPX: it begins with <{tag[:30]}>.")
    if count > MOST_ELEMENTS or depth > MOST_DEPTH:
        raise refusal("too_complex", f"The file must have at most {MOST_ELEMENTS:,} elements, {MOST_DEPTH} deep.")


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
