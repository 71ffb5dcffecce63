import { hash as digest } from 'node:crypto';
import { canonicalJson } from './canonicalJson.ts';

/** What settings are named by: SHA-256 (hex) of their canonical JSON. */
export const settingsHash = (settings: object): string => digest('sha256', canonicalJson(settings));
