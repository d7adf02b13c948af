"""The description of market scans that request 24 gets: instruments, places, scan codes and filters, as XML."""

from __future__ import annotations

from functools import lru_cache
from xml.etree import ElementTree

from ibnb.simulator.market.screen import FILTERS, INSTRUMENTS, LOCATIONS, SCANS


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text or None
    return element


@lru_cache(maxsize=1)
def scanner_parameters() -> str:
    """Return the XML document."""
    root = ElementTree.Element("ScanParameterResponse")
    _instruments(root)
    _locations(root)
    _scans(root)
    _filters(root)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _instruments(root: ElementTree.Element) -> None:
    listed = _add(root, "InstrumentList", varName="instrumentList")
    filters = ",".join(tag.upper() for tag in FILTERS)
    for code, (name, sec_type) in INSTRUMENTS.items():
        one = _add(listed, "Instrument")
        _add(one, "name", name)
        _add(one, "type", code)
        _add(one, "secType", sec_type)
        _add(one, "filters", filters)
        _add(one, "group", f"{sec_type}.GLOBAL")
        _add(one, "shortName", name.rpartition(" ")[0])
        _add(one, "nscanSupported", "true")


def _locations(root: ElementTree.Element) -> None:
    tree = _add(root, "LocationTree", varName="locationTree")
    branches: dict[str, ElementTree.Element] = {}
    for code, (name, kind, _) in LOCATIONS.items():
        parent = branches.get(kind, tree)
        one = _add(parent, "Location")
        _add(one, "displayName", name)
        _add(one, "locationCode", code)
        _add(one, "instruments", kind)
        _add(one, "routeExchange", ";".join(LOCATIONS[code][2]))
        if kind not in branches:
            branches[kind] = _add(one, "LocationTree")


def _scans(root: ElementTree.Element) -> None:
    listed = _add(root, "ScanTypeList", varName="scanTypeList")
    for code, (name, _) in SCANS.items():
        one = _add(listed, "ScanType")
        _add(one, "vendor", "IB")
        _add(one, "displayName", name)
        _add(one, "scanCode", code)
        _add(one, "instruments", ",".join(INSTRUMENTS))
        _add(one, "absoluteColumns", "false")
        _add(one, "supportsSorting", "true")
        _add(one, "respSizeLimit", "2147483647")
        _add(one, "searchDefault", "false")


def _filters(root: ElementTree.Element) -> None:
    listed = _add(root, "FilterList", varName="filterList")
    for tag, (name, _) in FILTERS.items():
        one = _add(listed, "RangeFilter")
        _add(one, "id", tag.upper())
        _add(one, "category", "General")
        _add(one, "histogram", "false")
        _add(one, "access", "unrestricted")
        for side in ("Above", "Below"):
            bound = _add(
                one,
                "AbstractField",
                type="scanner.filter.DoubleField",
                varName=f"{'min' if side == 'Above' else 'max'}",
            )
            _add(bound, "code", f"{tag}{side}")
            _add(bound, "displayName", f"{name} {side}")
            _add(bound, "dontAllowClearAll", "false")
            _add(bound, "abbrev", name)
            _add(bound, "fraction", "false")
