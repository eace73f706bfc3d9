// Built in this slice.
