"""Other systems, doing the same on the same servers, each in an environment of its own and as its documentation has it."""
