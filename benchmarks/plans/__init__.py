"""What is measured, as data: which trials, how much of each, and which rows they give."""
