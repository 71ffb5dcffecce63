/** Checkpoints save time, and nobody may be misled by one: what each says is compared with the entries before it. */
import { Fold, stateCheckpoint } from '../../agent/fold.ts';
import { stateVersion, toPlain, type PlainState } from '../../agent/plainState.ts';
import { sameContent } from '../../machines/sameContent.ts';
import { damageAdvice, LogError } from '../../store/errors.ts';
import type { Checkpoint, EventLog } from '../../store/eventLog.ts';
import { rebuild, type Projection } from '../../store/projection.ts';
import { deliveriesProjection } from '../../store/projections/deliveries.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import { usageProjection } from '../../store/projections/usage.ts';

const projections: readonly Projection<unknown>[] = [pricesProjection(), usageProjection(), deliveriesProjection()];

const asData = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

const lie = ({ name, position }: Checkpoint): LogError =>
  new LogError('corrupt', `The checkpoint ${name} says of position ${position} what the entries before it do not give. ${damageAdvice}.`, { position });

/** Whether a checkpoint would be taken up: it is of this version, and of this log. */
const isInUse = async (log: EventLog, checkpoint: Checkpoint | undefined, version: string): Promise<boolean> => {
  if (checkpoint?.version !== version || checkpoint.position <= log.base.position) return false;
  for await (const { hash } of log.read({ from: checkpoint.position, to: checkpoint.position })) return hash === checkpoint.hash;
  return false;
};

/** What the agent would go on from: its settings, alarms and views; its streams are compared by replaying it. */
const checkState = async (log: EventLog): Promise<void> => {
  const checkpoint = await log.loadCheckpoint(stateCheckpoint);
  if (checkpoint === undefined || !(await isInUse(log, checkpoint, stateVersion))) return;
  const fold = await Fold.of(log);
  for await (const entry of log.read({ from: log.base.position + 1, to: checkpoint.position })) fold.take(entry);
  const { settings, alarms, views } = toPlain(fold.finish().state);
  const said = checkpoint.state as PlainState;
  if (!sameContent(asData({ settings, alarms, views }), { settings: said.settings, alarms: said.alarms, views: said.views })) throw lie(checkpoint);
};

const checkProjection = async (log: EventLog, projection: Projection<unknown>): Promise<void> => {
  const checkpoint = await log.loadCheckpoint(projection.name);
  if (checkpoint === undefined || !(await isInUse(log, checkpoint, projection.version))) return;
  const { state } = await rebuild(log, projection, { until: checkpoint.position });
  if (!sameContent(asData(state), checkpoint.state)) throw lie(checkpoint);
};

/** Compares every checkpoint that is in use with the entries. @throws LogError `corrupt` for the first that says otherwise */
export const checkCheckpoints = async (log: EventLog): Promise<void> => {
  await checkState(log);
  for (const projection of projections) await checkProjection(log, projection);
};
