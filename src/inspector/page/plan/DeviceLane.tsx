/** A device's row: what it buys and sells in each hour, and how full it is. */
import type { VNode } from 'preact';
import { shareText, stakeText, toYouText } from '../../../text/quantities.ts';
import { clockText } from '../../../text/times.ts';
import type { ChartPlaces, RowPlace } from './layout.ts';
import { shortIDs } from '../show/friendly.ts';
import { levelsWithin, silenceText, type ChartRow, type HourEnergy, type LevelPoint } from './rows.ts';
import type { ShownWindow } from './window.ts';

/** Where a wish holds the plan back, and what it costs. */
export interface WishMark {
  readonly at: number;
  readonly share: number;
  /** `wish`, `held` by a person (an override, or an opt), or a DR `event`. */
  readonly name: 'wish' | 'held' | 'event';
  /** @unit USD */
  readonly usd: number;
}

interface Props {
  readonly place: RowPlace;
  readonly places: ChartPlaces;
  readonly window: ShownWindow;
  readonly x: (at: number) => number;
  readonly marks: readonly WishMark[];
}

const hourMs = 3_600_000;

/** Below this a difference is whole watts that do not come out even. @unit Wh */
const slightly = 60;

const isOtherwise = ({ done, planned, isReckoned }: HourEnergy): boolean =>
  done === null ||
  isReckoned ||
  Math.abs(done.bought - planned.bought) > Math.max(slightly, planned.bought * 0.06) ||
  Math.abs(done.sold - planned.sold) > Math.max(slightly, planned.sold * 0.06);

interface BarScale {
  readonly zero: number;
  /** @unit px per Wh */
  readonly perWattHour: number;
  readonly most: { readonly bought: number; readonly sold: number };
}

const scaleOf = ({ row: { hours }, bars: { top, height } }: RowPlace): BarScale => {
  const most = (of: 'bought' | 'sold'): number =>
    Math.max(0, ...hours.map(({ done, planned }) => Math.max(done?.[of] ?? 0, planned[of])));
  const [bought, sold] = [most('bought'), most('sold')];
  const whole = Math.max(bought + sold, 1);
  return { zero: top + (bought / whole) * height, perWattHour: height / whole, most: { bought, sold } };
};

const Bar = ({
  x,
  hour,
  wattHours,
  scale,
  look,
}: {
  readonly x: (at: number) => number;
  readonly hour: HourEnergy;
  /** Up is bought, down is sold. */
  readonly wattHours: number;
  readonly scale: BarScale;
  readonly look: string;
}): VNode | null => {
  const height = Math.abs(wattHours) * scale.perWattHour;
  if (height < 0.5) return null;
  const left = x(hour.startAt) + 1;
  return (
    <rect
      class={`bar ${look} ${wattHours > 0 ? 'bought' : 'sold'}`}
      x={left}
      y={wattHours > 0 ? scale.zero - height : scale.zero}
      width={Math.max(1, x(hour.startAt + hourMs) - 1 - left)}
      height={height}
      rx={1.5}
    />
  );
};

const Bars = ({ place, x }: Pick<Props, 'place' | 'x'>): VNode => {
  const scale = scaleOf(place);
  return (
    <g>
      {place.row.hours.map((hour) => (
        <g key={hour.startAt}>
          {hour.done === null
            ? null
            : ([hour.done.bought, -hour.done.sold] as const).map((wattHours) => (
                <Bar key={wattHours > 0} x={x} hour={hour} wattHours={wattHours} scale={scale} look="done" />
              ))}
          {isOtherwise(hour)
            ? ([hour.planned.bought, -hour.planned.sold] as const).map((wattHours) => (
                <Bar key={wattHours > 0} x={x} hour={hour} wattHours={wattHours} scale={scale} look="planned" />
              ))
            : null}
        </g>
      ))}
    </g>
  );
};

const pathOf = (points: readonly LevelPoint[], x: (at: number) => number, y: (share: number) => number): string =>
  points.map(({ at, share }, place) => `${place === 0 ? 'M' : 'L'}${x(at)} ${y(share)}`).join('');

const areaOf = (points: readonly LevelPoint[], x: (at: number) => number, y: (share: number) => number): string => {
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined
    ? ''
    : `${pathOf(points, x, y)}L${x(last.at)} ${y(0)}L${x(first.at)} ${y(0)}Z`;
};

const Reserve = ({ place, places, window, x }: Omit<Props, 'marks'>): VNode | null => {
  const { level, row } = place;
  if (level === null || row.wished === null) return null;
  const { reserve, reserveTimes } = row.wished;
  const y = (share: number): number => level.top + (1 - share) * level.height;
  const spans = [
    ...(reserve === null || reserve === 0
      ? []
      : [{ startAt: window.fromAt, endAt: window.toAt, stateOfCharge: reserve }]),
    ...reserveTimes,
  ];
  return (
    <>
      {spans.map(({ startAt, endAt, stateOfCharge }) => (
        <g key={`${startAt} ${stateOfCharge}`}>
          <rect
            class="kept"
            fill={`url(#hatch-charge)`}
            x={x(startAt)}
            y={y(stateOfCharge)}
            width={Math.max(0, x(endAt) - x(startAt))}
            height={y(0) - y(stateOfCharge)}
          />
          <line class="keptline" x1={x(startAt)} x2={x(endAt)} y1={y(stateOfCharge)} y2={y(stateOfCharge)} />
        </g>
      ))}
      {reserve === null || reserve === 0 ? null : (
        <text class="tick charge" x={places.left - 7} y={Math.min(y(reserve) + 4, y(0))} text-anchor="end">
          {places.isNarrow ? shareText(reserve) : `keeps ${shareText(reserve)}`}
        </text>
      )}
    </>
  );
};

/** Whether a departure that has been was met, as far as its level was read. */
const metText = ({ row: { level } }: RowPlace, at: number, wished: number, now: number): string => {
  if (at > now) return '';
  const read = level.findLast((point) => point.at <= at);
  return read === undefined ? '' : read.share >= wished - 0.005 ? ' ✓' : ' missed';
};

/** @limit Labels of departures that are nearer stand one above the other. @unit px */
const labelPx = 105;
const linePx = 12;

/** By how many lines each label is lifted, so that none stands upon the one before. */
const liftsOf = (places: readonly number[]): readonly number[] =>
  places.reduce<readonly number[]>((lifts, at, index) => {
    const before = places[index - 1];
    return [...lifts, before !== undefined && at - before < labelPx ? 1 - (lifts.at(-1) ?? 0) : 0];
  }, []);

const Departures = ({ place, window, x, places }: Omit<Props, 'marks'>): VNode | null => {
  const { level, row } = place;
  if (level === null || row.wished === null) return null;
  const y = (share: number): number => level.top + (1 - share) * level.height;
  const shown = row.wished.departures
    .filter(({ at }) => at > window.fromAt && at <= window.toAt)
    .toSorted((a, b) => a.at - b.at);
  const lifts = liftsOf(shown.map(({ at }) => x(at)));
  return (
    <>
      {shown.map(({ at, stateOfCharge }, index) => (
        <g key={at} class="departure">
          <line x1={x(at)} x2={x(at)} y1={level.top - 6} y2={y(0)} />
          <path d={`M${x(at)} ${y(stateOfCharge) - 5}l5 5l-5 5l-5 -5Z`} />
          <text
            class="note"
            x={x(at) + (x(at) > places.right - 110 ? -8 : 8)}
            y={y(0) - 4 - (lifts[index] ?? 0) * linePx}
            text-anchor={x(at) > places.right - 110 ? 'end' : 'start'}
          >
            {`${shareText(stateOfCharge)} by ${clockText(at, window.timeZone)}${metText(place, at, stateOfCharge, window.now)}`}
          </text>
        </g>
      ))}
    </>
  );
};

const Level = ({ place, places, window, x, marks }: Props): VNode | null => {
  const { level, row } = place;
  if (level === null) return null;
  const y = (share: number): number => level.top + (1 - Math.min(1, share)) * level.height;
  const within = (points: readonly LevelPoint[]): readonly LevelPoint[] => levelsWithin(points, window);
  const [done, planned] = [within(row.level), within(row.levelPlanned)];
  const band = row.band.filter(({ at }) => at >= window.fromAt && at <= window.toAt);
  return (
    <g class="level">
      <line class="rule" x1={places.left} x2={places.right} y1={y(1)} y2={y(1)} />
      <Reserve place={place} places={places} window={window} x={x} />
      {band.length === 0 ? null : (
        <path
          class="spread"
          d={`${pathOf(
            band.map(({ at, high }) => ({ at, share: high })),
            x,
            y,
          )}${pathOf(
            [...band].reverse().map(({ at, low }) => ({ at, share: low })),
            x,
            y,
          ).replace('M', 'L')}Z`}
        />
      )}
      <path class="area" d={areaOf(done, x, y)} />
      <path class="area" d={areaOf(planned, x, y)} />
      <path class="line" d={pathOf(done, x, y)} />
      <path class="line planned" d={pathOf(planned, x, y)} />
      <text class="tick" x={places.left - 7} y={y(1) + 4} text-anchor="end">
        {shareText(1)}
      </text>
      <Departures place={place} places={places} window={window} x={x} />
      {marks
        .filter(({ at }) => at >= window.fromAt && at <= window.toAt)
        .map(({ at, share, usd, name }) => (
          <g key={at} class="wish">
            <circle cx={x(at)} cy={y(share)} r={4.5} />
            <text
              class="note"
              x={x(at) + (x(at) > places.right - 90 ? -8 : 8)}
              y={y(share) - 6}
              text-anchor={x(at) > places.right - 90 ? 'end' : 'start'}
            >{`${name}: ${stakeText(usd)}`}</text>
          </g>
        ))}
    </g>
  );
};

/** @limit Half of the room that a word on an absence takes. @unit px */
const halfWordPx = 45;

/** Where it does nothing of the plan: it is away, or out. */
const Absences = ({ place: { row, bars }, places, window, x }: Omit<Props, 'marks'>): VNode => {
  const absences = [
    ...(row.wished?.away ?? []).map((span) => ({ ...span, why: 'away' })),
    ...row.outs.map((span) => ({ ...span, why: 'out' })),
  ];
  return (
    <>
      {absences
        .filter(({ startAt, endAt }) => (endAt ?? Infinity) > window.fromAt && startAt < window.toAt)
        .map(({ startAt, endAt, why }) => {
          const [left, right] = [x(Math.max(startAt, window.fromAt)), x(Math.min(endAt ?? Infinity, window.toAt))];
          const middle = Math.min((left + right) / 2, places.right - halfWordPx);
          return (
            <g key={`${why} ${startAt}`} data-absence={why}>
              <rect fill="url(#hatch-edge)" x={left} y={bars.top} width={right - left} height={bars.height} />
              <text class="note" x={middle} y={bars.top + 16} text-anchor="middle">
                {endAt === null ? why : `${why} to ${clockText(endAt, window.timeZone)}`}
              </text>
            </g>
          );
        })}
    </>
  );
};

/** Where a DR event asks something of it: a line below the bars, with its name. */
const Asking = ({ place, places, window, x }: Omit<Props, 'marks'>): VNode => {
  const below = place.bars.top + place.bars.height;
  const shown = place.row.drEvents.filter(({ startAt, endAt }) => endAt > window.fromAt && startAt < window.toAt);
  let namedTo = -Infinity;
  return (
    <>
      {shown.map(({ eventID, startAt, endAt }) => {
        const [left, right] = [x(startAt), x(endAt)];
        const text = places.isNarrow ? 'DR event' : `DR event ${shortIDs(eventID)}`;
        const width = text.length * 6.5;
        const start = Math.max(places.left, Math.min(left, places.right - width));
        const isNamed = start > namedTo;
        if (isNamed) namedTo = start + width;
        return (
          <g key={`${eventID} ${startAt}`} class="asking" data-event={eventID}>
            <title>{`DR event ${eventID}`}</title>
            {isNamed ? (
              <text class="note" x={start} y={below + 13}>
                {text}
              </text>
            ) : null}
            <rect x={left} y={below} width={Math.max(2, right - left)} height={2.5} />
          </g>
        );
      })}
    </>
  );
};

const Silence = ({ place, window, x }: Pick<Props, 'place' | 'window' | 'x'>): VNode | null => {
  const { silentSince } = place.row;
  if (silentSince === null) return null;
  const right = x(window.now);
  return (
    <g class="silence">
      <rect
        fill="url(#hatch-bad)"
        x={x(silentSince)}
        y={place.bars.top}
        width={Math.max(3, right - x(silentSince))}
        height={place.bottom - place.bars.top}
      />
      <line x1={x(silentSince)} x2={x(silentSince)} y1={place.bars.top} y2={place.bottom} />
      <text class="note" x={x(silentSince) - 5} y={place.bars.top + 12} text-anchor="end">
        {silenceText(silentSince, window.now, window.timeZone)}
      </text>
    </g>
  );
};

const kilowattHours = (wattHours: number): string =>
  wattHours >= 10_000 ? String(Math.round(wattHours / 1_000)) : (wattHours / 1_000).toFixed(1);

const shortened = (name: string): string => (name.length > 14 ? `${name.slice(0, 13)}…` : name);

/** What is planned to come of a row, in words. */
const rowMoney = ({ plannedUsd }: ChartRow): string | null => (plannedUsd === null ? null : toYouText(plannedUsd));

/** About how wide a row's name is with what stands beside it, where it stands above the row. @unit px */
export const rowTitleWidth = (row: ChartRow): number => {
  const money = rowMoney(row);
  const words = [
    shortened(row.name),
    ...(money === null ? [] : [`${money} today`]),
    ...(row.note === null ? [] : [row.note]),
  ];
  return words.join(' ').length * 8;
};

const Names = ({ place, places }: Pick<Props, 'place' | 'places'>): VNode => {
  const { row, top, bars } = place;
  const { zero, most } = scaleOf(place);
  const money = rowMoney(row);
  return (
    <>
      {places.isNarrow ? (
        <text class="rowname" x={0} y={top + 13}>
          {shortened(row.name)} {money === null ? null : <tspan class="rowmoney">{money} today</tspan>}
          {row.note === null ? null : <tspan class="rownote"> {row.note}</tspan>}
        </text>
      ) : (
        <>
          <text class="rowname" x={0} y={bars.top + 12}>
            <title>{row.name}</title>
            {shortened(row.name)}
          </text>
          <text class={row.note === null ? 'tick' : 'rownote'} x={0} y={bars.top + 28}>
            {row.note ?? row.about}
          </text>
          {money === null ? null : (
            <text class="rowmoney" x={0} y={bars.top + 46}>
              {money}
              <tspan class="tick"> today</tspan>
            </text>
          )}
        </>
      )}
      {most.bought < 1 ? null : (
        <text
          class="tick"
          x={places.left - 7}
          y={bars.top + 8}
          text-anchor="end"
        >{`+${kilowattHours(most.bought)}`}</text>
      )}
      {most.sold < 1 ? null : (
        <text class="tick" x={places.left - 7} y={bars.top + bars.height} text-anchor="end">
          {`\u2212${kilowattHours(most.sold)}`}
        </text>
      )}
      <line class="zero" x1={places.left} x2={places.right} y1={zero} y2={zero} />
    </>
  );
};

/** The row. */
export const DeviceLane = (props: Props): VNode => (
  <g class={`device ${props.place.row.isShadow ? 'shadowed' : ''}`} data-row={props.place.row.key}>
    <Names {...props} />
    <Absences {...props} />
    <Level {...props} />
    <Bars {...props} />
    <Asking {...props} />
    <Silence {...props} />
  </g>
);
