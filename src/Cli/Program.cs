// Owns the entry point: builds the command tree and runs it.
return 0;
