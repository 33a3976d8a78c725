"""Two observers of a third party, which every packet crosses in the benchmark."""
