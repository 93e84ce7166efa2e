"""Shows that the promises of docs/guarantees.md are kept, and that the tests would notice if they were not."""
