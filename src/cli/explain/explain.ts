import { printable } from '../../text/printable.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { instructionsProjection } from '../../store/projections/instructions.ts';
import { sentenceOf } from '../../telling/sentence.ts';
import { identifiersIn } from '../../telling/identifiers.ts';
import { deliveryStory } from '../../telling/stories/delivery.ts';
import { drEventStory } from '../../telling/stories/drEvent.ts';
import { hourStory } from '../../telling/stories/hour.ts';
import { positionStory } from '../../telling/stories/position.ts';
import { reportRequestStory } from '../../telling/stories/reportRequest.ts';
import type { Story } from '../../telling/story.ts';
import { daysViews, devicesKnown } from '../days/days.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { notHeld } from '../log/show.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { besideSentences } from '../plan/beside.ts';
import { expectToExplain } from '../plan/recorded.ts';
import { hereOf, reading, type OpenReading } from '../reading.ts';
import { isoText } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { viewsOf } from '../views.ts';
import type { Here } from '../when.ts';
import { pageText, type Wires } from './page.ts';
import { hourPlanned } from './plannedHour.ts';
import { hourNamed, hourOfNamedDay, positionIn, subjectByKind, subjectNamed, type Subject } from './subject.ts';

const hourStories = async (
  opened: OpenReading,
  { startAt, endAt }: Subject & { kind: 'hour' },
  given: ParsedArguments,
  surroundings: Surroundings,
): Promise<readonly Story[]> => {
  expectToExplain();
  const views = await daysViews(opened, surroundings);
  const { timeZone } = views.here;
  const wanted = given.text('device');
  const planned = await hourPlanned(opened, { startAt, endAt }, timeZone);
  const known = [...new Set([...devicesKnown(views), ...planned.resourceIDs])].sort();
  const devices = wanted === undefined ? known : known.filter((resourceID) => resourceID === wanted);
  if (devices.length === 0)
    throw new CommandFailure(
      wanted === undefined
        ? 'Nothing has been metered yet.'
        : `The log knows no device "${wanted}": it knows ${known.join(', ') || 'none'}.`,
    );
  const stories: Story[] = [];
  const { now } = opened.here;
  const { instructions } = await viewsOf(opened.log, { instructions: instructionsProjection() });
  for (const resourceID of devices) {
    const story = await hourStory(opened.log, views, { resourceID, startAt, endAt, timeZone, now });
    const beside = besideSentences(instructions, resourceID, { startAt, endAt }, { now, timeZone });
    stories.push({ ...story, summary: [...story.summary, ...planned.sentencesOf(resourceID), ...beside] });
  }
  if (planned.resourceIDs.length === 0 && stories.every(({ lines }) => lines.length === 0))
    throw new CommandFailure(
      'Nothing is recorded of that hour: no price, no reading, no report. "ven log stats" shows from when to when the log tells.',
    );
  return stories;
};

const subjectOf = async (given: ParsedArguments, log: EventLog, here: Here): Promise<Subject> => {
  const [text] = given.operands;
  const byKind = await subjectByKind(given, () => identifiersIn(log));
  if (byKind !== null) return byKind;
  if (text === undefined)
    throw new UsageError(
      'Say what is to be explained: an hour, a DR event, a report request, a delivery or a position.',
    );
  return (
    positionIn(text, log) ??
    hourNamed(text, here.timeZone) ??
    hourOfNamedDay(text, here) ??
    subjectNamed(text, await identifiersIn(log))
  );
};

const storiesOf = async (
  opened: OpenReading,
  subject: Subject,
  given: ParsedArguments,
  surroundings: Surroundings,
): Promise<readonly Story[]> => {
  const { log } = opened;
  switch (subject.kind) {
    case 'hour':
      return hourStories(opened, subject, given, surroundings);
    case 'drEvent': {
      const story = await drEventStory(log, subject.id);
      const entries = story.lines.map(({ entry }) => entry);
      const { drEventAsks } = await import('./drEventAsks.ts');
      return [{ ...story, summary: [...story.summary, ...(await drEventAsks(opened, subject.id, entries))] }];
    }
    case 'reportRequest':
      return [await reportRequestStory(log, subject.id)];
    case 'delivery':
      return [await deliveryStory(log, subject.id)];
    case 'position': {
      const story = await positionStory(log, subject.position);
      if (story === null) throw notHeld(log, subject.position);
      return [story];
    }
  }
};

const wiresOf = async (log: EventLog, stories: readonly Story[]): Promise<Wires> => {
  const wires = new Map<number, string | undefined>();
  for (const { entry } of stories.flatMap(({ lines }) => lines))
    if (entry.wireHash !== undefined) wires.set(entry.position, await log.wire(entry.position));
  return wires;
};

const documentOf = ({ about, summary, lines }: Story, wires: Wires | null, timeZone: string) => ({
  about,
  summary,
  facts: lines.map(({ entry, depth, remark }) => ({
    position: entry.position,
    recordedAt: isoText(entry.recordedAt),
    direction: entry.direction,
    stream: entry.stream,
    type: entry.type,
    cause: entry.cause,
    depth,
    sentence: sentenceOf(entry, timeZone),
    remark,
    data: entry.data,
    ...(wires === null || entry.wireHash === undefined ? {} : { xml: wires.get(entry.position) ?? null }),
  })),
});

/** Shows the stories with and without their messages, as often as the person presses x. */
const toggle = async (
  stories: readonly Story[],
  show: (withXml: boolean) => Promise<void>,
  { stderr, pressedKey }: Surroundings,
  withXml: boolean,
): Promise<void> => {
  if (pressedKey === null || !stories.some(({ lines }) => lines.some(({ entry }) => entry.wireHash !== undefined)))
    return;
  for (let shown = withXml; ; shown = !shown) {
    stderr.write(`Press x to ${shown ? 'hide' : 'see'} the messages, any other key to end.\n`);
    if ((await pressedKey()) !== 'x') return;
    await show(!shown);
  }
};

/** The body of `ven explain`. */
export const explain = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { log } = opened;
    const { stdout } = surroundings;
    if (log.durableHead.position < 0)
      throw new CommandFailure('The log has no entries yet, so there is nothing to explain.');
    const here = await hereOf(opened);
    const { timeZone } = here;
    const subject = await subjectOf(given, log, here);
    if (subject.kind !== 'hour' && given.text('device') !== undefined)
      throw new UsageError('The option --device goes with an hour.');
    const stories = await storiesOf(opened, subject, given, surroundings);
    const withXml = given.switches.has('xml');
    if (given.switches.has('json')) {
      const wires = withXml ? await wiresOf(log, stories) : null;
      stdout.write(`${JSON.stringify(stories.map((story) => documentOf(story, wires, timeZone)))}\n`);
      return EXIT.success;
    }
    const layout = { timeZone, width: stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY };
    const show = async (isWithXml: boolean): Promise<void> => {
      const wires = isWithXml ? await wiresOf(log, stories) : null;
      stdout.write(printable(stories.map((story) => pageText(story, layout, wires)).join('\n')));
    };
    await show(withXml);
    await toggle(stories, show, surroundings, withXml);
    return EXIT.success;
  });
