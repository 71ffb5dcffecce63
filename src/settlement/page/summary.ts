import { dayOf, localText } from '../../programme/calendar.ts';
import { compare, decimalOf, zero } from '../../programme/decimal.ts';
import { verdictOf } from '../verdict.ts';
import { html, type Html, nothing } from './html.ts';
import { count, dollars, exactToYou, kilowattHours, sense, toYou } from './numbers.ts';
import type { PageInput } from './pageInput.ts';

/** The first thing one reads: whose, of when, and what it comes to. */

/** The settled time as people name it: a day, a month, or from day to day. */
export const periodText = (startAt: number, endAt: number, timeZone: string): string => {
  const [first, last] = [dayOf(startAt, timeZone), dayOf(endAt - 1, timeZone)];
  if (first.startAt !== startAt || last.endAt !== endAt)
    return `${localText(startAt, timeZone)} to ${localText(endAt, timeZone)}`;
  if (first.day === last.day) return first.day;
  const isMonth =
    first.day.endsWith('-01') &&
    first.day.slice(0, 7) === last.day.slice(0, 7) &&
    dayOf(endAt, timeZone).day.endsWith('-01');
  return isMonth ? first.day.slice(0, 7) : `${first.day} to ${last.day}`;
};

const senseText = { charge: 'to be paid', credit: 'credit', nothing: 'nothing due' } as const;

const facts = (pairs: readonly (readonly [name: string, value: string])[]): Html =>
  html`<dl class="facts">
    ${pairs.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl> `;

const figure = (number: string, text: string, tone = ''): Html =>
  html`<li><b class="${tone}">${number}</b><span class="soft">${text}</span></li> `;

/** How the amounts are rounded, in words. */
export const roundingWords = ({ stage, digits, mode }: PageInput['settlement']['rounding']): string =>
  `exact until each ${stage === 'interval' ? 'hour' : stage} of a device, then to ${count(digits, 'decimal')}, ${mode}`;

const figures = ({ settlement }: PageInput): Html => {
  const { totals, roundedUsd } = settlement;
  const open = totals.hours - totals.settledHours;
  const isStaked = compare(decimalOf(totals.atStakeUsd), zero) !== 0 || totals.unboundedHours > 0;
  return html`<ul class="figures">
    ${figure(`${toYou(roundedUsd)} USD`, `${senseText[sense(roundedUsd)]}, by the declared rounding`, sense(roundedUsd))}${figure(`${kilowattHours(totals.importWattHours)} kWh`, `drawn: ${toYou(totals.importUsd)} USD`)}${figure(`${kilowattHours(totals.exportWattHours)} kWh`, `delivered: ${toYou(totals.exportUsd)} USD`)}${figure(`${totals.settledHours} of ${totals.hours}`, open === 0 ? 'hours are settled: all of them' : `hours are settled; ${count(open, 'hour is', 'hours are')} open`)}${isStaked ? figure(`${dollars(totals.atStakeUsd)} USD`, `between the bounds of the exceptions${totals.unboundedHours === 0 ? '' : `, and ${count(totals.unboundedHours, 'hour')} without bounds`}`) : nothing}
  </ul> `;
};

/** Was I paid right, before everything else. */
const verdictLines = ({ settlement, reconciliation, elsewhere }: PageInput): Html => {
  const { answer, text, partText } = verdictOf(settlement, reconciliation, elsewhere);
  return html`${(partText?.split('\n') ?? []).map((part) => html`<p>${part}</p> `)}
    <p class="verdict ${answer === 'no' ? 'bad' : ''}">${text}</p> `;
};

/** The head of the page. */
export const summary = (input: PageInput): Html => {
  const { settlement, venID, madeAt, madeBy, logHash } = input;
  const { startAt, endAt, timeZone, asOf, resourceIDs, rounding, totals } = settlement;
  const told: readonly (readonly [string, string] | null)[] = [
    venID === null ? null : ['VEN', venID],
    ['Devices', resourceIDs.length === 0 ? 'none' : resourceIDs.join(', ')],
    ['Time', `${localText(startAt, timeZone)} to ${localText(endAt, timeZone)} (${timeZone})`],
    ['As of', `entry #${asOf.position} of the log, ${localText(asOf.at, timeZone)}`],
    logHash === null ? null : ['Log hash', logHash],
    ['Rounding', roundingWords(rounding)],
    [
      'Exact sum',
      `${exactToYou(totals.amountUsd)} USD: first lines ${exactToYou(totals.firstUsd)} and adjustments ${exactToYou(totals.adjustmentsUsd)}`,
    ],
    ['Made', `${localText(madeAt, timeZone)} by ${madeBy}`],
  ];
  return html`<header>
    <h1>Settlement of ${periodText(startAt, endAt, timeZone)}</h1>
    ${verdictLines(input)}
    <p class="soft">
      + comes to you, − goes from you: energy that was drawn, and money that is credited, are positive. Every number
      rests on entries of the log, named by their positions (#).
    </p>
    ${figures(input)}${facts(told.flatMap((pair) => (pair === null ? [] : [pair])))}
  </header> `;
};
