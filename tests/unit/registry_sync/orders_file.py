"""A contract as a file, for tests that go through the commands."""

from pathlib import Path

CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: {name}
name: Orders
version: {version}
status: active
schema:
  - name: order
    physicalName: {name}.validated
    physicalType: topic
    logicalType: object
    properties:
      - {{name: id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}}
      - {{name: amount, logicalType: {amount}}}
    customProperties:
      - vendor: sluice
        property: stream
        value:
          raw: {name}.raw
          unknownFields: reject
          compatibility: BACKWARD
          topics: {{retention: forever}}
{breaks}
"""


def write_orders(
    folder: Path, name: str = "orders", *, version: str = "1.0.0", amount: str = "integer", breaks: str = ""
) -> None:
    (folder / "contracts").mkdir(exist_ok=True)
    text = CONTRACT.format(name=name, version=version, amount=amount, breaks=breaks)
    (folder / "contracts" / "orders.odcs.yaml").write_text(text)
