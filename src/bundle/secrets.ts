import type { TextVisitor } from '../recording/identifiers.ts';
import { rewritingBy, type Rewriting } from './rewriting.ts';

/** What stands where an address of a VTN had its token. */
const mask = '***';

/** An address as VTNs have it: whatever stands between host and the standard's ending is a token. */
const tokenInAddress = /(https?:\/\/[^/\s"'<>]+\/)[^\s"'<>]*?(?=\/OpenADR2\/Simple\/2\.0b)/gi;

/** The last gate: removes what may never leave, whatever kept it out before, and remembers where it had to. */
export class SecretGate {
  /** Entries out of which, or out of whose XML, something was taken. */
  readonly positions = new Set<number>();
  readonly rewriting: Rewriting;

  /** `hide` takes known secrets out of a text. */
  constructor(hide: (text: string) => string) {
    let isFound = false;
    const text = (given: string): string => {
      const hidden = hide(given).replace(tokenInAddress, `$1${mask}`);
      if (hidden !== given) isFound = true;
      return hidden;
    };
    const noting = <Value>(position: number, rewrite: () => Value): Value => {
      isFound = false;
      const value = rewrite();
      if (isFound) this.positions.add(position);
      return value;
    };
    const visitor: TextVisitor = { text, identifier: text, part: text };
    const { entry, xml, checkpoint } = rewritingBy(visitor, { wholeXml: true });
    this.rewriting = {
      entry: (given) => noting(given.position, () => entry(given)),
      xml: (given, position) => noting(position, () => xml(given, position)),
      checkpoint,
    };
  }
}
