import { canonicalJson } from './canonicalJson.ts';
import { hashWire } from './hashChain.ts';

/** What settings are named by: SHA-256 (hex) of their canonical JSON. */
export const settingsHash = (settings: object): string => hashWire(canonicalJson(settings));
