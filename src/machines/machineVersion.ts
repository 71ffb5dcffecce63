/**
 * The version of all machines together. A machine that would answer old inputs differently raises it;
 * `replay --verify` compares outputs only where it agrees.
 */
export const machineVersion = '3';
