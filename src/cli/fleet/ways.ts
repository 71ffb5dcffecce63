import type { Configuration } from '../../adapters/config/config.ts';
import { SharedLines } from '../../adapters/http/sharedLines.ts';
import type { Transport } from '../../shell/ports.ts';
import { PacedLine, type LinePacing } from './pacedLine.ts';
import { lineFor, signaturesFor, veilFor, wayOver } from '../transportFor.ts';

/** The least time a connection that is shared is kept: three of the longest usual poll intervals. @unit ms */
const keptMs = 65_000;

/** What must be the same for two VENs to share connections: all but the path, which is each VEN's own. */
const placeOf = ({ settings, vtnUrl, tlsFiles }: Configuration): string =>
  JSON.stringify([
    vtnUrl.origin,
    tlsFiles.caFile,
    settings.replyTimeoutMs,
    settings.connectTimeoutMs,
    settings.strict,
    settings.tlsServerName,
  ]);

/** The ways of all VENs to their VTNs. A VEN with a certificate has a connection of its own; the others share those to their VTN. */
export class Ways {
  readonly #pacing: LinePacing;
  readonly #limit: number;
  readonly #shared = new Map<string, SharedLines>();

  /** `limit`: shared connections to each VTN. */
  constructor(pacing: LinePacing, limit: number) {
    this.#pacing = pacing;
    this.#limit = limit;
  }

  of(configuration: Configuration): Transport {
    const { vtnUrl, redactor, tlsFiles } = configuration;
    const line =
      tlsFiles.certificateFile === undefined
        ? this.#sharedBy(configuration).of({ vtnUrl, redactor })
        : new PacedLine(lineFor(configuration), this.#pacing);
    return wayOver(line, configuration, veilFor(configuration), signaturesFor(configuration, this.#pacing.clock));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#shared.values()].map((lines) => lines.close()));
  }

  #sharedBy(configuration: Configuration): SharedLines {
    const place = placeOf(configuration);
    const known = this.#shared.get(place);
    if (known !== undefined) return known;
    const { settings } = configuration;
    const kept = { ...configuration, settings: { ...settings, keepAliveMs: Math.max(settings.keepAliveMs, keptMs) } };
    const lines = new SharedLines(() => new PacedLine(lineFor(kept), this.#pacing), this.#limit);
    this.#shared.set(place, lines);
    return lines;
  }
}
