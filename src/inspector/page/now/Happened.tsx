/** What happened up to the moment, the latest first. */
import type { VNode } from 'preact';
import type { Rows } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownRevision } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import type { RoomProps } from '../shell/roomProps.ts';
import { enter } from '../shell/route.ts';
import { counted } from '../../../text/quantities.ts';
import { friendly } from '../show/friendly.ts';
import { clockText, dayOfInstant, isoText, shortDayText } from '../../../text/times.ts';
import { goTo, pinnedPosition, shownPosition } from '../time/moment.ts';
import { grouped, isSilence, type Happening } from './grouped.ts';

/** Facts worth telling; polls, timers and readings are in the log, and a pause tells of the failure before it. */
const told: readonly string[] = [
  'AgentStarted',
  'AgentStopped',
  'ClockJumped',
  'OperatorAsked',
  'OperatorOpted',
  'OptGiven',
  'OptConcluded',
  'OptRefused',
  'OptEnded',
  'OperatorInstructed',
  'InstructionEnded',
  'DeviceTrusted',
  'DeviceTrustEnded',
  'Registered',
  'RegistrationRefused',
  'RegistrationEnded',
  'ReportsRegistered',
  'BackoffStarted',
  'MessageRejected',
  'MessageDropped',
  'MeterReadFailed',
  'SetpointFailed',
  'DrEventAccepted',
  'DrEventRefused',
  'DrEventCancelled',
  'DrEventAnswered',
  'DrEventStatusChanged',
  'ReportRequestAccepted',
  'ReportRequestRefused',
  'ReportRequestEnded',
  'PlanMade',
  'SetpointRequested',
  'UsageDue',
  'UsageDeliveryAcknowledged',
  'UsageDeliveryRejected',
  'UsageDeliveryDoubted',
  'UsageDeliveryReleased',
  'AlarmRaised',
  'AlarmCleared',
];

/** @limit Facts that are asked for, and happenings that are shown of them. */
const limits = { rows: 240, shown: 40 } as const;

const looks: Readonly<Record<string, string>> = {
  faults: 'bad',
  drEvents: 'accent',
  reports: 'good',
  registration: 'good',
  devices: 'charge',
};

const One = ({
  of: { row, alike, since },
  timeZone,
  day,
}: {
  readonly of: Happening;
  readonly timeZone: string;
  readonly day: string | null;
}): VNode => (
  <>
    {day === null ? null : <li class="day small quiet">{day}</li>}
    <li class="one">
      <time class="number quiet" dateTime={isoText(row.recordedAt)}>
        {clockText(row.recordedAt, timeZone)}
      </time>
      <span class={`dot ${row.type === 'AlarmCleared' ? 'good' : (looks[row.lane] ?? '')}`} />
      <button
        type="button"
        class="said"
        aria-current={pinnedPosition.value === row.position ? 'true' : undefined}
        onClick={() => goTo(row.position)}
        title={`${row.sentence} Show this moment.`}
      >
        {isSilence(row) ? (
          `The VTN did not answer: ${counted(alike + 1, 'try', 'tries')} since ${clockText(since, timeZone)}.`
        ) : (
          <>
            {friendly(row.sentence, row.recordedAt, timeZone)}
            {alike === 0 ? null : <span class="quiet"> and {counted(alike, 'more like it', 'more like it')}</span>}
          </>
        )}
      </button>
      <button
        type="button"
        class="place number quiet"
        onClick={() => enter('log', String(row.position))}
        aria-label={`Open entry ${row.position} in the log`}
      >
        {row.position}
      </button>
    </li>
  </>
);

/** The list. */
export const Happened = ({ state: { timeZone } }: RoomProps): VNode => {
  const to = shownPosition.value;
  const { answer } = useAnswer<Rows>(
    to < 0 ? null : paths.entries({ to, order: 'desc', limit: limits.rows, type: told }),
    shownRevision.value,
  );
  const happenings = grouped(answer?.entries ?? []).slice(0, limits.shown);
  const dayOf = (happening: Happening | undefined): string | null =>
    happening === undefined ? null : dayOfInstant(happening.row.recordedAt, timeZone);
  return (
    <section class="card happened" aria-labelledby="happened-title">
      <header>
        <h2 id="happened-title">What happened</h2>
        <span class="quiet small">latest first</span>
      </header>
      <ol tabIndex={0} aria-labelledby="happened-title">
        {happenings.map((happening, place) => (
          <One
            key={happening.row.position}
            of={happening}
            timeZone={timeZone}
            day={
              dayOf(happening) === dayOf(happenings[place - 1])
                ? null
                : shortDayText(happening.row.recordedAt, timeZone)
            }
          />
        ))}
      </ol>
    </section>
  );
};
