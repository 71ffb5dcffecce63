/** How it stands with the VTN, as is known now: in touch, or silent and for how long. */
import type { VNode } from 'preact';
import type { State, Timer } from '../server/answers.ts';
import { counted, countText } from '../../../text/quantities.ts';
import { agoText, durationText, inText } from '../../../text/times.ts';
import { useNow } from '../time/clock.ts';
import { Writes } from '../wrote/Writes.tsx';
import { Tile } from './Tile.tsx';

const timerOf = (timers: readonly Timer[], wanted: string): Timer | undefined =>
  timers.find(({ stream, delay }) => stream === 'ven' && delay === wanted);

/** What comes next between the two. */
const nextText = ({ agent, timers }: State, now: number): string => {
  const [poll, backoff] = ['oadrRequestedOadrPollFreq', 'backoffDelayMs'].map((delay) => timerOf(timers, delay));
  if (!agent.isRunning) return 'the agent has stopped';
  if (backoff !== undefined) return `next ${inText(backoff.dueAt, now)}`;
  return poll === undefined ? 'an exchange is under way' : `next ${inText(poll.dueAt, now)}`;
};

/** Reasons of a failure in which something did come back. */
const answersBadly: readonly string[] = ['httpStatus', 'redirect', 'contentType', 'tooLarge', 'unreadable'];

interface Figure {
  readonly figure: VNode;
  readonly unit?: string;
  readonly look: '' | 'warn' | 'bad';
}

const figureOf = ({ registration, contact, agent, verdict }: State, now: number): Figure => {
  const { failuresInARow, lastContactAt, lastFailure } = contact;
  if (registration.status === 'refused') return { figure: <span class="bad">Refused</span>, look: 'bad' };
  if (failuresInARow > 0 && agent.isRunning) {
    const look = verdict.level === 'trouble' ? 'bad' : 'warn';
    const isBad = answersBadly.includes(lastFailure?.reason ?? '');
    return {
      figure: <span class={look}>{isBad ? 'In error' : 'Silent'}</span>,
      unit: lastContactAt === null ? 'since the start' : `for ${durationText(now - lastContactAt)}`,
      look,
    };
  }
  if (registration.status !== 'registered') return { figure: <span class="warn">Not registered</span>, look: 'warn' };
  return {
    figure: (
      <Writes pointer="/registration/status" name="registration">
        {agent.isRunning ? 'In touch' : 'At rest'}
      </Writes>
    ),
    look: '',
  };
};

const contactText = (state: State, now: number): string => {
  const { lastContactAt, failuresInARow } = state.contact;
  const next = nextText(state, now);
  if (failuresInARow > 0) return `${counted(failuresInARow, 'try', 'tries')} failed, ${next}`;
  return lastContactAt === null ? `No answer yet, ${next}` : `Last ${agoText(lastContactAt, now)}, ${next}`;
};

/** Days from which on the end of a certificate is shown as near. */
const nearDays = 60;

/** How the line is secured, and how long that holds; nothing where there is no TLS. */
const SecurityLine = ({ security: { line, ours, theirs } }: State): VNode | null => {
  if (line === null) return null;
  const ends: readonly (readonly [string, State['security']['ours']])[] = [
    ['our certificate', ours],
    ['the VTN’s', theirs],
  ];
  return (
    <p class="quiet" data-security={line.cipher} title={`${line.protocol}, ${line.cipher}`}>
      {line.protocol.replace('TLSv', 'TLS ')}
      {line.knownBy === 'authority' ? <span class="bad"> · name not checked</span> : null}
      {ends.map(([name, certificate]) =>
        certificate === null || certificate.daysLeft >= nearDays ? null : (
          <span key={name} class={certificate.daysLeft <= 7 ? 'bad' : 'warn'} title={certificate.fingerprint}>
            {' '}
            · {name} {certificate.daysLeft < 0 ? 'is over' : `ends in ${counted(certificate.daysLeft, 'day')}`}
          </span>
        ),
      )}
    </p>
  );
};

const HoursLine = ({ hours }: { readonly hours: State['hours'] }): VNode => {
  const { acknowledged, pending, inDoubt, rejected, heldDeliveries } = hours;
  const whole = acknowledged + pending + inDoubt + rejected;
  const parts: readonly (readonly [string, number, string])[] = [
    ['pending', pending, 'quiet'],
    ['in doubt', inDoubt, 'warn'],
    ['rejected', rejected, 'bad'],
  ];
  return (
    <p class="quiet" data-hours={`${acknowledged} of ${whole}`}>
      {whole === 0 ? 'No hour is due yet' : `${countText(acknowledged)} of ${counted(whole, 'hour')} delivered`}
      {parts.map(([name, count, look]) =>
        count === 0 ? null : (
          <span key={name} class={look} data-hours={name}>
            {' '}
            · {countText(count)} {name}
          </span>
        ),
      )}
      {heldDeliveries === 0 ? null : <span class="warn"> · {counted(heldDeliveries, 'report')} held</span>}
    </p>
  );
};

/** The tile. */
export const VtnTile = ({ state }: { readonly state: State }): VNode => {
  const now = useNow(state.asOf);
  const { figure, unit, look } = figureOf(state, now);
  return (
    <Tile name="VTN" figure={figure} unit={unit} look={look}>
      <p class="quiet">{contactText(state, now)}</p>
      <SecurityLine {...state} />
      <HoursLine hours={state.hours} />
    </Tile>
  );
};
