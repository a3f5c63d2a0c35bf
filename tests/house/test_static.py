"""What the browser is sent: vendored files unchanged, nothing from elsewhere, nothing inline, light for a phone."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
OURS = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"} and "vendor" not in path.parts]
SENT = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VENDORED = sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir())
STYLES = "\n".join((STATIC / "css" / name).read_text() for name in ("hotspot.css", "lists.css"))
TOKEN = re.compile(r"--([a-z-]+):\s*#([0-9a-f]{3}|[0-9a-f]{6});")
BACKGROUNDS = ("paper", "canvas", "surface")
TINTED = ("danger", "success", "warning", "violet")


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.name)
def test_vendored_files_are_what_their_checksums_say(folder):
    lines = (folder / "SHA256SUMS").read_text().split("\n")
    sums = {name.strip(): digest for digest, name in (line.split(maxsplit=1) for line in lines if line)}
    shipped = {path.name for path in folder.iterdir()} - {"SHA256SUMS", "README.md"}
    assert shipped <= set(sums) | {"LICENSE"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.name)
def test_vendored_files_come_with_licence_and_origin(folder):
    licence = (folder / "LICENSE").read_text()
    permits = ("MIT License", "ISC License", "Redistributions of source code must retain")
    assert any(words in licence for words in permits)
    assert "npm package" in (folder / "README.md").read_text()


@pytest.mark.parametrize("path", SENT, ids=lambda path: path.name)
def test_nothing_points_outside_or_at_a_missing_map(path):
    text = path.read_text()
    assert "sourceMappingURL" not in text
    assert "@font-face" not in text
    assert "GDS Transport" not in text
    for url in re.findall(r"url\(['\"]?([^)'\"]+)", text):
        # Leaflet's is for a browser long gone, that of Protomaps is put together from what a caller gives it.
        assert url.startswith(("data:", "#", "${")), url
    outside = set(re.findall(r"https?://[^\s\"')]+", text)) - {"http://www.w3.org/2000/svg"}
    assert {url for url in outside if "import" in url or url.endswith((".js", ".css", ".woff2"))} == set()


def palettes():
    """The colour tokens of each theme; the dark one overrides the light one."""
    light, dark = (dict(TOKEN.findall(block)) for block in re.findall(r":root \{(.*?)\n *\}", STYLES, re.DOTALL)[:2])
    return {"light": light, "dark": light | dark}


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    colour = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    channels = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """Contrast ratio of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def pairs():
    """Every pair of tokens that meet on a page, and the contrast that is owed."""
    grounds = (*BACKGROUNDS, "info-surface", *(f"{tint}-surface" for tint in TINTED))
    yield from (("ink", ground, 7) for ground in grounds)
    yield from (("ink-soft", ground, 7) for ground in BACKGROUNDS)
    yield from ((text, ground, 4.5) for text in ("link", "link-visited", "brand", "danger") for ground in BACKGROUNDS)
    yield from ((tint, f"{tint}-surface", 4.5) for tint in TINTED)
    yield from ((f"on-{fill}", fill, 4.5) for fill in ("brand", "danger", "focus", "header"))
    yield from (("on-brand", "brand-strong", 4.5), ("on-danger", "danger-strong", 4.5), ("brand", "info-surface", 4.5))
    yield from (("ink-soft", "surface-strong", 4.5), ("on-header-soft", "header", 7), ("on-header", "header-strip", 7))
    yield from ((edge, ground, 3) for edge in ("line-strong", "ember") for ground in BACKGROUNDS)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "owed"), list(pairs()))
def test_colours_stand_out(theme, front, back, owed):
    palette = palettes()[theme]
    assert contrast(palette[front], palette[back]) >= owed


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_inline_script_or_style(path):
    text = path.read_text()
    assert not re.search(r"<style", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=\"", text)


def test_modules_import_only_files_that_are_there():
    for path in OURS:
        if path.suffix == ".js":
            for target in re.findall(r'(?:from|import) "(\.[^"]+)"', path.read_text()):
                assert (path.parent / target).resolve().is_file(), f"{path.name} imports {target}"


def test_the_log_page_is_under_60_kb_cold_and_compressed(force, now, as_user):
    """HTML, style sheets and scripts as they go over the wire; the icon too. Static files are sent compressed."""
    page = as_user(force.sam).get("/shifts/log/").content
    names = set(re.findall(rb'(?:href|src)="/static/([^"]+)"', page))
    files = [STATIC / name.decode() for name in names]
    ours = [STATIC / "js" / f"{name}.js" for name in ("saving", "entries", "drafts", "content")]
    ours += [STATIC / "js" / f"{name}.js" for name in ("unsent", "keeping", "queue", "people")]
    imported = [*ours, *(STATIC / "vendor").glob("govuk-frontend-*/*.js"), *(STATIC / "vendor").glob("idb-*/*.js")]
    total = sum(len(gzip.compress(path.read_bytes(), 6)) for path in {*files, *imported}) + len(gzip.compress(page, 6))
    assert total < 60_000, total


def test_every_component_and_script_is_used_and_documented():
    templates = {path: path.read_text() for path in TEMPLATES}
    design = (ROOT / "docs" / "design.md").read_text()
    parts = {"marking", "header", "navigation", "navigation_list", "messages", "footer", "bare", "error_reference"}
    parts |= {"error_summary_items"}
    for path in (ROOT / "templates" / "components").glob("*.html"):
        elsewhere = [text for other, text in templates.items() if other != path]
        assert any(f"components/{path.name}" in text for text in elsewhere), path.name
        assert path.stem in parts or f"`{path.stem}`" in design, path.name
    for path in (STATIC / "js").glob("*.js"):
        assert f"`{path.name}`" in design, path.name
