"""The same tables as on one machine, for the documents of a Spark cluster (the extra `spark`, and Java).

`import quotelens.integrations.spark` brings `quotes`, `documents`, `families`, `variants`, `sources`,
`source_links`, `share`, `network` and `verify`.

Documents are analysed where they are; quotelens has to be installed on the workers.
"""

from quotelens.integrations.spark.finding import documents, quotes
from quotelens.integrations.spark.grouping import families, variants
from quotelens.integrations.spark.linking import network, share, source_links, sources
from quotelens.integrations.spark.verifying import verify

__all__ = ["documents", "families", "network", "quotes", "share", "source_links", "sources", "variants", "verify"]
