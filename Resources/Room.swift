// The files beside this one are compiled into the program.
