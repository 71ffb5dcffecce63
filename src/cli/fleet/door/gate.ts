/** Who is let in at the door of a fleet. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { DoorAccess } from '../../../adapters/config/fleetFile.ts';
import type { FleetAccess } from '../../../fleet/access.ts';
import { tokensGiven, type GuardedRequest } from '../../../inspector/server/guard.ts';
import { RequestRefused } from '../../../inspector/server/refusal.ts';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Of whoever uses this machine, where no tokens were given. */
const anybodyHere: FleetAccess = { name: 'anybody', role: 'read', vens: null, groups: null };

/** Finds out what a request may do, in a time that tells nothing of the tokens there are. */
export class FleetGate {
  readonly #known: readonly { readonly digest: Buffer; readonly access: FleetAccess }[];

  constructor(given: readonly DoorAccess[]) {
    this.#known = given.map(({ token, name, role, vens, groups }) => ({
      digest: digestOf(token),
      access: {
        name,
        role,
        vens: vens === undefined ? null : new Set(vens),
        groups: groups === undefined ? null : new Set(groups),
      },
    }));
  }

  /** Whether whoever asks needs a token. */
  get asksForTokens(): boolean {
    return this.#known.length > 0;
  }

  /** What the tokens that came along allow. @throws RequestRefused */
  accessOf(asking: Pick<GuardedRequest, 'headers' | 'url'>): FleetAccess {
    return this.#allowed(tokensGiven(asking));
  }

  /** What the one token allows that came as a bearer. @throws RequestRefused */
  accessBy(bearer: string | undefined): FleetAccess {
    if (!this.asksForTokens)
      throw new RequestRefused(
        403,
        'readOnly',
        'Nobody may act over this door: give "door.access" in the file of the fleet a token whose role is "act".',
      );
    return this.#allowed(bearer === undefined ? [] : [bearer]);
  }

  #allowed(tokens: readonly string[]): FleetAccess {
    if (!this.asksForTokens) return anybodyHere;
    const given = tokens.map(digestOf);
    // All are compared with all, wherever one fits.
    const found = this.#known.filter(
      ({ digest }) => given.map((each) => timingSafeEqual(each, digest)).filter((isSame) => isSame).length > 0,
    );
    if (found[0] !== undefined) return found[0].access;
    throw new RequestRefused(
      401,
      'tokenMissing',
      'The door of this fleet asks for a token: open its address with "?token=TOKEN", or send "Authorization: Bearer TOKEN".',
      { 'WWW-Authenticate': 'Bearer' },
    );
  }
}
