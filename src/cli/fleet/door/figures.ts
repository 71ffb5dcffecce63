/** Figures and checks of a fleet: as many as there are kinds of trouble, however many VENs there are. */
import type { FleetVen } from '../../../fleet/fleetVen.ts';
import { conditions, type VenCondition } from '../../../fleet/conditions.ts';
import type { VenStanding } from '../../../fleet/standing.ts';
import { expositionOf, type Family, type Sample } from '../../../inspector/answers/exposition.ts';
import { healthOfLive } from '../../../inspector/answers/health.ts';
import type { ApiAnswer } from '../../../inspector/api/paths.ts';
import { counted } from '../../../telling/words.ts';

type Health = ApiAnswer<'health'>;

/** @limit VENs that have figures of their own: the worst, so that what a fleet costs a monitoring server has a bound. */
const worstLimit = 50;

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name: `ven_fleet_${name}`,
  type: 'gauge',
  help,
  samples,
});

const seconds = (at: number): number => at / 1_000;

/** All figures, as Prometheus reads them. `standings`: the worst first. */
export const fleetMetrics = (standings: readonly VenStanding[], startedAt: number, version: string): string => {
  const worst = standings.filter(({ condition }) => condition !== 'well').slice(0, worstLimit);
  const sum = (of: (ven: VenStanding) => number): number => standings.reduce((all, ven) => all + of(ven), 0);
  return expositionOf([
    gauge('build_info', 'The version that runs.', [{ labels: { version }, value: 1 }]),
    gauge('start_timestamp_seconds', 'When the host began.', [{ value: seconds(startedAt) }]),
    gauge(
      'vens',
      'VENs of the fleet, by how they stand.',
      conditions.map((condition) => ({
        labels: { condition },
        value: standings.filter((ven) => ven.condition === condition).length,
      })),
    ),
    gauge('registered', 'VENs that are registered with their VTN.', [
      { value: sum((ven) => Number(ven.isRegistered)) },
    ]),
    gauge('alarms', 'Alarms that are up, of all VENs.', [{ value: sum(({ alarms }) => alarms.length) }]),
    gauge('faults', 'Runs that ended by a fault since the host began, of the VENs there are.', [
      { value: sum(({ faults }) => faults) },
    ]),
    gauge(
      'ven_condition',
      `How the VENs stand that are not well, the worst ${worstLimit} of them.`,
      worst.map(({ venID, condition }) => ({ labels: { ven: venID, condition }, value: 1 })),
    ),
    gauge(
      'ven_last_contact_timestamp_seconds',
      'When the VTN last answered, of the same VENs.',
      worst.flatMap(({ venID, lastContactAt }) =>
        lastContactAt === null ? [] : [{ labels: { ven: venID }, value: seconds(lastContactAt) }],
      ),
    ),
    gauge(
      'ven_alarms',
      'Alarms that are up, of the same VENs.',
      worst.map(({ venID, alarms }) => ({ labels: { ven: venID }, value: alarms.length })),
    ),
  ]);
};

const troubles: readonly VenCondition[] = [
  'quarantined',
  'failing',
  'silent',
  'unregistered',
  'late',
  'in doubt',
  'alarmed',
];

/** @limit VENs that a check names. */
const namedLimit = 3;

/** Whether no more VENs than are tolerated are in each kind of trouble. `standings`: the worst first. */
export const fleetHealth = (standings: readonly VenStanding[], tolerated: number): Health => {
  const checks = troubles.map((condition) => {
    const those = standings.filter((ven) => ven.condition === condition);
    const named = those.slice(0, namedLimit).map(({ venID }) => venID);
    const more = those.length > named.length ? ` and ${those.length - named.length} more` : '';
    const text =
      those.length === 0
        ? `No VEN is ${condition}.`
        : `${counted(those.length, 'VEN')} ${those.length === 1 ? 'is' : 'are'} ${condition}: ${named.join(', ')}${more}.`;
    return { check: condition, isPassed: those.length <= tolerated, text };
  });
  return { status: checks.every(({ isPassed }) => isPassed) ? 'healthy' : 'unhealthy', checks };
};

/** Whether one VEN does what it is there for; found out without reading its log. */
export const venHealth = async (ven: FleetVen, now: number): Promise<Health> => {
  const { state, log, lastContactAt, startedAt, phase, because } = ven;
  if (state === null || log === null || startedAt === null)
    return {
      status: 'unhealthy',
      checks: [
        {
          check: 'agent',
          isPassed: false,
          text: `The VEN does not run (${phase}${because === null ? '' : `: ${because}`}).`,
        },
      ],
    };
  return healthOfLive({ state, now, lastContactAt, startedAt }, log);
};
