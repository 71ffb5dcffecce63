/** The devices: what each is, whether it is told anything, and what one in shadow would have brought. */
import type { AgentState } from '../../core/state.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import { dayOf } from '../../programme/calendar.ts';
import { moneyWords } from '../../programme/moneyWords.ts';
import { deviceStandingOf, type DeviceMode } from '../../shell/deviceStanding.ts';
import { levelSaid } from '../../shell/need.ts';
import { shadowProjection, shadowUsd, type ShadowState } from '../../store/projections/shadow.ts';
import { latestState } from '../../store/projections/usage.ts';
import { identityText } from '../../telling/words.ts';
import { printable } from '../../text/printable.ts';
import { askFor } from '../ask/ask.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { devicesChosen } from '../many/deviceChoice.ts';
import { isMany, pageOf, pagingOf, type Paging } from '../many/paging.ts';
import { needingALook, standingOfMany } from '../many/standing.ts';
import { proseFor, roomOf } from '../prose.ts';
import { reading, stateOf, tellFaults } from '../reading.ts';
import { isoOrNull, isoText, NOTHING } from '../rows.ts';
import { distanceText } from '../status/streams.ts';
import type { Surroundings, TextOutput } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { viewsOf } from '../views.ts';
import type { Here } from '../when.ts';

const rowOf = (state: AgentState, shadow: ShadowState, device: DeviceSettings, { now, timeZone }: Here) => {
  const { resourceID, kind, role } = device;
  const standing = deviceStandingOf(state, device, now);
  const read = latestState(state.views.usage, resourceID);
  const today = dayOf(now, timeZone);
  const yesterday = dayOf(today.startAt - 1, timeZone);
  const wouldHave = (fromAt: number, toAt: number) => shadowUsd(shadow, state.views.prices, resourceID, fromAt, toAt);
  return {
    resourceID,
    kind: kind ?? null,
    role: role ?? null,
    group: device.group ?? null,
    mode: standing.mode,
    address: standing.identity?.address ?? null,
    serial: standing.identity?.serial ?? null,
    trustedSince: isoOrNull(standing.trustedSince),
    keepsLastOrder: standing.keepsLastOrder,
    readAt: isoOrNull(read?.boundaryAt ?? null),
    online: read?.status.online ?? null,
    powerWatts: read?.status.powerWatts ?? null,
    stateOfCharge: levelSaid(device, read?.status),
    wouldBe:
      standing.wouldBe === null
        ? null
        : { demandWatts: standing.wouldBe.demandWatts, until: isoText(standing.wouldBe.endAt) },
    shadowTodayUsd: wouldHave(today.startAt, Math.min(today.endAt, now)),
    shadowYesterdayUsd: wouldHave(yesterday.startAt, yesterday.endAt),
  };
};

type ListedDevice = ReturnType<typeof rowOf>;

const modeWords: Readonly<Record<DeviceMode, string>> = { told: 'told', shadow: 'in shadow', readOnly: 'only read' };

const identityWords = ({ address, serial }: ListedDevice): string =>
  address === null ? NOTHING : identityText({ address, ...(serial === null ? {} : { serial }) });

const readWords = ({ readAt, powerWatts, stateOfCharge }: ListedDevice, { now }: Here): string =>
  readAt === null
    ? 'never'
    : `${powerWatts ?? 0} W${stateOfCharge === null ? '' : `, ${Math.round(stateOfCharge * 100)} %`}, ${distanceText(Date.parse(readAt), now)}`;

/** What a person should know of a device beyond its row. */
const remarks = (row: ListedDevice): readonly string[] => {
  const { resourceID, mode, keepsLastOrder, wouldBe, shadowTodayUsd, shadowYesterdayUsd, address } = row;
  const brought = [
    ...(shadowYesterdayUsd === null ? [] : [`${moneyWords(shadowYesterdayUsd)} yesterday`]),
    ...(shadowTodayUsd === null ? [] : [`${moneyWords(shadowTodayUsd)} today so far`]),
  ];
  return [
    ...(keepsLastOrder ? [`${resourceID} keeps its last order if we die: it has no timer of its own.`] : []),
    ...(mode === 'shadow' && wouldBe !== null ? [`${resourceID} would be set to ${wouldBe.demandWatts} W now.`] : []),
    ...(brought.length === 0 ? [] : [`In shadow ${resourceID} would have brought ${brought.join(' and ')}.`]),
    ...(mode === 'shadow' && address !== null
      ? [`Once its readings are right, "ven devices trust ${resourceID}" lets it be told what to do.`]
      : []),
  ];
};

const asText = (output: TextOutput, rows: readonly ListedDevice[], here: Here, paging: Paging): string => {
  const isLong = isMany(rows.length, paging);
  const { items, leftOut } = isLong ? pageOf(needingALook(rows), paging, 'devices') : { items: rows, leftOut: '' };
  const table = tableText(
    ['device', 'kind', 'is', 'mode', 'last reading'],
    items.map((row) => [
      printable(row.resourceID),
      row.kind ?? NOTHING,
      printable(identityWords(row)),
      modeWords[row.mode],
      readWords(row, here),
    ]),
    {
      columns: [{ gives: 'identifier' }, {}, { gives: 'words', goes: 1 }, {}, { gives: 'words' }],
      ...(isLong ? { width: roomOf(output) } : {}),
    },
  );
  const head = isLong ? `${proseFor(output, `${standingOfMany(rows)}\n`)}\n` : '';
  const told = items.flatMap(remarks).map((remark) => `${printable(remark)}\n`);
  return `${head}${table}${proseFor(output, leftOut)}${told.length === 0 ? '' : `\n${told.join('')}`}`;
};

/** The body of `ven devices`. */
export const devices = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const paging = pagingOf(given);
    const { state, here } = await stateOf(opened);
    const { shadow, faults } = await viewsOf(opened.log, { shadow: shadowProjection() });
    tellFaults(faults, surroundings);
    const configured = state.settings?.devices ?? [];
    const chosen = new Set(
      await devicesChosen(
        given,
        configured.map(({ resourceID }) => resourceID),
        () => Promise.resolve(configured),
      ),
    );
    const rows = configured
      .filter(({ resourceID }) => chosen.has(resourceID))
      .map((device) => rowOf(state, shadow, device, here));
    const { stdout } = surroundings;
    if (given.switches.has('json')) for (const row of rows) stdout.write(`${JSON.stringify(row)}\n`);
    else
      stdout.write(
        configured.length === 0
          ? 'No agent has run here yet, so no devices are known.\n'
          : asText(stdout, rows, here, paging),
      );
    return EXIT.success;
  });

/** The body of `ven devices trust`. */
export const trustDevice = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  askFor(given, surroundings, { type: 'DeviceTrusted', resourceID: given.operands[0] }, ({ type }) =>
    type === 'PlanRequested' ? 'done' : null,
  );

/** The body of `ven devices distrust`. */
export const distrustDevice = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  askFor(given, surroundings, { type: 'DeviceDistrusted', resourceID: given.operands[0] }, ({ type }) =>
    type === 'DeviceTrustEnded' || type === 'AlarmCleared' ? 'done' : null,
  );
