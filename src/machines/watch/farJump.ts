/** A clock that was set by less is still the same evening's. @unit ms */
export const farJumpMs = 300_000;
