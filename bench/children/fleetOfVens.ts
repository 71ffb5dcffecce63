/** Many VENs in one process as `ven fleet run` has them: a home with a battery each, which follows a schedule. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFleetFile } from '../../src/adapters/config/fleetFile.ts';
import { SystemClock, systemTime } from '../../src/adapters/time/systemClock.ts';
import { frugalOnceStarted } from '../../src/cli/fleet/frugalOnceStarted.ts';
import { hostOf, limitsOf } from '../../src/cli/fleet/hostOf.ts';
import { membersOf } from '../../src/cli/fleet/members.ts';
import { PacedLine } from '../../src/cli/fleet/pacedLine.ts';
import { tidyVen } from '../../src/cli/fleet/tidyVen.ts';
import { NamedJournal, VenJournal } from '../../src/cli/fleet/venJournal.ts';
import { Ways } from '../../src/cli/fleet/ways.ts';
import { lineFor, signaturesFor, veilFor, wayOver } from '../../src/cli/transportFor.ts';
import { Pacer } from '../../src/fleet/pacer.ts';
import type { Alarms, Transport } from '../../src/shell/ports.ts';
import { openLevelLogStore } from '../../src/store/level/levelLogStore.ts';
import { type CrowdOrder, sharedConnections, urlFor, venIDsOf } from '../support/crowdOrder.ts';
import { CrowdGauge } from '../support/fleetCost.ts';
import { silentLogger } from '../support/silentLogger.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as CrowdOrder;
const { url, directory, count, way, tls, aheadMs = 0 } = order;
const variableOf = (venID: string): string => `BENCH_URL_${venID.replaceAll('-', '_').toUpperCase()}`;
const environment = Object.fromEntries(venIDsOf(count).map((venID) => [variableOf(venID), urlFor(venID, url)]));
const path = join(directory, 'fleet.json');
writeFileSync(
  path,
  JSON.stringify({
    dataDirectory: 'data',
    connections: sharedConnections,
    defaults: {
      ...(tls === undefined ? {} : { tlsCaFile: tls.ca, tlsCertificateFile: tls.certificate, tlsKeyFile: tls.key }),
    },
    vens: venIDsOf(count).map((venID) => ({
      venID,
      vtnUrl: `env:${variableOf(venID)}`,
      devices: [
        {
          kind: 'simulatedBattery',
          resourceID: `${venID}-battery`,
          schedule: [
            { from: '01:00', to: '04:00', powerWatts: 2_000 },
            { from: '17:00', to: '19:00', powerWatts: -2_500 },
          ],
        },
      ],
    })),
  }),
);

const gauge = new CrowdGauge(order);
const file = readFleetFile(path, environment);
const clock = new SystemClock(undefined, { ...systemTime, wall: () => Date.now() + aheadMs });
/** When what is being done now was due. */
let dueAt: number | null = null;
const alarms: Alarms = {
  ringAt: (at, ring, patienceMs) =>
    clock.ringAt(
      at,
      () => {
        dueAt = at;
        ring();
        dueAt = null;
      },
      patienceMs,
    ),
};
const turns = new Pacer(file.connectionsPerSecond);
const pacing = { clock, alarms: clock, turns };
const ways = new Ways(pacing, file.connections);
const logger = silentLogger();
const members = membersOf(file, {
  clock,
  environment,
  journalOf: (configuration) => new VenJournal(logger, configuration),
  transportOf: (configuration): Transport => {
    const { venID } = configuration.settings;
    const exchanging =
      way === 'own socket'
        ? wayOver(
            new PacedLine(lineFor(configuration), pacing),
            configuration,
            veilFor(configuration),
            signaturesFor(configuration, clock),
          )
        : ways.of(configuration);
    return {
      exchange: async (request) => {
        const askedAt = dueAt ?? clock.now();
        const outcome = await exchanging.exchange(request);
        if (request.service === 'OadrPoll' && outcome.kind === 'answered')
          gauge.polled(venID ?? '', clock.now() - askedAt);
        return outcome;
      },
      close: () => exchanging.close(),
    };
  },
  tidyOf: (configuration) => tidyVen(configuration.settings, clock, new VenJournal(logger, configuration)),
  optimiser: { plan: () => Promise.reject(new Error('The devices here follow schedules.')) },
});
const host = hostOf({
  directory: file.dataDirectory,
  clock,
  alarms,
  store: await openLevelLogStore(file.dataDirectory, { createdAt: () => clock.now() }),
  journalOf: (venID) => new NamedJournal(logger, venID),
  limits: limitsOf(file),
});
process.on('disconnect', () => process.exit());
await host.take(members);
frugalOnceStarted(host, { clock, alarms: clock });
await gauge.tell();
if (process.env['BENCH_HEAP'] !== undefined) {
  const { writeHeapSnapshot } = await import('node:v8');
  writeHeapSnapshot(process.env['BENCH_HEAP']);
  process.send?.('snapshot');
}
