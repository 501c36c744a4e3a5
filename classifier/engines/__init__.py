"""Engines that label more than one machine should: texts in, verdict columns out, on a cluster. Each needs an extra of its own."""
