import { Ahead } from '../kept/ahead.ts';

/** Energy of one direction over a stretch of time, in whatever numbers a reader counts; null where nothing was measured. */
export interface EnergySpan<Energy> {
  readonly startAt: number;
  readonly endAt: number;
  readonly energy: Energy | null;
  readonly source: 'register' | 'interval';
  readonly quality: 'measured' | 'estimated';
  readonly remark: string | null;
  readonly line: number;
}

/** What both directions state of a stretch; null where one of them states nothing. */
export interface AlignedSpans<Energy> {
  readonly drawn: EnergySpan<Energy> | null;
  readonly delivered: EnergySpan<Energy> | null;
}

type Sum<Energy> = (energies: readonly Energy[]) => Energy;

const joined = <Energy>(part: readonly EnergySpan<Energy>[], sum: Sum<Energy>): EnergySpan<Energy> => {
  const [first] = part as [EnergySpan<Energy>];
  if (part.length === 1) return first;
  const energies = part.flatMap(({ energy }) => energy ?? []);
  return {
    ...first,
    endAt: (part.at(-1) as EnergySpan<Energy>).endAt,
    energy: energies.length === part.length ? sum(energies) : null,
    quality: part.some(({ quality }) => quality === 'estimated') ? 'estimated' : 'measured',
    remark: part.find(({ remark }) => remark !== null)?.remark ?? null,
  };
};

/** The spans that both begin with, each of as many as it takes until they end together, or one of them breaks off. */
const taken = <Energy>(
  drawn: Ahead<EnergySpan<Energy>>,
  delivered: Ahead<EnergySpan<Energy>>,
): readonly [drawn: readonly EnergySpan<Energy>[], delivered: readonly EnergySpan<Energy>[]] => {
  const [ofDrawn, ofDelivered] = [[drawn.take()], [delivered.take()]];
  let [drawnTo, deliveredTo] = [ofDrawn[0]?.endAt ?? 0, ofDelivered[0]?.endAt ?? 0];
  while (drawnTo !== deliveredTo) {
    const isDrawnShorter = drawnTo < deliveredTo;
    const [ahead, of] = isDrawnShorter ? ([drawn, ofDrawn] as const) : ([delivered, ofDelivered] as const);
    if (ahead.next?.startAt !== Math.min(drawnTo, deliveredTo)) break;
    const next = ahead.take();
    of.push(next);
    if (isDrawnShorter) drawnTo = next.endAt;
    else deliveredTo = next.endAt;
  }
  return [ofDrawn, ofDelivered];
};

/** Both directions over the same stretches: the shortest that begin and end in both. What only one of them has stands alone. */
export function* aligned<Energy>(
  drawn: Iterable<EnergySpan<Energy>>,
  delivered: Iterable<EnergySpan<Energy>>,
  sum: Sum<Energy>,
): Generator<AlignedSpans<Energy>> {
  const [a, b] = [new Ahead(drawn), new Ahead(delivered)];
  while (a.next !== undefined || b.next !== undefined) {
    const [aAt, bAt] = [a.next?.startAt ?? Number.POSITIVE_INFINITY, b.next?.startAt ?? Number.POSITIVE_INFINITY];
    if (bAt < aAt) yield { drawn: null, delivered: b.take() };
    else if (aAt < bAt) yield { drawn: a.take(), delivered: null };
    else {
      const [ofDrawn, ofDelivered] = taken(a, b);
      const [left, right] = [joined(ofDrawn, sum), joined(ofDelivered, sum)];
      if (left.endAt === right.endAt) yield { drawn: left, delivered: right };
      else {
        yield { drawn: left, delivered: null };
        yield { drawn: null, delivered: right };
      }
    }
  }
}
