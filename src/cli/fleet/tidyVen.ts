import type { OpenSettings } from '../../adapters/config/config.ts';
import type { FleetMember } from '../../fleet/member.ts';
import type { Clock, Journal } from '../../shell/ports.ts';
import { letGoOfEntries, letGoOfXml } from '../run/keepTidy.ts';

/** What makes the log of a VEN of a fleet tidy: what `ven run` does for a single one, one thing after the other. */
export const tidyVen =
  (
    { xmlRetentionDays, replayRetentionDays }: Pick<OpenSettings, 'xmlRetentionDays' | 'replayRetentionDays'>,
    clock: Clock,
    journal: Pick<Journal, 'info'>,
  ): FleetMember['tidy'] =>
  async (run) => {
    await letGoOfXml(run, clock.now(), xmlRetentionDays, journal);
    await letGoOfEntries(run, clock.now(), replayRetentionDays, journal);
    const { keepViews } = await import('../run/keepViews.ts');
    await keepViews(run.log);
  };
