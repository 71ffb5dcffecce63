/** What a replay came to, in words. */
import { printable } from '../../text/printable.ts';
import { machineVersion } from '../../machines/machineVersion.ts';
import { counted } from '../../telling/words.ts';
import { localText } from '../../programme/calendar.ts';
import { streamRows, timerRows } from '../status/streams.ts';
import { standingText } from '../status/statusText.ts';
import type { Status } from '../status/status.ts';
import { wrapped } from '../prose.ts';
import { tableText } from '../table.ts';
import { divergenceText, type TracedDivergence } from './divergence.ts';
import { foundationText } from './foundation.ts';
import type { Replayed, ReplayOptions } from './run.ts';

/** @limit Divergences that are shown; JSON has more of them. */
const shownDivergences = 10;

const paceText = ({ entries, position, from, elapsedMs }: Replayed): string => {
  const pace = Math.round(entries / Math.max(elapsedMs / 1_000, 0.001));
  const shown = from === null || from === 0 ? '' : `, from position ${from} on`;
  return `Replayed ${counted(entries, 'entry', 'entries')} up to position ${position}${shown} in ${(elapsedMs / 1_000).toFixed(2)} s (${pace} entries/s).`;
};

const countText = (divergences: Replayed['divergences']): string => {
  const places = counted(divergences.length, 'place');
  return divergences.length === 0 ? '' : `It differs at ${places}; the first is the one that matters.`;
};

const outputsText = ({ divergences, uncompared, entries }: Replayed): string => {
  const others =
    uncompared === 0
      ? ''
      : ` ${counted(uncompared, 'output')} were concluded by another version of the machines (this is ${machineVersion}) and not compared.`;
  if (divergences.some(({ kind }) => kind === 'output')) return `${countText(divergences)}${others}`;
  return `Every one of the outputs among ${entries} entries is concluded again, to the letter.${others}`;
};

const wiresText = ({ divergences, decoded, forgotten }: Replayed): string => {
  const differing = divergences.filter(({ kind }) => kind === 'decoding').length;
  const gone =
    forgotten === 0
      ? ''
      : ` Of ${counted(forgotten, 'message')} the XML is gone, for its retention has passed: they were taken as they had been read.`;
  const read =
    differing === 0 ? 'reads as it was read' : `and ${differing === 1 ? 'one reads' : `${differing} read`} differently`;
  return `${counted(decoded, 'message')} read from the XML again: ${differing === 0 ? `each ${read}` : read.replace(/^and /, '')}.${gone}`;
};

/** Everything that was found out about the replay itself. */
export const verdictText = (result: Replayed, { verify, fromWire }: ReplayOptions, width: number): string => {
  const unstepped =
    result.unstepped === 0
      ? null
      : `Today's machines fail on ${counted(result.unstepped, 'step')} of another version; the streams stayed as they were there.`;
  const sentences = [
    paceText(result),
    foundationText(result.foundation),
    verify ? outputsText(result) : null,
    fromWire ? wiresText(result) : null,
    unstepped,
  ];
  return sentences.flatMap((sentence) => (sentence === null ? [] : [`${wrapped(sentence, 0, width)}\n`])).join('');
};

/** The first divergences, each with its causes and both sides. */
export const divergencesText = (
  divergences: readonly TracedDivergence[],
  count: number,
  timeZone: string,
  width: number,
): string => {
  const more =
    count > divergences.length ? `\n${count - divergences.length} more are in the JSON form (--json).\n` : '';
  return printable(divergences.map((divergence) => divergenceText(divergence, timeZone, width)).join('')) + more;
};

/** The divergences that are to be shown. */
export const shownOf = ({ divergences }: Replayed): Replayed['divergences'] => divergences.slice(0, shownDivergences);

const streamsText = ({ state, before, from }: Replayed, width: number): string => {
  const rows = streamRows(Object.fromEntries(state.streams));
  if (from === null || from === 0)
    return tableText(
      ['stream', 'state'],
      rows.map(({ stream, text }) => [stream, text]),
      { columns: [{ gives: 'identifier' }, { gives: 'words' }], width },
    );
  const earlier = new Map(streamRows(Object.fromEntries(before.streams)).map(({ stream, text }) => [stream, text]));
  const gone = [...earlier].filter(([stream]) => state.streams.get(stream) === undefined);
  const present = rows.map(({ stream, text }) => [
    stream,
    earlier.get(stream) === text ? '·' : (earlier.get(stream) ?? 'not there'),
    text,
  ]);
  return tableText(
    ['stream', 'before', 'state'],
    [...present, ...gone.map(([stream, text]) => [stream, text, 'gone'])],
    { columns: [{ gives: 'identifier' }, { gives: 'words' }, { gives: 'words' }], width },
  );
};

/** How everything stood at the end of the replay. */
export const standText = (result: Replayed, status: Status, width: number): string => {
  const { here } = status;
  const timers = timerRows([...result.state.timers.values()], here);
  const waits =
    timers.length === 0
      ? ''
      : `\n${tableText(
          ['due', 'stream', 'waits for'],
          timers.map(({ due, stream, text }) => [due, stream, text]),
          { columns: [{ gives: 'words' }, { gives: 'identifier' }, { gives: 'words' }], width },
        )}`;
  return `\nAs it stood at ${localText(result.at, here.timeZone)}\n\n${standingText(status, width)}\n${printable(streamsText(result, width))}${waits}`;
};
