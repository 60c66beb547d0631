"""The whole way by the real command line, on real files: what breaks, what is lost, what a reader sees meanwhile."""
