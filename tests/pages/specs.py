"""What must hold of every chart's specification."""

from typing import Any

import altair as alt
import jsonschema
import pandas as pd
import pytest

from pages.ui import vega


def assert_keeps_to_the_schema(spec: dict[str, Any]) -> None:
    """That of Vega-Lite, which here refuses what it must."""
    alt.LayerChart.from_dict(spec, validate=True)
    with pytest.raises(jsonschema.ValidationError):
        alt.LayerChart.from_dict({**spec, "height": "tall"}, validate=True)


def assert_holds_no_data_and_no_colours(spec: dict[str, Any]) -> None:
    """The page hands in the data, and the theme the colours."""
    assert spec["data"] == {"name": "source"}
    assert all("data" not in layer for layer in spec["layer"])
    assert "datasets" not in spec
    assert spec["config"] == vega.PIXELS
    assert "#" not in str({k: v for k, v in spec.items() if k != "$schema"})


def assert_reads_only_columns_of(spec: dict[str, Any], data: pd.DataFrame) -> None:
    """Its table's, or such as it makes itself."""
    steps = [step for layer in spec["layer"] for step in layer.get("transform", [])]
    read = {
        channel["field"]
        for layer in spec["layer"]
        for channels in layer["encoding"].values()
        for channel in (channels if isinstance(channels, list) else [channels])
        if "field" in channel
    }
    assert read
    assert read <= set(data.columns) | {step["as"] for step in steps if "as" in step}
